/**
 * The recipe: one versioned, schema-checked value that says everything about a run.
 * Studio controls edit it, presets and shares carry it, the engine and the command line run it.
 */
import * as v from 'valibot';
import { ReverieError } from '../errors';
import { dreamRecipeSchema } from './dream';
import { fastRecipeSchema } from './fast';
import { invertRecipeSchema } from './invert';
import { migrate } from './migrate';
import { seeRecipeSchema } from './see';
import { type StyleSource, styleRecipeSchema } from './style';
import { textureRecipeSchema } from './texture';

export * from './continue';
export * from './dream';
export * from './fast';
export * from './invert';
export { recipeVersion } from './migrate';
export * from './paintedSize';
export * from './see';
export * from './style';
export * from './texture';

/** One member per technique; a new technique adds its schema here. */
export const recipeSchema = v.variant('technique', [
  styleRecipeSchema,
  fastRecipeSchema,
  dreamRecipeSchema,
  invertRecipeSchema,
  textureRecipeSchema,
  seeRecipeSchema,
]);
export type Recipe = v.InferOutput<typeof recipeSchema>;
/** What may be left out when writing a recipe by hand: everything that has a default. */
export type RecipeInput = v.InferInput<typeof recipeSchema>;
export type TechniqueName = Recipe['technique'];

/** Long side at which a run looks at its photo: the result's, but a texture's sample has a size of its own. */
export const contentSizeOf = (recipe: Recipe): number =>
  recipe.technique === 'texture' ? recipe.sampleSize : recipe.size;

/** The styles of a recipe, none for a technique that has none. */
export const stylesOf = (recipe: Recipe): readonly StyleSource[] => (recipe.technique === 'style' ? recipe.styles : []);

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

export type RecipeOf<Name extends TechniqueName> = Extract<Recipe, { technique: Name }>;
export type RecipeInputOf<Name extends TechniqueName> = Extract<RecipeInput, { technique: Name }>;

export const isRecipeOf = <Name extends TechniqueName>(technique: Name, recipe: Recipe): recipe is RecipeOf<Name> =>
  recipe.technique === technique;
