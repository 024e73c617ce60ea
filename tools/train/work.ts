/** What all trainings share: what they are told, which photos they see, and where they keep what they have so far. */
import { rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ReverieError } from '../../shared/errors';
import type { BackendName } from '../../web/engine/api';
import { listPictures } from '../weights/pictures';

/** What every training from the command line is told, whatever it trains. */
export interface TrainingJob {
  /** Of the network in `out`. */
  readonly id: string;
  readonly out: string;
  /** Folder for the checkpoint, pictures and plots. */
  readonly work: string;
  readonly backend: BackendName;
  readonly threads: number;
  /** Manifest of a network to go on from. */
  readonly from?: string | undefined;
  /** Go on with the checkpoint in `work`. */
  readonly resume: boolean;
  /** Steps between checkpoints. */
  readonly every: number;
}

/** `la-grande-jatte--georges-seurat-1886.jpg` is `la-grande-jatte`. */
export const styleId = (file: string): string => {
  const [name = ''] = path.parse(file).name.split('--');
  return name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
};

/** Photos that are kept out of training: every so many-th, for samples and for scores (score.ts). */
const heldOutEvery = 69;
export const heldOutOf = (files: readonly string[]): string[] =>
  files.filter((_, i) => i % heldOutEvery === heldOutEvery - 1);

/** @throws ReverieError `not-found` when the folder has none to train on. */
export async function splitPhotos(folder: string): Promise<{ photos: string[]; heldOut: string[] }> {
  const files = await listPictures(folder);
  const heldOut = heldOutOf(files);
  const photos = files.filter((file) => !heldOut.includes(file));
  if (photos.length === 0) throw new ReverieError('not-found', `${folder} has too few photos to train on.`);
  return { photos, heldOut };
}

export const checkpointIn = (work: string) => path.join(work, 'checkpoint.bin');

/** Whoever stops it half-way leaves the one before. */
export async function writeCheckpoint(work: string, bytes: Uint8Array): Promise<void> {
  const file = checkpointIn(work);
  await writeFile(`${file}.tmp`, bytes);
  await rename(`${file}.tmp`, file);
}

/** Says how long a step takes, and how long those that are left will. */
export function paceSince(first: number, steps: number): (step: number) => string {
  const began = performance.now();
  return (step) => {
    const each = (performance.now() - began) / Math.max(1, step - first);
    return `${each.toFixed(0)} ms each, ${(((steps - step) * each) / 60_000).toFixed(0)} min left`;
  };
}
