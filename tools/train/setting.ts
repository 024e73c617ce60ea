/** What every thread of a training needs before the first step: the perceptual network and the paintings. */

import sharp, { type Sharp } from 'sharp';
import type { BackendName } from '../../web/engine/api';
import { rasterOf } from '../../web/engine/images/pictures';
import { architectureOf } from '../../web/engine/network/architectures';
import { Network } from '../../web/engine/network/network';
import { targetsFromImage } from '../../web/engine/techniques/style/targets';
import { PerceptualGradient } from '../../web/engine/train/gradient';
import type { TrainOptions } from '../../web/engine/train/options';
import { type PhotoSource, regionOf } from '../../web/engine/train/samples';
import { readImage } from '../images';
import { openNodeDevice } from '../nodeGpu';
import { readStored } from '../weights/stored';

export interface Setting {
  readonly options: TrainOptions;
  readonly backend: BackendName;
  /** Of that backend, on WASM: 1 when absent. */
  readonly backendThreads?: number;
  /** Manifest of the perceptual network, its shards beside it. */
  readonly perceptual: string;
  /** Files to train on. */
  readonly photos: readonly string[];
  /** Long side that larger ones are shrunk to; as they are when absent. */
  readonly photoSide?: number;
  /** Files, one per style of the network. */
  readonly paintings: readonly string[];
}

/** Opens the backend of this thread and measures the paintings on it. */
export async function openSource({
  options,
  backend,
  backendThreads,
  perceptual,
  photos,
  photoSide,
  paintings,
}: Setting): Promise<PerceptualGradient> {
  await openNodeDevice(backend, backendThreads);
  const { manifest, parameters } = await readStored(perceptual);
  const network = Network.create(architectureOf(manifest.architecture), parameters);
  const targets = await Promise.all(paintings.map(async (file) => targetsFromImage(await readImage(file))));
  return PerceptualGradient.create(options, network, photosOf(photos, photoSide), targets);
}

// Photos of a folder as a training sees them: read when a sample asks, so that a folder may be of any size.

/** @param longSide that larger ones are shrunk to */
export const photosOf = (files: readonly string[], longSide?: number): PhotoSource => ({
  count: files.length,
  async square(sample, side) {
    const file = files[sample.photo] ?? '';
    const whole = sharp(file, { failOn: 'error' }).autoOrient();
    const image = longSide === undefined ? whole : await shrunk(whole, longSide);
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

async function shrunk(image: Sharp, longSide: number): Promise<Sharp> {
  const inside = { width: longSide, height: longSide, fit: 'inside', withoutEnlargement: true } as const;
  const { data, info } = await image.resize(inside).raw().toBuffer({ resolveWithObject: true });
  return sharp(data, { raw: info });
}
