/** A preset's picture in the gallery: the sample photograph, painted by the engine in the painting's style. */

import sharp from 'sharp';
import { parseRecipe, recipeVersion } from '../../shared/recipe';
import type { Pixels } from '../../web/engine/api';
import { openEngine } from '../cli/engine';
import { readImage } from '../images';

export const thumbnailName = (id: string): string => `${id}.webp`;

/** Painted larger than shown: at half size the grain of the optimisation is gone. */
const paintedSize = 512;
const shownWidth = 360;

export async function paintThumbnail(painting: Pixels, photo: string, out: string): Promise<void> {
  const engine = await openEngine('wasm');
  try {
    const recipe = parseRecipe({
      version: recipeVersion,
      technique: 'style',
      size: paintedSize,
      styles: [{ image: null }],
    });
    const { pixels } = await engine.run({ recipe, inputs: { content: await readImage(photo), styles: [painting] } })
      .result;
    const { width, height, data } = pixels;
    await sharp(data, { raw: { width, height, channels: 4 } })
      .removeAlpha()
      .resize(shownWidth)
      .webp({ quality: 78 })
      .toFile(out);
  } finally {
    await engine.dispose();
  }
}
