/**
 * The styles of this browser's own, each kept as the very file that is exported, in a record of its own: tabs do not write
 * over each other's.
 */
import { ReverieError } from '../../../shared/errors';
import { limits } from '../../../shared/limits';
import { decodeStyleFile, encodeStyleFile, type StyleFile, thumbnailType } from '../../engine/train/styleFile';
import { openRecords } from '../../page/output/records';
import { remember } from '../state/storage';

export interface OwnFastStyle extends StyleFile {
  /** Address of its thumbnail; empty where there is none. */
  readonly picture: string;
}

const records = openRecords('reverie-styles', 'styles');
const styleKey = (id: string) => `style:${id}`;
/** What an earlier Reverie kept here of trainings that were left half-way: megabytes that nothing reads any more. */
const isLeftover = (key: string) => /^(training|checkpoint):/.test(key);

/** What cannot be read (another version's, damaged) is left where it is and not shown. */
export async function allStyles(): Promise<readonly OwnFastStyle[]> {
  const found: OwnFastStyle[] = [];
  for (const key of await records.keys()) {
    if (isLeftover(key)) await records.remove(key);
    if (!key.startsWith(styleKey(''))) continue;
    const file = await records.get<ArrayBuffer>(key);
    const style = file && (await decodeStyleFile(new Uint8Array(file)).catch(() => null));
    if (style) found.push({ ...style, picture: pictureOf(style) });
  }
  // So that a page need not open the storage to know whether there are any.
  remember('own-styles', found.length > 0 ? String(found.length) : null);
  return found.sort((a, b) => a.name.localeCompare(b.name));
}

function pictureOf({ thumbnail }: StyleFile): string {
  const type = thumbnailType(thumbnail);
  return type ? URL.createObjectURL(new Blob([thumbnail], { type })) : '';
}

/** @returns whether it is kept beyond this page. @throws ReverieError `training-file-invalid` */
export async function keepStyle(style: Omit<StyleFile, 'id'>): Promise<{ id: string; kept: boolean }> {
  const bytes = await encodeStyleFile(style);
  const { id } = await decodeStyleFile(bytes);
  return { id, kept: await records.set(styleKey(id), bytes.buffer) };
}

/**
 * A file from anywhere. It is checked in full before anything of it is kept.
 * @param weights hash of the network's weights that are in use here
 * @throws ReverieError `training-file-invalid`
 */
export async function importStyle(file: Blob, weights: (network: string) => Promise<string>): Promise<StyleFile> {
  const size = Math.min(file.size, limits.train.maxStyleFileBytes + 1);
  const style = await decodeStyleFile(new Uint8Array(await file.slice(0, size).arrayBuffer()));
  const here = await weights(style.network).catch((cause: unknown) => {
    const { code } = ReverieError.from(cause);
    if (code !== 'network-unknown' && code !== 'not-found') throw cause;
    return null;
  });
  if (here === null || (style.trains !== 'all' && here !== style.weights)) {
    throw new ReverieError(
      'training-file-invalid',
      `This style was taught to another network (${style.network}) than the one here.`,
    );
  }
  await keepStyle(style);
  return style;
}

export const forgetStyle = (id: string): Promise<void> => records.remove(styleKey(id));

export async function styleFile(id: string): Promise<Blob> {
  const bytes = await records.get<ArrayBuffer>(styleKey(id));
  if (!bytes) throw new ReverieError('not-found', 'This style was deleted in another tab.');
  return new Blob([bytes], { type: 'application/octet-stream' });
}
