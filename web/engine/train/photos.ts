/** Photos that are at hand as pixels, as a training sees them. */

import { clampUnit, rasterOf } from '../images/pictures';
import { bicubic, resample } from '../images/resample';
import type { Pixels } from '../types';
import { type PhotoSource, regionOf } from './samples';

/** @param photos at least one; kept as they are, so shrink large ones first */
export const photosOfPixels = (photos: readonly Pixels[]): PhotoSource => ({
  count: photos.length,
  async square(sample, side) {
    const photo = photos[sample.photo];
    if (!photo) throw new RangeError(`there is no photo ${sample.photo}`);
    const region = regionOf(sample, photo.width, photo.height, side);
    return clampUnit(resample(rasterOf(cut(photo, region, sample.mirrored)), side, side, bicubic));
  },
});

function cut({ width, data }: Pixels, region: ReturnType<typeof regionOf>, mirrored: boolean): Pixels {
  const out = new Uint8ClampedArray(region.width * region.height * 4);
  const from = new Uint32Array(data.buffer, data.byteOffset, data.length / 4);
  const to = new Uint32Array(out.buffer);
  for (let y = 0; y < region.height; y++) {
    const row = (region.top + y) * width + region.left;
    for (let x = 0; x < region.width; x++) {
      to[y * region.width + x] = from[row + (mirrored ? region.width - 1 - x : x)] ?? 0;
    }
  }
  return { width: region.width, height: region.height, data: out };
}
