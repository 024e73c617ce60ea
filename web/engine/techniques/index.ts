/** Every technique, by the name that a recipe calls it. A new one is a folder here and a line below. */
import type { Recipe } from '../../../shared/recipe';
import { style } from './style';
import type { Technique } from './technique';

const techniques: { readonly [Name in Recipe['technique']]: Technique<Extract<Recipe, { technique: Name }>> } = {
  style,
};

/** The technique that runs this recipe. */
export function techniqueOf(recipe: Recipe): Technique {
  return techniques[recipe.technique];
}
