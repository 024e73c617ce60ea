/** Backends for numeric tests, opened as the engine opens them: with the engine's own kernels, and self-tested. */
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll } from 'vitest';
import type { BackendName } from '../../web/engine/api';
import { type Device, openDevice } from '../../web/engine/device';

export const cpuBackends = ['cpu', 'wasm'] as const;

/** Opens a backend for the tests of one `describe`; nothing of it is left afterwards. */
export function useBackend(backend: BackendName): () => Device {
  let device: Device | undefined;
  beforeAll(async () => {
    device = await openDevice({ backend });
  });
  afterAll(() => device?.dispose());
  return () => {
    if (!device) throw new Error('The backend is not open yet.');
    return device;
  };
}

/** Numbers of the tensors that `run` returns, in the order of its return; leaves no tensor behind. */
export async function numbersOf(run: () => tf.Tensor | tf.Tensor[]): Promise<Float32Array[]> {
  const results = [tf.tidy(run)].flat();
  const values = await Promise.all(results.map((result) => result.data<'float32'>()));
  for (const result of results) result.dispose();
  return values;
}

/** What is alive on the device now. */
export const alive = (): { tensors: number; bytes: number } => {
  const { numTensors, numBytes } = tf.memory();
  return { tensors: numTensors, bytes: numBytes };
};
