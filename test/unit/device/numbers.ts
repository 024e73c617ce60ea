/** Numbers to compute with, and how far two lists of them are apart. */

/** Fixed numbers in [-1, 1]; another seed gives others. */
export function numbers(length: number, seed: number): Float32Array {
  let state = (seed * 0x9e3779b1 + 12345) >>> 0;
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 0x8000_0000 - 1;
  });
}

/** Largest difference over largest expected value; infinite where a number is not finite or one is missing. */
export function relativeError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY;
  let error = 0;
  let scale = 1e-30;
  for (let i = 0; i < expected.length; i++) {
    const difference = Math.abs(Number(actual[i]) - Number(expected[i]));
    if (!Number.isFinite(difference)) return Number.POSITIVE_INFINITY;
    error = Math.max(error, difference);
    scale = Math.max(scale, Math.abs(Number(expected[i])));
  }
  return error / scale;
}
