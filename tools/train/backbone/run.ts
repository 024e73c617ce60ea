/** One distillation from the command line: threads, checkpoints, a loss plot, and the network at the end. */
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { ReverieError } from '../../../shared/errors';
import type { Network } from '../../../web/engine/network/network';
import { openNodeDevice } from '../../nodeGpu';
import { readStored } from '../../weights/stored';
import { photosOf } from '../photos';
import { plotCurves } from '../plot';
import { openThreads } from '../threads';
import { checkpointIn, paceSince, splitPhotos, writeCheckpoint } from '../work';
import { decodeDistillation, encodeDistillation } from './checkpoint';
import type { DistillationGradient } from './gradient';
import { type BackboneLayout, backboneLayoutOf } from './layout';
import { levelled, meanActivations } from './level';
import { type Measured, squaresOf, stand, takeHeads } from './measure';
import type { BackboneTraining } from './options';
import { publish, recentLosses, writeRecord } from './publish';
import type { BackboneSample } from './samples';
import { lessonsOf } from './schema';
import { openTeachers } from './setting';
import { fromNetwork, fromNoise } from './start';
import { type BackboneState, distil, silentBelow, startDistillation, taughtParameters } from './trainer';
import { filtersOf } from './weightNorm';

/** Squares that the first gains and biases are set by, that heads are fitted on, and of every photo kept out. */
const squares = { first: 8, fitted: 120, judgedEach: 3 } as const;

export async function trainBackbone(
  training: BackboneTraining,
  signal: AbortSignal,
  print: (line: string) => void,
): Promise<void> {
  const { options, work, every, threads, backend } = training;
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
  const setting = { options, backend, photos, teachers: training.teachers, variances: begun.state.variances };
  const { sources, close } = await openThreads<BackboneSample, DistillationGradient>(
    threads,
    { kind: 'backbone', setting },
    { values: layout.size, running: 0 },
  );
  try {
    const pace = paceSince(begun.state.step, options.steps);
    const last = await distil(begun.state, photos.length, sources, {
      async onStep(now) {
        if (now.step % 10 === 0) {
          print(
            `step ${now.step} of ${options.steps}: ${percentages(layout, recentLosses(now, 10))}; ${pace(now.step)}`,
          );
        }
        if (now.step % every === 0) await keep(training, layout, now);
        return !signal.aborted;
      },
    });
    await keep(training, layout, last);
    const taught = taughtParameters(last);
    const means = await meanActivations(layout, taught, squaresOf(measured.fitted, options.crop));
    const published = await publish(training, last, levelled(layout, taught, means));
    // As it is served, halves and all.
    const { parameters } = await readStored(published.file);
    const after = await stand(layout, parameters, teachers, options.crop, measured);
    print(`after, on photos kept out: ${percentages(layout, after.unexplained)}`);
    const silent = last.firing.reduce((sum, share) => sum + (share < silentBelow ? 1 : 0), 0);
    print(`${silent} of ${layout.channels} channels are silent`);
    await writeRecord(training, last, {
      photos: photos.length,
      heldOut: heldOut.length,
      silent,
      ...(begun.before && { unexplainedBefore: named(layout, begun.before) }),
      unexplained: named(layout, after.unexplained),
    });
    print(`${published.file}: ${published.manifest.bytes} bytes`);
  } finally {
    await close();
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
  const bytes = await readFile(checkpointIn(work)).catch((cause: unknown) => {
    throw new ReverieError('not-found', `There is no checkpoint in ${work}. Start without --resume.`, { cause });
  });
  const state = decodeDistillation(bytes);
  // The schedule may be changed on the way, the network and its teachers may not.
  const same = (['architecture', 'teachers'] as const).every(
    (field) => JSON.stringify(state.options[field]) === JSON.stringify(options[field]),
  );
  if (!same) {
    throw new ReverieError('training-invalid', `The checkpoint in ${work} is of another network or other teachers.`);
  }
  return { state: { ...state, options } };
}

async function keep({ work }: BackboneTraining, layout: BackboneLayout, state: BackboneState): Promise<void> {
  await writeCheckpoint(work, encodeDistillation(state));
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
