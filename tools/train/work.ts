/** What all trainings share: what they are told, which photos they see, and where they keep what they have so far. */
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ReverieError } from '../../shared/errors';
import type { WeightsManifest } from '../../shared/manifest';
import type { BackendName } from '../../web/engine/api';
import type { Parameters } from '../../web/engine/network/parameters';
import type { Computed, OnStep, Source } from '../../web/engine/train/sources';
import { writeWhole } from '../files';
import { layOut, quantise } from '../weights/convert';
import { listPictures } from '../weights/pictures';
import { writeNetwork } from '../weights/stored';
import { plotCurves } from './plot';
import type { Job } from './thread';
import { openThreads, type Sizes } from './threads';

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

const checkpointIn = (work: string) => path.join(work, 'checkpoint.bin');

/** @throws ReverieError `not-found` */
export const readCheckpoint = (work: string): Promise<Buffer> =>
  readFile(checkpointIn(work)).catch((cause: unknown) => {
    throw new ReverieError('not-found', `There is no checkpoint in ${work}. Start without --resume.`, { cause });
  });

interface Run<State, S, R extends Computed> {
  readonly state: State & { readonly step: number };
  readonly steps: number;
  /** What its threads compute, of how many numbers. */
  readonly thread: Job;
  readonly sizes: Sizes;
  readonly train: (
    sources: readonly Source<S, R>[],
    onStep: OnStep<State & { readonly step: number }>,
  ) => Promise<State>;
  /** As bytes, and as people want to see them: pictures, plots. */
  readonly encode: (state: State) => Uint8Array;
  readonly show: (state: State) => Promise<void>;
  /** The losses of the last steps. */
  readonly tell: (state: State) => string;
}

/** In threads, with checkpoints: until it is done, or the signal ends it after a step. @returns the last state, which is kept */
export async function runTraining<State, S, R extends Computed>(
  { work, threads, every }: TrainingJob,
  { state, steps, thread, sizes, train, encode, show, tell }: Run<State, S, R>,
  signal: AbortSignal,
  print: (line: string) => void,
): Promise<State> {
  const keep = async (now: State) => {
    await writeWhole(checkpointIn(work), encode(now));
    await show(now);
  };
  const { sources, close } = await openThreads<S, R>(threads, thread, sizes);
  const began = performance.now();
  try {
    const last = await train(sources, async (now) => {
      if (now.step % 10 === 0) {
        const each = (performance.now() - began) / Math.max(1, now.step - state.step);
        const left = ((steps - now.step) * each) / 60_000;
        print(`step ${now.step} of ${steps}: ${tell(now)}; ${each.toFixed(0)} ms each, ${left.toFixed(0)} min left`);
      }
      if (now.step % every === 0) await keep(now);
      return !signal.aborted;
    });
    await keep(last);
    return last;
  } finally {
    await close();
  }
}

type NamedLosses = Readonly<Record<string, number>>;

export const lossText = (losses: NamedLosses | undefined): string =>
  Object.entries(losses ?? {})
    .map(([name, loss]) => `${name} ${loss.toFixed(3)}`)
    .join(', ');

export const plotLosses = (work: string, losses: readonly { readonly style: number; readonly content: number }[]) =>
  plotCurves(path.join(work, 'loss.png'), 'Training losses', [
    { name: 'style', colour: '#c2410c', values: losses.map(({ style }) => style) },
    { name: 'content', colour: '#1d4ed8', values: losses.map(({ content }) => content) },
  ]);

/** A trained network as the edge serves it, in half precision. @throws ReverieError `weights-invalid`, `usage` */
export async function publishNetwork(
  { id, out }: Pick<TrainingJob, 'id' | 'out'>,
  heading: Pick<WeightsManifest, 'architecture' | 'transformer' | 'source'>,
  parameters: Parameters,
): Promise<{ readonly file: string; readonly manifest: WeightsManifest }> {
  const tensors = [...parameters].map(([name, { shape, values }]) => quantise(name, shape, values, 'float16'));
  const { manifest, shards } = layOut({ id, license: 'MIT', dtype: 'float16', ...heading }, tensors);
  return { file: (await writeNetwork(out, manifest, shards)).manifest, manifest };
}

/** `<id>.training.txt`: everything that decided how it turned out, and how it did. */
export const writeRecord = ({ id, out }: Pick<TrainingJob, 'id' | 'out'>, record: object): Promise<void> =>
  writeFile(path.join(out, `${id}.training.txt`), `${JSON.stringify(record, null, 2)}\n`);
