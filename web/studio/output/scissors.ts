/** The photo's subject as a mask, by the network's own saliency; what is drawn already is surely part of it. */
import { parseRecipe } from '../../../shared/recipe';
import { recipeVersion } from '../../../shared/recipe/version';
import type { Pixels } from '../../engine/api';
import { copyWithin } from '../../page/intake/scale';
import { getEngine } from '../../page/run/engine';

/** Long side at which it is looked for, pixels; and the layer whose saliency finds it best (see/README.md). */
const size = 256;
const layer = 'relu5_1';

/** @param drawn white where it is surely; null where nothing is drawn yet @returns white on black */
export async function cutOut(photo: Pixels, drawn: Pixels | null): Promise<Pixels> {
  const engine = await getEngine();
  const guide = drawn && greenOf(drawn);
  const recipe = parseRecipe({
    ...{ technique: 'see', version: recipeVersion, view: 'segmentation', layer, size, smooth: { samples: 4 } },
    ...(guide && { guide: null }),
  });
  const inputs = { content: copyWithin(photo, 2 * size), ...(guide && { guide }) };
  const { pixels, frames } = await engine.run({ recipe, inputs }).result;
  return frames[0]?.pixels ?? pixels;
}

/** Strokes as the view reads them; null where nothing is drawn. */
function greenOf({ width, height, data }: Pixels): Pixels | null {
  const green = new Uint8ClampedArray(data.length);
  let any = false;
  for (let i = 0; i < data.length; i += 4) {
    const inside = (data[i] ?? 0) > 127 && (data[i + 3] ?? 0) > 127;
    any ||= inside;
    green[i + 1] = inside ? 255 : 0;
    green[i + 3] = 255;
  }
  return any ? { width, height, data: green } : null;
}
