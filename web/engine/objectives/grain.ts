/** A painting's grain and palette as objectives: the moments of the grain network's taps (network/grain.ts), at the pixels. */
import * as tf from '@tensorflow/tfjs-core';
import type { StyleRecipe } from '../../../shared/recipe';
import { grainTaps, paletteTap, pixelTaps } from '../network/grain';
import type { Network } from '../network/network';
import { headOf, type Objective } from './objective';

type Tensor4D = tf.Tensor4D;

export const isPixelTap = (layer: string): boolean => (pixelTaps as readonly string[]).includes(layer);

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

/**
 * Adds the gradient at the pixels to `gradient`; a new tensor.
 * @param grain null: there is nothing to add
 * @param image `[1, H, W, 3]`; both tensors stay the caller's
 * @param objectives those at other taps are another network's
 * @param measure as in `Objective.gradient`
 */
export function addPixelTaps(
  grain: Network | null,
  image: Tensor4D,
  gradient: Tensor4D,
  objectives: readonly Objective[],
  measure?: (loss: tf.Scalar) => void,
): Tensor4D {
  const taps = pixelTaps.filter((tap) => objectives.some((objective) => objective.tap === tap));
  const own = taps.length > 0 ? grain?.forward(image, taps).backward(headOf(objectives, measure)) : null;
  if (!own) return tf.clone(gradient);
  const sum = tf.add<Tensor4D>(gradient, own);
  own.dispose();
  return sum;
}
