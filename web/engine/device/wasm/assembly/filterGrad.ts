// Adjoint of the convolution with respect to filter and bias: dW[i, l, o] = Σ over positions of
// padded[y·stride + i, x·stride·ci + l] · dy[y, x, o], where l runs over a kernel row's taps and channels.
// Sums run along a row, then over rows: the order is fixed, and rounding stays small for large pictures.

import { BAND_ROWS, bandFloats, fillBand } from './band';
import { add, outer4x8 } from './outer';
import { loadLanes, storeLanes } from './vector';

/** Positions whose operands stay in a first-level cache while every pair of channels meets. */
const CHUNK: i32 = 64;

// @ts-ignore: decorator
@inline
function roundUp8(n: i32): i32 {
  return (n + 7) & ~7;
}

/** Output channels with the last panel filled up: panels are 8 wide, a last one of up to 4 channels is 4 wide. */
// @ts-ignore: decorator
@inline
function panelled(co: i32): i32 {
  return (co + 3) & ~3;
}

/** What `filterGrad` is divided into: eight taps and channels along a row of the kernel. */
export function filterGradBlocks(ci: i32, kh: i32, kw: i32): i32 {
  return (kh * roundUp8(kw * ci)) >> 3;
}

/** Scratch that `filterGrad` needs for so many blocks, in floats. */
export function filterGradScratchFloats(
  outWidth: i32, ci: i32, co: i32, kh: i32, kw: i32, stride: i32, blocks: i32,
): i32 {
  const cop = panelled(co);
  return 8 * blocks * cop + cop + outWidth * cop + bandFloats(outWidth, ci, kh, kw, stride);
}

/** Row `dy [width, co]` into panels `[⌈co / 8⌉][width][8 or 4]`, masked; its sums over positions are added to `bias`. */
function packRow(dy: usize, mask: usize, width: i32, co: i32, panels: usize, bias: usize): void {
  const zero = f32x4.splat(0);
  const row = (<usize>co) << 2;
  const cop = panelled(co);
  for (let c = 0; c < co; c += 4) {
    const lanes = min(4, co - c);
    const base = c & ~7;
    const pitch = (<usize>min(8, cop - base)) << 2;
    let to = panels + ((<usize>(base * width)) << 2) + ((<usize>(c - base)) << 2);
    let at = (<usize>c) << 2;
    let sum = zero;
    for (let x = 0; x < width; x++) {
      let value = loadLanes(dy + at, lanes);
      if (mask) value = v128.and(value, f32x4.gt(loadLanes(mask + at, lanes), zero));
      sum = f32x4.add(sum, value);
      v128.store(to, value);
      at += row;
      to += pitch;
    }
    const total = bias + ((<usize>c) << 2);
    v128.store(total, f32x4.add(v128.load(total), sum));
  }
}

/** sums[0..7][0..3] += Σ a[p][0..7] ⊗ b[p][0..3] */
function outer8x4(a: usize, step: usize, b: usize, count: i32, sums: usize, pitch: usize): void {
  let c0 = f32x4.splat(0), c1 = f32x4.splat(0), c2 = f32x4.splat(0), c3 = f32x4.splat(0);
  let c4 = f32x4.splat(0), c5 = f32x4.splat(0), c6 = f32x4.splat(0), c7 = f32x4.splat(0);
  for (let p = 0; p < count; p++) {
    const w = v128.load(b);
    c0 = f32x4.add(c0, f32x4.mul(v128.load32_splat(a), w));
    c1 = f32x4.add(c1, f32x4.mul(v128.load32_splat(a, 4), w));
    c2 = f32x4.add(c2, f32x4.mul(v128.load32_splat(a, 8), w));
    c3 = f32x4.add(c3, f32x4.mul(v128.load32_splat(a, 12), w));
    c4 = f32x4.add(c4, f32x4.mul(v128.load32_splat(a, 16), w));
    c5 = f32x4.add(c5, f32x4.mul(v128.load32_splat(a, 20), w));
    c6 = f32x4.add(c6, f32x4.mul(v128.load32_splat(a, 24), w));
    c7 = f32x4.add(c7, f32x4.mul(v128.load32_splat(a, 28), w));
    a += step;
    b += 16;
  }
  add(sums, c0);
  add(sums + pitch, c1);
  add(sums + 2 * pitch, c2);
  add(sums + 3 * pitch, c3);
  add(sums + 4 * pitch, c4);
  add(sums + 5 * pitch, c5);
  add(sums + 6 * pitch, c6);
  add(sums + 7 * pitch, c7);
}

/**
 * The blocks `first` to `end` of the filter's gradient (`filterGradBlocks`); the first slice writes the bias too.
 *
 * @param inRows, inColumns int32: which row or column of x a padded one reads, −1 reads zero;
 *   `(outHeight − 1)·stride + kh` and `(outWidth − 1)·stride + kw` entries
 * @param mask 0, or the convolution's output: dy counts where it is above 0
 * @param filter `[kh, kw, ci, co]`, written
 * @param bias `[co]`, written
 */
export function filterGrad(
  x: usize, inRows: usize, inColumns: usize, inWidth: i32, ci: i32,
  dy: usize, mask: usize, outHeight: i32, outWidth: i32, co: i32,
  kh: i32, kw: i32, stride: i32, filter: usize, bias: usize, first: i32, end: i32, scratch: usize,
): void {
  const cop = panelled(co);
  const across = kw * ci;
  const perRow = roundUp8(across) >> 3;
  const pitch = (<usize>cop) << 2;
  const sums = scratch;
  const biasSums = sums + <usize>(8 * (end - first)) * pitch;
  const panels = biasSums + pitch;
  const band = panels + <usize>outWidth * pitch;
  memory.fill(sums, 0, panels - sums);

  const width = (outWidth - 1) * stride + kw;
  const bandRow = (<usize>(width * ci)) << 2;
  const step = (<usize>(stride * ci)) << 2;
  for (let top = 0; top < outHeight; top += BAND_ROWS) {
    const rows = min(BAND_ROWS, outHeight - top);
    const table = inRows + ((<usize>(top * stride)) << 2);
    fillBand(x, 0, table, inColumns, inWidth, ci, (rows - 1) * stride + kh, width, band);
    for (let r = 0; r < rows; r++) {
      const row = (<usize>((top + r) * outWidth * co)) << 2;
      packRow(dy + row, mask ? mask + row : 0, outWidth, co, panels, biasSums);
      for (let start = 0; start < outWidth; start += CHUNK) {
        const count = min(CHUNK, outWidth - start);
        for (let block = first; block < end; block++) {
          const seen = band + <usize>(r * stride + block / perRow) * bandRow + <usize>start * step;
          const a = seen + ((<usize>(block % perRow)) << 5);
          const target = sums + <usize>(8 * (block - first)) * pitch;
          for (let o = 0; o < cop; o += 8) {
            const at = target + ((<usize>o) << 2);
            const panel = panels + ((<usize>(o * outWidth)) << 2);
            if (o + 8 <= cop) {
              const b = panel + ((<usize>start) << 5);
              outer4x8(a, step, b, 32, count, at, pitch);
              outer4x8(a + 16, step, b, 32, count, at + 4 * pitch, pitch);
            } else {
              outer8x4(a, step, panel + ((<usize>start) << 4), count, at, pitch);
            }
          }
        }
      }
    }
  }

  for (let block = first; block < end; block++) {
    const from = block % perRow << 3;
    const lines = min(8, across - from);
    let to = filter + ((<usize>((block / perRow * across + from) * co)) << 2);
    for (let l = 0; l < lines; l++) {
      copyLine(sums + <usize>(8 * (block - first) + l) * pitch, to, co);
      to += (<usize>co) << 2;
    }
  }
  if (first == 0) copyLine(biasSums, bias, co);
}

function copyLine(from: usize, to: usize, count: i32): void {
  for (let c = 0; c < count; c += 4) {
    const at = (<usize>c) << 2;
    storeLanes(to + at, v128.load(from + at), min(4, count - c));
  }
}
