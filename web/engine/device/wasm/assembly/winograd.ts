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

// @ts-ignore: decorator
@inline
function tilesPerBlock(ci: i32, co: i32): i32 {
  const tiles = (CACHE_FLOATS / (POINTS * (roundUp4(ci) + roundUp4(co)))) & ~3;
  return max(4, min(tiles, 256));
}

/** Scratch that `winogradConv` needs, in floats: filters, V, M, and one tile. */
export function winogradScratchFloats(ci: i32, co: i32): i32 {
  const cip = roundUp4(ci);
  const cop = roundUp4(co);
  return POINTS * cip * cop + POINTS * tilesPerBlock(ci, co) * (cip + cop) + 2 * POINTS * 4;
}

/** U[ξ][ci][co] = (G g Gᵀ)[ξ] for every filter g; channels beyond the real ones are zero. */
function transformFilters(filter: usize, u: usize, ci: i32, co: i32, temporary: usize): void {
  const cip = roundUp4(ci);
  const cop = roundUp4(co);
  const plane = (<usize>(cip * cop)) << 2;
  const tap = (<usize>(ci * co)) << 2;
  const sixth = f32x4.splat(<f32>(1.0 / 6.0));
  const t24 = f32x4.splat(<f32>(1.0 / 24.0));
  const t12 = f32x4.splat(<f32>(1.0 / 12.0));
  const quarter = f32x4.splat(0.25);
  memory.fill(u, 0, <usize>POINTS * plane);
  for (let i = 0; i < ci; i++) {
    for (let o = 0; o < co; o += 4) {
      const source = filter + ((<usize>(i * co + o)) << 2);
      const lanes = min(4, co - o);
      // Columns of g first: temporary[6][3].
      for (let x = 0; x < 3; x++) {
        const g0 = loadLanes(source + <usize>x * tap, lanes);
        const g1 = loadLanes(source + <usize>(x + 3) * tap, lanes);
        const g2 = loadLanes(source + <usize>(x + 6) * tap, lanes);
        const at = temporary + ((<usize>x) << 4);
        const even = f32x4.add(g0, g2);
        const outer = f32x4.add(f32x4.mul(g0, t24), f32x4.mul(g2, sixth));
        const middle = f32x4.mul(g1, t12);
        v128.store(at, f32x4.mul(g0, quarter));
        v128.store(at + 48, f32x4.neg(f32x4.mul(f32x4.add(even, g1), sixth)));
        v128.store(at + 96, f32x4.neg(f32x4.mul(f32x4.sub(even, g1), sixth)));
        v128.store(at + 144, f32x4.add(outer, middle));
        v128.store(at + 192, f32x4.sub(outer, middle));
        v128.store(at + 240, g2);
      }
      let target = u + ((<usize>(i * cop + o)) << 2);
      for (let y = 0; y < 6; y++) {
        const at = temporary + <usize>y * 48;
        const g0 = v128.load(at);
        const g1 = v128.load(at, 16);
        const g2 = v128.load(at, 32);
        const even = f32x4.add(g0, g2);
        const outer = f32x4.add(f32x4.mul(g0, t24), f32x4.mul(g2, sixth));
        const middle = f32x4.mul(g1, t12);
        v128.store(target, f32x4.mul(g0, quarter));
        v128.store(target + plane, f32x4.neg(f32x4.mul(f32x4.add(even, g1), sixth)));
        v128.store(target + 2 * plane, f32x4.neg(f32x4.mul(f32x4.sub(even, g1), sixth)));
        v128.store(target + 3 * plane, f32x4.add(outer, middle));
        v128.store(target + 4 * plane, f32x4.sub(outer, middle));
        v128.store(target + 5 * plane, g2);
        target += 6 * plane;
      }
    }
  }
}

/** Six values d at `from` with stride `step` through Bᵀ, to `to` with stride `stepTo`. */
// @ts-ignore: decorator
@inline
function transformInputLine(from: usize, step: usize, to: usize, stepTo: usize): void {
  const two = f32x4.splat(2);
  const four = f32x4.splat(4);
  const five = f32x4.splat(5);
  const d0 = v128.load(from);
  const d1 = v128.load(from + step);
  const d2 = v128.load(from + 2 * step);
  const d3 = v128.load(from + 3 * step);
  const d4 = v128.load(from + 4 * step);
  const d5 = v128.load(from + 5 * step);
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

/**
 * out[outRows[y], outColumns[x], :] += activation(Σ filter · in[inRows[y + dy], inColumns[x + dx], :] + bias)
 * for y < outHeight, x < outWidth. `out` is written, not added to, when `accumulate` is 0.
 *
 * @param input `[·, inWidth, ci]`; with `mask` (same shape) the input counts only where mask > 0
 * @param inRows, inColumns int32, outHeight + 2 and outWidth + 2 entries; −1 reads zero
 * @param filter `[3, 3, ci, co]`
 * @param bias `[co]`, or 0
 * @param outRows, outColumns int32, outHeight and outWidth entries
 * @param out `[·, outStride, co]`, zeroed by the caller when accumulating
 */
export function winogradConv(
  input: usize, mask: usize, inRows: usize, inColumns: usize, inWidth: i32, ci: i32,
  filter: usize, bias: usize, relu: i32,
  out: usize, outRows: usize, outColumns: usize, outStride: i32, co: i32,
  outHeight: i32, outWidth: i32, accumulate: i32, scratch: usize,
): void {
  const cip = roundUp4(ci);
  const cop = roundUp4(co);
  const block = tilesPerBlock(ci, co);
  const u = scratch;
  const v = u + ((<usize>(POINTS * cip * cop)) << 2);
  const m = v + ((<usize>(POINTS * block * cip)) << 2);
  const tile = m + ((<usize>(POINTS * block * cop)) << 2);
  const half = tile + ((<usize>(POINTS * 4)) << 2);
  transformFilters(filter, u, ci, co, tile);

  const tilesX = (outWidth + 3) >> 2;
  const tiles = tilesX * ((outHeight + 3) >> 2);
  const planeV = (<usize>(block * cip)) << 2;
  const planeM = (<usize>(block * cop)) << 2;
  const planeU = (<usize>(cip * cop)) << 2;
  const zero = f32x4.splat(0);

  for (let start = 0; start < tiles; start += block) {
    const count = min(block, tiles - start);
    for (let t = 0; t < count; t++) {
      const y = ((start + t) / tilesX) << 2;
      const x = ((start + t) % tilesX) << 2;
      for (let c = 0; c < ci; c += 4) {
        const lanes = min(4, ci - c);
        for (let i = 0; i < 6; i++) {
          const row = y + i < outHeight + 2 ? load<i32>(inRows + ((<usize>(y + i)) << 2)) : -1;
          const at = tile + <usize>i * 96;
          for (let j = 0; j < 6; j++) {
            const column = x + j < outWidth + 2 ? load<i32>(inColumns + ((<usize>(x + j)) << 2)) : -1;
            let value = zero;
            if (row >= 0 && column >= 0) {
              const index = (<usize>((row * inWidth + column) * ci + c)) << 2;
              value = loadLanes(input + index, lanes);
              if (mask) value = v128.and(value, f32x4.gt(loadLanes(mask + index, lanes), zero));
            }
            v128.store(at + ((<usize>j) << 4), value);
          }
        }
        for (let j: usize = 0; j < 6; j++) transformInputLine(tile + (j << 4), 96, half + (j << 4), 96);
        const target = v + ((<usize>(t * cip + c)) << 2);
        for (let i: usize = 0; i < 6; i++) transformInputLine(half + i * 96, 16, target + 6 * i * planeV, planeV);
      }
    }

    const rows = roundUp4(count);
    for (let point: usize = 0; point < <usize>POINTS; point++) {
      gemm(v + point * planeV, u + point * planeU, m + point * planeM, rows, cop, cip, cip, cop, cop);
    }

    for (let t = 0; t < count; t++) {
      const y = ((start + t) / tilesX) << 2;
      const x = ((start + t) % tilesX) << 2;
      for (let c = 0; c < co; c += 4) {
        const lanes = min(4, co - c);
        const source = m + ((<usize>(t * cop + c)) << 2);
        // Columns of the 6×6 block: half[4][6]; then rows: tile[4][4].
        for (let j: usize = 0; j < 6; j++) transformOutputLine(source + j * planeM, 6 * planeM, half + (j << 4), 96);
        for (let i: usize = 0; i < 4; i++) transformOutputLine(half + i * 96, 16, tile + i * 64, 16);
        const shift = bias ? loadLanes(bias + ((<usize>c) << 2), lanes) : zero;
        const endY = min(4, outHeight - y);
        const endX = min(4, outWidth - x);
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
