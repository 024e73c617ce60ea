// Statistics of a feature map over its positions, and their adjoint. x is [positions, channels], row-major.

import { gemm } from './gemm';
import { add, outer4x4, outer4x8 } from './outer';
import { loadLanes, storeLanes } from './vector';

/** Rows that are summed before they are added to the total: keeps the block in cache and the rounding small. */
const ROWS: i32 = 256;
/** Slices of positions, whoever sums them: the bits do not depend on it. More cost more sums than they share out. */
const SLICES: i32 = 8;

/** Positions of a slice: all of them where channels enough are there to share out. */
export function momentsSlice(positions: i32, channels: i32): i32 {
  const slices = max(1, min(SLICES, positions / (64 * channels)));
  return ((positions + slices - 1) / slices + ROWS - 1) / ROWS * ROWS;
}

/** Floats of a slice's sums: Σ x, then Σ x xᵀ, of which what is below the blocks of four on the diagonal is not there. */
export function momentsFloats(channels: i32): i32 {
  return channels + channels * channels;
}

/**
 * Σ x and Σ x xᵀ of every slice of positions, in steps of four rows of the matrix, slice by slice: steps `first` to `end`.
 *
 * @param slice of `momentsSlice`
 * @param sums `momentsFloats` for every slice, overwritten
 */
export function moments(
  x: usize, positions: i32, channels: i32, slice: i32, sums: usize, first: i32, end: i32, _: usize,
): void {
  const row = (<usize>channels) << 2;
  const steps = (channels + 3) >> 2;
  while (first < end) {
    const part = first / steps;
    const top = (first - part * steps) << 2;
    const bottom = min((end - part * steps) << 2, channels);
    const mean = sums + ((<usize>(part * momentsFloats(channels))) << 2);
    const gram = mean + row;
    memory.fill(mean + ((<usize>top) << 2), 0, (<usize>(bottom - top)) << 2);
    for (let i = top; i < bottom; i++) {
      memory.fill(gram + ((<usize>(i * channels + (i & ~3))) << 2), 0, (<usize>(channels - (i & ~3))) << 2);
    }
    const last = min(positions, (part + 1) * slice);
    for (let start = part * slice; start < last; start += ROWS) {
      const count = min(ROWS, last - start);
      const block = x + <usize>start * row;
      addMeans(block, count, channels, mean, top, bottom);
      // Four rows of the Gram matrix at a time, from their diagonal block on: it is symmetric.
      for (let i = top; i < bottom; i += 4) {
        let j = i;
        if (i + 4 <= channels) {
          const line = gram + ((<usize>(i * channels)) << 2);
          const a = block + ((<usize>i) << 2);
          for (; j + 8 <= channels; j += 8) {
            const at = (<usize>j) << 2;
            outer4x8(a, row, block + at, row, count, line + at, row);
          }
          for (; j + 4 <= channels; j += 4) {
            const at = (<usize>j) << 2;
            outer4x4(a, row, block + at, row, count, line + at, row);
          }
        }
        for (; j < channels; j += 4) addGramEdge(block, count, row, i, j, gram, channels);
      }
    }
    first = min(end, (part + 1) * steps);
  }
}

/** mean[c] = Σ x / positions; gram[i][j] = Σ x_i x_j / positions, of all slices in their order. Both are overwritten. */
export function momentsEnd(
  sums: usize, slices: i32, positions: i32, channels: i32, mean: usize, gram: usize,
): void {
  const scale = <f32>(1.0 / <f64>positions);
  const part = (<usize>momentsFloats(channels)) << 2;
  for (let c = 0; c < channels; c++) {
    f32.store(mean + ((<usize>c) << 2), sumOf(sums + ((<usize>c) << 2), slices, part) * scale);
  }
  const grams = sums + ((<usize>channels) << 2);
  for (let i = 0; i < channels; i++) {
    for (let j = i; j < channels; j++) {
      const upper = (<usize>(i * channels + j)) << 2;
      const value = sumOf(grams + upper, slices, part) * scale;
      f32.store(gram + upper, value);
      f32.store(gram + ((<usize>(j * channels + i)) << 2), value);
    }
  }
}

// @ts-ignore: decorator
@inline
function sumOf(at: usize, slices: i32, part: usize): f32 {
  let sum = f32.load(at);
  for (let s = 1; s < slices; s++) sum += f32.load(at + <usize>s * part);
  return sum;
}

/** Sums of the channels `c` to `end`; sixteen at a time where there are so many: an addition waits for the one before. */
function addMeans(block: usize, count: i32, channels: i32, mean: usize, c: i32, end: i32): void {
  const row = (<usize>channels) << 2;
  for (; c + 16 <= end; c += 16) {
    let p = block + ((<usize>c) << 2);
    let s0 = f32x4.splat(0), s1 = f32x4.splat(0), s2 = f32x4.splat(0), s3 = f32x4.splat(0);
    for (let r = 0; r < count; r++) {
      s0 = f32x4.add(s0, v128.load(p));
      s1 = f32x4.add(s1, v128.load(p, 16));
      s2 = f32x4.add(s2, v128.load(p, 32));
      s3 = f32x4.add(s3, v128.load(p, 48));
      p += row;
    }
    const at = mean + ((<usize>c) << 2);
    add(at, s0);
    add(at + 16, s1);
    add(at + 32, s2);
    add(at + 48, s3);
  }
  for (; c < end; c += 4) {
    const lanes = min(4, channels - c);
    let p = block + ((<usize>c) << 2);
    let sum = f32x4.splat(0);
    for (let r = 0; r < count; r++) {
      sum = f32x4.add(sum, loadLanes(p, lanes));
      p += row;
    }
    const at = mean + ((<usize>c) << 2);
    storeLanes(at, f32x4.add(loadLanes(at, lanes), sum), lanes);
  }
}

function addGramEdge(block: usize, count: i32, row: usize, i: i32, j: i32, gram: usize, channels: i32): void {
  const lanes = min(4, channels - j);
  const end = min(i + 4, channels);
  for (let a = i; a < end; a++) {
    let sum = f32x4.splat(0);
    let p = block + ((<usize>a) << 2);
    let q = block + ((<usize>j) << 2);
    for (let r = 0; r < count; r++) {
      sum = f32x4.add(sum, f32x4.mul(v128.load32_splat(p), loadLanes(q, lanes)));
      p += row;
      q += row;
    }
    const at = gram + ((<usize>(a * channels + j)) << 2);
    storeLanes(at, f32x4.add(loadLanes(at, lanes), sum), lanes);
  }
}

/** Bytes of positions that are gone through once for every four channels: so many stay in a first-level cache. */
const AFFINE_BYTES: usize = 16 * 1024;

/**
 * out = dy + x · matrix + vector at the positions `first` to `end`; dy may be 0. out must not be x.
 * @param relu 1: and 0 where x is not above 0
 */
export function affine(
  x: usize, channels: i32, matrix: usize, vector: usize, dy: usize, relu: i32, out: usize, first: i32, end: i32, _: usize,
): void {
  const row = (<usize>channels) << 2;
  const step = max<i32>(4, <i32>(AFFINE_BYTES / row) & ~3);
  for (let start = first; start < end; start += step) {
    const at = <usize>start * row;
    affineBlock(x + at, min(step, end - start), channels, matrix, vector, dy ? dy + at : 0, relu, out + at);
  }
}

function affineBlock(
  x: usize, positions: i32, channels: i32, matrix: usize, vector: usize, dy: usize, relu: i32, out: usize,
): void {
  const whole = positions & ~3;
  const lanes = channels & ~3;
  gemm(x, matrix, out, whole, lanes, channels, channels, channels, 8, channels, vector, dy, relu ? x : 0);
  for (let r = 0; r < positions; r++) {
    for (let c = r < whole ? lanes : 0; c < channels; c += 4)
      affineAt(x, r, channels, matrix, vector, dy, relu, out, (<usize>c) << 2, min(4, channels - c));
  }
}

/** One position, up to four channels. */
// @ts-ignore: decorator
@inline
function affineAt(
  x: usize, r: i32, channels: i32, matrix: usize, vector: usize, dy: usize, relu: i32, out: usize,
  column: usize, lanes: i32,
): void {
  const row = (<usize>channels) << 2;
  const at = <usize>r * row + column;
  let a = x + <usize>r * row;
  let b = matrix + column;
  let sum = loadLanes(vector + column, lanes);
  for (let k = 0; k < channels; k++) {
    sum = f32x4.add(sum, f32x4.mul(v128.load32_splat(a), loadLanes(b, lanes)));
    a += 4;
    b += row;
  }
  if (dy) sum = f32x4.add(sum, loadLanes(dy + at, lanes));
  if (relu) sum = v128.and(sum, f32x4.gt(loadLanes(x + at, lanes), f32x4.splat(0)));
  storeLanes(out + at, sum, lanes);
}
