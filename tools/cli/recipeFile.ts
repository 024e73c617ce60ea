/** Recipes and records from files: a bare recipe, the record of a run, or any other that carries a `recipe` (a share's). */
import { readFile } from 'node:fs/promises';
import { ReverieError } from '../../shared/errors';
import { isObject } from '../../shared/objects';
import { parseRecipe } from '../../shared/recipe';
import { looksLikeRecord, parseRecord, type RunRecord } from '../../shared/record';
import type { Recipe } from '../../shared/techniques';
import { stdio } from '../files';
import { stdin } from '../images';

export interface RecipeFile {
  readonly recipe: Recipe;
  /** The run that the recipe comes from, where the file has it. */
  readonly record?: RunRecord;
}

/**
 * @throws ReverieError `not-found` when there is no such file, `recipe-invalid` when it is not JSON or has an
 *   unknown field or absurd value, `recipe-version`; the message starts with the path.
 */
export function readRecipe(path: string): Promise<RecipeFile> {
  return readJson('Recipe', path, (value) => {
    if (looksLikeRecord(value)) {
      const record = parseRecord(value);
      return { recipe: record.recipe, record };
    }
    const carried = isObject(value) && 'recipe' in value && !('technique' in value);
    return { recipe: parseRecipe(carried ? value.recipe : value) };
  });
}

/** @throws ReverieError as `readRecipe` does */
export const readRecord = (path: string): Promise<RunRecord> => readJson('Record', path, parseRecord);

async function readJson<T>(what: string, path: string, parse: (value: unknown) => T): Promise<T> {
  const bytes = await (path === stdio ? stdin() : readFile(path)).catch((cause: unknown) => {
    throw new ReverieError('not-found', `${what} ${path} cannot be read: ${ReverieError.from(cause).message}.`, {
      cause,
    });
  });
  try {
    return parse(JSON.parse(textOf(bytes)));
  } catch (cause) {
    const { code, message } = ReverieError.from(cause, 'recipe-invalid');
    throw new ReverieError(code, `${path}: ${message}`, { cause });
  }
}

/** UTF-8, or what a byte-order mark says; editors on Windows write one. The decoder takes the mark off. */
function textOf(bytes: Uint8Array): string {
  const [a, b] = bytes;
  const encoding = a === 0xff && b === 0xfe ? 'utf-16le' : a === 0xfe && b === 0xff ? 'utf-16be' : 'utf-8';
  return new TextDecoder(encoding).decode(bytes);
}
