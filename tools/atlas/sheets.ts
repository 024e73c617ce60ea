/** The atlas as it is served: a sheet of feature pictures a layer, and what is known of each channel beside it. */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { type AtlasLayer, atlasColumns, atlasPaths } from '../../shared/atlas';
import { fitLongSide, fitted, rasterOf } from '../../web/engine/images/pictures';
import { architectureOf } from '../../web/engine/network/architectures';
import type { TapGeometry } from '../../web/engine/network/geometry';
import { Network } from '../../web/engine/network/network';
import { featuresOf } from '../../web/engine/techniques/see/features';
import { strongest } from '../../web/engine/techniques/see/patches';
import { gramOf, normalisedGram } from '../../web/engine/techniques/texture/gram';
import { manifestOf, writeWhole } from '../files';
import { readPhoto } from '../images';
import { openNodeDevice } from '../nodeGpu';
import { readStored } from '../weights/stored';
import { cellSide, featureFile } from './features';

/** Long side at which the sample is looked at, pixels. */
const photoSize = 384;
const partnersKept = 4;

/** @param taps those whose feature pictures are in `from`, all of them */
export async function makeSheets(
  network: string,
  taps: readonly TapGeometry[],
  from: string,
  site: string,
): Promise<void> {
  const device = await openNodeDevice('wasm');
  const { manifest, parameters } = await readStored(manifestOf(network));
  const opened = Network.create(architectureOf(manifest.architecture), parameters);
  const sample = rasterOf(await readPhoto(path.join(site, 'sample.jpg')));
  const photo = fitted(sample, fitLongSide(sample.width, sample.height, photoSize));
  await mkdir(path.join(site, 'channels'), { recursive: true });
  const write = (name: string, content: Buffer) => writeWhole(path.join(site, name), content);
  for (const geometry of taps) {
    const { tap, channels } = geometry;
    const cells = Array.from({ length: channels }, (_, channel) => ({
      input: featureFile(from, tap, channel),
      left: (channel % atlasColumns) * cellSide,
      top: Math.floor(channel / atlasColumns) * cellSide,
    }));
    const height = Math.ceil(channels / atlasColumns) * cellSide;
    const blank = sharp({ create: { width: atlasColumns * cellSide, height, channels: 3, background: '#808080' } });
    await write(atlasPaths.sheet(tap), await blank.composite(cells).webp({ quality: 68 }).toBuffer());
    const features = await featuresOf(opened, tap, photo);
    const cosines = normalisedGram(gramOf(features), channels);
    const layer: AtlasLayer = {
      layer: tap,
      photo: '/sample.jpg',
      photoSize,
      channels: strongest(features, 0, photo, geometry).map((answers, channel) => ({
        places: answers.map(({ x, y, side }) => [x, y, side] as const),
        partners: partnersOf(cosines, channels, channel),
      })),
    };
    await write(atlasPaths.facts(tap), Buffer.from(`${JSON.stringify(layer)}\n`));
    console.error(tap);
  }
  await write(atlasPaths.facts('index'), Buffer.from(`${JSON.stringify(taps.map(({ tap }) => tap))}\n`));
  opened.dispose();
  device.dispose();
}

function partnersOf(cosines: Float32Array, channels: number, channel: number) {
  const alike = (other: number) => cosines[channel * channels + other] ?? 0;
  return Array.from({ length: channels }, (_, other) => other)
    .filter((other) => other !== channel && alike(other) > 0)
    .sort((a, b) => alike(b) - alike(a))
    .slice(0, partnersKept)
    .map((other) => [other, Math.round(100 * alike(other)) / 100] as const);
}
