/** What a line reads: the photos that it means, every file that it names, names of layers as papers write them. */
import { readdir, realpath, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { glob } from 'tinyglobby';
import { ReverieError } from '../../shared/errors';
import { pictureExtensions } from '../images';
import type { Values } from './context';
import { outputFlags } from './outputs';

export const isFile = async (path: string): Promise<boolean> => (await stat(path).catch(() => null))?.isFile() ?? false;

/** The last colon, so that a drive's letter is none. */
export function splitWeight(word: string): [name: string, weight?: string] {
  const [, name, weight] = /^(.+):([^:/\\]*)$/.exec(word) ?? [];
  return name !== undefined && weight !== undefined ? [name, weight] : [word];
}

/** By number where there is one: `c9` before `c10`. */
const { compare } = new Intl.Collator('en', { numeric: true });

/**
 * The photos behind `--content`: files as they are, folders and patterns as the pictures in them, each once.
 * @throws ReverieError `not-found` for a folder or a pattern without a picture
 */
export async function photosOf(words: readonly string[]): Promise<string[]> {
  const photos = new Map<string, string>();
  for (const word of words) {
    for (const path of await picturesOf(word)) {
      const place = await realpath(path).catch(() => path);
      if (!photos.has(place)) photos.set(place, path);
    }
  }
  return [...photos.values()];
}

async function picturesOf(word: string): Promise<string[]> {
  const found = await stat(word).catch(() => null);
  if (found?.isDirectory()) {
    const names = (await readdir(word)).filter((name) => pictureExtensions.includes(extname(name).toLowerCase()));
    if (names.length === 0) throw new ReverieError('not-found', `There is no picture in ${word}.`);
    return names.sort(compare).map((name) => join(word, name));
  }
  if (found || !/[*?[{]/.test(word)) return [word];
  const matches = await glob(word.replaceAll('\\', '/'), { expandDirectories: false });
  if (matches.length === 0) throw new ReverieError('not-found', `There is no file ${word}.`);
  return matches.sort(compare);
}

/** Every file that a flag names, whatever the flag: lists are taken apart and weights off. */
export async function filesNamed(values: Values): Promise<string[]> {
  const words = Object.entries(values).flatMap(([flag, value]) =>
    outputFlags.includes(flag) ? [] : [value].flat().filter((each) => typeof each === 'string'),
  );
  const candidates = new Set(
    words.flatMap((word) => [word, ...word.split(',')]).flatMap((word) => [word.trim(), splitWeight(word.trim())[0]]),
  );
  const files: string[] = [];
  for (const path of candidates) if (path !== '' && (await isFile(path))) files.push(path);
  return files;
}

/** `relu4_2` for what papers call `conv4_2` and Keras `block4_conv2`; other names as they are. */
export function layerName(word: string): string {
  const [, block, layer] = /^(?:conv(\d)_|block\d_conv)(\d)$/i.exec(word) ?? [];
  return layer === undefined ? word : `relu${block ?? word.charAt('block'.length)}_${layer}`;
}
