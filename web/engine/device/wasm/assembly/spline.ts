// Rows of a picture twice as large (kernels/spline.ts), as far as a convolution wants to read them.

import { loadLanes, storeLanes } from './vector';

/** Ints of a table's line: three indices of the source, then their three weights. */
const LINE: usize = 6;

/** Scratch that `spline` needs, in floats: one line of the source. */
export function splineScratchFloats(inWidth: i32, channels: i32): i32 {
  return inWidth * channels;
}

// @ts-ignore: decorator
@inline
function three(a: v128, b: v128, c: v128, wa: v128, wb: v128, wc: v128): v128 {
  return f32x4.add(f32x4.add(f32x4.mul(a, wa), f32x4.mul(b, wb)), f32x4.mul(c, wc));
}

/**
 * out[y, x, :] = Σ weight · weight · input[row, column, :] for the rows `first` to `end` of a table.
 *
 * @param rows, columns lines of three int32 indices and three float32 weights; a first index of −1: zeros
 * @param out `[·, outWidth, channels]`
 */
export function spline(
  input: usize, inWidth: i32, channels: i32, rows: usize, columns: usize, out: usize, outWidth: i32,
  first: i32, end: i32, scratch: usize,
): void {
  const pixel = (<usize>channels) << 2;
  const inRow = <usize>inWidth * pixel;
  for (let y = first; y < end; y++) {
    const target = out + <usize>(y * outWidth) * pixel;
    const line = rows + ((<usize>y * LINE) << 2);
    if (load<i32>(line) < 0) {
      memory.fill(target, 0, <usize>outWidth * pixel);
      continue;
    }
    combine(
      input + <usize>load<i32>(line) * inRow, input + <usize>load<i32>(line, 4) * inRow,
      input + <usize>load<i32>(line, 8) * inRow, line + 12, inWidth * channels, scratch,
    );
    for (let x = 0; x < outWidth; x++) {
      const at = columns + ((<usize>x * LINE) << 2);
      const to = target + <usize>x * pixel;
      if (load<i32>(at) < 0) memory.fill(to, 0, pixel);
      else
        combine(
          scratch + <usize>load<i32>(at) * pixel, scratch + <usize>load<i32>(at, 4) * pixel,
          scratch + <usize>load<i32>(at, 8) * pixel, at + 12, channels, to,
        );
    }
  }
}

// @ts-ignore: decorator
@inline
function combine(a: usize, b: usize, c: usize, weights: usize, count: i32, to: usize): void {
  const wa = v128.load32_splat(weights);
  const wb = v128.load32_splat(weights, 4);
  const wc = v128.load32_splat(weights, 8);
  const whole = (<usize>(count & ~3)) << 2;
  let i: usize = 0;
  for (; i < whole; i += 16)
    v128.store(to + i, three(v128.load(a + i), v128.load(b + i), v128.load(c + i), wa, wb, wc));
  const left = count & 3;
  if (left)
    storeLanes(to + i, three(loadLanes(a + i, left), loadLanes(b + i, left), loadLanes(c + i, left), wa, wb, wc), left);
}
