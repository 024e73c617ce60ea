/** Moments and their adjoint: against plain loops, and against the definition of an adjoint. */
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import * as kernels from '../../../web/engine/kernels';
import { cpuBackends, numbersOf, useBackend } from '../../support/backends';
import { at, dot, finiteDifferences, grid, norm, shapeOf } from '../../support/float64/grid';
import { momentsOf } from '../../support/float64/losses';
import { numbers, relativeError } from '../device/numbers';

const shapes = [1, 3, 4, 5, 7, 8, 16, 30].map((channels, i) => [1 + ((i * 5) % 9), 1 + i * 2, channels] as const);

const featuresOf = ([height, width, channels]: readonly [number, number, number]) =>
  grid(height, width, channels, numbers(height * width * channels, channels));

describe.each(cpuBackends)('moments and affine on %s', (backend) => {
  useBackend(backend);

  it.each(shapes)('%i×%i positions of %i channels: means over positions', async (...shape) => {
    const x = featuresOf(shape);
    const expected = momentsOf(x);
    const [mean = [], gram = []] = await numbersOf(() => {
      const result = kernels.moments(tf.tensor4d(Float32Array.from(x.values), shapeOf(x)));
      return [result.mean, result.gram];
    });
    expect(relativeError(mean, expected.mean)).toBeLessThan(1e-5);
    expect(relativeError(gram, expected.gram)).toBeLessThan(1e-5);
  });

  it('gives a Gram matrix that is symmetric to the bit', async () => {
    const [gram = new Float32Array()] = await numbersOf(
      () => kernels.moments(tf.tensor4d(numbers(23 * 31 * 13, 1), [1, 23, 31, 13])).gram,
    );
    for (let i = 0; i < 13; i++) for (let j = 0; j < 13; j++) expect(gram[i * 13 + j]).toBe(gram[j * 13 + i]);
  });

  it.each(shapes)('%i×%i positions of %i channels: dy + x·matrix + vector', async (...shape) => {
    const x = featuresOf(shape);
    const channels = shape[2];
    const matrix = numbers(channels * channels, 2);
    const vector = numbers(channels, 3);
    const dy = numbers(x.values.length, 4);
    const product = x.values.map((_, i) => {
      const column = i % channels;
      let sum = at(vector, column);
      for (let k = 0; k < channels; k++) sum += at(x.values, i - column + k) * at(matrix, k * channels + column);
      return sum;
    });
    const [without = [], withDy = []] = await numbersOf(() => {
      const features = tf.tensor4d(Float32Array.from(x.values), shapeOf(x));
      const [m, v] = [tf.tensor2d(matrix, [channels, channels]), tf.tensor1d(vector)];
      return [kernels.affine(features, m, v, null), kernels.affine(features, m, v, tf.tensor4d(dy, shapeOf(x)))];
    });
    expect(relativeError(without, product)).toBeLessThan(1e-5);
    expect(
      relativeError(
        withDy,
        product.map((value, i) => value + at(dy, i)),
      ),
    ).toBeLessThan(1e-5);
  });

  it.each(shapes)('%i×%i positions of %i channels: affine is the adjoint of moments', async (...shape) => {
    const x = featuresOf(shape);
    const channels = shape[2];
    const positions = x.height * x.width;
    const toMean = numbers(channels, 5);
    // Any matrix that an objective may hand back is symmetric.
    const half = numbers(channels * channels, 6);
    const toGram = half.map((value, i) => value + at(half, (i % channels) * channels + Math.floor(i / channels)));
    const [adjoint = new Float32Array()] = await numbersOf(() =>
      kernels.affine(
        tf.tensor4d(Float32Array.from(x.values), shapeOf(x)),
        tf.mul(tf.tensor2d(toGram, [channels, channels]), 2 / positions),
        tf.mul(tf.tensor1d(toMean), 1 / positions),
        null,
      ),
    );
    for (const direction of [7, 8, 9].map((seed) => numbers(x.values.length, seed))) {
      const [pushed = 0] = finiteDifferences(
        ([t = 0]) => {
          const { mean, gram } = momentsOf({ ...x, values: x.values.map((value, i) => value + t * at(direction, i)) });
          return dot(mean, toMean) + dot(gram, toGram);
        },
        [0],
      );
      expect(Math.abs(dot(adjoint, direction) - pushed)).toBeLessThan(1e-5 * norm(adjoint) * norm(direction));
    }
  });
});
