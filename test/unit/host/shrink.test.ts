import { describe, expect, it } from 'vitest';
import type { Pixels } from '../../../web/engine/api';
import { halveTo, shrinkToSize } from '../../../web/engine/host/shrink';

/** Red grows to the right, green downwards. */
function ramp(width: number, height: number): Pixels {
  const data = new Uint8ClampedArray(width * height * 4);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) data.set([(255 * x) / width, (255 * y) / height, 7, 255], 4 * (y * width + x));
  }
  return { width, height, data };
}

describe('shrinking', () => {
  it('leaves a photo that is small enough as it is', () => {
    const photo = ramp(40, 30);
    expect(shrinkToSize(photo, 40)).toBe(photo);
    expect(halveTo(photo, 30)).toBe(photo);
  });

  it('brings the long side to the size and keeps what the photo shows where it was', () => {
    const small = shrinkToSize(ramp(1000, 500), 100);
    expect([small.width, small.height]).toEqual([100, 50]);
    const direct = ramp(100, 50);
    const difference = Math.max(...small.data.map((value, i) => Math.abs(value - (direct.data[i] ?? 0))));
    expect(difference).toBeLessThan(4);
  });

  it('halves by means and never below the size asked for', () => {
    const data = Uint8ClampedArray.from([0, 0, 0, 255, 100, 0, 0, 255, 100, 0, 0, 255, 200, 40, 0, 255]);
    expect(halveTo({ width: 2, height: 2, data }, 1)).toEqual({
      width: 1,
      height: 1,
      data: Uint8ClampedArray.from([100, 10, 0, 255]),
    });
    expect(halveTo(ramp(399, 101), 100).width).toBe(199);
    expect(halveTo(ramp(64, 1), 8).height).toBe(1);
  });
});
