/** Transparent pictures laid over their own mean colour. */
import { describe, expect, it } from 'vitest';
import { flattenAlpha } from '../../../web/studio/intake/alpha';

describe('flattenAlpha', () => {
  it('leaves an opaque picture as it is', () => {
    const data = Uint8ClampedArray.from([10, 20, 30, 255, 40, 50, 60, 255]);
    const before = [...data];
    expect(flattenAlpha(data)).toBe(false);
    expect([...data]).toEqual(before);
  });

  it('fills with the mean of what is visible, whatever hides under full transparency', () => {
    const data = Uint8ClampedArray.from([100, 0, 0, 255, 0, 100, 0, 255, 250, 250, 250, 0]);
    expect(flattenAlpha(data)).toBe(true);
    expect([...data]).toEqual([100, 0, 0, 255, 0, 100, 0, 255, 50, 50, 0, 255]);
  });

  it('mixes a half-transparent pixel half and half', () => {
    const data = Uint8ClampedArray.from([0, 0, 0, 255, 255, 255, 255, 51]);
    flattenAlpha(data);
    // Weights 255 and 51: the mean is 42.5, and the pixel 0.2 · 255 + 0.8 · 42.5 = 85.
    expect([...data.subarray(4)]).toEqual([85, 85, 85, 255]);
  });

  it('makes a picture of nothing white', () => {
    const data = new Uint8ClampedArray(4);
    flattenAlpha(data);
    expect([...data]).toEqual([255, 255, 255, 255]);
  });
});
