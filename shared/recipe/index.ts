/**
 * The recipe: one versioned, schema-checked value that says everything about a run.
 * Studio controls edit it, presets and shares carry it, the engine and the command line run it.
 */
import * as v from 'valibot';
import { ReverieError } from '../errors';
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

export type { Recipe, RecipeInput, RecipeInputOf, RecipeOf, TechniqueName } from '../techniques';
export type { StyleSource } from '../techniques/contract';
export * from '../techniques/dream/schema';
export * from '../techniques/fast/schema';
export * from '../techniques/invert/schema';
export * from '../techniques/see/schema';
export * from '../techniques/style/schema';
export * from '../techniques/texture/schema';
export * from './about';
export * from './continue';
export { recipeVersion } from './version';

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
  throw new ReverieError('recipe-invalid', issueText('Recipe', result.issues[0]));
}

/** `Recipe field "size": …`, for the message of an error. */
export function issueText(what: string, issue: v.BaseIssue<unknown>): string {
  // Of alternatives, the one that was meant: not those that lack a field or have one that they do not know.
  const meant = issue.issues?.find(({ expected, received }) => expected !== 'never' && received !== 'undefined');
  if (meant) {
    const path = [...(issue.path ?? []), ...(meant.path ?? [])] as typeof issue.path;
    return issueText(what, { ...meant, path } as v.BaseIssue<unknown>);
  }
  const path = v.getDotPath(issue) ?? `(whole ${what.toLowerCase()})`;
  // valibot says of a strict object's surplus key that it expected never.
  const problem = issue.expected === 'never' ? 'there is no such field; check its spelling.' : issue.message;
  return `${what} field "${path}": ${problem}`;
}

export const isRecipeOf = <Name extends TechniqueName>(technique: Name, recipe: Recipe): recipe is RecipeOf<Name> =>
  recipe.technique === technique;
