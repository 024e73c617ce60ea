// A band of padded rows, so that a convolution over it needs no thought of borders: along one padded row, what a
// kernel's row sees at an output position is kw · channels floats in one piece, and the next position's piece starts
// stride · channels floats on. No im2col copy exists.

import { loadLanes, storeLanes } from './vector';

/** Output rows computed from one band. */
export const BAND_ROWS: i32 = 8;

/** Floats that kernels may read beyond a band's end; what they make of them is thrown away. */
const SLACK: i32 = 8;

/** Floats of a band for output rows of `outWidth` positions. */
export function bandFloats(outWidth: i32, channels: i32, kh: i32, kw: i32, stride: i32): i32 {
  return ((BAND_ROWS - 1) * stride + kh) * ((outWidth - 1) * stride + kw) * channels + SLACK;
}

/** Copies `count` floats; where a mask is given, those whose mask is not above 0 become 0. */
function copyMasked(from: usize, mask: usize, to: usize, count: i32): void {
  const zero = f32x4.splat(0);
  for (let i = 0; i < count; i += 4) {
    const lanes = min(4, count - i);
    const at = (<usize>i) << 2;
    let value = loadLanes(from + at, lanes);
    if (mask) value = v128.and(value, f32x4.gt(loadLanes(mask + at, lanes), zero));
    storeLanes(to + at, value, lanes);
  }
}

/**
 * band[r, c, :] = input[rows[r], columns[c], :], 0 where either index is −1.
 *
 * @param mask 0, or as large as input: input counts where mask > 0
 * @param rows, columns int32 tables of `height` and `width` entries
 */
export function fillBand(
  input: usize, mask: usize, rows: usize, columns: usize, inWidth: i32, channels: i32,
  height: i32, width: i32, band: usize,
): void {
  const pixel = (<usize>channels) << 2;
  for (let r = 0; r < height; r++) {
    const row = load<i32>(rows + ((<usize>r) << 2));
    const target = band + <usize>(r * width) * pixel;
    if (row < 0) {
      memory.fill(target, 0, <usize>width * pixel);
      continue;
    }
    const source = <usize>(row * inWidth) * pixel;
    let c = 0;
    while (c < width) {
      const column = load<i32>(columns + ((<usize>c) << 2));
      const at = target + <usize>c * pixel;
      let run = 1;
      if (column < 0) {
        memory.fill(at, 0, pixel);
      } else {
        while (c + run < width && load<i32>(columns + ((<usize>(c + run)) << 2)) == column + run) run++;
        const from = source + <usize>column * pixel;
        copyMasked(input + from, mask ? mask + from : 0, at, run * channels);
      }
      c += run;
    }
  }
}
