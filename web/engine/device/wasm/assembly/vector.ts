// Four floats at a time, and what is left of them at the end of an axis.

export const BYTES: usize = 4;

/** A vector with the first `count` of four lanes all ones: what lies beyond an axis is read as 0. */
// @ts-ignore: decorator
@inline
export function laneMask(count: i32): v128 {
  return i32x4.gt_s(i32x4.splat(count), i32x4(0, 1, 2, 3));
}

/** Stores the first `count` (1 to 4) lanes. */
// @ts-ignore: decorator
@inline
export function storeLanes(address: usize, value: v128, count: i32): void {
  if (count >= 4) {
    v128.store(address, value);
    return;
  }
  f32.store(address, f32x4.extract_lane(value, 0));
  if (count > 1) f32.store(address, f32x4.extract_lane(value, 1), 4);
  if (count > 2) f32.store(address, f32x4.extract_lane(value, 2), 8);
}

/** Loads the first `count` lanes and zeros; never reads beyond them. */
// @ts-ignore: decorator
@inline
export function loadLanes(address: usize, count: i32): v128 {
  if (count >= 4) return v128.load(address);
  let value = f32x4.splat(0);
  value = f32x4.replace_lane(value, 0, f32.load(address));
  if (count > 1) value = f32x4.replace_lane(value, 1, f32.load(address, 4));
  if (count > 2) value = f32x4.replace_lane(value, 2, f32.load(address, 8));
  return value;
}

/** Zeros for the floats `first` to `end`: JavaScript is slow to write them to shared memory. */
export function zero(out: usize, first: i32, end: i32, _: usize): void {
  memory.fill(out + ((<usize>first) << 2), 0, (<usize>(end - first)) << 2);
}
