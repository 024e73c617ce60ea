/** Places in photos, and what is cut out of them: patches, each as large as a position of a layer sees. */

import type { SeeRecipe } from '../../../../shared/techniques/see/schema';
import { fitted, rasterOf } from '../../images/pictures';
import { bilinear, type Raster, resample } from '../../images/resample';
import type { TapGeometry } from '../../network/geometry';
import type { Place } from '../../types';
import type { TechniqueContext } from '../technique';
import { photoOf } from './features';

/** The photos that a view compares: those that were given with it, or its photo alone. */
export function photosOf(context: TechniqueContext<SeeRecipe>): Raster[] {
  const { photos = [], content } = context;
  if (photos.length === 0 || content) return [photoOf(context), ...photos.map(rasterOf)];
  return photos.map(rasterOf);
}

/**
 * What position (column, row) of a tap sees of a photo, moved inside where it hangs over the border.
 * @param most side at most, pixels
 */
export function placeOf(
  { centre, receptiveField, stride }: TapGeometry,
  photo: number,
  { width, height }: Pick<Raster, 'width' | 'height'>,
  column: number,
  row: number,
  most = Number.POSITIVE_INFINITY,
): Place {
  const side = Math.min(receptiveField[0], width, height, most);
  const start = (middle: number, at: number, length: number) =>
    Math.round(Math.min(length - side, Math.max(0, middle + at * stride + 0.5 - side / 2)));
  return { photo, x: start(centre[1], column, width), y: start(centre[0], row, height), side };
}

/** True where two places share more than half of a side in both directions. */
export const overlap = (a: Place, b: Place): boolean =>
  a.photo === b.photo && Math.abs(a.x - b.x) < a.side / 2 && Math.abs(a.y - b.y) < a.side / 2;

/** The part of a photo at a place, `side` pixels square. */
export function cut({ width, values }: Raster, { x, y, side: from }: Place, side: number): Raster {
  const patch = new Float32Array(from * from * 3);
  for (let row = 0; row < from; row++) {
    const at = ((y + row) * width + x) * 3;
    patch.set(values.subarray(at, at + from * 3), row * from * 3);
  }
  const square: Raster = { width: from, height: from, channels: 3, values: patch };
  return from < side ? resample(square, side, side, bilinear) : fitted(square, { width: side, height: side });
}
