// Direct convolution for every kernel size and stride that Winograd's form does not serve. Over a band of padded rows
// (band.ts) it is a matrix product without im2col: a register block holds 4 positions × 8 output channels, or 8 × 4
// where at most 4 are left, and walks along the kernel's rows.
//
// Like winogradConv it serves the convolution and its adjoint: borders are tables of indices, in and out.

import { BAND_ROWS, bandFloats, fillBand } from './band';
import { loadLanes, storeLanes } from './vector';

/** Positions that a register block may compute beyond a row's end; what they give is thrown away. */
const BEYOND: i32 = 7;

// @ts-ignore: decorator
@inline
function roundUp4(n: i32): i32 {
  return (n + 3) & ~3;
}

/** Room for the filter as `directFilter` leaves it, in floats. */
export function directFilterFloats(ci: i32, co: i32, kh: i32, kw: i32): i32 {
  return kh * kw * ci * roundUp4(co);
}

/** Scratch that `directConv` needs, in floats: one row of results, band. */
export function directScratchFloats(outWidth: i32, ci: i32, kh: i32, kw: i32, stride: i32): i32 {
  return (outWidth + BEYOND) * 8 + bandFloats(outWidth, ci, kh, kw, stride) + BEYOND * stride * ci;
}

/**
 * Panels `[⌈co / 8⌉][kh · kw · ci][8 or 4]` of the taps that the tables name, zeros beyond the last channel.
 *
 * @param filter `[·, filterWidth, ci, co]`
 */
export function directFilter(
  filter: usize, tapRows: usize, tapColumns: usize, kh: i32, kw: i32, filterWidth: i32, ci: i32, co: i32,
  packed: usize,
): void {
  let to = packed;
  for (let c = 0; c < co; c += 8) {
    const width = min(8, roundUp4(co - c));
    const low = min(4, co - c);
    const high = co - c - 4;
    for (let i = 0; i < kh; i++) {
      const tapRow = load<i32>(tapRows + ((<usize>i) << 2)) * filterWidth;
      for (let j = 0; j < kw; j++) {
        const tap = tapRow + load<i32>(tapColumns + ((<usize>j) << 2));
        let from = filter + ((<usize>(tap * ci * co + c)) << 2);
        for (let k = 0; k < ci; k++) {
          v128.store(to, loadLanes(from, low));
          if (width == 8) v128.store(to, loadLanes(from + 16, min(4, high)), 16);
          to += (<usize>width) << 2;
          from += (<usize>co) << 2;
        }
      }
    }
  }
}

/**
 * out[p][0..7] = Σ a[p + i·row + l] · b[i·across + l][0..7] for four positions p, `step` bytes apart in a.
 *
 * @param row bytes from one row of the kernel to the next in a
 * @param across floats along a row of the kernel
 */
function block4x8(a: usize, step: usize, row: usize, kh: i32, across: i32, b: usize, out: usize): void {
  let c00 = f32x4.splat(0), c01 = f32x4.splat(0);
  let c10 = f32x4.splat(0), c11 = f32x4.splat(0);
  let c20 = f32x4.splat(0), c21 = f32x4.splat(0);
  let c30 = f32x4.splat(0), c31 = f32x4.splat(0);
  for (let i = 0; i < kh; i++) {
    let a0 = a;
    let a1 = a0 + step;
    let a2 = a1 + step;
    let a3 = a2 + step;
    for (let l = 0; l < across; l++) {
      const b0 = v128.load(b);
      const b1 = v128.load(b, 16);
      const x0 = v128.load32_splat(a0);
      c00 = f32x4.add(c00, f32x4.mul(x0, b0));
      c01 = f32x4.add(c01, f32x4.mul(x0, b1));
      const x1 = v128.load32_splat(a1);
      c10 = f32x4.add(c10, f32x4.mul(x1, b0));
      c11 = f32x4.add(c11, f32x4.mul(x1, b1));
      const x2 = v128.load32_splat(a2);
      c20 = f32x4.add(c20, f32x4.mul(x2, b0));
      c21 = f32x4.add(c21, f32x4.mul(x2, b1));
      const x3 = v128.load32_splat(a3);
      c30 = f32x4.add(c30, f32x4.mul(x3, b0));
      c31 = f32x4.add(c31, f32x4.mul(x3, b1));
      a0 += 4;
      a1 += 4;
      a2 += 4;
      a3 += 4;
      b += 32;
    }
    a += row;
  }
  v128.store(out, c00);
  v128.store(out, c01, 16);
  v128.store(out, c10, 32);
  v128.store(out, c11, 48);
  v128.store(out, c20, 64);
  v128.store(out, c21, 80);
  v128.store(out, c30, 96);
  v128.store(out, c31, 112);
}

/** As block4x8: eight positions, four outputs. */
function block8x4(a: usize, step: usize, row: usize, kh: i32, across: i32, b: usize, out: usize): void {
  let c0 = f32x4.splat(0), c1 = f32x4.splat(0), c2 = f32x4.splat(0), c3 = f32x4.splat(0);
  let c4 = f32x4.splat(0), c5 = f32x4.splat(0), c6 = f32x4.splat(0), c7 = f32x4.splat(0);
  for (let i = 0; i < kh; i++) {
    let a0 = a;
    let a1 = a0 + step;
    let a2 = a1 + step;
    let a3 = a2 + step;
    let a4 = a3 + step;
    let a5 = a4 + step;
    let a6 = a5 + step;
    let a7 = a6 + step;
    for (let l = 0; l < across; l++) {
      const w = v128.load(b);
      c0 = f32x4.add(c0, f32x4.mul(v128.load32_splat(a0), w));
      c1 = f32x4.add(c1, f32x4.mul(v128.load32_splat(a1), w));
      c2 = f32x4.add(c2, f32x4.mul(v128.load32_splat(a2), w));
      c3 = f32x4.add(c3, f32x4.mul(v128.load32_splat(a3), w));
      c4 = f32x4.add(c4, f32x4.mul(v128.load32_splat(a4), w));
      c5 = f32x4.add(c5, f32x4.mul(v128.load32_splat(a5), w));
      c6 = f32x4.add(c6, f32x4.mul(v128.load32_splat(a6), w));
      c7 = f32x4.add(c7, f32x4.mul(v128.load32_splat(a7), w));
      a0 += 4;
      a1 += 4;
      a2 += 4;
      a3 += 4;
      a4 += 4;
      a5 += 4;
      a6 += 4;
      a7 += 4;
      b += 16;
    }
    a += row;
  }
  v128.store(out, c0);
  v128.store(out, c1, 16);
  v128.store(out, c2, 32);
  v128.store(out, c3, 48);
  v128.store(out, c4, 64);
  v128.store(out, c5, 80);
  v128.store(out, c6, 96);
  v128.store(out, c7, 112);
}

/** Four channels of a row of results to where they belong: `pitch` bytes between results, out at channel 0 of the row. */
function finishRow(
  results: usize, pitch: usize, width: i32, bias: usize, relu: i32, accumulate: i32,
  out: usize, columns: usize, pixel: usize, lanes: i32,
): void {
  const zero = f32x4.splat(0);
  const shift = bias ? loadLanes(bias, lanes) : zero;
  for (let x = 0; x < width; x++) {
    const column = load<i32>(columns + ((<usize>x) << 2));
    if (column >= 0) {
      const at = out + <usize>column * pixel;
      let value = f32x4.add(v128.load(results), shift);
      if (relu) value = f32x4.max(value, zero);
      if (accumulate) value = f32x4.add(value, loadLanes(at, lanes));
      storeLanes(at, value, lanes);
    }
    results += pitch;
  }
}

/**
 * out[outRows[y], outColumns[x], :] = activation(Σ filter[tapRows[i], tapColumns[j]] ·
 * in[inRows[y·stride + i], inColumns[x·stride + j], :] + bias) for first ≤ y < end, x < outWidth; where an index is −1,
 * the input is 0 and the result is dropped.
 *
 * @param input `[·, inWidth, ci]`; with `mask` (same shape) the input counts only where mask > 0
 * @param inRows, inColumns int32, `(outHeight − 1)·stride + kh` and `(outWidth − 1)·stride + kw` entries
 * @param packed of directFilter
 * @param bias `[co]`, or 0
 * @param outRows, outColumns int32, outHeight and outWidth entries
 * @param out `[·, outStride, co]`, added to when `accumulate` is 1
 */
export function directConv(
  input: usize, mask: usize, inRows: usize, inColumns: usize, inWidth: i32, ci: i32,
  packed: usize, kh: i32, kw: i32, stride: i32, bias: usize, relu: i32,
  out: usize, outRows: usize, outColumns: usize, outStride: i32, co: i32,
  outWidth: i32, accumulate: i32, first: i32, end: i32, scratch: usize,
): void {
  const across = kw * ci;
  const depth = kh * across;
  const results = scratch;
  const band = results + ((<usize>((outWidth + BEYOND) * 8)) << 2);

  const width = (outWidth - 1) * stride + kw;
  const bandRow = (<usize>(width * ci)) << 2;
  const step = (<usize>(stride * ci)) << 2;
  const pixel = (<usize>co) << 2;
  for (let top = first; top < end; top += BAND_ROWS) {
    const rows = min(BAND_ROWS, end - top);
    const table = inRows + ((<usize>(top * stride)) << 2);
    fillBand(input, mask, table, inColumns, inWidth, ci, (rows - 1) * stride + kh, width, band);
    for (let c = 0; c < co; c += 8) {
      const b = packed + ((<usize>(depth * c)) << 2);
      const wide = co - c > 4;
      const channel = (<usize>c) << 2;
      for (let r = 0; r < rows; r++) {
        const row = load<i32>(outRows + ((<usize>(top + r)) << 2));
        if (row < 0) continue;
        const seen = band + <usize>(r * stride) * bandRow;
        const to = out + <usize>(row * outStride) * pixel + channel;
        const shift = bias ? bias + channel : 0;
        if (wide) {
          for (let x = 0; x < outWidth; x += 4)
            block4x8(seen + <usize>x * step, step, bandRow, kh, across, b, results + ((<usize>x) << 5));
          const high = min(4, co - c - 4);
          finishRow(results, 32, outWidth, shift, relu, accumulate, to, outColumns, pixel, 4);
          finishRow(results + 16, 32, outWidth, shift ? shift + 16 : 0, relu, accumulate, to + 16, outColumns, pixel, high);
        } else {
          for (let x = 0; x < outWidth; x += 8)
            block8x4(seen + <usize>x * step, step, bandRow, kh, across, b, results + ((<usize>x) << 4));
          finishRow(results, 16, outWidth, shift, relu, accumulate, to, outColumns, pixel, min(4, co - c));
        }
      }
    }
  }
}
