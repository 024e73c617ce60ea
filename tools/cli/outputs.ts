/** Where a line's pictures go: names for many, records beside them, and that nothing which is read is overwritten. */
import { mkdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { ReverieError } from '../../shared/errors';
import type { Frame } from '../../web/engine/api';
import { sha256Of, stdio } from '../files';
import { checkWritable, maxNameBytes, readableKinds, writableExtensions, writeImage } from '../images';

/** Flags, by their names in camel case, that name what is written; all others may name what is read. */
export const outputFlags: readonly string[] = ['out', 'frames', 'framesDir', 'styleFile'];

const listed = (words: readonly string[]) => `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;

export const contentHelp = `the photo, or whatever the picture is made from; several, folders and patterns paint each; ${stdio} reads stdin. ${listed(readableKinds)}`;

/** @param more what else can be written */
export const outHelp = (more = '') =>
  `where the picture goes: ${listed(writableExtensions)}${more}; for many photos a folder, or a name with * for theirs; ${stdio} writes a PNG to stdout`;

const recordExtension = '.json';

/** Where the record of a picture lies: OUT.json, cut short where a disk would not take that name. */
export function recordPath(picture: string): string {
  const name = basename(picture);
  const room = maxNameBytes - recordExtension.length;
  if (Buffer.byteLength(name) <= room) return `${picture}${recordExtension}`;
  const mark = `~${sha256Of(name).slice(0, 8)}`;
  let short = '';
  for (const letter of name) {
    if (Buffer.byteLength(short + letter + mark) > room) break;
    short += letter;
  }
  return join(dirname(picture), `${short}${mark}${recordExtension}`);
}

/** The picture beside a record, by its name. */
export const pictureOf = (record: string): string | undefined =>
  record.endsWith(recordExtension) ? record.slice(0, -recordExtension.length) : undefined;

/**
 * One place for every photo. A folder is made where it is not there yet.
 * @param out a file, a folder (which is there, or ends in a slash), or a name with `*` for the photo's own
 * @throws ReverieError `usage`
 */
export async function outputsFor(photos: readonly string[], out: string): Promise<string[]> {
  const isFolder = /[/\\]$/.test(out) || ((await stat(out).catch(() => null))?.isDirectory() ?? false);
  const pattern = isFolder ? join(out, '*.png') : out;
  if (!basename(pattern).includes('*')) {
    if (photos.length <= 1) return [out];
    throw new ReverieError(
      'usage',
      `${photos.length} photos need a folder, or a name with * in it, for --out, not ${out}.`,
    );
  }
  await mkdir(dirname(pattern), { recursive: true });
  const taken = new Set<string>();
  return (photos.length > 0 ? photos : [stdio]).map((photo) => {
    const stem = photo === stdio ? 'picture' : basename(photo, extname(photo));
    const named = (name: string) =>
      join(
        dirname(pattern),
        basename(pattern).replace('*', () => name),
      );
    let path = named(stem);
    // Some disks do not tell A from a.
    for (let i = 2; taken.has(path.toLowerCase()); i++) path = named(`${stem}-${i}`);
    taken.add(path.toLowerCase());
    return path;
  });
}

export interface Outputs {
  readonly pictures: readonly string[];
  /** Whether records are written beside them. */
  readonly records: boolean;
  /** The folder of `--frames`, and the flag's name. */
  readonly frames?: readonly [flag: string, folder: string];
}

/** How `writeFrames` names its pictures. */
const frameName = /^\d+( .*)?\.png$/i;

/**
 * Fails now rather than after minutes of work, and before anything is lost. Files are told apart by where they lie on the
 * disk, so links of both kinds and letters that the disk does not distinguish count.
 * @param inputs every file that is read
 * @throws ReverieError `usage`
 */
export async function checkOutputs({ pictures, records, frames }: Outputs, inputs: readonly string[]): Promise<void> {
  const read = new Map<string, string>();
  for (const input of inputs) {
    const place = await placeOf(input);
    if (place !== undefined) read.set(place, input);
  }
  for (const picture of pictures) {
    await checkWritable(picture);
    for (const path of records && picture !== stdio ? [picture, recordPath(picture)] : [picture]) {
      const input = read.get((await placeOf(path)) ?? '');
      if (input === undefined) continue;
      throw new ReverieError('usage', `${path} would overwrite ${input}, which is read. Choose another --out.`);
    }
  }
  if (!frames) return;
  const [flag, folder] = frames;
  const there = await realpath(folder).catch(() => undefined);
  for (const input of inputs) {
    const path = await realpath(input).catch(() => '');
    if (there === undefined || dirname(path) !== there || !frameName.test(basename(path))) continue;
    throw new ReverieError('usage', `--${flag} ${folder} would overwrite ${input}, which is read.`);
  }
}

async function placeOf(path: string): Promise<string | undefined> {
  const info = await stat(path, { bigint: true }).catch(() => undefined);
  return info && `${info.dev}:${info.ino}`;
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
