/** Padding as index arithmetic: which source index a padded index reads. Shared by every implementation. */
import type { Padding, PaddingMode } from './contract';

/**
 * Source index of every index of an axis padded by `before` and `after`; −1 reads zero.
 * Reflection never repeats the border pixel and folds as often as the axis is short: `[b c | a b c | b a]`.
 */
export function paddingMap(size: number, before: number, after: number, mode: PaddingMode): Int32Array {
  const map = new Int32Array(before + size + after);
  for (let i = 0; i < map.length; i++) map[i] = sourceIndex(i - before, size, mode);
  return map;
}

/** The same of an axis that was enlarged first: every index of it `factor` times. */
export function enlargedMap(
  size: number,
  factor: number,
  { before, after, mode }: { readonly before: number; readonly after: number; readonly mode: PaddingMode },
): Int32Array {
  const map = paddingMap(size * factor, before, after, mode);
  // −1 stays −1.
  return factor === 1 ? map : map.map((index) => Math.floor(index / factor));
}

function sourceIndex(index: number, size: number, mode: PaddingMode): number {
  if (index >= 0 && index < size) return index;
  switch (mode) {
    case 'zero':
      return -1;
    case 'replicate':
      return index < 0 ? 0 : size - 1;
    case 'circular':
      return ((index % size) + size) % size;
    case 'reflect': {
      if (size === 1) return 0;
      const period = 2 * (size - 1);
      const folded = ((index % period) + period) % period;
      return folded < size ? folded : period - folded;
    }
  }
}

export const isPadded = ({ top, bottom, left, right }: Padding): boolean => top + bottom + left + right > 0;
