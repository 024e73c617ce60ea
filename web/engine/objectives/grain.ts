/** A painting's grain as an objective: the moments of the grain network's taps (network/grain.ts), at the pixels. */
import * as tf from '@tensorflow/tfjs-core';
import { grainTaps } from '../network/grain';
import type { Network } from '../network/network';
import { headOf, type Objective } from './objective';

type Tensor4D = tf.Tensor4D;

export const isGrain = (layer: string): boolean => (grainTaps as readonly string[]).includes(layer);

/** What each of its taps weighs when all together weigh `grain`, as all style layers of a network together weigh 1. */
export const grainWeight = (grain: number): number => grain / grainTaps.length;

/**
 * Adds the gradient at the pixels to `gradient`; a new tensor.
 * @param grain null: there is nothing to add
 * @param image `[1, H, W, 3]`; both tensors stay the caller's
 * @param objectives those at other taps are another network's
 * @param measure as in `Objective.gradient`
 */
export function addGrain(
  grain: Network | null,
  image: Tensor4D,
  gradient: Tensor4D,
  objectives: readonly Objective[],
  measure?: (loss: tf.Scalar) => void,
): Tensor4D {
  const own = grain?.forward(image, grainTaps).backward(headOf(objectives, measure));
  if (!own) return tf.clone(gradient);
  const sum = tf.add<Tensor4D>(gradient, own);
  own.dispose();
  return sum;
}
