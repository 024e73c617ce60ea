/** From a recipe to a texture, a ladder of textures, or what a baseline makes of the sample. */
import { fieldError, ReverieError } from '../../../../shared/errors';
import { limits } from '../../../../shared/limits';
import type { TextureRecipe } from '../../../../shared/techniques/texture/schema';
import { pixelsOf, rasterOf, resizeToLongSide } from '../../images/pictures';
import type { Raster } from '../../images/resample';
import { sheet, squarish } from '../../images/sheet';
import type { TechniqueResult } from '../../types';
import { contentOf } from '../technique';
import { runBaseline } from './baselines';
import { resultSize } from './sizes';
import { Synthesis, type TextureContext } from './synthesis';

export async function runTexture(context: TextureContext): Promise<TechniqueResult> {
  const { recipe, network } = context;
  const layers = recipe.layers.filter(({ weight }) => weight > 0);
  const picture = rasterOf(contentOf(context));
  // Never enlarged: there is no detail to gain.
  const sample = resizeToLongSide(picture, Math.min(recipe.sampleSize, Math.max(picture.width, picture.height)));
  checkSample(sample);
  if (recipe.method !== 'gram') return runBaseline(context, sample, resultSize(recipe));
  if (layers.length === 0) {
    throw fieldError('recipe-invalid', 'Recipe', 'layers', 'at least one layer needs a weight above 0.');
  }
  // Before anything is allocated: throws `layer-unknown`.
  for (const { layer } of layers) network.nodeOf(layer);
  return recipe.ladder ? climb(context, sample, layers) : single(context, sample, layers);
}

/** @throws ReverieError `image-too-small`: a texture repeats, and so must its sample. */
function checkSample({ width, height }: Raster): void {
  const { minSampleSide } = limits.run;
  if (Math.min(width, height) >= minSampleSide) return;
  throw new ReverieError(
    'image-too-small',
    `The sample is ${width}×${height} pixels; each side must have at least ${minSampleSide} to show how it repeats.`,
    { data: { width, height, needed: minSampleSide } },
  );
}

async function single(
  context: TextureContext,
  sample: Raster,
  layers: TextureRecipe['layers'],
): Promise<TechniqueResult> {
  const synthesis = new Synthesis(context, sample, [layers]);
  try {
    const made = (picture: Raster) => ({ pixels: pixelsOf(picture), frames: [] });
    return synthesis.descent.result(made(await synthesis.run([], made)));
  } finally {
    synthesis.dispose();
  }
}

/** One texture per layer, each from that layer and those before it. */
async function climb(
  context: TextureContext,
  sample: Raster,
  layers: TextureRecipe['layers'],
): Promise<TechniqueResult> {
  const textures = layers.map((_, i) => layers.slice(0, i + 1));
  const synthesis = new Synthesis(context, sample, textures);
  const made = (rungs: readonly Raster[]) => ({
    pixels: pixelsOf(sheet(rungs, squarish(layers.length), layers.length)),
    frames: rungs.map((picture, i) => ({ label: layers[i]?.layer ?? '', pixels: pixelsOf(picture) })),
  });
  const rungs: Raster[] = [...(context.resume?.rungs ?? [])];
  try {
    while (rungs.length < layers.length && synthesis.descent.complete) {
      const before = [...rungs];
      rungs.push(await synthesis.run(before, (at) => made([...before, at])));
    }
    return synthesis.descent.result(made(rungs));
  } finally {
    synthesis.dispose();
  }
}
