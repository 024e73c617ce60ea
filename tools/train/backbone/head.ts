/** A linear head's loss: mean squared error at the teacher's features, in units of their variance. */
import * as tf from '@tensorflow/tfjs-core';

type Tensor2D = tf.Tensor2D;
type Tensor4D = tf.Tensor4D;

export interface HeadLoss {
  /** Share of the teacher's variance that the head leaves over. */
  readonly loss: tf.Scalar;
  readonly toFeatures: Tensor4D;
  readonly weight: Tensor2D;
  readonly bias: tf.Tensor1D;
}

/**
 * loss = mean over positions and channels of (f·W + b − t/σ)², σ² the mean variance of the teacher's channels. New tensors.
 * @param features `[1, h, w, C]` @param target `[1, h, w, Ct]`, the teacher's own
 */
export function headLoss(
  features: Tensor4D,
  target: Tensor4D,
  { weight, bias }: { readonly weight: Tensor2D; readonly bias: tf.Tensor1D },
  variance: number,
): HeadLoss {
  const [channels, outputs] = weight.shape;
  return tf.tidy(() => {
    const rows: Tensor2D = tf.reshape(features, [-1, channels]);
    const wanted: Tensor2D = tf.mul(tf.reshape(target, [-1, outputs]), 1 / Math.sqrt(variance));
    const error: Tensor2D = tf.sub(tf.add(tf.matMul(rows, weight), bias), wanted);
    const pull: Tensor2D = tf.mul(error, 2 / error.size);
    return {
      loss: tf.mean<tf.Scalar>(tf.square(error)),
      toFeatures: tf.reshape(tf.matMul(pull, weight, false, true), features.shape) as Tensor4D,
      weight: tf.matMul<Tensor2D>(rows, pull, true, false),
      bias: tf.sum<tf.Tensor1D>(pull, 0),
    };
  });
}
