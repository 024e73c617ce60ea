/** What style losses share: a loss on the first two moments of features, and its pieces. */
import * as tf from '@tensorflow/tfjs-core';

type Tensor1D = tf.Tensor1D;
type Tensor2D = tf.Tensor2D;

/** A loss on moments: its value and its gradients with respect to `mean [C]` and `gram [C,C]`, all new tensors. */
export interface MomentLoss {
  evaluate(mean: Tensor1D, gram: Tensor2D): { loss: tf.Scalar; toMean: Tensor1D; toGram: Tensor2D };
  dispose(): void;
}

/** μμᵀ */
export const outer = (mean: Tensor1D): Tensor2D => tf.mul(tf.expandDims(mean, 1), tf.expandDims(mean, 0));

/** Σ = G − μμᵀ, so a gradient D on Σ is a gradient −2 D μ on μ; this is the 2 D μ. */
export const throughMean = (toCovariance: Tensor2D, mean: Tensor1D): Tensor1D =>
  tf.mul<Tensor1D>(tf.squeeze(tf.matMul(toCovariance, tf.expandDims<Tensor2D>(mean, 1)), [1]), 2);

/** ‖value − target‖² / energy and its gradient. */
export function relativeError<T extends tf.Tensor>(
  value: T,
  target: T,
  energy: number,
): { loss: tf.Scalar; gradient: T } {
  const difference = tf.sub<T>(value, target);
  return {
    loss: tf.mul<tf.Scalar>(tf.sum(tf.square(difference)), 1 / energy),
    gradient: tf.mul<T>(difference, 2 / energy),
  };
}

/** Σ v², never 0: a painting of one colour has layers without any. */
export const energyOf = (values: Float32Array): number =>
  Math.max(
    1e-12,
    values.reduce((sum, value) => sum + value * value, 0),
  );
