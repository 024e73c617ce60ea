/** Runs a baseline under the same control as everything else: progress, preview, pause, cancel. */
import type { TextureRecipe } from '../../../../../shared/techniques/texture/schema';
import { pixelsOf } from '../../../images/pictures';
import { randomGenerator } from '../../../images/random';
import type { Raster } from '../../../images/resample';
import type { TechniqueResult } from '../../../types';
import type { TechniqueContext } from '../../technique';
import { growTexture } from './efrosLeung';
import { quilt } from './quilting';

/** Progress is told in this many steps. */
const parts = 100;

export async function runBaseline(
  { recipe, control }: TechniqueContext<TextureRecipe>,
  sample: Raster,
  size: { readonly width: number; readonly height: number },
): Promise<TechniqueResult> {
  const random = randomGenerator(recipe.seed);
  const { window, patch, tolerance } = recipe.baseline;
  const growing =
    recipe.method === 'quilting'
      ? quilt(sample, { ...size, patch, tolerance, random })
      : growTexture(sample, { ...size, window, tolerance, random });
  const startedAt = performance.now();
  let step = 0;
  let complete = true;
  let picture = sample;
  control.report({ phase: 'optimise', step: 0, steps: parts });
  for (const state of growing) {
    picture = state.picture;
    step = Math.max(1, Math.round(state.done * parts));
    const msPerStep = (performance.now() - startedAt) / (state.done * parts);
    control.report({ phase: 'optimise', step, steps: parts, msPerStep });
    if (control.wantsPreview()) control.preview(pixelsOf(picture));
    complete = await control.proceed();
    if (!complete) break;
  }
  return {
    pixels: pixelsOf(picture),
    complete,
    losses: [],
    steps: step,
    msPerStep: (performance.now() - startedAt) / Math.max(1, step),
    // Plain arrays: sample, picture and what it is cut from.
    peakBytes: 4 * 3 * (sample.values.length + 2 * picture.values.length),
  };
}
