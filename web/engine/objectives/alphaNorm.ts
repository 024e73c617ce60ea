/**
 * α-norm of the mean-free picture (Mahendran & Vedaldi 2015, equation 5): keeps every pixel within reach of grey, so that
 * what a layer does not care about stays calm. L = weight · mean of |2x − 1|^α, α = 6.
 */
import * as tf from '@tensorflow/tfjs-core';

type Tensor4D = tf.Tensor4D;

const alpha = 6;

/**
 * Adds the gradient at the pixels to `gradient`; a new tensor.
 * @param image `[1, H, W, C]`, in 0..1; both arguments stay the caller's
 * @param measure as in `Objective.gradient`
 */
export function addAlphaNorm(
  image: Tensor4D,
  gradient: Tensor4D,
  weight: number,
  measure?: (loss: tf.Scalar) => void,
): Tensor4D {
  return tf.tidy(() => {
    const centred = tf.sub<Tensor4D>(tf.mul(image, 2), 1);
    const squared = tf.square(centred);
    const fourth = tf.square(squared);
    measure?.(tf.keep(tf.mul(tf.mean(tf.mul(fourth, squared)), weight)));
    return tf.add<Tensor4D>(gradient, tf.mul(tf.mul(fourth, centred), (2 * alpha * weight) / image.size));
  });
}
