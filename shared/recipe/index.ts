/**
 * The recipe: one versioned, schema-checked value that says everything about a run.
 * Studio controls edit it, presets and shares carry it, the engine and the command line run it.
 */
import * as v from 'valibot';
import { invalidField } from '../invalid';
import {
  type Recipe,
  type RecipeInput,
  type RecipeOf,
  type TechniqueName,
  techniqueNamed,
  techniqueNames,
} from '../techniques';
import * as pieces from '../techniques/pieces';
import { migrate } from './migrate';

/** One member per technique. */
export const recipeSchema = v.variant(
  'technique',
  techniqueNames.map((name) => techniqueNamed(name).schema(pieces)) as never,
) as unknown as v.GenericSchema<RecipeInput, Recipe>;

/**
 * Checks an untrusted value, migrates it from older versions and fills in defaults.
 * @throws ReverieError `recipe-version` for a version from the future, `recipe-invalid` for anything else;
 *   the message names the field and what was expected.
 */
export function parseRecipe<R extends { readonly technique: TechniqueName }>(value: R): RecipeOf<R['technique']>;
export function parseRecipe(value: unknown): Recipe;
export function parseRecipe(value: unknown): Recipe {
  const result = v.safeParse(recipeSchema, migrate(value), { abortEarly: true });
  if (result.success) return result.output;
  throw invalidField('recipe-invalid', 'Recipe', result.issues);
}
