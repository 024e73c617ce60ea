/** The words after `--style`: which are presets, which are pictures, and how much of each. */
import { extname } from 'node:path';
import * as v from 'valibot';
import { ReverieError } from '../../shared/errors';
import { idSchema } from '../../shared/manifest';
import { pictureExtensions } from '../images';
import { isFile, splitWeight } from './inputs';

export interface StyleWord {
  readonly kind: 'image' | 'preset';
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
export async function parseStyles(words: readonly string[]): Promise<StyleWord[]> {
  const styles: StyleWord[] = [];
  for (const word of words) {
    const parts = (await isFile(word)) ? [word] : word.split(',').map((part) => part.trim());
    for (const part of parts) styles.push(await parseStyle(part));
  }
  return styles;
}

async function parseStyle(word: string): Promise<StyleWord> {
  if (await isFile(word)) return { kind: 'image', name: word, weight: undefined };
  const [name, weightText] = splitWeight(word);
  const weight = weightText === undefined ? undefined : Number(weightText);
  if (weightText === '' || (weight !== undefined && !Number.isFinite(weight))) {
    throw new ReverieError('usage', `--style ${word}: the weight after the colon must be a number.`);
  }
  if (await isFile(name)) return { kind: 'image', name, weight };
  if (/[/\\]/.test(name) || [...pictureExtensions, '.svg'].includes(extname(name).toLowerCase())) {
    throw new ReverieError('not-found', `There is no file ${name} (--style).`);
  }
  if (!v.is(idSchema, name)) {
    throw new ReverieError('usage', `--style "${word}" is neither a file that exists nor the id of a preset.`);
  }
  return { kind: 'preset', name, weight };
}
