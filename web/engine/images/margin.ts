/** A border around a picture, mirrored from it, and the way back. */
import { paddingMap } from '../kernels/padding';
import type { Raster } from './resample';

/** How many rows or columns before and after. */
export type Around = readonly [before: number, after: number];

/** The picture with `margin` mirrored rows and columns on every side. */
export const addMargin = (picture: Raster, margin: number): Raster =>
  mirrorAround(picture, [margin, margin], [margin, margin]);

/** The picture with mirrored rows above and below, and columns to its left and right. */
export function mirrorAround({ width, height, channels, values }: Raster, above: Around, beside: Around): Raster {
  const rows = paddingMap(height, ...above, 'reflect');
  const columns = paddingMap(width, ...beside, 'reflect');
  const result = new Float32Array(rows.length * columns.length * channels);
  rows.forEach((row, y) => {
    columns.forEach((column, x) => {
      const from = (row * width + column) * channels;
      result.set(values.subarray(from, from + channels), (y * columns.length + x) * channels);
    });
  });
  return { width: columns.length, height: rows.length, channels, values: result };
}

/** The middle of a picture, `width` × `height`; the smaller half of what is left over goes to the top and left. */
export function cropMiddle(raster: Raster, width: number, height: number): Raster {
  const { channels, values } = raster;
  const left = Math.floor((raster.width - width) / 2);
  const top = Math.floor((raster.height - height) / 2);
  const result = new Float32Array(width * height * channels);
  for (let y = 0; y < height; y++) {
    const from = ((top + y) * raster.width + left) * channels;
    result.set(values.subarray(from, from + width * channels), y * width * channels);
  }
  return { width, height, channels, values: result };
}
