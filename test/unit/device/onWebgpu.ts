/** What a WGSL kernel gives beside what the CPU backend gives. */
import '@tensorflow/tfjs-backend-cpu';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, expect } from 'vitest';
import { type Device, openDevice } from '../../../web/engine/device';
import { useHalf } from '../../../web/engine/device/webgpu/half';
import type * as kernels from '../../../web/engine/kernels';
import type * as composed from '../../../web/engine/kernels/composed';
import type { Padding, PaddingMode } from '../../../web/engine/kernels/contract';
import { numbers, relativeError } from './numbers';

export const tolerance = 1e-4;

export type Volume = [height: number, width: number, channels: number];
export type Implementation = typeof composed | typeof kernels;

export const modes = ['reflect', 'replicate', 'zero', 'circular'] as const;
export const even = (mode: PaddingMode, by: number): Padding => ({ mode, top: by, bottom: by, left: by, right: by });

export const tensor = (shape: number[], seed: number) => tf.tensor(numbers(tf.util.sizeFromShape(shape), seed), shape);
export const features = ([height, width, channels]: Volume, seed: number) =>
  tensor([1, height, width, channels], seed) as tf.Tensor4D;

let device: Device;

/** For the tests of a file; stores with single precision: what half is worth is the self-test's to say. */
export function useDevice(): void {
  beforeAll(async () => {
    device = await openDevice({ backend: 'webgpu' });
    useHalf(tf.backend() as WebGPUBackend, false);
  }, 60_000);
  afterAll(() => device.dispose());
}

export const backendOf = async (): Promise<WebGPUBackend> => {
  await tf.setBackend('webgpu');
  return tf.backend() as WebGPUBackend;
};

/** Throws where the GPU has refused something. */
export const checkDevice = () => device.check();

/** Runs on one backend and returns plain numbers; leaves no tensor behind. */
export async function on(backend: 'cpu' | 'webgpu', run: () => tf.Tensor | tf.Tensor[]): Promise<Float32Array[]> {
  await tf.setBackend(backend);
  const results = [tf.tidy(run)].flat();
  const values = await Promise.all(results.map((result) => result.data<'float32'>()));
  for (const result of results) result.dispose();
  return values;
}

export async function errorOf(
  own: () => tf.Tensor | tf.Tensor[],
  oracle: () => tf.Tensor | tf.Tensor[],
): Promise<number> {
  const expected = await on('cpu', oracle);
  const actual = await on('webgpu', own);
  device.check();
  expect(actual.length).toBe(expected.length);
  return Math.max(...actual.map((values, index) => relativeError(values, expected[index] ?? [])));
}
