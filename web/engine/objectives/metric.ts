/**
 * A metric weighs differences of features: dᵀ P d instead of dᵀ d. The small embedded network has channels that
 * matter little and directions that no large network would notice; P is how far its features move those of its
 * teacher, VGG-19, through the best linear map between the two (tools/weights, `metric`). Without one, P is the identity.
 */
import * as tf from '@tensorflow/tfjs-core';

type Tensor1D = tf.Tensor1D;
type Tensor2D = tf.Tensor2D;

/** Symmetric, positive semi-definite, `[C, C]`, trace C. */
export type Metric = Float32Array;

/** P applied to vectors `[C]` and, from both sides, to matrices `[C, C]`. */
export interface Weighing {
  vector(difference: Tensor1D): Tensor1D;
  matrix(difference: Tensor2D): Tensor2D;
  /** P; null: the identity. */
  readonly metric: Tensor2D | null;
  dispose(): void;
}

export function weighing(metric: Metric | null, channels: number): Weighing {
  if (!metric) return { vector: (d) => d, matrix: (d) => d, metric: null, dispose: () => undefined };
  const p = tf.tensor2d(metric, [channels, channels]);
  return {
    vector: (difference) => tf.squeeze(tf.matMul(p, tf.expandDims<Tensor2D>(difference, 1)), [1]),
    matrix: (difference) => tf.matMul(tf.matMul(p, difference), p),
    metric: p,
    dispose: () => p.dispose(),
  };
}
