/** The picture that each channel likes best, one file each in `.cache/atlas`, so that a stopped run goes on where it was. */
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { parseRecipe } from '../../shared/recipe';
import { recipeVersion } from '../../shared/recipe/version';
import type { Engine } from '../../web/engine/api';
import type { TapGeometry } from '../../web/engine/network/geometry';
import { writeWhole } from '../files';

/** Of a picture in the atlas, pixels. */
export const cellSide = 64;
const steps = 28;

export const featureFile = (folder: string, tap: string, channel: number): string =>
  path.join(folder, `${tap}-${channel}.png`);

/** @param onFeature told after each that is there */
export async function growFeatures(
  engine: Engine,
  network: string,
  taps: readonly TapGeometry[],
  folder: string,
  onFeature: (tap: string, channel: number) => void,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const { tap, channels } of taps) {
    for (let channel = 0; channel < channels; channel++) {
      const file = featureFile(folder, tap, channel);
      if (!existsSync(file)) {
        const recipe = parseRecipe({
          technique: 'see',
          version: recipeVersion,
          view: 'feature',
          network,
          layer: tap,
          channel,
          size: cellSide,
          steps,
        });
        const { pixels } = await engine.run({ recipe, inputs: { content: null } }).result;
        const { data, width, height } = pixels;
        const picture = sharp(Buffer.from(data), { raw: { width, height, channels: 4 } });
        await writeWhole(file, await picture.removeAlpha().png().toBuffer());
      }
      onFeature(tap, channel);
    }
  }
}
