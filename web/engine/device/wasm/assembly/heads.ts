// Losses on the moments of features, between the moments and the way back to the features (kernels/contract.ts,
// covarianceLoss); and what an optimiser's step is made of at several resolutions.

import { loadLanes, storeLanes } from './vector';

/** D = gram − μμᵀ − Σ₀, where gram lay, and off = μ − μ₀. @param goal Σ₀, then μ₀ */
export function covarianceError(mean: usize, gram: usize, goal: usize, channels: i32, off: usize): void {
  const row = (<usize>channels) << 2;
  for (let i = 0; i < channels; i++) {
    const own = v128.load32_splat(mean + ((<usize>i) << 2));
    const line = <usize>i * row;
    for (let c = 0; c < channels; c += 4) {
      const lanes = min(4, channels - c);
      const at = (<usize>c) << 2;
      const square = f32x4.mul(own, loadLanes(mean + at, lanes));
      const covariance = f32x4.sub(loadLanes(gram + line + at, lanes), square);
      storeLanes(gram + line + at, f32x4.sub(covariance, loadLanes(goal + line + at, lanes)), lanes);
    }
  }
  const goalMean = goal + <usize>channels * row;
  for (let c = 0; c < channels; c += 4) {
    const lanes = min(4, channels - c);
    const at = (<usize>c) << 2;
    storeLanes(off + at, f32x4.sub(loadLanes(mean + at, lanes), loadLanes(goalMean + at, lanes)), lanes);
  }
}

/**
 * From the error and the error as a metric weighs it to what `affine` takes: the matrix, where the weighed one lay, and the
 * vector, where the weighed mean lay.
 *
 * @param gains of the mean, of the covariance
 * @returns ½ (gain ⟨weighed, error⟩ + gain of the mean · ⟨pulls, off⟩)
 */
export function covarianceSlopes(
  mean: usize, error: usize, weighed: usize, off: usize, pulls: usize, gains: usize, channels: i32, scale: f32,
): f64 {
  const row = (<usize>channels) << 2;
  const meanGain = f32.load(gains);
  const gain = f32.load(gains, 4);
  const factor = f32x4.splat(2 * gain * scale);
  let squares: f64 = 0;
  let offs: f64 = 0;
  for (let i = 0; i < channels; i++) {
    const line = <usize>i * row;
    let square = f32x4.splat(0);
    let through = f32x4.splat(0);
    for (let c = 0; c < channels; c += 4) {
      const lanes = min(4, channels - c);
      const at = (<usize>c) << 2;
      const value = loadLanes(weighed + line + at, lanes);
      square = f32x4.add(square, f32x4.mul(value, loadLanes(error + line + at, lanes)));
      through = f32x4.add(through, f32x4.mul(value, loadLanes(mean + at, lanes)));
      storeLanes(weighed + line + at, f32x4.mul(value, factor), lanes);
    }
    squares += <f64>total(square);
    const at = (<usize>i) << 2;
    const pull = f32.load(pulls + at);
    offs += <f64>pull * <f64>f32.load(off + at);
    f32.store(pulls + at, scale * (meanGain * pull - 2 * gain * total(through)));
  }
  return 0.5 * (<f64>gain * squares + <f64>meanGain * offs);
}

// @ts-ignore: decorator
@inline
function total(value: v128): f32 {
  return (
    f32x4.extract_lane(value, 0) + f32x4.extract_lane(value, 1) +
    (f32x4.extract_lane(value, 2) + f32x4.extract_lane(value, 3))
  );
}

/** x' = x + step within 0..1, average' = keep · average + rest · x', of the values `first` to `end`. */
export function settle(
  x: usize, step: usize, average: usize, newX: usize, newAverage: usize, keep: f32, rest: f32,
  first: i32, end: i32, _: usize,
): void {
  const zero = f32x4.splat(0);
  const one = f32x4.splat(1);
  for (let i = first; i < end; i += 4) {
    const lanes = min(4, end - i);
    const at = (<usize>i) << 2;
    const sum = f32x4.add(loadLanes(x + at, lanes), loadLanes(step + at, lanes));
    const moved = f32x4.min(f32x4.max(sum, zero), one);
    const before = f32x4.mul(loadLanes(average + at, lanes), f32x4.splat(keep));
    storeLanes(newX + at, moved, lanes);
    storeLanes(newAverage + at, f32x4.add(before, f32x4.mul(moved, f32x4.splat(rest))), lanes);
  }
}

/** Ints of a line of `enlarge`'s tables: four indices of the coarse picture, then their four weights. */
const LINE: usize = 8;

/** Scratch that `enlarge` needs, in floats: a line of the coarse picture, and what is read beyond its end. */
export function enlargeScratchFloats(inWidth: i32, channels: i32): i32 {
  return inWidth * channels + 4;
}

/**
 * out[y, x, :] = fine[y, x, :] + Σ weight · weight · coarse[row, column, :] for the rows `first` to `end`.
 *
 * @param rows, columns lines of four int32 indices and four float32 weights
 * @param fine, out `[·, outWidth, channels]`
 */
export function enlarge(
  coarse: usize, inWidth: i32, channels: i32, rows: usize, columns: usize, fine: usize, out: usize, outWidth: i32,
  first: i32, end: i32, scratch: usize,
): void {
  const pixel = (<usize>channels) << 2;
  const count = inWidth * channels;
  const inRow = (<usize>count) << 2;
  const none = f32x4.splat(0);
  for (let y = first; y < end; y++) {
    const line = rows + ((<usize>y * LINE) << 2);
    for (let i = 0; i < count; i += 4) {
      const lanes = min(4, count - i);
      v128.store(scratch + ((<usize>i) << 2), four(coarse + ((<usize>i) << 2), inRow, line, lanes, none));
    }
    const row = <usize>(y * outWidth) * pixel;
    for (let x = 0; x < outWidth; x++) {
      const at = columns + ((<usize>x * LINE) << 2);
      const to = row + <usize>x * pixel;
      for (let c = 0; c < channels; c += 4) {
        // What is beyond a pixel's channels is the next one's, which follows.
        const lanes = x + 1 < outWidth ? 4 : min(4, channels - c);
        const channel = (<usize>c) << 2;
        storeLanes(out + to + channel, four(scratch + channel, pixel, at, 4, loadLanes(fine + to + channel, lanes)), lanes);
      }
    }
  }
}

/** start + Σ weight · what lies at an index, `step` bytes each. */
// @ts-ignore: decorator
@inline
function four(from: usize, step: usize, line: usize, lanes: i32, start: v128): v128 {
  let sum = start;
  for (let k: usize = 0; k < 16; k += 4) {
    const value = loadLanes(from + <usize>load<i32>(line + k) * step, lanes);
    sum = f32x4.add(sum, f32x4.mul(value, v128.load32_splat(line + k, 16)));
  }
  return sum;
}
