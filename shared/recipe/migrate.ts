/** Brings a recipe, or a record, of any earlier version up to the current one, step by step. */
import { ReverieError } from '../errors';

export const recipeVersion = 1;
/** Of the record that a run leaves (shared/record.ts). */
export const recordVersion = 1;

type Fields = Readonly<Record<string, unknown>>;

/**
 * `migrations[n]` turns version n into version n + 1. Version 1 is the first, so the table is empty;
 * when a field's meaning changes, bump `recipeVersion` and add the step here with its test.
 */
export const migrations: Readonly<Record<number, (recipe: Fields) => Fields>> = {};

/**
 * @param steps of what `current` is the version of; the recipe's by default
 * @param what how the message calls it
 * @throws ReverieError `recipe-version` when the version is missing, from the future or has no way forward.
 */
export function migrate(value: unknown, steps = migrations, current = recipeVersion, what = 'Recipe'): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  let recipe = value as Fields;
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
