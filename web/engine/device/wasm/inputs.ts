/** Named inputs of a kernel, as TensorFlow.js' registry hands them over. */
import type * as tf from '@tensorflow/tfjs-core';
import { ReverieError } from '../../../../shared/errors';

export type Inputs = Record<string, tf.TensorInfo>;

/** @throws ReverieError `internal` when one is missing. */
export function required<K extends string>(inputs: Inputs, ...names: K[]): Record<K, tf.TensorInfo> {
  for (const name of names) {
    if (!inputs[name]) throw new ReverieError('internal', `A kernel was called without "${name}".`);
  }
  return inputs as Record<K, tf.TensorInfo>;
}
