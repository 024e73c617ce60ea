/** Makes a registered backend the active one, and makes sure that it is. */
import * as tf from '@tensorflow/tfjs-core';
import type { BackendName } from '../../../shared/backends';
import { ReverieError } from '../../../shared/errors';

/** `setBackend` that fails returns false and leaves TensorFlow.js to carry on with another backend. */
export async function activate(backend: BackendName): Promise<void> {
  const active = await tf.setBackend(backend);
  if (!active || tf.getBackend() !== backend)
    throw new ReverieError('backend-unavailable', `TensorFlow.js could not start its ${backend} backend`);
}

/** Takes the backend and all its tensors down; its factory stays registered, so it can be opened again. */
export function deactivate(backend: BackendName): void {
  const factory = tf.findBackendFactory(backend);
  if (!factory) return;
  tf.removeBackend(backend);
  tf.registerBackend(backend, factory);
}

/** For backends that have no device to lose, no shaders to compile and no pool to give back. */
export const deviceless = {
  failed: new Promise<never>(() => {}),
  failure: () => null,
  compile: async () => {},
  trim: () => {},
};
