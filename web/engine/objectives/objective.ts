/**
 * An objective is a number and its gradient on the features of one tap. Several objectives on several taps
 * make a loss; the network walks back through them (network/network.ts, `Head`).
 */
import type * as tf from '@tensorflow/tfjs-core';
import type { Head } from '../network/activations';

type Tensor4D = tf.Tensor4D;

/** Takes numbers that add up to a loss, as a tensor that it then owns; absent where nobody asks for the loss. */
export type Measure = ((terms: tf.Tensor) => void) | undefined;

export interface Objective {
  readonly tap: string;
  /**
   * Adds this objective's gradient to what arrives from deeper layers.
   * @param features `[1, h, w, C]`, the caller's
   * @param gradient what arrives, or null; stays the caller's
   * @param relu whether what comes back counts where features are above 0 only
   * @returns a new tensor
   */
  gradient(features: Tensor4D, gradient: Tensor4D | null, measure?: Measure, relu?: boolean): Tensor4D;
  dispose(): void;
}

/** The head that applies every objective at its tap. */
export function headOf(objectives: readonly Objective[], measure?: Measure): Head {
  return (tap, features, arrived, relu) => {
    let gradient = arrived;
    try {
      for (const objective of objectives) {
        if (objective.tap !== tap) continue;
        const sum = objective.gradient(features, gradient, measure, relu);
        gradient?.dispose();
        gradient = sum;
      }
      return gradient;
    } catch (error) {
      gradient?.dispose();
      throw error;
    }
  };
}
