/** Pictures that flags bring, and what the recipe says of them: styles with masks, learned styles, a guide, a start. */

import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import * as v from 'valibot';
import { ReverieError } from '../../shared/errors';
import { idSchema } from '../../shared/manifest';
import { startsFromPicture, stylesOf } from '../../shared/recipe/about';
import type { Recipe } from '../../shared/techniques';
import type { StyleSource } from '../../shared/techniques/contract';
import { readField } from '../../shared/techniques/values';
import type { OwnStyle, RunRequest } from '../../web/engine/api';
import { decodeStyleFile, styleFileExtension } from '../../web/engine/train/styleFile';
import { misuse } from '../commandLine';
import { pictureExtensions, type ReadImage, readImage, readPhoto } from '../images';
import { text, texts, type Values } from './context';
import { type AnyField, listOf, parseWeighted } from './flags';
import { isFile, photosOf, splitWeight } from './inputs';
import { pictureOf } from './outputs';
import { readStatistics } from './styleFiles';

export type Inputs = Omit<RunRequest['inputs'], 'content' | 'start'>;

/** What a field has of the line: its value in the recipe (undefined leaves that as it is), and pictures. */
interface Brought {
  readonly value?: unknown;
  readonly inputs?: Inputs;
  readonly notes?: readonly string[];
}

/** @param masks words of the flag for masks @param base the recipe that the line begins with, where there is one */
export async function bring(
  field: AnyField & { readonly flag: string },
  said: unknown,
  { values, masks, recipe, base }: { values: Values; masks: unknown; recipe: Recipe; base: Recipe | undefined },
): Promise<Brought | undefined> {
  switch (field.kind) {
    case 'masks':
      return {};
    case 'styles':
      return readStyles(texts(said), texts(masks), base && stylesOf(base), sizeSaid(values, recipe));
    case 'strength-map': {
      // Like masks: what is not given is none.
      const strengthMap = text(said) === undefined ? undefined : await readPhoto(String(said));
      return { value: strengthMap && null, inputs: { strengthMap }, notes: strengthMap?.notes ?? [] };
    }
    case 'learned-styles':
      return said === undefined ? {} : readLearned(texts(said), field.flag);
    case 'start':
      return { value: said !== undefined && (await startPath(values)) !== undefined ? 'image' : said };
    case 'guide': {
      const guide = text(said) === undefined ? undefined : await readImage(String(said));
      const wanted = guide !== undefined || readField(recipe, field) !== undefined;
      return { ...(wanted && { value: null }), inputs: { guide }, notes: guide?.notes ?? [] };
    }
    case 'photos': {
      const photos: ReadImage[] = [];
      for (const path of await photosOf(texts(said))) photos.push(await readPhoto(path));
      // Those of a recipe are hashes: what is not given is not compared.
      return { value: photos.length > 0 ? photos.map(() => null) : undefined, inputs: { photos } };
    }
    default:
      return undefined;
  }
}

/** Long side at which the line wants its paintings looked at. */
const sizeSaid = ({ size, styleScale }: Values, recipe: Recipe): number =>
  Number(size ?? recipe.size) * Number(styleScale ?? 1);

async function readStyles(
  words: string[],
  masks: string[],
  base: readonly StyleSource[] | undefined,
  longSide: number,
): Promise<Brought> {
  const parsed = await parseStyles(words);
  const count = parsed.length || (base?.length ?? 0);
  if (masks.length > count) throw misuse(`There are ${masks.length} masks for ${count} styles.`);
  const read: (ReadImage | null)[] = [];
  for (const path of masks) read.push(path === 'none' ? null : await readPhoto(path));
  const sources = parsed.length > 0 ? await sourcesOf(parsed, longSide, base) : keptSources(base);
  const styles: ReadImage[] = [];
  for (const { kind, name } of parsed) if (kind === 'image') styles.push(await readImage(name));
  return {
    // Masks belong to pictures on hand, not to a recipe's hashes: what is not given is no mask.
    value: sources.map(({ mask: _, ...style }, i) => (read[i] ? { ...style, mask: null } : style)),
    inputs: { styles, masks: read.filter((mask) => mask !== null) },
    notes: styles.flatMap(({ notes }) => notes),
  };
}

/** A word without a weight takes the recipe's at its place when the recipe has as many styles: a replay. */
async function sourcesOf(
  words: readonly StyleWord[],
  longSide: number,
  base: readonly StyleSource[] = [],
): Promise<StyleSource[]> {
  const inherited = base.length === words.length ? base : [];
  const sources: StyleSource[] = [];
  for (const [i, { kind, name, weight: said }] of words.entries()) {
    const weight = said ?? inherited[i]?.weight ?? 1;
    if (kind === 'preset') sources.push({ preset: name, weight });
    else if (kind === 'image') sources.push({ image: null, weight });
    else sources.push({ statistics: await readStatistics(name, longSide), weight });
  }
  return sources;
}

function keptSources(base: readonly StyleSource[] | undefined): readonly StyleSource[] {
  if (!base) throw misuse('--style is missing: give a painting or the id of a preset.');
  const missing = base.filter((source) => 'image' in source).length;
  if (missing === 0) return base;
  throw misuse(
    `The recipe was made with ${missing} painting(s) that are not in it; give all ${base.length} styles with --style, in its order.`,
  );
}

async function readLearned(words: readonly string[], flag: string): Promise<Brought> {
  const { words: named, own } = await readStyleFiles(listOf(words));
  const value = named.map((word) => {
    const { name, weight } = parseWeighted(word, flag);
    return { style: name, weight };
  });
  return { value, inputs: { own } };
}

/** The path behind `--start`; undefined where it says one of the recipe's own ways to begin. */
async function startPath(values: Values): Promise<string | undefined> {
  const start = text(values.start);
  if (start === undefined) return undefined;
  return (await isFile(start)) || /[./\\]/.test(start) ? start : undefined;
}

/** The picture that a run begins with: `--start`, or the one beside the record of `--continue`. @throws ReverieError `usage` */
export async function readStart(values: Values): Promise<ReadImage | undefined> {
  const record = text(values.continue);
  const path = (await startPath(values)) ?? (record === undefined ? undefined : pictureOf(record));
  if (path !== undefined) return readImage(path);
  if (record === undefined) return undefined;
  throw misuse(`Which picture does ${record} belong to? Give it with --start FILE.`);
}

/** The recipe with the picture that it begins with. @throws ReverieError `usage` when that is not at hand. */
export function beginningWith(recipe: Recipe, start: ReadImage | undefined): Recipe {
  if (start) return { ...recipe, startImage: null } as Recipe;
  if (!startsFromPicture(recipe)) return recipe;
  throw misuse('The recipe started from a picture that is not in it; give it with --start FILE.');
}

// The words after `--style`: which are presets, which are pictures, and how much of each.

interface StyleWord {
  /** `file`: one that holds a painting's statistics. */
  readonly kind: 'image' | 'preset' | 'file';
  /** A path, or a preset's id. */
  readonly name: string;
  /** Undefined when the word did not say. */
  readonly weight: number | undefined;
}

/**
 * `painting.jpg`, `great-wave`, `painting.jpg:2`, or several with commas between. A file that exists wins over
 * every other reading, so that names with commas and colons work.
 * @throws ReverieError `not-found` for what looks like a path but is not there, `usage` for a word that is
 *   neither. Whether a preset exists is the engine's to say.
 */
async function parseStyles(words: readonly string[]): Promise<StyleWord[]> {
  const styles: StyleWord[] = [];
  for (const word of words) {
    const parts = (await isFile(word)) ? [word] : word.split(',').map((part) => part.trim());
    for (const part of parts) styles.push(await parseStyle(part));
  }
  return styles;
}

const kindOf = (file: string) => (extname(file).toLowerCase() === styleFileExtension ? 'file' : 'image');

async function parseStyle(word: string): Promise<StyleWord> {
  if (await isFile(word)) return { kind: kindOf(word), name: word, weight: undefined };
  const [name, weightText] = splitWeight(word);
  const weight = weightText === undefined ? undefined : Number(weightText);
  if (weightText === '' || (weight !== undefined && !Number.isFinite(weight))) {
    throw new ReverieError('usage', `--style ${word}: the weight after the colon must be a number.`);
  }
  if (await isFile(name)) return { kind: kindOf(name), name, weight };
  if (/[/\\]/.test(name) || [...pictureExtensions, '.svg', styleFileExtension].includes(extname(name).toLowerCase())) {
    throw new ReverieError('not-found', `There is no file ${name} (--style).`);
  }
  if (!v.is(idSchema, name)) {
    throw new ReverieError('usage', `--style "${word}" is neither a file that exists nor the id of a preset.`);
  }
  return { kind: 'preset', name, weight };
}

/**
 * Words of `--style` with files replaced by the ids of the styles in them; weights stay.
 * @throws ReverieError `not-found`; `training-file-invalid`
 */
async function readStyleFiles(
  words: readonly string[],
): Promise<{ readonly words: readonly string[]; readonly own: readonly OwnStyle[] }> {
  const own: OwnStyle[] = [];
  const named: string[] = [];
  for (const word of words) {
    const [file, weight] = splitWeight(word);
    if (!file.toLowerCase().endsWith(styleFileExtension)) {
      named.push(word);
      continue;
    }
    const bytes = await readFile(file).catch((cause: unknown) => {
      throw new ReverieError('not-found', `There is no file ${file} (--style).`, { cause });
    });
    const style = await decodeStyleFile(bytes);
    own.push(style);
    named.push(weight === undefined ? style.id : `${style.id}:${weight}`);
  }
  return { words: named, own };
}
