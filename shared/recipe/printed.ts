/** The recipe that paints a result once more, as large as paper wants it. */

import type { Recipe } from '../techniques';
import { techniqueOf } from '../techniques';
import { parseRecipe } from '.';
import { recipeVersion } from './version';

/** @param size long side of the result, pixels @param times how many times larger the print is @returns null where nothing prints it */
export function printedRecipe(recipe: Recipe, size: number, times: number): Recipe | null {
  const fields = techniqueOf(recipe).printed?.(recipe, times);
  if (!fields) return null;
  const { weights: _, content: __, ...rest } = fields as Partial<Recipe>;
  return parseRecipe({ ...rest, version: recipeVersion, size });
}
