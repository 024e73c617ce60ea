/** How much a layer's inversion is held back: the deeper, the less its features say about single pixels. */
import type { Network } from '../../network/network';

/** Weights against a relative error of the features of 1. Chosen by eye (README). */
export interface Regularisation {
  readonly totalVariation: number;
  readonly alphaNorm: number;
}

/** By how often the picture was halved on the way to the layer. */
const byHalvings: readonly Regularisation[] = [
  { totalVariation: 0.02, alphaNorm: 0 },
  { totalVariation: 0.3, alphaNorm: 0.0005 },
  { totalVariation: 2, alphaNorm: 0.001 },
  { totalVariation: 6, alphaNorm: 0.002 },
  { totalVariation: 12, alphaNorm: 0.004 },
];

/** Any picture that is large enough tells how far a layer shrinks it. */
const ample = 512;

/** @throws ReverieError `layer-unknown` */
export function regularisationAt(network: Network, layer: string): Regularisation {
  const shape = network.featureShapes([layer], ample, ample).get(network.nodeOf(layer));
  const halvings = Math.round(Math.log2(ample / (shape?.[0] ?? ample)));
  const last = byHalvings.length - 1;
  return byHalvings[Math.min(last, Math.max(0, halvings))] ?? { totalVariation: 0, alphaNorm: 0 };
}
