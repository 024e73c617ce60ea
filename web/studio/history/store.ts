/**
 * What a visit leaves in this browser: every result with its recipe, the photos that they were made of, and where the person
 * was. Pictures are kept as PNG files; each thing has a record of its own, so that two tabs never write over each other's results.
 */
import { limits } from '../../../shared/limits';
import type { Recipe } from '../../../shared/techniques';
import type { Pixels, RunRecord } from '../../engine/api';
import { copyWithin } from '../../page/intake/scale';
import { openRecords } from '../../page/output/records';
import { encode } from '../../page/output/save';
import type { Painting } from '../state/run';
import { remember } from '../state/storage';

/** What the strip shows of a result, without opening it. */
export interface Entry {
  readonly id: string;
  /** ISO 8601. */
  readonly at: string;
  /** The person's own name for it; empty before there is one. */
  readonly name: string;
  readonly photo: string | null;
  readonly recipe: Recipe;
  /** What the controls showed. */
  readonly controls: Recipe;
  /** For the alternative text, in the language of that visit. */
  readonly title: string;
  readonly thumbnail: Blob;
  readonly bytes: number;
}

interface KeptPictures {
  readonly picture: Blob;
  readonly frames: readonly { readonly label: string; readonly picture: Blob }[];
  /** What panels under the picture show. */
  readonly looks: Pick<Painting, 'gram' | 'data'>;
  /** Of which the picture is a frame. */
  readonly video?: Blob;
  readonly record: RunRecord | null;
  readonly complete: boolean;
}

export interface KeptPhoto {
  readonly picture: Blob;
  readonly name: string;
  readonly original: { readonly width: number; readonly height: number };
}

/** Long side of a thumbnail. */
const thumbnailSide = 224;

const records = openRecords('reverie-history', 'history');
const keys = {
  entry: (id: string) => `entry:${id}`,
  pictures: (id: string) => `pictures:${id}`,
  photo: (id: string) => `photo:${id}`,
  session: 'session',
};

/** Newest first. */
export async function allEntries(): Promise<readonly Entry[]> {
  const prefix = keys.entry('');
  const found = (await records.keys()).filter((key) => key.startsWith(prefix));
  const entries = await Promise.all(found.map((key) => records.get<Entry>(key)));
  return entries.flatMap((entry) => entry ?? []).sort((a, b) => b.at.localeCompare(a.at));
}

const small = (pixels: Pixels) => encode(copyWithin(pixels, thumbnailSide), 'jpeg');

/** @returns the entry, and whether it outlives this page. */
export async function keepResult(
  id: string,
  of: Painting,
  meta: { readonly photo: string | null; readonly title: string; readonly name: string },
): Promise<{ readonly entry: Entry; readonly kept: boolean }> {
  const picture = await encode(of.pixels, 'png');
  const frames = [];
  for (const { label, pixels } of of.frames) frames.push({ label, picture: await encode(pixels, 'png') });
  const { record, complete, gram, data, recipe, controls, video } = of;
  const pictures: KeptPictures = {
    picture,
    frames,
    looks: { ...(gram && { gram }), ...(data && { data }) },
    record,
    complete,
    ...(video && { video }),
  };
  const bytes = [picture, ...frames.map((frame) => frame.picture), ...(video ? [video] : [])].reduce(
    (sum, { size }) => sum + size,
    0,
  );
  const entry: Entry = {
    id,
    at: new Date().toISOString(),
    recipe,
    controls,
    bytes,
    thumbnail: await small(of.pixels),
    ...meta,
  };
  const kept = (await records.set(keys.pictures(id), pictures)) && (await records.set(keys.entry(id), entry));
  remember('history', 'yes');
  return { entry, kept };
}

export const renameEntry = (entry: Entry, name: string) => records.set(keys.entry(entry.id), { ...entry, name });

export const picturesOf = (id: string) => records.get<KeptPictures>(keys.pictures(id));

export async function dropEntry(id: string): Promise<void> {
  await records.remove(keys.entry(id));
  await records.remove(keys.pictures(id));
}

/** Which of them go so that the rest is within bounds: the oldest that the person has given no name. */
export function beyondBounds(entries: readonly Entry[]): readonly Entry[] {
  const { maxResults, maxBytes } = limits.history;
  let [count, bytes] = [0, 0];
  const kept = (entry: Entry) => {
    count += 1;
    bytes += entry.bytes;
    return count <= maxResults && bytes <= maxBytes;
  };
  const named = entries.filter(({ name }) => name !== '');
  for (const entry of named) kept(entry);
  return entries.filter(({ name }) => name === '').filter((entry) => !kept(entry));
}

export const keepPhoto = async (id: string, pixels: Pixels, rest: Omit<KeptPhoto, 'picture'>): Promise<boolean> =>
  records.set(keys.photo(id), { ...rest, picture: await encode(pixels, 'png') });

export const photoOf = (id: string) => records.get<KeptPhoto>(keys.photo(id));

/** Those that nothing was made of, and that do not hang. */
export async function dropUnusedPhotos(used: ReadonlySet<string | null>): Promise<void> {
  const prefix = keys.photo('');
  for (const key of await records.keys()) {
    if (key.startsWith(prefix) && !used.has(key.slice(prefix.length))) await records.remove(key);
  }
}

export const keepSession = async (session: object): Promise<void> => {
  await records.set(keys.session, session);
  remember('history', 'yes');
};

export const lastSession = <T>() => records.get<T>(keys.session);

export async function dropAll(): Promise<void> {
  for (const key of await records.keys()) await records.remove(key);
  remember('history', null);
}
