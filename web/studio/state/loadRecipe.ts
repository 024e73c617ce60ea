/** Recipes from outside, checked. A chunk of its own: the schemas are more than most visits need. */
import { fieldError, ReverieError } from '../../../shared/errors';
import { parseRecipe } from '../../../shared/recipe';
import { stylesOf } from '../../../shared/recipe/about';
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
  if (stylesOf(loaded).filter((style) => 'image' in style).length > 1) {
    throw fieldError('recipe-invalid', 'Recipe', 'styles', 'at most one image of your own.');
  }
  takeRecipe(loaded);
  return loaded;
}
