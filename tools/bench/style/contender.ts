/** Two ways to take the same step: the engine's (`engine.ts`) and TensorFlow.js's tape (`tape.ts`). */
import type * as tf from '@tensorflow/tfjs-core';

export interface Contender {
  /**
   * Loss and its gradient at a picture, `[1, H, W, 3]`; a new tensor, and the picture stays the caller's.
   * @param view which of the shifts (`views.ts`) the picture is looked at through
   */
  gradient(picture: tf.Tensor4D, view: number): Promise<{ readonly loss: number; readonly gradient: tf.Tensor4D }>;
  /** One whole iteration: the next view, gradient and Adam. The loss before the step, once the device has done it. */
  iterate(): Promise<number>;
}
