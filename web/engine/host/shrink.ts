/**
 * Photos down to what a run can use, before anything else is made of them: a 100-megapixel photo is 400 MB
 * as bytes and 1.2 GB as floats.
 */
import type { Pixels } from '../api';
import { pixelsOf, rasterOf, resizeToLongSide } from '../images/pictures';

/** The photo with its long side at `size`, or as it is when that is smaller. */
export function shrinkToSize(pixels: Pixels, size: number): Pixels {
  if (Math.max(pixels.width, pixels.height) <= size) return pixels;
  return pixelsOf(resizeToLongSide(rasterOf(halveTo(pixels, size)), size));
}

/** Halved, by the mean of 2×2 pixels, as often as the long side stays at least `size`. */
export function halveTo(pixels: Pixels, size: number): Pixels {
  let halved = pixels;
  while (Math.max(halved.width, halved.height) >= 2 * size && Math.min(halved.width, halved.height) >= 2) {
    halved = halve(halved);
  }
  return halved;
}

/** An odd last row or column is left out. */
function halve({ width, height, data }: Pixels): Pixels {
  const half = { width: width >> 1, height: height >> 1 };
  const out = new Uint8ClampedArray(half.width * half.height * 4);
  const row = width * 4;
  for (let y = 0, to = 0; y < half.height; y++) {
    for (let x = 0; x < half.width; x++) {
      const from = 2 * y * row + 8 * x;
      for (let c = from; c < from + 4; c++, to++) {
        out[to] = ((data[c] ?? 0) + (data[c + 4] ?? 0) + (data[c + row] ?? 0) + (data[c + row + 4] ?? 0)) / 4;
      }
    }
  }
  return { ...half, data: out };
}
