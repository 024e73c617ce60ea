/**
 * Photos down to what a run can use, before anything else is made of them: a 100-megapixel photo is 400 MB
 * as bytes and 1.2 GB as floats.
 */
import type { Pixels } from '../api';
import { pixelsOf, rasterOf, resizeToLongSide } from '../images/pixels';

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

/** An odd last row or column is left out. Colours count by their alpha: what is invisible does not show at edges. */
function halve({ width, height, data }: Pixels): Pixels {
  const half = { width: width >> 1, height: height >> 1 };
  const out = new Uint8ClampedArray(half.width * half.height * 4);
  const row = width * 4;
  for (let y = 0, to = 0; y < half.height; y++) {
    for (let x = 0; x < half.width; x++, to += 4) {
      const from = 2 * y * row + 8 * x;
      const right = from + 4;
      const below = from + row;
      const across = below + 4;
      const [a, b, c, d] = [data[from + 3] ?? 0, data[right + 3] ?? 0, data[below + 3] ?? 0, data[across + 3] ?? 0];
      const alpha = a + b + c + d;
      const even = alpha === 0 || alpha === 4 * 255;
      for (let k = 0; k < 3; k++) {
        const [one, two, three, four] = [
          data[from + k] ?? 0,
          data[right + k] ?? 0,
          data[below + k] ?? 0,
          data[across + k] ?? 0,
        ];
        out[to + k] = even ? (one + two + three + four) / 4 : (a * one + b * two + c * three + d * four) / alpha;
      }
      out[to + 3] = alpha / 4;
    }
  }
  return { ...half, data: out };
}
