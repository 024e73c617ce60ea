import { describe, expect, it } from 'vitest';
import { alphaOf, isTransparent, meanColour, opaque, setAlpha } from '../../../web/engine/images/alpha';

const row = (...values: number[]) => ({
  width: values.length / 4,
  height: 1,
  data: Uint8ClampedArray.from(values),
});

describe('a transparent picture', () => {
  it('that is opaque is itself', () => {
    const picture = row(10, 20, 30, 255, 40, 50, 60, 255);
    expect(isTransparent(picture)).toBe(false);
    expect(opaque(picture)).toBe(picture);
  });

  it('is laid over the mean of what is visible, whatever hides under full transparency', () => {
    const picture = row(100, 0, 0, 255, 0, 100, 0, 255, 250, 250, 250, 0);
    expect(isTransparent(picture)).toBe(true);
    expect([...opaque(picture).data]).toEqual([100, 0, 0, 255, 0, 100, 0, 255, 50, 50, 0, 255]);
    expect(picture.data[8]).toBe(250);
  });

  it('shows a half-transparent pixel half and half', () => {
    const picture = row(0, 0, 0, 255, 255, 255, 255, 51);
    // Weights 255 and 51: the mean is 42.5, and the pixel 0.2 · 255 + 0.8 · 42.5 = 85.
    expect(meanColour(picture)).toEqual([42.5, 42.5, 42.5]);
    expect([...opaque(picture).data.subarray(4)]).toEqual([85, 85, 85, 255]);
  });

  it('of nothing at all is mid grey', () => {
    expect([...opaque(row(9, 9, 9, 0)).data]).toEqual([128, 128, 128, 255]);
  });

  it('gives its alpha to another of its size', () => {
    const painted = row(1, 2, 3, 255, 4, 5, 6, 255);
    setAlpha(painted, alphaOf(row(0, 0, 0, 102, 0, 0, 0, 0)));
    expect([...painted.data]).toEqual([1, 2, 3, 102, 4, 5, 6, 0]);
  });
});
