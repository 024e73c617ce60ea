/** What style losses share: a loss on the first two moments of features, and its pieces. */
import * as tf from '@tensorflow/tfjs-core';
import type { WeightAttributes } from '../kernels/contract';
import type { Fused } from '../kernels/fused';

type Tensor1D = tf.Tensor1D;
type Tensor2D = tf.Tensor2D;

/**
 * A loss on moments: its gradients with respect to `mean [C]` and `gram [C,C]`, and its value when asked for, which is
 * once in many steps. All new tensors; call within one tidy.
 */
export interface MomentLoss {
  evaluate(mean: Tensor1D, gram: Tensor2D): { loss: () => tf.Scalar; toMean: Tensor1D; toGram: Tensor2D };
  /** From features to their gradient with that of deeper layers added, where the backend has one kernel for all of it. */
  fused?(features: tf.Tensor4D, gradient: tf.Tensor4D | null, attributes: WeightAttributes): Fused | null;
  dispose(): void;
}

/** μμᵀ */
export const outer = (mean: Tensor1D): Tensor2D => tf.mul(tf.expandDims(mean, 1), tf.expandDims(mean, 0));

/** Σ = G − μμᵀ, so a gradient D on Σ is a gradient −2 D μ on μ; this is the 2 D μ. */
export const throughMean = (toCovariance: Tensor2D, mean: Tensor1D): Tensor1D =>
  tf.mul<Tensor1D>(tf.squeeze(tf.matMul(toCovariance, tf.expandDims<Tensor2D>(mean, 1)), [1]), 2);

/**
 * ⟨d, W d⟩ / ⟨t, W t⟩ for d = value − target: the squared error over the energy of the target, both as the weighing W
 * sees them, so that a weight means the same at every layer. A target of no energy (a painting of one colour has
 * layers without any) counts absolutely.
 */
export class RelativeError<T extends tf.Tensor> {
  /** 2 / energy */
  readonly gain: tf.Scalar;

  constructor(
    /** This object's own from now on. */
    readonly target: T,
    private readonly weigh: (difference: T) => T,
    /** The energy counts as a hundredth of this one's at least; the caller's. */
    scale: T = target,
    /** And as so much. */
    least = minEnergy,
  ) {
    const energyOf = (value: T) => dot(weigh(value), value);
    this.gain = tf.tidy(() => {
      const floor = tf.maximum(tf.mul(energyOf(scale), minShare), least);
      return tf.div<tf.Scalar>(2, tf.maximum(energyOf(target), floor));
    });
  }

  /** The error, when asked for, and its gradient with respect to `value`; inside a tidy. */
  evaluate(value: T): { loss: () => tf.Scalar; gradient: T } {
    const difference = tf.sub<T>(value, this.target);
    const weighed = this.weigh(difference);
    return {
      loss: () => tf.mul<tf.Scalar>(dot(weighed, difference), tf.mul(this.gain, 0.5)),
      gradient: tf.mul<T>(weighed, this.gain),
    };
  }

  dispose(): void {
    tf.dispose([this.target, this.gain]);
  }
}

/** Features have a mean near 1: a target below this is no target. */
const minEnergy = 1e-6;
/** A regular pattern hardly varies deep down: without a floor that little would outweigh everything else. */
const minShare = 0.01;

const dot = (a: tf.Tensor, b: tf.Tensor): tf.Scalar => tf.sum(tf.mul(a, b));
