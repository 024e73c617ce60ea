import { describe, expect, it } from 'vitest';
import { paddingMap } from '../../../web/engine/kernels/padding';
import { sourceOf } from '../../support/float64/layers';

const modes = ['reflect', 'replicate', 'zero', 'circular'] as const;

describe('paddingMap', () => {
  it('reads what each mode promises', () => {
    expect([...paddingMap(3, 2, 2, 'reflect')]).toEqual([2, 1, 0, 1, 2, 1, 0]);
    expect([...paddingMap(3, 2, 2, 'replicate')]).toEqual([0, 0, 0, 1, 2, 2, 2]);
    expect([...paddingMap(3, 2, 2, 'circular')]).toEqual([1, 2, 0, 1, 2, 0, 1]);
    expect([...paddingMap(3, 2, 2, 'zero')]).toEqual([-1, -1, 0, 1, 2, -1, -1]);
  });

  it('pads either end by its own number', () => {
    expect([...paddingMap(4, 0, 3, 'reflect')]).toEqual([0, 1, 2, 3, 2, 1, 0]);
    expect([...paddingMap(4, 3, 0, 'circular')]).toEqual([1, 2, 3, 0, 1, 2, 3]);
  });

  it('reflects one pixel onto itself', () => {
    expect([...paddingMap(1, 2, 1, 'reflect')]).toEqual([0, 0, 0, 0]);
  });

  it.each(modes)('%s: goes to and fro where the padding is longer than the axis', (mode) => {
    for (let size = 1; size <= 6; size++) {
      for (const [before, after] of [
        [0, 0],
        [4, 4],
        [9, 2],
        [1, 13],
      ] as const) {
        const expected = Array.from({ length: before + size + after }, (_, i) => sourceOf(i - before, size, mode));
        expect([...paddingMap(size, before, after, mode)]).toEqual(expected);
      }
    }
  });
});
