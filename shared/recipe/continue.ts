/** Going on from a picture: recipes that begin with one, and the recipe that takes a result further. Needs no schema. */
import { ReverieError } from '../errors';
import type { Recipe, TechniqueName } from './index';
import { paintedSize } from './paintedSize';

/** Whether the run begins with a picture that is given, instead of with the photo or with noise. */
export function startsFromPicture(recipe: Recipe): boolean {
  if (recipe.technique === 'style') return recipe.start === 'image';
  if (recipe.technique === 'see' && recipe.view !== 'feature') return false;
  return recipe.technique !== 'fast' && recipe.startImage !== undefined;
}

/** Layers of a ladder, from which one has to be chosen to go on from; empty for a result that is one picture. */
export function rungsOf(recipe: Recipe): readonly string[] {
  if (recipe.technique === 'invert' && recipe.layers.length > 1) return recipe.layers;
  const layers =
    recipe.technique === 'texture' && recipe.ladder ? recipe.layers.filter(({ weight }) => weight > 0) : [];
  return layers.length > 1 ? layers.map(({ layer }) => layer) : [];
}

/** Whether there are more steps to take: one pass is through, and so is a texture that was put together from patches. */
export function canContinue(recipe: Recipe): boolean {
  if (recipe.technique === 'texture') return recipe.method === 'gram';
  return recipe.technique === 'see' ? recipe.view === 'feature' : recipe.technique !== 'fast';
}

/**
 * The recipe that takes a result further: it begins with the result, at its full size. A film goes on from its last frame,
 * as long again; of a ladder one rung goes on.
 * @param steps how many more; as many as the recipe had (at its last size) when it does not say
 * @param rung of a ladder: its layer
 * @throws ReverieError `recipe-invalid` when there is nothing to go on with, or a ladder's rung is not named
 */
export function continueRecipe(recipe: Recipe, steps?: number, rung?: string): Recipe {
  if (!canContinue(recipe)) throw refusal(`What ${title[recipe.technique]} made has no steps that could go on.`);
  const rungs = rungsOf(recipe);
  if (rungs.length > 0 && !rungs.some((layer) => layer === rung)) {
    throw refusal(`The result is a ladder; say from which layer it is to go on: ${rungs.join(', ')}.`);
  }
  const { weights: _, ...made } = recipe;
  const more = steps === undefined ? {} : { steps };
  const start = { startImage: null } as const;
  switch (made.technique) {
    case 'style': {
      const { firstSteps, steps: further } = made.schedule;
      const schedule = {
        ...made.schedule,
        minSize: paintedSize(made.size),
        firstSteps: steps ?? Math.max(1, further || firstSteps),
      };
      return { ...made, ...start, start: 'image', schedule };
    }
    case 'dream':
      return { ...made, ...start, ...more, octaves: 1 };
    case 'invert':
      return { ...made, ...start, ...more, layers: made.layers.filter((layer) => !rungs.length || layer === rung) };
    case 'texture': {
      const above = made.layers.findIndex(({ layer }) => layer === rung);
      const layers = rungs.length > 0 ? made.layers.slice(0, above + 1) : made.layers;
      return { ...made, ...start, ...more, layers, ladder: false };
    }
    case 'see':
      return { ...made, ...start, ...more };
    case 'fast':
      return made;
  }
}

const title: Record<TechniqueName, string> = {
  ...{ style: 'a style transfer', fast: 'one pass', dream: 'a dream', invert: 'an inversion' },
  ...{ texture: 'a patchwork texture', see: 'a view that looks once' },
};

const refusal = (message: string) => new ReverieError('recipe-invalid', message);
