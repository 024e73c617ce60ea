/** A painting's grain and palette as objectives: the moments of the grain network's taps (network/grain.ts), at the pixels. */
import * as tf from '@tensorflow/tfjs-core';
import type { StyleRecipe } from '../../../shared/techniques/style/schema';
import { clampUnit } from '../images/pictures';
import { normalNoise } from '../images/random';
import type { Raster } from '../images/resample';
import type { PaddingMode } from '../kernels';
import { grainNetwork, grainTaps, paletteTap, pixelTaps } from '../network/grain';
import type { Network } from '../network/network';
import { headOf, type Measure, type Objective } from './objective';

type Tensor4D = tf.Tensor4D;

export const isPixelTap = (layer: string): boolean => (pixelTaps as readonly string[]).includes(layer);

/** What a target's moments count as at least, as squared norms. */
export interface LeastEnergies {
  readonly mean: number;
  readonly covariance: number;
  readonly gram: number;
}

/**
 * A painting without grain, one colour or a smooth gradient, has no energy at the grain's taps, and next to nothing would
 * outweigh all else: a photo kept its colours under a red painting. About a third of what the least grainy painting among
 * the presets has at 512 pixels.
 */
export const grainEnergies: LeastEnergies = { mean: 0.05, covariance: 0.02, gram: 0.04 };

/**
 * A network's style layers, brought to a sum of 1, the grain's taps, which together weigh `grain`, and the palette; no
 * weight of 0.
 */
export function withPixelTaps(
  layers: StyleRecipe['styleLayers'],
  { grain, palette }: Pick<StyleRecipe, 'grain' | 'palette'>,
): StyleRecipe['styleLayers'] {
  const total = layers.reduce((sum, { weight }) => sum + weight, 0);
  const own = layers.map(({ layer, weight }) => ({ layer, weight: weight / total }));
  const fine = grainTaps.map((layer) => ({ layer, weight: grain / grainTaps.length }));
  return [...own, ...fine, { layer: paletteTap, weight: palette }].filter(({ weight }) => weight > 0);
}

/** Null where neither counts. On the active backend; the caller's to dispose of. */
export const pixelNetwork = (
  { grain, palette }: Pick<StyleRecipe, 'grain' | 'palette'>,
  border?: PaddingMode,
): Network | null => (grain > 0 || palette > 0 ? grainNetwork(border) : null);

/**
 * Adds the gradient at the pixels to `gradient`; a new tensor.
 * @param grain null: there is nothing to add
 * @param image `[1, H, W, 3]`; both tensors stay the caller's
 * @param objectives those at other taps are another network's
 */
export function addPixelTaps(
  grain: Network | null,
  image: Tensor4D,
  gradient: Tensor4D,
  objectives: readonly Objective[],
  measure?: Measure,
): Tensor4D {
  const taps = pixelTaps.filter((tap) => objectives.some((objective) => objective.tap === tap));
  const own = taps.length > 0 ? grain?.forward(image, taps).backward(headOf(objectives, measure)) : null;
  if (!own) return tf.clone(gradient);
  const sum = tf.add<Tensor4D>(gradient, own);
  own.dispose();
  return sum;
}

/** Of the noise that grain grows from, in picture units. By eye: twice as much stays as speckle in even skies. */
const seedDeviation = 0.03;

/**
 * An enlarged picture with something for the grain to grow from: noise, the same in every channel. Enlarging leaves the
 * finest frequencies empty, on the diagonals first, and a covariance has no gradient where features are 0: what
 * little lies along the axes would grow alone, as a weave.
 * @param grain its weight; 0: the picture as it is
 */
export function seeded(picture: Raster, grain: number, random: () => number): Raster {
  return grain === 0 ? picture : sown(picture, normalNoise(picture.values.length / picture.channels, random));
}

/** The same with this noise, of mean 0 and deviation 1. */
export function sown(picture: Raster, noise: Float32Array): Raster {
  const { channels, values } = picture;
  const seed = (i: number) => seedDeviation * (noise[Math.floor(i / channels)] ?? 0);
  return clampUnit({ ...picture, values: values.map((value, i) => value + seed(i)) });
}
