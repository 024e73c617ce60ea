/** From a recipe to a texture, a ladder of textures, or what a baseline makes of the sample. */
import { ReverieError } from '../../../../shared/errors';
import { limits } from '../../../../shared/limits';
import type { TextureRecipe } from '../../../../shared/recipe';
import type { Frame } from '../../api';
import { pixelsOf, rasterOf, resizeToLongSide } from '../../images/pictures';
import type { Raster } from '../../images/resample';
import { sheet, squarish } from '../../images/sheet';
import { contentOf, type TechniqueContext, type TechniqueResult } from '../technique';
import { runBaseline } from './baselines';
import { resultSize } from './sizes';
import { Synthesis } from './synthesis';

export async function runTexture(context: TechniqueContext<TextureRecipe>): Promise<TechniqueResult> {
  const { recipe, network } = context;
  const layers = recipe.layers.filter(({ weight }) => weight > 0);
  const picture = rasterOf(contentOf(context));
  // Never enlarged: there is no detail to gain.
  const sample = resizeToLongSide(picture, Math.min(recipe.sampleSize, Math.max(picture.width, picture.height)));
  checkSample(sample);
  if (recipe.method !== 'gram') return runBaseline(context, sample, resultSize(recipe));
  if (layers.length === 0) {
    throw new ReverieError('recipe-invalid', 'Recipe field "layers": at least one layer needs a weight above 0.');
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
  );
}

async function single(
  context: TechniqueContext<TextureRecipe>,
  sample: Raster,
  layers: TextureRecipe['layers'],
): Promise<TechniqueResult> {
  const synthesis = new Synthesis(context, sample, 1);
  try {
    const { picture, complete } = await synthesis.run(layers);
    return resultOf(synthesis, picture, [], complete);
  } finally {
    synthesis.dispose();
  }
}

/** One texture per layer, each from that layer and those before it. */
async function climb(
  context: TechniqueContext<TextureRecipe>,
  sample: Raster,
  layers: TextureRecipe['layers'],
): Promise<TechniqueResult> {
  const synthesis = new Synthesis(context, sample, layers.length);
  const pictures: Raster[] = [];
  let complete = true;
  try {
    for (let depth = 1; depth <= layers.length && complete; depth++) {
      const rung = await synthesis.run(layers.slice(0, depth));
      complete = rung.complete;
      // One that was broken off may have stopped at a coarser size than the others.
      if (complete || depth === 1) pictures.push(rung.picture);
    }
    const frames = pictures.map((picture, i) => ({ label: layers[i]?.layer ?? '', pixels: pixelsOf(picture) }));
    return resultOf(synthesis, sheet(pictures, squarish(layers.length)), frames, complete);
  } finally {
    synthesis.dispose();
  }
}

const resultOf = (
  synthesis: Synthesis,
  picture: Raster,
  frames: readonly Frame[],
  complete: boolean,
): TechniqueResult => ({
  pixels: pixelsOf(picture),
  frames,
  complete,
  losses: synthesis.losses.sampled,
  steps: synthesis.step,
  msPerStep: (performance.now() - synthesis.startedAt) / Math.max(1, synthesis.step),
  peakBytes: synthesis.peakBytes,
});
