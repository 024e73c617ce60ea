/**
 * Total variation of the picture itself: the nine-point form of crowsonkb/style-transfer-pytorch, mean squared
 * differences of neighbours to the right, below and on both diagonals; pairs across the border do not count.
 * L = weight · 2 · (mean dx²/3 + mean dy²/3 + mean d↘²/12 + mean d↙²/12).
 */
import * as tf from '@tensorflow/tfjs-core';
import { totalVariation } from '../kernels';

type Tensor4D = tf.Tensor4D;

/**
 * Adds the gradient at the pixels to `gradient`; a new tensor.
 * @param image `[1, H, W, C]`; both arguments stay the caller's
 * @param measure as in `Objective.gradient`
 */
export function addTotalVariation(
  image: Tensor4D,
  gradient: Tensor4D,
  weight: number,
  measure?: (loss: tf.Scalar) => void,
): Tensor4D {
  const straight = (weight * 2) / (3 * image.size);
  const diagonal = (weight * 2) / (12 * image.size);
  const { out, loss } = totalVariation(image, gradient, { straight, diagonal });
  if (measure) measure(loss);
  else tf.dispose(loss);
  return out;
}
