/** Several pictures on one: rungs of a ladder, cells of a mosaic. */
import type { Raster } from './resample';

/** Pixels between cells. */
const gutter = 4;
const background = 0.09;

/**
 * Cells of one size, row by row, `columns` of them in each; `between` lies between them.
 * @param places for so many cells there is room: those that are still to come are left blank
 */
export function sheet(cells: readonly Raster[], columns: number, places = cells.length, between = background): Raster {
  const [first] = cells;
  if (!first) return { width: 1, height: 1, channels: 3, values: new Float32Array(3) };
  const { width, height, channels } = first;
  const across = columns * (width + gutter) - gutter;
  const down = Math.ceil(places / columns) * (height + gutter) - gutter;
  const values = new Float32Array(across * down * channels).fill(between);
  cells.forEach((cell, i) => {
    const left = (i % columns) * (width + gutter);
    const top = Math.floor(i / columns) * (height + gutter);
    for (let y = 0; y < height; y++) {
      const row = cell.values.subarray(y * width * channels, (y + 1) * width * channels);
      values.set(row, ((top + y) * across + left) * channels);
    }
  });
  return { width: across, height: down, channels, values };
}

/** Columns that make the sheet about as wide as it is high, or wider. */
export const squarish = (count: number): number => Math.ceil(Math.sqrt(count));
