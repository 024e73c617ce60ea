// One Adam step over a flat array (Kingma & Ba 2015, algorithm 1), with clamp and a running average.

import { loadLanes, storeLanes } from './vector';

/**
 * The values `start` to `end`.
 * @param rate stepSize / (1 − β1^t)
 * @param correction 1 / (1 − β2^t)
 */
export function adam(
  x: usize, gradient: usize, first: usize, second: usize, average: usize,
  newX: usize, newFirst: usize, newSecond: usize, newAverage: usize,
  rate: f32, correction: f32, beta1: f32, beta2: f32, epsilon: f32, averaging: f32, low: f32, high: f32,
  start: i32, end: i32, _: usize,
): void {
  for (let i = start; i < end; i += 4) {
    const lanes = min(4, end - i);
    const at = (<usize>i) << 2;
    const g = loadLanes(gradient + at, lanes);
    const m = f32x4.add(f32x4.mul(loadLanes(first + at, lanes), f32x4.splat(beta1)), f32x4.mul(g, f32x4.splat(1 - beta1)));
    const v = f32x4.add(
      f32x4.mul(loadLanes(second + at, lanes), f32x4.splat(beta2)),
      f32x4.mul(f32x4.mul(g, g), f32x4.splat(1 - beta2)),
    );
    const scale = f32x4.add(f32x4.sqrt(f32x4.mul(v, f32x4.splat(correction))), f32x4.splat(epsilon));
    let y = f32x4.sub(loadLanes(x + at, lanes), f32x4.div(f32x4.mul(m, f32x4.splat(rate)), scale));
    y = f32x4.min(f32x4.max(y, f32x4.splat(low)), f32x4.splat(high));
    const a = f32x4.add(
      f32x4.mul(loadLanes(average + at, lanes), f32x4.splat(averaging)),
      f32x4.mul(y, f32x4.splat(1 - averaging)),
    );
    storeLanes(newX + at, y, lanes);
    storeLanes(newFirst + at, m, lanes);
    storeLanes(newSecond + at, v, lanes);
    storeLanes(newAverage + at, a, lanes);
  }
}
