/** Brings a recipe, or a record, of any earlier version up to the current one, step by step. */
import { ReverieError } from '../errors';
import { isObject } from '../objects';

export const recipeVersion = 2;
/** Of the record that a run leaves (shared/record.ts). */
export const recordVersion = 1;

type Fields = Readonly<Record<string, unknown>>;

/**
 * `migrations[n]` turns version n into version n + 1. When a field or a default changes its meaning, bump
 * `recipeVersion` and add the step here with its test: a recipe that is kept paints the same picture for ever.
 */
export const migrations: Readonly<Record<number, (recipe: Fields) => Fields>> = {
  /** Grain and palette are new, and on by default; a style was smoothed more without them. */
  1: (recipe) => {
    if (recipe.technique === 'style') return { totalVariation: 80, grain: 0, palette: 0, ...recipe };
    if (recipe.technique === 'texture') return { grain: 0, ...recipe };
    return recipe;
  },
};

/**
 * @param steps of what `current` is the version of; the recipe's by default
 * @param what how the message calls it
 * @throws ReverieError `recipe-version` when the version is missing, from the future or has no way forward.
 */
export function migrate(value: unknown, steps = migrations, current = recipeVersion, what = 'Recipe'): unknown {
  if (!isObject(value)) return value;
  let recipe: Fields = value;
  while (recipe.version !== current) {
    const version = recipe.version;
    const step = typeof version === 'number' && version < current ? steps[version] : undefined;
    if (!step) {
      throw new ReverieError(
        'recipe-version',
        `${what} version ${JSON.stringify(version) ?? 'missing'} cannot be read; this Reverie reads up to version ${current}.`,
      );
    }
    recipe = { ...step(recipe), version: (version as number) + 1 };
  }
  return recipe;
}
