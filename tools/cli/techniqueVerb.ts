/** What the verbs of the techniques share: their common flags, recipes from files, folders of frames. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ReverieError } from '../../shared/errors';
import { limits } from '../../shared/limits';
import {
  continueRecipe,
  isRecipeOf,
  type Recipe,
  type RecipeOf,
  rungsOf,
  startsFromPicture,
  type TechniqueName,
} from '../../shared/recipe';
import { defaultNetwork } from '../../shared/techniques/contract';

import type { Frame, RunRequest } from '../../web/engine/api';
import { type ReadImage, readImage, readPhoto, writeImage } from '../images';
import { execute, runFlags, runOptions } from './execute';
import { layerName } from './inputs';
import { numberOption, required } from './options';
import { pictureOf } from './outputs';
import { type RecipeFile, readRecipe } from './recipeFile';
import type { Context, OptionSpec, OptionValues, Verb } from './verb';

/** A flag that takes a number. */
export const numberFlag = (help: string, fallback?: number): OptionSpec => ({
  ...{ type: 'string', value: 'N', help },
  ...(fallback === undefined ? {} : { default: fallback }),
});

/** Flags that every technique's verb has, with its own defaults. */
export const techniqueOptions = ({ size, seed }: { readonly size: number; readonly seed: number }) =>
  ({
    size: numberFlag(`long side of the result in pixels, ${limits.run.minSize} to ${limits.run.maxSize}`, size),
    seed: numberFlag('the same seed gives the same picture', seed),
    network: { type: 'string', value: 'ID', help: 'the network to look through', default: defaultNetwork },
    ...runOptions,
  }) as const satisfies Record<string, OptionSpec>;

/** The fields behind `techniqueOptions`. */
export const techniqueFields = (values: OptionValues) =>
  given({
    size: numberOption(values, 'size'),
    seed: numberOption(values, 'seed'),
    network: stringOption(values, 'network'),
  });

export function stringOption(values: OptionValues, name: string): string | undefined {
  const value = values[name];
  return typeof value === 'string' ? value : undefined;
}

/** `a,b` and flags that are given several times, as one list; undefined when the flag was not given. */
export function listOption(values: OptionValues, name: string): string[] | undefined {
  const value = values[name];
  if (value === undefined) return undefined;
  return [value]
    .flat()
    .flatMap((each) => String(each).split(','))
    .map((each) => each.trim())
    .filter((each) => each !== '');
}

/** `relu4_1:0.5`, or a name alone with weight 1. @throws ReverieError `usage` */
export function parseWeighted(option: string, word: string): { name: string; weight: number } {
  const [name = word, weight = '1'] = word.split(':');
  if (weight.trim() !== '' && Number.isFinite(Number(weight))) return { name, weight: Number(weight) };
  throw new ReverieError('usage', `--${option} ${word}: the weight after the colon must be a number.`);
}

/** A word of `--layer`. @throws ReverieError `usage` */
export function parseLayer(word: string): { layer: string; weight: number } {
  const { name, weight } = parseWeighted('layer', word);
  return { layer: layerName(name), weight };
}

/** Without the fields that are undefined, so that they do not override. */
export function given<T extends Record<string, unknown>>(fields: T): { [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: NonNullable<T[K]>;
  };
}

/** Flags of verbs whose runs can begin with a picture, or go on from a result. */
export const continueOptions = {
  continue: {
    type: 'string',
    value: 'FILE',
    help: 'go on from the result whose record this is, for --steps more; of a ladder, name the rung with --layer',
  },
  start: {
    type: 'string',
    value: 'FILE',
    help: 'begin with this picture; with --continue, the picture beside the record when it is not given',
  },
} as const satisfies Record<string, OptionSpec>;

export interface Base<R extends Recipe> {
  readonly recipe: R;
  /** What a replay is compared with; a run that goes on is none. */
  readonly replayOf?: RecipeFile;
}

/**
 * The recipe behind `--recipe` or `--continue`, if there is one.
 * @throws ReverieError `recipe-invalid` for another technique's, `usage` for both at once
 */
export async function baseRecipe<Name extends TechniqueName>(
  technique: Name,
  values: OptionValues,
): Promise<Base<RecipeOf<Name>> | undefined> {
  const [replayed, continued] = [stringOption(values, 'recipe'), stringOption(values, 'continue')];
  if (replayed !== undefined && continued !== undefined) {
    throw new ReverieError('usage', 'Either --recipe, to repeat a run, or --continue, to go on from its result.');
  }
  const path = replayed ?? continued;
  if (path === undefined) return undefined;
  const file = await readRecipe(path);
  const rung = rungsOf(file.recipe).length > 0 ? listOption(values, 'layer')?.map(layerName)[0] : undefined;
  const recipe = continued === undefined ? file.recipe : continueRecipe(file.recipe, undefined, rung);
  if (!isRecipeOf(technique, recipe)) {
    throw new ReverieError(
      'recipe-invalid',
      `${path} is a recipe for "${recipe.technique}": run that verb with it, not ${technique}.`,
    );
  }
  return { recipe, ...(continued === undefined && { replayOf: file }) };
}

/**
 * The picture that a run begins with: `--start`, or the one beside the record of `--continue`.
 * @param asked the path of `--start`; undefined where it was not given or says something else
 */
export async function startOf(values: OptionValues, asked: string | undefined): Promise<ReadImage | undefined> {
  const record = stringOption(values, 'continue');
  const path = asked ?? (record === undefined ? undefined : pictureOf(record));
  if (path !== undefined) return readImage(path);
  if (record === undefined) return undefined;
  throw new ReverieError('usage', `Which picture does ${record} belong to? Give it with --start FILE.`);
}

/** The recipe's field for it. @throws ReverieError `usage` when the recipe began with a picture that is not at hand. */
export function startField(base: Recipe | undefined, start: ReadImage | undefined): { startImage?: null } {
  if (start) return { startImage: null };
  if (base && startsFromPicture(base)) {
    throw new ReverieError('usage', 'The recipe started from a picture that is not in it; give it with --start FILE.');
  }
  return {};
}

export const contentOf = (values: OptionValues, verb: Verb): Promise<ReadImage> =>
  readPhoto(required(values, 'content', verb));

/** Runs a verb that takes one photo and nothing else; `--frames DIR` keeps every picture of a ladder. */
export async function runWithPhoto<Name extends TechniqueName>(
  technique: Name,
  verb: Verb,
  buildRecipe: (base: RecipeOf<Name> | undefined, values: OptionValues) => RecipeOf<Name>,
  values: OptionValues,
  context: Context,
  more: Omit<RunRequest['inputs'], 'content'> = {},
): Promise<number> {
  const flags = runFlags(values);
  const out = required(values, 'out', verb);
  const base = await baseRecipe(technique, values);
  const built = buildRecipe(base?.recipe, values);
  const content = await contentOf(values, verb);
  const start = await startOf(values, stringOption(values, 'start'));
  const recipe = { ...built, ...startField(built, start) };
  const folder = stringOption(values, 'frames');
  return execute(
    {
      recipe,
      inputs: { ...more, content, start },
      out,
      write: async (path, { pixels, frames }) => {
        await writeImage(path, pixels);
        if (folder !== undefined) await writeFrames(folder, frames);
      },
      flags,
      notes: content.notes,
      replayOf: base?.replayOf,
    },
    context,
  );
}

/** `DIR/01 relu4_1 37.png`, in the order of the result. */
export async function writeFrames(folder: string, frames: readonly Frame[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  const digits = String(frames.length).length;
  for (const [i, { label, pixels }] of frames.entries()) {
    const name = label.replace(/[^\p{L}\p{N}_.×-]+/gu, ' ').trim();
    const number = String(i + 1).padStart(digits, '0');
    await writeImage(join(folder, `${[number, name].filter(Boolean).join(' ')}.png`), pixels);
  }
}
