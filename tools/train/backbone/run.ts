/** One distillation from the command line: threads, checkpoints, a loss plot, and the network at the end. */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { ReverieError } from '../../../shared/errors';
import type { Network } from '../../../web/engine/network/network';
import type { Source } from '../../../web/engine/train/sources';
import { openNodeDevice } from '../../nodeGpu';
import { describeSource } from '../../weights/import';
import { readStored } from '../../weights/stored';
import { plotCurves } from '../plot';
import { photosOf } from '../setting';
import { publishNetwork, readCheckpoint, runTraining, splitPhotos, writeRecord } from '../work';
import type { DistillationGradient } from './gradient';
import { type BackboneLayout, backboneLayoutOf } from './layout';
import { levelled, meanActivations } from './level';
import { type Measured, squaresOf, stand, takeHeads } from './measure';
import type { BackboneTraining } from './options';
import type { BackboneSample } from './samples';
import { lessonsOf } from './schema';
import { openTeachers } from './setting';
import { fromNetwork, fromNoise } from './start';
import {
  type BackboneState,
  decodeDistillation,
  distil,
  encodeDistillation,
  silentBelow,
  startDistillation,
  taughtParameters,
} from './trainer';
import { filtersOf } from './weightNorm';

/** Squares that the first gains and biases are set by, that heads are fitted on, and of every photo kept out. */
const squares = { first: 8, fitted: 120, judgedEach: 3 } as const;

export async function trainBackbone(
  training: BackboneTraining,
  signal: AbortSignal,
  print: (line: string) => void,
): Promise<void> {
  const { options, work, threads, backend } = training;
  const folders = await Promise.all(training.images.map(splitPhotos));
  const photos = folders.flatMap((folder) => folder.photos);
  const heldOut = folders.flatMap((folder) => folder.heldOut);
  const layout = backboneLayoutOf(options);
  await mkdir(work, { recursive: true });
  await openNodeDevice(backend);
  const teachers = await openTeachers(options, training.teachers);
  const measured = {
    fitted: { photos: photosOf(photos), squares: squares.fitted },
    // A folder with too few photos to keep some out is judged by what it was taught with.
    judged: {
      photos: photosOf(heldOut.length > 0 ? heldOut : photos),
      squares: squares.judgedEach * heldOut.length || squares.judgedEach,
    },
  };
  print(
    `${photos.length} photos, ${heldOut.length} kept out; ${lessonsOf(options).length} lessons; ${threads} threads`,
  );
  const begun = training.resume ? await resumed(training) : await begin(training, layout, teachers, measured);
  if (begun.before) print(`before, on photos kept out: ${percentages(layout, begun.before)}`);
  const { state } = begun;
  try {
    const last = await runTraining(
      training,
      {
        state,
        steps: options.steps,
        encode: encodeDistillation,
        thread: {
          kind: 'backbone',
          setting: { options, backend, photos, teachers: training.teachers, variances: state.variances },
        },
        sizes: { values: layout.size, running: 0 },
        train: (sources: readonly Source<BackboneSample, DistillationGradient>[], onStep) =>
          distil(state, photos.length, sources, { onStep }),
        tell: (now) => percentages(layout, recentLosses(now, 10)),
        show: (now) => plot(work, layout, now),
      },
      signal,
      print,
    );
    const taught = taughtParameters(last);
    const means = await meanActivations(layout, taught, squaresOf(measured.fitted, options.crop));
    const source = `Trained by Reverie (npm run train -- backbone) in ${last.step} steps of ${options.batch}`;
    const heading = { architecture: options.architecture, source };
    const published = await publishNetwork(training, heading, levelled(layout, taught, means));
    // As it is served, halves and all.
    const { parameters } = await readStored(published.file);
    const after = await stand(layout, parameters, teachers, options.crop, measured);
    print(`after, on photos kept out: ${percentages(layout, after.unexplained)}`);
    const silent = last.firing.reduce((sum, share) => sum + (share < silentBelow ? 1 : 0), 0);
    print(`${silent} of ${layout.channels} channels are silent`);
    const measuredNow = {
      photos: photos.length,
      heldOut: heldOut.length,
      silent,
      ...(begun.before && { unexplainedBefore: named(layout, begun.before) }),
      unexplained: named(layout, after.unexplained),
    };
    await writeRecord(training, recordOf(training, last, measuredNow));
    print(`${published.file}: ${published.manifest.bytes} bytes`);
  } finally {
    for (const teacher of teachers) teacher.dispose();
  }
}

interface Begun {
  readonly state: BackboneState;
  /** Unexplained shares at the start; not measured again when a training is taken up. */
  readonly before?: readonly number[];
}

async function begin(
  { options, from }: BackboneTraining,
  layout: BackboneLayout,
  teachers: readonly Network[],
  measured: { readonly fitted: Measured; readonly judged: Measured },
): Promise<Begun> {
  const values =
    from === undefined ? await noise(layout, options, measured.fitted) : await network(layout, options, from);
  const standing = await stand(layout, filtersOf(layout, values), teachers, options.crop, measured);
  takeHeads(layout, standing, values);
  return { state: startDistillation(options, values, standing.variances), before: standing.unexplained };
}

async function noise(layout: BackboneLayout, { seed, crop }: BackboneTraining['options'], { photos }: Measured) {
  const images: tf.Tensor4D[] = [];
  for await (const image of squaresOf({ photos, squares: squares.first }, crop)) images.push(image);
  const values = await fromNoise(layout, seed, images);
  tf.dispose(images);
  return values;
}

async function network(layout: BackboneLayout, { architecture }: BackboneTraining['options'], from: string) {
  const { manifest, parameters } = await readStored(from);
  if (manifest.architecture !== architecture) {
    throw new ReverieError(
      'training-invalid',
      `${from} is a ${manifest.architecture}, not a ${architecture}. Give --architecture ${manifest.architecture}.`,
    );
  }
  return fromNetwork(layout, parameters);
}

async function resumed({ options, work }: BackboneTraining): Promise<Begun> {
  const state = decodeDistillation(await readCheckpoint(work));
  // The schedule may be changed on the way, the network and its teachers may not.
  const same = (['architecture', 'teachers'] as const).every(
    (field) => JSON.stringify(state.options[field]) === JSON.stringify(options[field]),
  );
  if (!same) {
    throw new ReverieError('training-invalid', `The checkpoint in ${work} is of another network or other teachers.`);
  }
  return { state: { ...state, options } };
}

async function plot(work: string, layout: BackboneLayout, state: BackboneState): Promise<void> {
  const curves = layout.heads.map((_, i) => ({
    name: nameOf(layout, i),
    colour: `hsl(${Math.round((360 * i) / layout.heads.length)} 70% 40%)`,
    values: state.losses.map((losses) => losses[i] ?? 0),
  }));
  await plotCurves(path.join(work, 'loss.png'), "Share of the teachers' variance left unexplained", curves);
}

const nameOf = ({ heads }: BackboneLayout, lesson: number): string => {
  const { tap = '', towards = '' } = heads[lesson]?.lesson ?? {};
  return tap === towards ? tap : `${tap}=${towards}`;
};

const named = (layout: BackboneLayout, shares: readonly number[]) =>
  Object.fromEntries(shares.map((share, i) => [nameOf(layout, i), share]));

const percentages = (layout: BackboneLayout, shares: readonly number[]): string =>
  shares.map((share, i) => `${nameOf(layout, i)} ${(100 * share).toFixed(1)} %`).join(', ');

/** Everything that decided how a network turned out, and how it did. */
export const recordOf = (
  { backend, threads, teachers, from }: BackboneTraining,
  state: BackboneState,
  measured: object,
): object => ({
  ...state.options,
  step: state.step,
  backend,
  threads,
  files: teachers.map(describeSource),
  ...(from !== undefined && { from: describeSource(from) }),
  losses: recentLosses(state),
  ...measured,
});

/** Steps that the record's losses are the mean of. */
const recent = 200;

const recentLosses = ({ losses, variances }: BackboneState, count = recent): number[] => {
  const last = losses.slice(-count);
  return variances.map((_, i) => last.reduce((sum, step) => sum + (step[i] ?? 0), 0) / Math.max(1, last.length));
};
