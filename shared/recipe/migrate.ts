/** Brings a recipe, or a record, of any earlier version up to the current one, step by step. */
import { ReverieError } from '../errors';
import { isObject } from '../objects';
import { isTechnique, techniqueNamed } from '../techniques';
import { recipeVersion } from './version';

type Fields = Readonly<Record<string, unknown>>;
type Migrations = Readonly<Record<number, (value: Fields) => object>>;

/** Of a technique that is not known, the schema says so. */
const recipeStep =
  (version: number) =>
  (recipe: Fields): object => {
    const { technique } = recipe;
    return (isTechnique(technique) && techniqueNamed(technique).migrations?.[version]?.(recipe)) || recipe;
  };

/**
 * `migrations[n]` turns a recipe of version n into version n + 1, each technique's by its own. When a field or a default
 * changes its meaning, bump `recipeVersion`, add the version here, and the technique's step with its test: a recipe that is
 * kept paints the same picture for ever.
 */
export const migrations: Migrations = { 1: recipeStep(1) };

/**
 * @param steps of what `current` is the version of; the recipe's by default
 * @param what how the message calls it
 * @throws ReverieError `recipe-version` when the version is missing, from the future or has no way forward.
 */
export function migrate(
  value: unknown,
  steps: Migrations = migrations,
  current: number = recipeVersion,
  what = 'Recipe',
): unknown {
  if (!isObject(value)) return value;
  let kept: Fields = value;
  while (kept.version !== current) {
    const { version } = kept;
    const step = typeof version === 'number' && version < current ? steps[version] : undefined;
    if (!step) {
      throw new ReverieError(
        'recipe-version',
        `${what} version ${JSON.stringify(version) ?? 'missing'} cannot be read; this Reverie reads up to version ${current}.`,
      );
    }
    kept = { ...step(kept), version: (version as number) + 1 };
  }
  return kept;
}
