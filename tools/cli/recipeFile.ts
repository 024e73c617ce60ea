/** Recipes from files: a bare recipe, or any record that carries one under `recipe` (a run's, a share's). */
import { readFile } from 'node:fs/promises';
import { ReverieError } from '../../shared/errors';
import { parseRecipe, type Recipe } from '../../shared/recipe';

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * @throws ReverieError `not-found` when there is no such file, `recipe-invalid` when it is not JSON or has an
 *   unknown field or absurd value, `recipe-version`; the message starts with the path.
 */
export async function readRecipe(path: string): Promise<Recipe> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new ReverieError('not-found', `Recipe ${path} cannot be read: ${ReverieError.from(cause).message}.`, {
      cause,
    });
  });
  try {
    const value: unknown = JSON.parse(text);
    return parseRecipe(isObject(value) && 'recipe' in value && !('technique' in value) ? value.recipe : value);
  } catch (cause) {
    const { code, message } = ReverieError.from(cause, 'recipe-invalid');
    throw new ReverieError(code, `${path}: ${message}`, { cause });
  }
}
