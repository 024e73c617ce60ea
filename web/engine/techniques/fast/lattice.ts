/** Pictures whose sides a fast-style network can halve twice. */
import type { Raster } from '../../images/resample';
import { paddingMap } from '../../kernels/padding';
import { sideMultiple } from '../../transformer/stages';

/** Mirrored rows and columns on both sides until the sides are multiples of four; `cropMiddle` takes them off. */
export function toLattice(picture: Raster): Raster {
  const { width, height, channels, values } = picture;
  const extra = (side: number) => (sideMultiple - (side % sideMultiple)) % sideMultiple;
  const before = (side: number) => Math.floor(extra(side) / 2);
  if (extra(width) + extra(height) === 0) return picture;
  const rows = paddingMap(height, before(height), extra(height) - before(height), 'reflect');
  const columns = paddingMap(width, before(width), extra(width) - before(width), 'reflect');
  const result = new Float32Array(rows.length * columns.length * channels);
  rows.forEach((row, y) => {
    columns.forEach((column, x) => {
      const from = (row * width + column) * channels;
      result.set(values.subarray(from, from + channels), (y * columns.length + x) * channels);
    });
  });
  return { width: columns.length, height: rows.length, channels, values: result };
}
