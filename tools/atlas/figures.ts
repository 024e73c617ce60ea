/** The pictures that figures show before they are touched: each figure run once on the project's own sample. */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { figureRecipe } from '../../shared/figures';
import { parseRecipe } from '../../shared/recipe';
import { needsPhoto, wantsGuide } from '../../shared/recipe/about';
import { recipeVersion } from '../../shared/recipe/version';
import type { Engine } from '../../web/engine/api';
import { writeWhole } from '../files';
import { readPhoto } from '../images';

/** Long side of a figure's picture, pixels. */
const side = 480;

/** @param site what the edge serves: its sample, its presets, and where the pictures go */
export async function makeFigure(engine: Engine, name: string, site: string): Promise<void> {
  const recipe = parseRecipe({ version: recipeVersion, ...figureRecipe(name, []) });
  const content = needsPhoto(recipe) ? await readPhoto(path.join(site, 'sample.jpg')) : null;
  const guide = wantsGuide(recipe) ? await readPhoto(path.join(site, 'presets/starry-night.webp')) : undefined;
  const { pixels } = await engine.run({ recipe, inputs: { content, guide } }).result;
  const { data, width, height } = pixels;
  const picture = sharp(Buffer.from(data), { raw: { width, height, channels: 4 } });
  const small = picture.resize({ width: side, height: side, fit: 'inside', withoutEnlargement: true });
  const folder = path.join(site, 'figures');
  await mkdir(folder, { recursive: true });
  await writeWhole(path.join(folder, `${name}.webp`), await small.webp({ quality: 32, effort: 6 }).toBuffer());
}
