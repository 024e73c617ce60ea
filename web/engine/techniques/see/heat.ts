/** A map over the photo, as every view of "where" shows it: the map in colours, laid over the photo, and the photo itself. */
import { pixelsOf } from '../../images/pictures';
import { bilinear, type Raster, resample } from '../../images/resample';
import type { Made } from '../../types';
import { coloured } from './activations';

/** share 0 is the photo, 1 the map. */
export const blend = (photo: Raster, heat: Raster, share: number): Raster => ({
  ...photo,
  values: photo.values.map((value, i) => value * (1 - share) + (heat.values[i] ?? 0) * share),
});

/** @param map one channel, 0..1, of the photo's shape or coarser @param label what the map is called */
export function overPhoto(photo: Raster, map: Raster, overlay: number, label: string): Made {
  const heat = coloured(resample(map, photo.width, photo.height, bilinear));
  const pixels = pixelsOf(blend(photo, heat, overlay));
  const frames = [
    { label, pixels: pixelsOf(heat) },
    { label: 'overlay', pixels: { ...pixels, data: pixels.data.slice() } },
    { label: 'photo', pixels: pixelsOf(photo) },
  ];
  return { pixels, frames };
}

/** What is above 0, its most at 1; 0 everywhere where nothing is. */
export function risen({ values, ...map }: Raster): Raster {
  const most = values.reduce((top, value) => Math.max(top, value), 0);
  return { ...map, values: values.map((value) => (most > 0 ? Math.max(0, value) / most : 0)) };
}
