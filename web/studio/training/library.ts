/**
 * The styles of this browser's own, each kept as the very file that is exported, and the trainings that are not done. Every
 * one has a record of its own: tabs do not write over each other's.
 */
import { ReverieError } from '../../../shared/errors';
import { limits } from '../../../shared/limits';
import type { OwnTrainOptions } from '../../engine/train/own';
import { decodeStyleFile, encodeStyleFile, type StyleFile, thumbnailType } from '../../engine/train/styleFile';
import { openRecords } from '../../page/output/records';
import { remember } from '../state/storage';

export interface OwnFastStyle extends StyleFile {
  /** Address of its thumbnail; empty where there is none. */
  readonly picture: string;
}

const records = openRecords('reverie-styles', 'styles');
const styleKey = (id: string) => `style:${id}`;
const trainingKey = (id: string) => `training:${id}`;
const checkpointKey = (id: string) => `checkpoint:${id}`;

async function under(prefix: string): Promise<string[]> {
  return (await records.keys()).filter((key) => key.startsWith(prefix)).sort();
}

/** What cannot be read (another version's, damaged) is left where it is and not shown. */
export async function allStyles(): Promise<readonly OwnFastStyle[]> {
  const found: OwnFastStyle[] = [];
  for (const key of await under(styleKey(''))) {
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

/** A training that is not done. Pictures as encoded bytes: what was learned on them must be learned on again. */
export interface KeptTraining {
  readonly id: string;
  readonly name: string;
  readonly options: OwnTrainOptions & { readonly steps: number };
  readonly painting: ArrayBuffer;
  /** Null: those that come with Reverie. */
  readonly photos: readonly ArrayBuffer[] | null;
  /** Total loss at steps taken, thinned. */
  readonly curve: readonly { readonly step: number; readonly loss: number }[];
  readonly step: number;
  /** ISO 8601. */
  readonly updatedAt: string;
}

export async function allTrainings(): Promise<readonly KeptTraining[]> {
  const found: KeptTraining[] = [];
  for (const key of await under(trainingKey(''))) {
    const training = await records.get<KeptTraining>(key);
    if (training) found.push(training);
  }
  found.sort((a, b) => b.updatedAt.localeCompare(a.updatedAt));
  rememberUnfinished(found[0]?.name ?? null);
  return found;
}

/** So that a page can tell of it without opening the storage. */
const rememberUnfinished = (name: string | null) => remember('unfinished-training', name);

/** @returns whether it is kept beyond this page. */
export async function keepTraining(training: KeptTraining, checkpoint?: Uint8Array<ArrayBuffer>): Promise<boolean> {
  // The checkpoint first: a record never tells of more than there is.
  const whole = !checkpoint || (await records.set(checkpointKey(training.id), checkpoint.slice().buffer));
  if (!whole) return false;
  const kept = await records.set(trainingKey(training.id), training);
  if (kept) rememberUnfinished(training.name);
  return kept;
}

export async function checkpointOf(id: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const bytes = await records.get<ArrayBuffer>(checkpointKey(id));
  return bytes && new Uint8Array(bytes);
}

export async function forgetTraining(id: string): Promise<void> {
  await records.remove(trainingKey(id));
  await records.remove(checkpointKey(id));
  await allTrainings();
}
