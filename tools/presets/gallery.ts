/**
 * The gallery: an index of presets, a blob of statistics for each, and its thumbnail. Paintings are added, renewed and
 * taken out one by one; all others stay as they are, so that nobody needs the originals of all.
 */
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import { ReverieError } from '../../shared/errors';
import { idSchema } from '../../shared/manifest';
import { type Preset, presetIndexSchema } from '../../shared/preset';
import { misuse } from '../commandLine';
import { writeWhole } from '../files';

/** What a museum would write below it. */
export interface Work {
  readonly id: string;
  readonly work: string;
  readonly painter: string;
  readonly year: number;
}

const indexOf = (folder: string) => path.join(folder, 'index.json');
export const thumbnailName = (id: string): string => `${id}.webp`;

/** Empty where there is no index yet. @throws ReverieError `usage` for an index that is damaged */
export async function readGallery(folder: string): Promise<Preset[]> {
  const text = await readFile(indexOf(folder), 'utf8').catch(() => null);
  if (text === null) return [];
  try {
    return v.parse(presetIndexSchema, JSON.parse(text)).presets;
  } catch (cause) {
    throw misuse(`${indexOf(folder)} is no index of presets: ${ReverieError.from(cause).message}.`, cause);
  }
}

/** In the place of the preset of the same id, or by its year among the others; what no preset names any more goes. */
export async function putPreset(folder: string, preset: Preset): Promise<void> {
  const presets = await readGallery(folder);
  const at = presets.findIndex(({ id }) => id === preset.id);
  await writeGallery(folder, at < 0 ? [...presets, preset] : presets.with(at, preset));
}

/** @throws ReverieError `preset-unknown` before anything is taken out */
export async function removePresets(folder: string, ids: readonly string[]): Promise<void> {
  const presets = await readGallery(folder);
  const unknown = ids.find((id) => !presets.some((preset) => preset.id === id));
  if (unknown !== undefined) {
    const known = presets.map(({ id }) => id).join(', ');
    throw new ReverieError('preset-unknown', `There is no preset "${unknown}" in ${folder}; there is: ${known}.`);
  }
  await writeGallery(
    folder,
    presets.filter(({ id }) => !ids.includes(id)),
  );
  for (const id of ids) await rm(path.join(folder, thumbnailName(id)), { force: true });
}

/** Who comes to a gallery looks for these; the others follow by their years. */
const bestKnown = [
  ...['starry-night', 'great-wave', 'the-scream', 'the-kiss', 'girl-with-a-pearl-earring', 'water-lily-bridge'],
  ...['composition-vii', 'la-grande-jatte', 'woman-with-a-hat', 'self-portrait', 'shipwreck-of-the-minotaur'],
];

const placeOf = ({ id, year }: Preset): number => {
  const place = bestKnown.indexOf(id);
  return place < 0 ? year : place;
};

async function writeGallery(folder: string, presets: readonly Preset[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  const sorted = presets.toSorted((a, b) => placeOf(a) - placeOf(b));
  await writeWhole(indexOf(folder), `${JSON.stringify({ format: 'reverie-presets/1', presets: sorted }, null, 1)}\n`);
  const kept = new Set(presets.flatMap(({ statistics }) => statistics.map(({ sha256 }) => `${sha256}.bin`)));
  for (const file of await readdir(folder)) {
    if (file.endsWith('.bin') && !kept.has(file)) await rm(path.join(folder, file));
  }
}

/**
 * What is known of a painting: what is said, else what the gallery has under its id, else what a file name
 * `work--painter-year.jpg` says.
 * @throws ReverieError `usage` naming what is missing
 */
export function workOf(file: string, said: Partial<Work>, known: readonly Preset[]): Work {
  const name = path.parse(file).name;
  const { groups = {} } = /^(?<id>[a-z0-9-]+?)--(?<painter>[a-z0-9-]+)-(?<year>\d{4})$/.exec(name) ?? {};
  const id = said.id ?? groups.id ?? name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
  if (!v.is(idSchema, id)) throw misuse(`"${id}" cannot be a preset's id: use lower-case letters, digits and "-".`);
  const before = known.find((preset) => preset.id === id);
  const work = said.work ?? before?.work ?? capitalised(id);
  const painter = said.painter ?? before?.painter ?? (groups.painter && capitalised(groups.painter));
  const year = said.year ?? before?.year ?? (groups.year ? Number(groups.year) : undefined);
  if (painter === undefined || year === undefined) {
    throw misuse(`Who painted ${file}, and when? Say --painter and --year, or name the file work--painter-year.jpg.`);
  }
  if (!Number.isInteger(year)) throw misuse(`--year takes a whole number, not ${year}.`);
  return { id, work, painter, year };
}

const capitalised = (words: string): string =>
  words
    .split('-')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join(' ');
