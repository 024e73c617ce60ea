/** Two ways to take the same step: the engine's (`engine.ts`) and TensorFlow.js's tape (`tape.ts`). */
import type * as tf from '@tensorflow/tfjs-core';

export interface Contender {
  /** Loss and its gradient at the current picture, `[1, H, W, 3]`; new tensors, and the picture stays as it is. */
  gradient(): { readonly loss: tf.Scalar; readonly gradient: tf.Tensor4D };
  /** One whole iteration: gradient and Adam. Returns the loss before the step, a new tensor. */
  iterate(): tf.Scalar;
  /** The picture under optimisation; belongs to the contender. */
  picture(): tf.Tensor4D;
}
