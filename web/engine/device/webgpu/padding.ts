/** `sourceIndex` of ../../kernels/padding.ts in WGSL: the source index that an index beyond the border reads. */
import type { Padding, PaddingMode } from '../../kernels/contract';

const beyond: Record<PaddingMode, string> = {
  zero: 'return -1;',
  replicate: 'return clamp(index, 0, size - 1);',
  circular: 'return ((index % size) + size) % size;',
  reflect: `if (size == 1) { return 0; }
  let period = 2 * (size - 1);
  let folded = ((index % period) + period) % period;
  return min(folded, period - folded);`,
};

/** WGSL `fn source(index, size) -> i32`; negative means a zero. Inside the picture it costs two comparisons. */
export const sourceFunction = (mode: PaddingMode): string => `
fn source(index: i32, size: i32) -> i32 {
  if (index >= 0 && index < size) { return index; }
  ${beyond[mode]}
}`;

/** A convolution that pads nothing is the same shader whatever its mode is called. */
export const effectiveMode = ({ mode, top, bottom, left, right }: Padding): PaddingMode =>
  top + bottom + left + right === 0 ? 'zero' : mode;
