/** The atlas as it is served: a sheet of feature pictures a layer, and what is known of each channel beside it. */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { type AtlasLayer, atlasColumns, atlasPaths } from '../../shared/atlas';
import { parseRecipe } from '../../shared/recipe';
import { recipeVersion } from '../../shared/recipe/version';
import type { GramData, PatchData } from '../../web/engine/api';
import type { TapGeometry } from '../../web/engine/network/geometry';
import { openEngine } from '../cli/engine';
import { readPhoto, writeWhole } from '../images';
import { cellSide, featureFile } from './features';

/** Long side at which the sample is looked at, pixels. */
const photoSize = 384;
const partnersKept = 4;

/** @param taps those whose feature pictures are in `from`, all of them */
export async function makeSheets(taps: readonly TapGeometry[], from: string, site: string): Promise<void> {
  const engine = await openEngine('wasm');
  const content = await readPhoto(path.join(site, 'sample.jpg'));
  await mkdir(path.join(site, 'channels'), { recursive: true });
  const see = (view: string, layer: string, more: object = {}) =>
    parseRecipe({ technique: 'see', version: recipeVersion, view, layer, size: photoSize, ...more });
  for (const { tap, channels } of taps) {
    const cells = Array.from({ length: channels }, (_, channel) => ({
      input: featureFile(from, tap, channel),
      left: (channel % atlasColumns) * cellSide,
      top: Math.floor(channel / atlasColumns) * cellSide,
    }));
    const height = Math.ceil(channels / atlasColumns) * cellSide;
    const blank = sharp({ create: { width: atlasColumns * cellSide, height, channels: 3, background: '#808080' } });
    const sheet = await blank.composite(cells).webp({ quality: 68 }).toBuffer();
    await writeWhole(path.join(site, atlasPaths.sheet(tap)), sheet);
    const { gram } = await engine.run({ recipe: see('gram', tap), inputs: { content } }).result;
    const known: AtlasLayer['channels'][number][] = [];
    for (let channel = 0; channel < channels; channel++) {
      const patches = engine.run({ recipe: see('patches', tap, { channel }), inputs: { content } }).result;
      // A channel that does not answer to the sample has no places in it.
      const rows = await patches.then(({ data }) => (data as PatchData).rows).catch(() => []);
      known.push({
        places: (rows[0]?.answers ?? []).map(({ x, y, side }) => [x, y, side] as const),
        partners: gram ? partnersOf(gram, channel) : [],
      });
    }
    const layer: AtlasLayer = { layer: tap, photo: '/sample.jpg', photoSize, channels: known };
    await writeWhole(path.join(site, atlasPaths.facts(tap)), Buffer.from(`${JSON.stringify(layer)}\n`));
    console.error(tap);
  }
  const index = Buffer.from(`${JSON.stringify(taps.map(({ tap }) => tap))}\n`);
  await writeWhole(path.join(site, atlasPaths.facts('index')), index);
  await engine.dispose();
}

const partnersOf = ({ channels, cosines }: GramData, channel: number) =>
  Array.from({ length: channels }, (_, other) => other)
    .filter((other) => other !== channel && (cosines[channel * channels + other] ?? 0) > 0)
    .sort((a, b) => (cosines[channel * channels + b] ?? 0) - (cosines[channel * channels + a] ?? 0))
    .slice(0, partnersKept)
    .map((other) => [other, Math.round(100 * (cosines[channel * channels + other] ?? 0)) / 100] as const);
