/**
 * Content loss: keep the features of the photo. Gatys et al. 2016, equation 1, divided by the energy of the
 * target, so that a weight means the same at every layer, size and network.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { Objective } from './objective';

type Tensor4D = tf.Tensor4D;

/**
 * L = weight · Σ (F − T)² / Σ T².
 * @param target `[1, h, w, C]`; becomes this objective's.
 */
export function contentObjective(tap: string, target: Tensor4D, weight: number): Objective {
  const energy = tf.tidy(() => tf.maximum(tf.sum(tf.square(target)), 1e-12) as tf.Scalar);
  return {
    tap,
    gradient: (features, gradient, measure) =>
      tf.tidy(() => {
        const difference = tf.sub<Tensor4D>(features, target);
        measure?.(tf.keep(tf.mul(tf.div(tf.sum(tf.square(difference)), energy), weight)));
        const own = tf.mul<Tensor4D>(difference, tf.div(2 * weight, energy));
        return gradient ? tf.add<Tensor4D>(gradient, own) : own;
      }),
    dispose: () => tf.dispose([target, energy]),
  };
}
