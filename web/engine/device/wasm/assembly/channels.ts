// Sums and affine maps per channel over positions, one pass each: what a normalisation is made of. Features are
// [positions, channels], row-major; they are walked as one flat array that repeats its channels every `span` floats, so
// that every vector is full whatever the number of channels.

import { loadLanes, storeLanes } from './vector';

/** Floats that are walked over once per vector of a span: so many stay in a first-level cache. */
const BLOCK: i32 = 4096;
/** Values that are summed in single precision before they are added to the total: keeps the rounding small. */
const RUN: i32 = 64;

// @ts-ignore: decorator
@inline
function spanOf(channels: i32): i32 {
  return channels & 3 ? channels << 2 : channels;
}

/** What is summed at once, as a number of spans (see above). */
// @ts-ignore: decorator
@inline
function spansPerBlock(span: i32): i32 {
  return max(1, min(RUN, BLOCK / span));
}

/** Slices that the sums are made of, whoever makes them: their bits do not depend on it. */
const SLICES: i32 = 16;

/** Blocks of a slice, at least one. */
export function channelMomentsSlice(positions: i32, channels: i32): i32 {
  const span = spanOf(channels);
  const blocks = positions * channels / span / spansPerBlock(span);
  return max(1, (blocks + SLICES - 1) / SLICES);
}

/** What `channelMoments` divides, in blocks; the last one may be none. */
export function channelMomentsBlocks(positions: i32, channels: i32): i32 {
  const span = spanOf(channels);
  return positions * channels / span / spansPerBlock(span) + 1;
}

/** Adds the lanes of `value` to the totals of the channels that they belong to; `at` is the first lane's place in a span. */
// @ts-ignore: decorator
@inline
function addLanes(totals: usize, at: i32, channels: i32, value: v128): void {
  addTo(totals, at % channels, <f64>f32x4.extract_lane(value, 0));
  addTo(totals, (at + 1) % channels, <f64>f32x4.extract_lane(value, 1));
  addTo(totals, (at + 2) % channels, <f64>f32x4.extract_lane(value, 2));
  addTo(totals, (at + 3) % channels, <f64>f32x4.extract_lane(value, 3));
}

// @ts-ignore: decorator
@inline
function addTo(totals: usize, channel: i32, value: f64): void {
  const at = totals + ((<usize>channel) << 3);
  f64.store(at, f64.load(at) + value);
}

/**
 * Σ x and Σ x · other over the blocks `first` to `end`, one slice, to its place in `totals`.
 *
 * @param other as large as x; may be x
 * @param slice blocks of a slice
 * @param totals `[slices][2][channels]` doubles
 */
export function channelMoments(
  x: usize, other: usize, positions: i32, channels: i32, slice: i32, totals: usize, first: i32, end: i32, _: usize,
): void {
  const span = spanOf(channels);
  const step = (<usize>span) << 2;
  const sums = totals + <usize>(first / slice) * ((<usize>channels) << 4);
  const products = sums + ((<usize>channels) << 3);
  memory.fill(sums, 0, (<usize>channels) << 4);
  const total = positions * channels;
  const groups = total / span;
  const perBlock = spansPerBlock(span);
  const last = min(end * perBlock, groups);
  for (let start = first * perBlock; start < last; start += perBlock) {
    const count = min(perBlock, groups - start);
    for (let v = 0; v < span; v += 4) {
      const offset = <usize>start * step + ((<usize>v) << 2);
      let p = x + offset;
      let q = other + offset;
      let sum = f32x4.splat(0);
      let square = f32x4.splat(0);
      for (let g = 0; g < count; g++) {
        const value = v128.load(p);
        sum = f32x4.add(sum, value);
        square = f32x4.add(square, f32x4.mul(value, v128.load(q)));
        p += step;
        q += step;
      }
      addLanes(sums, v, channels, sum);
      addLanes(products, v, channels, square);
    }
  }
  if (end * perBlock <= groups) return;
  for (let i = groups * span; i < total; i++) {
    const value = <f64>f32.load(x + ((<usize>i) << 2));
    addTo(sums, i % channels, value);
    addTo(products, i % channels, value * <f64>f32.load(other + ((<usize>i) << 2)));
  }
}

/** mean[c] = Σ x / positions; product[c] = Σ x · other / positions, of all slices in their order. Both are overwritten. */
export function channelMomentsEnd(
  totals: usize, slices: i32, positions: i32, channels: i32, mean: usize, product: usize,
): void {
  const scale = 1.0 / <f64>positions;
  const line = (<usize>channels) << 3;
  for (let c = 0; c < channels; c++) {
    let sum: f64 = 0;
    let square: f64 = 0;
    let from = totals + ((<usize>c) << 3);
    for (let s = 0; s < slices; s++) {
      sum += f64.load(from);
      square += f64.load(from + line);
      from += 2 * line;
    }
    const at = (<usize>c) << 2;
    f32.store(mean + at, <f32>(sum * scale));
    f32.store(product + at, <f32>(square * scale));
  }
}

/** Positions that `channelAffine` is divided by: a span of them. */
export function channelAffineUnit(channels: i32): i32 {
  return spanOf(channels) / channels;
}

/** Scratch that `channelAffine` needs, in floats: three vectors as long as a span. */
export function channelAffineScratchFloats(channels: i32): i32 {
  return 3 * spanOf(channels);
}

/** values[c] over a whole span; `missing` where there are none. */
function expand(values: usize, missing: f32, channels: i32, span: i32, to: usize): void {
  for (let i = 0; i < span; i++) {
    f32.store(to + ((<usize>i) << 2), values ? f32.load(values + ((<usize>(i % channels)) << 2)) : missing);
  }
}

/**
 * out = activation(x · gain[c] + offset[c] + other · otherGain[c]) at the positions `first` to `end`
 *
 * @param gain, offset `[channels]`
 * @param other as large as x, or 0 for none
 * @param otherGain `[channels]`, or 0 for ones
 * @param relu whether what is below 0 becomes 0
 * @param out as large as x; may be x
 */
export function channelAffine(
  x: usize, channels: i32, gain: usize, offset: usize, other: usize, otherGain: usize, relu: i32, out: usize,
  first: i32, end: i32, scratch: usize,
): void {
  const span = spanOf(channels);
  const gains = scratch;
  const offsets = gains + ((<usize>span) << 2);
  const otherGains = offsets + ((<usize>span) << 2);
  expand(gain, 1, channels, span, gains);
  expand(offset, 0, channels, span, offsets);
  expand(otherGain, 1, channels, span, otherGains);
  const floor = f32x4.splat(relu ? 0 : -Infinity);
  const bytes = (<usize>span) << 2;
  const groups = (end - first) * channels / span;
  let at = (<usize>(first * channels)) << 2;
  for (let g = 0; g < groups; g++) {
    if (other) {
      for (let v: usize = 0; v < bytes; v += 16) {
        let value = f32x4.add(f32x4.mul(v128.load(x + at), v128.load(gains + v)), v128.load(offsets + v));
        value = f32x4.add(value, f32x4.mul(v128.load(other + at), v128.load(otherGains + v)));
        v128.store(out + at, f32x4.max(value, floor));
        at += 16;
      }
    } else {
      for (let v: usize = 0; v < bytes; v += 16) {
        const value = f32x4.add(f32x4.mul(v128.load(x + at), v128.load(gains + v)), v128.load(offsets + v));
        v128.store(out + at, f32x4.max(value, floor));
        at += 16;
      }
    }
  }
  const low: f32 = relu ? 0 : -Infinity;
  for (let v: usize = 0; at < ((<usize>(end * channels)) << 2); v += 4, at += 4) {
    let value = f32.load(x + at) * f32.load(gains + v) + f32.load(offsets + v);
    if (other) value += f32.load(other + at) * f32.load(otherGains + v);
    f32.store(out + at, max(value, low));
  }
}

/** out[p, :] = x[p, :] · gain[p] at the positions `first` to `end`; out may be x. */
export function positionGain(
  x: usize, gain: usize, channels: i32, out: usize, first: i32, end: i32, _: usize,
): void {
  for (let p = first; p < end; p++) {
    const factor = v128.load32_splat(gain + ((<usize>p) << 2));
    for (let c = 0; c < channels; c += 4) {
      const at = (<usize>(p * channels + c)) << 2;
      const lanes = min(4, channels - c);
      storeLanes(out + at, f32x4.mul(loadLanes(x + at, lanes), factor), lanes);
    }
  }
}
