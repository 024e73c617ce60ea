/** Shifting the picture against the network's lattice: mirrored borders, and the exact adjoint. */
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { randomGenerator } from '../../../web/engine/images/random';
import { Shifter, shiftsUpTo } from '../../../web/engine/optimise/shift';
import { alive, cpuBackends, numbersOf, useBackend } from '../../support/backends';
import { at, dot, grid, shapeOf } from '../../support/float64/grid';
import { sourceOf } from '../../support/float64/layers';
import { numbers, relativeError } from '../device/numbers';

const picture = grid(11, 8, 3, numbers(11 * 8 * 3, 1));
const tensor = () => tf.tensor4d(Float32Array.from(picture.values), shapeOf(picture));

describe.each(cpuBackends)('the shifter on %s', (backend) => {
  useBackend(backend);

  it.each([
    { top: 0, left: 0, extent: 5 },
    { top: 5, left: 0, extent: 5 },
    { top: 2, left: 3, extent: 5 },
    { top: 0, left: 0, extent: 0 },
  ])('shows the picture $top down and $left right of $extent, mirrored, and takes gradients back', async (shift) => {
    const before = alive();
    const shifter = new Shifter();
    const { top, left, extent } = shift;
    const [height, width] = [11 + extent, 8 + extent];
    const expected = Float64Array.from({ length: height * width * 3 }, (_, i) => {
      const row = sourceOf(Math.floor(i / 3 / width) - top, 11, 'reflect');
      const column = sourceOf((Math.floor(i / 3) % width) - left, 8, 'reflect');
      return at(picture.values, (row * 8 + column) * 3 + (i % 3));
    });
    const dy = numbers(expected.length, 2);
    const [shifted = new Float32Array(), pulled = new Float32Array()] = await numbersOf(() => {
      const x = tensor();
      const seen = shifter.apply(x, shift);
      expect(seen.shape).toEqual([1, height, width, 3]);
      return [seen, shifter.adjoint(tf.tensor4d(dy, seen.shape), shift, x.shape)];
    });
    expect(relativeError(shifted, expected)).toBeLessThan(1e-5);
    expect(pulled).toHaveLength(picture.values.length);
    // ⟨S x, dy⟩ = ⟨x, Sᵀ dy⟩
    expect(dot(pulled, picture.values)).toBeCloseTo(dot(expected, dy), 3);
    shifter.dispose();
    expect(alive()).toEqual(before);
  });
});

describe('shiftsUpTo', () => {
  it('gives different shifts within the extent, the first of them none, the same for a seed', () => {
    const shifts = shiftsUpTo(7, 8, randomGenerator(1));
    expect(shifts).toHaveLength(8);
    expect(shifts[0]).toEqual({ top: 0, left: 0, extent: 7 });
    expect(new Set(shifts.map(({ top, left }) => `${top},${left}`)).size).toBe(8);
    for (const { top, left } of shifts) expect(Math.max(top, left)).toBeLessThanOrEqual(7);
    expect(shiftsUpTo(7, 8, randomGenerator(1))).toEqual(shifts);
    expect(shiftsUpTo(7, 8, randomGenerator(2))).not.toEqual(shifts);
  });

  it('gives as many as there are', () => {
    expect(shiftsUpTo(0, 8, randomGenerator(1))).toEqual([{ top: 0, left: 0, extent: 0 }]);
    expect(shiftsUpTo(1, 8, randomGenerator(1))).toHaveLength(4);
  });
});
