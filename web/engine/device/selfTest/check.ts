/** What a kernel gave and what it should have given, and the numbers that it is asked with. */
import * as tf from '@tensorflow/tfjs-core';
import { ReverieError } from '../../../../shared/errors';
import * as reference from './reference';

/** Largest error over largest value; float32 on any sane device stays a hundred times below. */
export const tolerance = 1e-3;

export type Check = [name: string, actual: tf.Tensor, expected: ArrayLike<number>];
/** @param round makes the numbers others */
export type Checks = (round: number) => Check[];

export const height = 19;
export const width = 23;
export const channels = 8;
export const outputs = 16;
/** Not in fours: the one-by-one path of kernels that read vectors. WebGPU compiles for every such number, and runs have the three of a picture. */
export const oddChannels = (): number => (tf.getBackend() === 'webgpu' ? 3 : 5);
export const padding = { mode: 'reflect', top: 1, bottom: 1, left: 1, right: 1 } as const;

/** Throws unless all numbers are finite and within the tolerance of the largest expected one. */
export function compare(name: string, actual: ArrayLike<number>, expected: ArrayLike<number>): void {
  let error = actual.length === expected.length ? 0 : Number.POSITIVE_INFINITY;
  let scale = 0;
  for (let i = 0; i < expected.length; i++) {
    const difference = Math.abs((actual[i] ?? Number.NaN) - (expected[i] ?? Number.NaN));
    // Not Math.max: a NaN must not pass for the largest number so far.
    if (!(difference <= error)) error = Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference;
    scale = Math.max(scale, Math.abs(expected[i] ?? 0));
  }
  if (error <= tolerance * scale) return;
  const size = Number.isFinite(error) ? `relative error ${(error / scale).toPrecision(2)}` : 'not finite';
  throw new ReverieError('backend-unavailable', `self-test failed: ${name} is wrong (${size})`, {
    data: { why: 'wrong' },
  });
}

/** Fixed numbers in [-1, 1] that repeat in no pattern a kernel could exploit; `seed` makes them differ. */
export function numbers(length: number, seed: number): Float32Array {
  let state = Math.imul(seed, 0x9e3779b1) >>> 0;
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 0x8000_0000 - 1;
  });
}

export const filled = (h: number, w: number, c: number, seed: number): reference.Volume => ({
  ...reference.volume(h, w, c),
  data: numbers(h * w * c, seed),
});

export const tensor4d = ({ height: h, width: w, channels: c, data }: reference.Volume): tf.Tensor4D =>
  tf.tensor4d(data, [1, h, w, c]);
