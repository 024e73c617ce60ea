// 3×3 stride-1 convolution by Winograd's F(4×4, 3×3) (Lavin & Gray 2015): a quarter of the multiplications
// of the direct form, relative error about 2e-6 in float32.
//
// One routine serves the convolution and its adjoint. Borders are two tables of indices: `inRows`/`inColumns`
// say which source row a padded row reads (−1 reads zero), `outRows`/`outColumns` which row a result is *added*
// to. Forward, the padding mode sits in the input tables; backward, its adjoint sits in the output tables.

import { gemm } from './gemm';
import { loadLanes, storeLanes } from './vector';

/** Input tiles are 6×6 and overlap by 2; they give 4×4 outputs. */
const POINTS: i32 = 36;
/** Floats of V and M together that stay in a second-level cache. */
const CACHE_FLOATS: i32 = 160 * 1024;

// @ts-ignore: decorator
@inline
function roundUp4(n: i32): i32 {
  return (n + 3) & ~3;
}

/** Floats from one of the 36 planes to the next: a line more than their size, or all of them would meet in one set of the cache. */
// @ts-ignore: decorator
@inline
function planeFloats(tiles: i32, channels: i32): i32 {
  return tiles * channels + 16;
}

// @ts-ignore: decorator
@inline
function tilesPerBlock(ci: i32, co: i32): i32 {
  const tiles = (CACHE_FLOATS / (POINTS * (roundUp4(ci) + roundUp4(co)))) & ~3;
  return max(4, min(tiles, 256));
}

/** Floats from one of the 36 planes of the filters to the next. */
// @ts-ignore: decorator
@inline
function filterPlane(ci: i32, co: i32): i32 {
  return planeFloats(roundUp4(ci), (co + 7) & ~7);
}

/** Room for the filters as `winogradFilters` leaves them, in floats. */
export function winogradFilterFloats(ci: i32, co: i32): i32 {
  return POINTS * filterPlane(ci, co);
}

/** Scratch that `winogradConv` needs, in floats: V, M, one tile and its half-way form, and where its lines lie. */
export function winogradScratchFloats(ci: i32, co: i32): i32 {
  const tiles = tilesPerBlock(ci, co);
  return POINTS * (planeFloats(tiles, roundUp4(ci)) + planeFloats(tiles, roundUp4(co))) + 2 * POINTS * 4 + 12;
}

/**
 * Three values g through G, to `to` with stride `stepTo`.
 */
// @ts-ignore: decorator
@inline
function transformFilterLine(g0: v128, g1: v128, g2: v128, to: usize, stepTo: usize): void {
  const sixth = f32x4.splat(<f32>(1.0 / 6.0));
  const even = f32x4.add(g0, g2);
  const outer = f32x4.add(f32x4.mul(g0, f32x4.splat(<f32>(1.0 / 24.0))), f32x4.mul(g2, sixth));
  const middle = f32x4.mul(g1, f32x4.splat(<f32>(1.0 / 12.0)));
  v128.store(to, f32x4.mul(g0, f32x4.splat(0.25)));
  v128.store(to + stepTo, f32x4.neg(f32x4.mul(f32x4.add(even, g1), sixth)));
  v128.store(to + 2 * stepTo, f32x4.neg(f32x4.mul(f32x4.sub(even, g1), sixth)));
  v128.store(to + 3 * stepTo, f32x4.add(outer, middle));
  v128.store(to + 4 * stepTo, f32x4.sub(outer, middle));
  v128.store(to + 5 * stepTo, g2);
}

/**
 * U[ξ][co / 8][ci][co % 8] = (G g Gᵀ)[ξ] for every filter g of the input channels `first` to `end`; input channels beyond the
 * real ones, up to a multiple of four, are zero. What the product reads at once lies in one piece: rows of 128 channels would
 * meet in few sets of the cache.
 * @param scratch 72 floats
 */
export function winogradFilters(
  filter: usize, ci: i32, co: i32, u: usize, first: i32, end: i32, scratch: usize,
): void {
  const panel = 8 * roundUp4(ci);
  const plane = (<usize>filterPlane(ci, co)) << 2;
  const tap = (<usize>(ci * co)) << 2;
  const zero = f32x4.splat(0);
  for (let i = first; i < end; i++) {
    for (let o = 0; o < co; o += 4) {
      const target = u + ((<usize>((o >> 3) * panel + 8 * i + (o & 7))) << 2);
      if (i >= ci) {
        for (let point: usize = 0; point < <usize>POINTS; point++) v128.store(target + point * plane, zero);
        continue;
      }
      const source = filter + ((<usize>(i * co + o)) << 2);
      const lanes = min(4, co - o);
      // Columns of g first: scratch[6][3].
      for (let x: usize = 0; x < 3; x++) {
        const at = source + x * tap;
        transformFilterLine(
          loadLanes(at, lanes), loadLanes(at + 3 * tap, lanes), loadLanes(at + 6 * tap, lanes), scratch + (x << 4), 48,
        );
      }
      for (let y: usize = 0; y < 6; y++) {
        const at = scratch + y * 48;
        transformFilterLine(v128.load(at), v128.load(at, 16), v128.load(at, 32), target + 6 * y * plane, plane);
      }
    }
  }
}

/** Six values d through Bᵀ, to `to` with stride `stepTo`. */
// @ts-ignore: decorator
@inline
function transformInputLine(d0: v128, d1: v128, d2: v128, d3: v128, d4: v128, d5: v128, to: usize, stepTo: usize): void {
  const two = f32x4.splat(2);
  const four = f32x4.splat(4);
  const five = f32x4.splat(5);
  v128.store(to, f32x4.add(f32x4.sub(f32x4.mul(four, d0), f32x4.mul(five, d2)), d4));
  const p = f32x4.sub(d4, f32x4.mul(four, d2));
  const q = f32x4.sub(d3, f32x4.mul(four, d1));
  v128.store(to + stepTo, f32x4.add(p, q));
  v128.store(to + 2 * stepTo, f32x4.sub(p, q));
  const r = f32x4.sub(d4, d2);
  const s = f32x4.mul(two, f32x4.sub(d3, d1));
  v128.store(to + 3 * stepTo, f32x4.add(r, s));
  v128.store(to + 4 * stepTo, f32x4.sub(r, s));
  v128.store(to + 5 * stepTo, f32x4.add(f32x4.sub(f32x4.mul(four, d1), f32x4.mul(five, d3)), d5));
}

/** Six values m through Aᵀ: four. */
// @ts-ignore: decorator
@inline
function transformOutputLine(from: usize, step: usize, to: usize, stepTo: usize): void {
  const m0 = v128.load(from);
  const m1 = v128.load(from + step);
  const m2 = v128.load(from + 2 * step);
  const m3 = v128.load(from + 3 * step);
  const m4 = v128.load(from + 4 * step);
  const m5 = v128.load(from + 5 * step);
  const a = f32x4.add(m1, m2);
  const b = f32x4.sub(m1, m2);
  const c = f32x4.add(m3, m4);
  const d = f32x4.sub(m3, m4);
  v128.store(to, f32x4.add(f32x4.add(m0, a), c));
  v128.store(to + stepTo, f32x4.add(b, f32x4.mul(f32x4.splat(2), d)));
  v128.store(to + 2 * stepTo, f32x4.add(a, f32x4.mul(f32x4.splat(4), c)));
  v128.store(to + 3 * stepTo, f32x4.add(f32x4.add(b, f32x4.mul(f32x4.splat(8), d)), m5));
}

/** Whether four entries of a table name neighbours. */
// @ts-ignore: decorator
@inline
function isRun(table: usize): bool {
  const first = load<i32>(table);
  return load<i32>(table, 4) == first + 1 && load<i32>(table, 8) == first + 2 && load<i32>(table, 12) == first + 3;
}

/** As transformOutputLine, of six values side by side, and to where they belong: four channels of four neighbours. */
// @ts-ignore: decorator
@inline
function finishLine(from: usize, shift: v128, relu: i32, accumulate: i32, to: usize, pixel: usize): void {
  const m0 = v128.load(from);
  const m1 = v128.load(from, 16);
  const m2 = v128.load(from, 32);
  const m3 = v128.load(from, 48);
  const m4 = v128.load(from, 64);
  const m5 = v128.load(from, 80);
  const a = f32x4.add(m1, m2);
  const b = f32x4.sub(m1, m2);
  const c = f32x4.add(m3, m4);
  const d = f32x4.sub(m3, m4);
  let y0 = f32x4.add(f32x4.add(f32x4.add(m0, a), c), shift);
  let y1 = f32x4.add(f32x4.add(b, f32x4.mul(f32x4.splat(2), d)), shift);
  let y2 = f32x4.add(f32x4.add(a, f32x4.mul(f32x4.splat(4), c)), shift);
  let y3 = f32x4.add(f32x4.add(f32x4.add(b, f32x4.mul(f32x4.splat(8), d)), m5), shift);
  if (relu) {
    const zero = f32x4.splat(0);
    y0 = f32x4.max(y0, zero);
    y1 = f32x4.max(y1, zero);
    y2 = f32x4.max(y2, zero);
    y3 = f32x4.max(y3, zero);
  }
  if (accumulate) {
    y0 = f32x4.add(y0, v128.load(to));
    y1 = f32x4.add(y1, v128.load(to + pixel));
    y2 = f32x4.add(y2, v128.load(to + 2 * pixel));
    y3 = f32x4.add(y3, v128.load(to + 3 * pixel));
  }
  v128.store(to, y0);
  v128.store(to + pixel, y1);
  v128.store(to + 2 * pixel, y2);
  v128.store(to + 3 * pixel, y3);
}

/** Four floats of the input, `lanes` of them, or zeros: where an offset is −1, and where the mask is not above 0. */
// @ts-ignore: decorator
@inline
function inputAt(input: usize, mask: usize, row: i32, column: i32, channel: usize, lanes: i32): v128 {
  if ((row | column) < 0) return f32x4.splat(0);
  const at = <usize>row + <usize>column + channel;
  const value = loadLanes(input + at, lanes);
  return mask ? v128.and(value, f32x4.gt(loadLanes(mask + at, lanes), f32x4.splat(0))) : value;
}

/** As inputAt, four of them and none beyond the border, with a mask. */
// @ts-ignore: decorator
@inline
function maskedAt(at: usize, mask: usize): v128 {
  return v128.and(v128.load(at), f32x4.gt(v128.load(mask), f32x4.splat(0)));
}

/**
 * Byte offsets of six lines from `from` on, −1 for those that read zero.
 * @returns whether there is none of those
 */
function findLines(table: usize, from: i32, length: i32, pitch: i32, lines: usize): bool {
  let inside = true;
  for (let i = 0; i < 6; i++) {
    const line = from + i < length ? load<i32>(table + ((<usize>(from + i)) << 2)) : -1;
    store<i32>(lines + ((<usize>i) << 2), line < 0 ? -1 : line * pitch);
    if (line < 0) inside = false;
  }
  return inside;
}

/**
 * out[outRows[y], outColumns[x], :] += activation(Σ filter · in[inRows[y + dy], inColumns[x + dx], :] + bias)
 * for the pixels of the tiles `first` to `end`. `out` is written, not added to, when `accumulate` is 0.
 *
 * @param input `[·, inWidth, ci]`; with `mask` (same shape) the input counts only where mask > 0
 * @param inRows, inColumns int32, outHeight + 2 and outWidth + 2 entries; −1 reads zero
 * @param u of winogradFilters
 * @param bias `[co]`, or 0
 * @param outRows, outColumns int32, outHeight and outWidth entries
 * @param out `[·, outStride, co]`, zeroed by the caller when accumulating
 * @param first, end of the tiles, 4×4 each, ⌈outWidth / 4⌉ to a row
 */
export function winogradConv(
  input: usize, mask: usize, inRows: usize, inColumns: usize, inWidth: i32, ci: i32,
  u: usize, bias: usize, relu: i32,
  out: usize, outRows: usize, outColumns: usize, outStride: i32, co: i32,
  outHeight: i32, outWidth: i32, accumulate: i32, first: i32, end: i32, scratch: usize,
): void {
  const cip = roundUp4(ci);
  const cop = roundUp4(co);
  const block = tilesPerBlock(ci, co);
  const planeV = (<usize>planeFloats(block, cip)) << 2;
  const planeM = (<usize>planeFloats(block, cop)) << 2;
  const planeU = (<usize>filterPlane(ci, co)) << 2;
  const v = scratch;
  const m = v + <usize>POINTS * planeV;
  const tile = m + <usize>POINTS * planeM;
  const half = tile + ((<usize>(POINTS * 4)) << 2);
  const rowsOf = half + ((<usize>(POINTS * 4)) << 2);
  const columnsOf = rowsOf + 24;

  const tilesX = (outWidth + 3) >> 2;
  const pixel = (<usize>co) << 2;
  const outRow = <usize>outStride * pixel;
  const zero = f32x4.splat(0);

  for (let start = first; start < end; start += block) {
    const count = min(block, end - start);
    for (let t = 0; t < count; t++) {
      const y = ((start + t) / tilesX) << 2;
      const x = ((start + t) % tilesX) << 2;
      const inside = findLines(inRows, y, outHeight + 2, (inWidth * ci) << 2, rowsOf);
      const whole = findLines(inColumns, x, outWidth + 2, ci << 2, columnsOf) && inside;
      const r0 = load<i32>(rowsOf), r1 = load<i32>(rowsOf, 4), r2 = load<i32>(rowsOf, 8);
      const r3 = load<i32>(rowsOf, 12), r4 = load<i32>(rowsOf, 16), r5 = load<i32>(rowsOf, 20);
      for (let c = 0; c < ci; c += 4) {
        const lanes = min(4, ci - c);
        const channel = (<usize>c) << 2;
        // What is asked for every number costs more than the arithmetic: the usual tiles go by without.
        if (whole && lanes == 4 && !mask) {
          for (let j: usize = 0; j < 6; j++) {
            const at = input + channel + <usize>load<i32>(columnsOf + (j << 2));
            transformInputLine(
              v128.load(at + r0), v128.load(at + r1), v128.load(at + r2),
              v128.load(at + r3), v128.load(at + r4), v128.load(at + r5), half + (j << 4), 96,
            );
          }
        } else if (whole && lanes == 4) {
          for (let j: usize = 0; j < 6; j++) {
            const from = channel + <usize>load<i32>(columnsOf + (j << 2));
            const at = input + from;
            const seen = mask + from;
            transformInputLine(
              maskedAt(at + r0, seen + r0), maskedAt(at + r1, seen + r1), maskedAt(at + r2, seen + r2),
              maskedAt(at + r3, seen + r3), maskedAt(at + r4, seen + r4), maskedAt(at + r5, seen + r5), half + (j << 4), 96,
            );
          }
        } else {
          for (let j: usize = 0; j < 6; j++) {
            const column = load<i32>(columnsOf + (j << 2));
            const to = half + (j << 4);
            transformInputLine(
              inputAt(input, mask, r0, column, channel, lanes), inputAt(input, mask, r1, column, channel, lanes),
              inputAt(input, mask, r2, column, channel, lanes), inputAt(input, mask, r3, column, channel, lanes),
              inputAt(input, mask, r4, column, channel, lanes), inputAt(input, mask, r5, column, channel, lanes), to, 96,
            );
          }
        }
        const target = v + ((<usize>(t * cip + c)) << 2);
        for (let i: usize = 0; i < 6; i++) {
          const at = half + i * 96;
          transformInputLine(
            v128.load(at), v128.load(at, 16), v128.load(at, 32), v128.load(at, 48), v128.load(at, 64), v128.load(at, 80),
            target + 6 * i * planeV, planeV,
          );
        }
      }
    }

    const rows = roundUp4(count);
    for (let point: usize = 0; point < <usize>POINTS; point++) {
      gemm(v + point * planeV, u + point * planeU, m + point * planeM, rows, cop, cip, cip, 8, 8 * cip, cop, 0, 0, 0);
    }

    for (let t = 0; t < count; t++) {
      const y = ((start + t) / tilesX) << 2;
      const x = ((start + t) % tilesX) << 2;
      const endY = min(4, outHeight - y);
      const endX = min(4, outWidth - x);
      const columns = outColumns + ((<usize>x) << 2);
      const side = endX == 4 && isRun(columns);
      const left = <usize>load<i32>(columns) * pixel;
      for (let c = 0; c < co; c += 4) {
        const lanes = min(4, co - c);
        const source = m + ((<usize>(t * cop + c)) << 2);
        // Columns of the 6×6 block: half[4][6]; then rows: tile[4][4].
        for (let j: usize = 0; j < 6; j++) transformOutputLine(source + j * planeM, 6 * planeM, half + (j << 4), 96);
        const shift = bias ? loadLanes(bias + ((<usize>c) << 2), lanes) : zero;
        if (side && lanes == 4) {
          for (let i = 0; i < endY; i++) {
            const row = <usize>load<i32>(outRows + ((<usize>(y + i)) << 2)) * outRow;
            finishLine(half + <usize>i * 96, shift, relu, accumulate, out + row + left + ((<usize>c) << 2), pixel);
          }
          continue;
        }
        for (let i: usize = 0; i < 4; i++) transformOutputLine(half + i * 96, 16, tile + i * 64, 16);
        for (let i = 0; i < endY; i++) {
          const row = load<i32>(outRows + ((<usize>(y + i)) << 2));
          for (let j = 0; j < endX; j++) {
            const column = load<i32>(outColumns + ((<usize>(x + j)) << 2));
            const at = out + ((<usize>((row * outStride + column) * co + c)) << 2);
            let value = f32x4.add(v128.load(tile + ((<usize>(i * 4 + j)) << 4)), shift);
            if (relu) value = f32x4.max(value, zero);
            if (accumulate) value = f32x4.add(value, loadLanes(at, lanes));
            storeLanes(at, value, lanes);
          }
        }
      }
    }
  }
}
