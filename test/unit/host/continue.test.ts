/** What `continueRecipe` promises, by the real engine: so many steps more, at the full size, from what there is. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseRecipe } from '../../../shared/recipe';
import { continueRecipe } from '../../../shared/recipe/continue';
import type { Recipe } from '../../../shared/techniques';
import type { Pixels, RunResult } from '../../../web/engine/api';
import { type SmallEngine, smallEngine, smallTaps } from '../../support/smallEngine';
import { landscape, painting } from '../techniques/pictures';

const small = { version: 2, size: 64, seed: 3 } as const;
const layers = smallTaps.map((layer) => ({ layer, weight: 1 }));
const steps = 40;
const more = 5;
const style = {
  ...small,
  technique: 'style',
  styles: [{ image: null }],
  styleLayers: layers,
  contentLayers: [{ layer: 'relu2', weight: 1 }],
  schedule: { minSize: 64, firstSteps: steps },
};
const dream = { ...small, technique: 'dream', layers: [{ layer: 'relu2' }], steps };
const recipes: Readonly<Record<string, object>> = {
  'style by Adam': style,
  'style by L-BFGS': { ...style, optimiser: { method: 'lbfgs' } },
  dream: { ...dream, octaves: 2 },
  inversion: { ...small, technique: 'invert', layers: ['relu2'], steps },
  texture: { ...small, technique: 'texture', sampleSize: 64, layers, steps },
  'what a channel likes best': { ...small, technique: 'see', view: 'feature', layer: 'relu2', channel: 1, steps },
};

describe('going on from a result', () => {
  let engine: SmallEngine;
  beforeAll(() => {
    engine = smallEngine('wasm');
  });
  afterAll(() => engine.engine.dispose());

  const run = (recipe: Recipe, start?: Pixels): Promise<RunResult> => {
    const content = recipe.technique === 'see' ? null : landscape();
    const styles = recipe.technique === 'style' ? [painting()] : [];
    return engine.engine.run({ recipe, inputs: { content, styles, ...(start && { start }) } }).result;
  };

  it.each(Object.keys(recipes))('takes so many steps more, and begins where it was: %s', async (name) => {
    const recipe = parseRecipe(recipes[name]);
    const first = await run(recipe);
    const next = await run(continueRecipe(recipe, more), first.pixels);
    expect([next.complete, next.record.steps]).toEqual([true, more]);
    expect([next.pixels.width, next.pixels.height]).toEqual([first.pixels.width, first.pixels.height]);
    // The first loss is that of the picture that it begins with: what the steps before had come to.
    const [scratch = Number.NaN, reached = Number.NaN] = [
      first.record.losses[0]?.loss,
      first.record.losses.at(-1)?.loss,
    ];
    const begun = next.record.losses[0]?.loss ?? Number.NaN;
    expect(begun).toBeLessThan(scratch);
    expect(Math.abs(begun - reached)).toBeLessThan(0.5 * Math.abs(begun - scratch));
  });

  it('takes as many steps as there were when it is not said, and a film is as long again', async () => {
    const recipe = parseRecipe({ ...dream, steps: 3, octaves: 1, film: { frames: 3, zoom: 1.1, rotate: 3 } });
    const first = await run(recipe);
    const last = first.frames.at(-1)?.pixels;
    const next = await run(continueRecipe(recipe), last);
    expect([first.frames.length, next.frames.length]).toEqual([3, 3]);
    expect(next.record.steps).toBe(first.record.steps);
  });
});
