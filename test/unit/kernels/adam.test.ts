/** Adam against algorithm 1 of Kingma & Ba 2015 in double precision. */
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import * as kernels from '../../../web/engine/kernels';
import { cpuBackends, numbersOf, useBackend } from '../../support/backends';
import { at } from '../../support/float64/grid';
import { numbers, relativeError } from '../device/numbers';

const settings = { stepSize: 0.05, beta1: 0.9, beta2: 0.99, epsilon: 1e-8, averaging: 0.8, min: 0, max: 1 };

/** A gradient that changes from step to step and from pixel to pixel. */
const gradientAt = (step: number, size: number) => numbers(size, 100 + step).map((value) => value * 10 ** (step % 3));

function reference(start: Float32Array, steps: number) {
  const x = Float64Array.from(start);
  const first = new Float64Array(x.length);
  const second = new Float64Array(x.length);
  const average = Float64Array.from(start);
  for (let t = 1; t <= steps; t++) {
    const gradient = gradientAt(t - 1, x.length);
    for (let i = 0; i < x.length; i++) {
      const g = at(gradient, i);
      first[i] = settings.beta1 * at(first, i) + (1 - settings.beta1) * g;
      second[i] = settings.beta2 * at(second, i) + (1 - settings.beta2) * g * g;
      const m = at(first, i) / (1 - settings.beta1 ** t);
      const v = at(second, i) / (1 - settings.beta2 ** t);
      const moved = at(x, i) - (settings.stepSize * m) / (Math.sqrt(v) + settings.epsilon);
      x[i] = Math.min(settings.max, Math.max(settings.min, moved));
      average[i] = settings.averaging * at(average, i) + (1 - settings.averaging) * at(x, i);
    }
  }
  return { x, first, second, average };
}

describe.each(cpuBackends)('Adam on %s', (backend) => {
  useBackend(backend);

  it.each([
    [1, 1],
    [7, 3],
    [96, 30],
  ])('on %i values follows the paper for %i steps', async (size, steps) => {
    const start = numbers(size, 1).map((value) => (value + 1) / 2);
    const expected = reference(start, steps);
    const [x = [], first = [], second = [], average = []] = await numbersOf(() => {
      const shape: [number, number, number, number] = [1, 1, size, 1];
      let state: kernels.AdamState = {
        x: tf.tensor4d(start, shape),
        first: tf.zeros(shape),
        second: tf.zeros(shape),
        average: tf.tensor4d(start, shape),
      };
      for (let step = 0; step < steps; step++) {
        state = kernels.adam(state, tf.tensor4d(gradientAt(step, size), shape), { ...settings, step });
      }
      return [state.x, state.first, state.second, state.average];
    });
    expect(relativeError(x, expected.x)).toBeLessThan(1e-5);
    expect(relativeError(first, expected.first)).toBeLessThan(1e-5);
    expect(relativeError(second, expected.second)).toBeLessThan(1e-5);
    expect(relativeError(average, expected.average)).toBeLessThan(1e-5);
  });

  it('clamps, leaves what it was given, and is still where there is no gradient', async () => {
    const shape: [number, number, number, number] = [1, 1, 3, 1];
    const [given = [], pushed = [], still = []] = await numbersOf(() => {
      const x = tf.tensor4d([0.01, 0.99, 0.5], shape);
      const none = tf.zeros<tf.Rank.R4>(shape);
      const state = { x, first: none, second: none, average: x };
      const attributes = { ...settings, stepSize: 0.3, step: 0 };
      const next = kernels.adam(state, tf.tensor4d([1, -1, 1], shape), attributes);
      return [x, next.x, kernels.adam(state, none, attributes).x];
    });
    expect(relativeError(given, [0.01, 0.99, 0.5])).toBeLessThan(1e-6);
    expect([...pushed].map((value) => Math.round(value * 1e6) / 1e6)).toEqual([0, 1, 0.2]);
    expect(still).toEqual(given);
  });
});
