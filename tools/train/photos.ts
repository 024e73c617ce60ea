/** Photos of a folder as a training sees them: read when a sample asks, so that a folder may be of any size. */
import sharp from 'sharp';
import { rasterOf } from '../../web/engine/images/pictures';
import { type PhotoSource, regionOf } from '../../web/engine/train/samples';

/** Enough of the last pictures that several samples of a small folder read each once. */
export const photosOf = (files: readonly string[]): PhotoSource => ({
  count: files.length,
  async square(sample, side) {
    const file = files[sample.photo] ?? '';
    const image = sharp(file, { failOn: 'error' }).autoOrient();
    const { width, height } = (await image.metadata()).autoOrient;
    const region = regionOf(sample, width, height, side);
    const { data } = await image
      .toColourspace('srgb')
      .ensureAlpha()
      .extract(region)
      .resize(side, side)
      .flop(sample.mirrored)
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    return rasterOf({ width: side, height: side, data: new Uint8ClampedArray(data) });
  },
});
