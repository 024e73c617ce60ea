/** The plain JavaScript backend: the oracle of the tests, and the last resort for tiny pictures. */
import * as tf from '@tensorflow/tfjs-core';
import { activate, deactivate, deviceless } from './activate';
import type { OpenedBackend } from './device';
import { memoryBudget } from './memory';

export async function openCpu(): Promise<OpenedBackend> {
  await import('@tensorflow/tfjs-backend-cpu');
  await activate('cpu');
  return {
    description: 'JavaScript',
    budgetBytes: memoryBudget({ backend: 'cpu' }),
    bytes: () => ({ bytes: tf.memory().numBytes, allocatedBytes: tf.memory().numBytes }),
    ...deviceless,
    close: () => deactivate('cpu'),
  };
}
