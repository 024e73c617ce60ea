/** How many pixels a picture needs to fill a paper. */
import { limits } from '../../../shared/limits';
import type { Size } from '../../../shared/pictureSize';

/** Millimetres, the short side first. */
export const papers = {
  a5: [148, 210],
  a4: [210, 297],
  a3: [297, 420],
  a2: [420, 594],
  letter: [215.9, 279.4],
} as const;
export type Paper = keyof typeof papers;

const millimetresPerInch = 25.4;

/**
 * As large as fits on the paper, on its side where the picture is; never larger than prints are made.
 * @param paper a name, or the picture's long side in millimetres
 * @param dpi pixels an inch
 */
export function printSize({ width, height }: Size, paper: Paper | number, dpi: number): Size {
  const [long, short] = [Math.max(width, height), Math.min(width, height)];
  const [paperShort, paperLong] = typeof paper === 'number' ? [paper, paper] : papers[paper];
  const millimetres = Math.min(paperLong, (paperShort * long) / short);
  const pixels = Math.min(limits.print.maxSide, Math.round((millimetres / millimetresPerInch) * dpi));
  const side = (of: number) => Math.max(limits.image.minSide, Math.round((of * pixels) / long));
  return { width: side(width), height: side(height) };
}
