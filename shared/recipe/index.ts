/**
 * The recipe: one versioned, schema-checked value that says everything about a run.
 * Studio controls edit it, presets and shares carry it, the engine and the command line run it.
 */
import * as v from 'valibot';
import { ReverieError } from '../errors';
import { migrate } from './migrate';
import { styleRecipeSchema } from './style';

export * from './style';

/** One member per technique; a new technique adds its schema here. */
export const recipeSchema = v.variant('technique', [styleRecipeSchema]);
export type Recipe = v.InferOutput<typeof recipeSchema>;
/** What may be left out when writing a recipe by hand: everything that has a default. */
export type RecipeInput = v.InferInput<typeof recipeSchema>;

/**
 * Checks an untrusted value, migrates it from older versions and fills in defaults.
 * @throws ReverieError `recipe-version` for a version from the future, `recipe-invalid` for anything else;
 *   the message names the field and what was expected.
 */
export function parseRecipe(value: unknown): Recipe {
  const result = v.safeParse(recipeSchema, migrate(value), { abortEarly: true });
  if (result.success) return result.output;
  const [issue] = result.issues;
  const path = v.getDotPath(issue) ?? '(whole recipe)';
  // valibot says of a strict object's surplus key that it expected never.
  const problem = issue.expected === 'never' ? 'there is no such field; check its spelling.' : issue.message;
  throw new ReverieError('recipe-invalid', `Recipe field "${path}": ${problem}`);
}
