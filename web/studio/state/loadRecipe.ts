/** Recipes from outside, checked. A chunk of its own: the schemas are more than most visits need. */
import { ReverieError } from '../../../shared/errors';
import { parseRecipe } from '../../../shared/recipe';
import type { Recipe } from '../../../shared/techniques';
import { takeRecipe } from './recipe';

/**
 * Takes a recipe into the controls, and with it its technique.
 * @throws ReverieError `recipe-invalid` or `recipe-version`; the recipe before it stays.
 */
export function loadRecipe(json: string): Recipe {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (cause) {
    throw new ReverieError('recipe-invalid', 'Recipe is not valid JSON.', { cause });
  }
  const loaded = parseRecipe(value);
  takeRecipe(loaded);
  return loaded;
}
