/**
 * Total variation of the picture itself: the nine-point form of crowsonkb/style-transfer-pytorch, mean squared
 * differences of neighbours to the right, below and on both diagonals; pairs across the border do not count.
 * L = weight · 2 · (mean dx²/3 + mean dy²/3 + mean d↘²/12 + mean d↙²/12).
 */
import * as tf from '@tensorflow/tfjs-core';
import { toNaturalAxes } from '../images/colours';
import { totalVariation } from '../kernels';
import type { Measure } from './objective';

type Tensor4D = tf.Tensor4D;

/**
 * Adds the gradient at the pixels to `gradient`; a new tensor.
 * @param image `[1, H, W, C]`; both arguments stay the caller's
 */
export function addTotalVariation(image: Tensor4D, gradient: Tensor4D, weight: number, measure?: Measure): Tensor4D {
  const { out, loss } = totalVariation(image, gradient, differences(image, weight));
  if (measure) measure(loss);
  else tf.dispose(loss);
  return out;
}

/**
 * The same of the picture's natural axes of colour (`images/colours.ts`): two neighbours that differ as hardly any in a
 * photo do, green beside magenta, count for more than light beside dark.
 * @param image `[1, H, W, 3]`; all else as above
 */
export function addNaturalVariation(image: Tensor4D, gradient: Tensor4D, weight: number, measure?: Measure): Tensor4D {
  const times = (x: Tensor4D, matrix: tf.Tensor2D, transposed: boolean): Tensor4D =>
    tf.reshape(tf.matMul(tf.reshape(x, [-1, 3]), matrix, false, transposed), image.shape);
  return tf.tidy(() => {
    const axes = tf.tensor2d(toNaturalAxes);
    const along = times(image, axes, false);
    const { out, loss } = totalVariation(along, tf.zerosLike(along), differences(image, weight));
    if (measure) measure(tf.keep(loss));
    return tf.add<Tensor4D>(gradient, times(out, axes, true));
  });
}

const differences = ({ size }: Tensor4D, weight: number) => ({
  straight: (weight * 2) / (3 * size),
  diagonal: (weight * 2) / (12 * size),
});

// α-norm of the mean-free picture (Mahendran & Vedaldi 2015, equation 5): keeps every pixel within reach of grey, so that
// what a layer does not care about stays calm. L = weight · mean of |2x − 1|^α, α = 6.

const alpha = 6;

/**
 * Adds the gradient at the pixels to `gradient`; a new tensor.
 * @param image `[1, H, W, C]`, in 0..1; both arguments stay the caller's
 */
export function addAlphaNorm(image: Tensor4D, gradient: Tensor4D, weight: number, measure?: Measure): Tensor4D {
  return tf.tidy(() => {
    const centred = tf.sub<Tensor4D>(tf.mul(image, 2), 1);
    const squared = tf.square(centred);
    const fourth = tf.square(squared);
    measure?.(tf.keep(tf.mul(tf.mean(tf.mul(fourth, squared)), weight)));
    return tf.add<Tensor4D>(gradient, tf.mul(tf.mul(fourth, centred), (2 * alpha * weight) / image.size));
  });
}
