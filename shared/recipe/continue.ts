/** The recipe that takes a result further. Needs no schema. */
import { ReverieError } from '../errors';
import { type Recipe, techniqueOf } from '../techniques';
import { rungsOf } from './about';

/** Whether there are more steps to take: one pass is through, and so is a texture that was put together from patches. */
export const canContinue = (recipe: Recipe): boolean => Boolean(techniqueOf(recipe).continued?.(recipe));

/**
 * The recipe that takes a result further: it begins with the result, at its full size. A film goes on from its last frame,
 * as long again; of a ladder one rung goes on.
 * @param steps how many more; as many as the recipe had (at its last size) when it does not say
 * @param rung of a ladder: its layer
 * @throws ReverieError `recipe-invalid` when there is nothing to go on with, or a ladder's rung is not named
 */
export function continueRecipe(recipe: Recipe, steps?: number, rung?: string): Recipe {
  if (!canContinue(recipe)) throw refusal('What this recipe makes has no steps that could go on.');
  const rungs = rungsOf(recipe);
  if (rungs.length > 0 && !rungs.some((layer) => layer === rung)) {
    throw refusal(`The result is a ladder; say from which layer it is to go on: ${rungs.join(', ')}.`);
  }
  const { weights: _, ...made } = recipe;
  return { ...techniqueOf(recipe).continued?.(made as Recipe, steps, rung), startImage: null } as Recipe;
}

const refusal = (message: string) => new ReverieError('recipe-invalid', message);
