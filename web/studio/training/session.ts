/**
 * Carries out a training: starts or takes it up in the engine, keeps what it hands out, and makes a style of it in the end.
 * A Web Lock per training keeps a second tab from going on with the same one.
 */
import '../state/partWords';
import { ReverieError } from '../../../shared/errors';
import { defaultNetwork } from '../../../shared/networks';
import { fastDefaults } from '../../../shared/techniques/fast/schema';
import type { Job, Pixels, Progress, TrainRequest, TrainResult } from '../../engine/api';
import { type OwnTrainOptions, ownDefaults } from '../../engine/train/own';
import { cleanName } from '../../engine/train/styleFile';
import { copyWithin } from '../../page/intake/scale';
import { drawn } from '../../page/run/drive';
import { getEngine } from '../../page/run/engine';
import { confirm } from '../state/notice';
import { loadOwnStyles } from '../state/ownStyles';
import { chooseFast, recipes, tab, tabOf } from '../state/recipe';
import { type Training, trainError, trained, training, trainOpen, type Watched } from '../state/training';
import { checkpointOf, forgetTraining, type KeptTraining, keepStyle, keepTraining } from './library';
import { decodeKept, keptPainting, photosOf, thumbnailOf } from './pictures';

/** Points of the loss curve that are kept; beyond it every second goes. */
const maxPoints = 400;
/** Photos that are watched, and how large the painting beside them is. */
const watched = 3;
const shownSide = 320;
/** Steps that a measurement takes; the first counts for nothing. */
const probeSteps = 4;

let job: Job<TrainResult> | null = null;
let probe: Job<TrainResult> | null = null;
/** What becomes of it when it ends before its last step. */
let afterwards: 'keep' | 'discard' | 'leave' = 'leave';

export interface Plan {
  readonly name: string;
  readonly options: OwnTrainOptions & { readonly steps: number };
  readonly painting: Pixels;
  /** Null: those that come with Reverie. */
  readonly photos: readonly ArrayBuffer[] | null;
}

const networks = { network: fastDefaults.network, perceptual: defaultNetwork } as const;

/**
 * Milliseconds that a step takes on this device, by taking a few; on the very pictures it will be.
 * @throws ReverieError `aborted` when a training began meanwhile
 */
export async function measureStep(options: OwnTrainOptions, painting: Pixels): Promise<number> {
  const photos = [copyWithin(painting, 400)];
  const engine = await getEngine();
  const few = { ...options, steps: probeSteps };
  const request: TrainRequest = {
    ...networks,
    options: few,
    painting: copyWithin(painting, 800),
    photos,
    start: 'mean',
  };
  probe = engine.train(request);
  try {
    const { msPerStep } = await probe.result;
    if (msPerStep > 0) return msPerStep;
    throw new ReverieError('aborted', 'Measuring was stopped before its second step.');
  } finally {
    probe = null;
  }
}

/** The engine takes one training at a time. */
async function endMeasuring(): Promise<void> {
  probe?.cancel();
  await probe?.result.catch(() => undefined);
}

/** @returns whether it went as it was asked to; else `trainError` says why not. */
export async function startTraining({ name, options, painting, photos }: Plan): Promise<boolean> {
  const kept: KeptTraining = {
    id: crypto.randomUUID(),
    name: cleanName(name),
    options,
    photos,
    painting: await keptPainting(painting),
    curve: [],
    step: 0,
    updatedAt: new Date().toISOString(),
  };
  return carryOut(kept);
}

/** Goes on with one that was left. */
export const continueTraining = (kept: KeptTraining): Promise<boolean> => carryOut(kept);

export function pauseTraining(): void {
  job?.pause();
  patch({ status: 'paused' });
}

export function resumeTraining(): void {
  job?.resume();
  patch({ status: 'running' });
}

/** @param then `keep` makes a style of what was learned; `discard` forgets it; `leave` can be gone on with. */
export function stopTraining(then: typeof afterwards): void {
  afterwards = then;
  patch({ status: 'stopping' });
  job?.cancel();
}

const patch = (changes: Partial<Training>): void => {
  if (training.peek()) training.value = { ...(training.peek() as Training), ...changes };
};

async function carryOut(kept: KeptTraining): Promise<boolean> {
  if (training.peek()) throw new ReverieError('busy', 'A training is under way already.');
  trainError.value = null;
  trained.value = null;
  afterwards = 'leave';
  training.value = {
    id: kept.id,
    name: kept.name,
    trains: kept.options.trains,
    status: 'preparing',
    step: kept.step,
    steps: kept.options.steps,
    remainingMs: null,
    curve: kept.curve,
    kept: true,
    painting: null,
    photos: [],
    samples: [],
  };
  try {
    await endMeasuring();
    await alone(kept.id, () => train(kept));
    return true;
  } catch (cause) {
    const error = ReverieError.from(cause);
    if (error.code === 'aborted') return true;
    trainError.value = error;
    return false;
  } finally {
    job = null;
    training.value = null;
  }
}

/** @throws ReverieError `busy` when another tab goes on with it */
async function alone(id: string, work: () => Promise<void>): Promise<void> {
  if (!('locks' in navigator)) return work();
  await navigator.locks.request(`reverie-training-${id}`, { ifAvailable: true }, async (lock) => {
    if (!lock) throw new ReverieError('busy', 'Another tab goes on with this training.');
    await work();
  });
}

async function train(kept: KeptTraining): Promise<void> {
  const [engine, painting, photos] = await Promise.all([getEngine(), decodeKept(kept.painting), photosOf(kept.photos)]);
  const checkpoint = await checkpointOf(kept.id);
  const shown = spread(photos, watched);
  patch({ painting: copyWithin(painting, shownSide), photos: shown });
  let now = kept;
  /** Kept one after another: an older record never overwrites a newer one. */
  let writing = Promise.resolve();
  const store = (bytes?: Uint8Array<ArrayBuffer>) => {
    const record = now;
    writing = writing.then(async () => patch({ kept: await keepTraining(record, bytes) }));
  };
  store();
  const request: TrainRequest = {
    ...networks,
    options: kept.options,
    painting,
    photos,
    checkpoint,
    samples: shown,
  };
  job = engine.train(request, {
    onProgress: (progress) => {
      now = follow(progress, now);
    },
    onSamples: async (samples) => {
      patch({ samples });
      await drawn();
    },
    onCheckpoint: (bytes, step) => {
      now = { ...now, step, updatedAt: new Date().toISOString() };
      store(bytes);
    },
  });
  // Stopped or paused while it was prepared.
  if (training.peek()?.status === 'stopping') job.cancel();
  try {
    const result = await job.result;
    await writing;
    if (result.complete || afterwards === 'keep') await hang(result, now, painting);
  } finally {
    await writing;
    if (afterwards === 'discard') await forgetTraining(kept.id);
  }
}

function follow(progress: Progress, now: KeptTraining): KeptTraining {
  const { phase, step, loss, remainingMs } = progress;
  if (phase !== 'optimise' || loss === undefined) return now;
  const curve = thinned([...now.curve.filter((point) => point.step < step), { step, loss }]);
  const status = training.peek()?.status === 'preparing' ? { status: 'running' as const } : {};
  patch({ ...status, step, curve, ...(remainingMs !== undefined && { remainingMs }) });
  return { ...now, curve };
}

const thinned = <T>(points: readonly T[]): readonly T[] =>
  points.length > maxPoints ? points.filter((_, i) => i % 2 === 0 || i === points.length - 1) : points;

/** Keeps the style, and chooses it. */
async function hang(result: TrainResult, { id, name }: KeptTraining, painting: Pixels): Promise<void> {
  const { style, steps } = result;
  const thumbnail = await thumbnailOf(painting);
  const made = await keepStyle({ ...style, steps, name, thumbnail });
  await forgetTraining(id);
  await loadOwnStyles();
  chooseFast(made.id, tab.peek() === tabOf(recipes.peek().fast.technique) ? 'paint' : 'live');
  const now = training.peek();
  if (trainOpen.peek() && now) trained.value = { ...made, name, ...pick(now) };
  else confirm((t) => (made.kept ? t.training.done(name) : t.training.doneUnkept(name)));
}

const pick = ({ painting, photos, samples }: Training): Watched => ({ painting, photos, samples });

/** So many of them, from all over. */
const spread = <T>(all: readonly T[], count: number): T[] =>
  all.length <= count
    ? [...all]
    : Array.from({ length: count }, (_, i) => all[Math.floor((i * all.length) / count)]).flatMap((one) => one ?? []);

/** What each way takes by default. */
export const stepsOf = (trains: OwnTrainOptions['trains']): number => ownDefaults[trains].steps;
