/**
 * The training loop: batches in a seeded order, gradients from one or several sources, Adam on the parameters with a
 * running average of them, which is what is kept. State is plain arrays, so that it can be stopped, stored and taken
 * up anywhere.
 */
import { ReverieError } from '../../../shared/errors';
import { initialParameters, layoutOf, type TransformerParameters } from '../transformer/parameters';
import type { BatchGradient, GradientSource, Losses } from './gradient';
import type { TrainOptions } from './options';
import { samplesOf } from './samples';

export interface TrainState {
  readonly options: TrainOptions;
  /** Steps taken. */
  readonly step: number;
  readonly values: Float32Array<ArrayBuffer>;
  /** Adam's moments. */
  readonly first: Float32Array<ArrayBuffer>;
  readonly second: Float32Array<ArrayBuffer>;
  /** Sum of past parameters, not yet bias-corrected. */
  readonly average: Float32Array<ArrayBuffer>;
  readonly running: Float32Array<ArrayBuffer> | null;
  /** One entry per step. */
  readonly losses: readonly Losses[];
}

/** @param from parameters to go on from, for example a shipped network's; seeded noise when absent */
export function startTraining(options: TrainOptions, from?: TransformerParameters): TrainState {
  const { values, running } = from ?? initialParameters(options.network, options.seed);
  return {
    options,
    step: 0,
    values: values.slice() as Float32Array<ArrayBuffer>,
    first: new Float32Array(values.length),
    second: new Float32Array(values.length),
    average: new Float32Array(values.length),
    running: (running?.slice() ?? null) as Float32Array<ArrayBuffer> | null,
    losses: [],
  };
}

/** Where the parameters begin that move; the styles' are the last (transformer/parameters.ts). */
export const movesFrom = ({ network, trains }: TrainOptions): number =>
  trains === 'style' ? layoutOf(network).styles.offset : 0;

/** The network as it stands: the averaged parameters. */
export function trainedParameters({ options, step, values, average, running }: TrainState): TransformerParameters {
  const { averaging } = options.optimiser;
  if (step === 0) return { values, running };
  const correction = 1 - averaging ** step;
  const moved = movesFrom(options);
  return { values: average.map((value, i) => (i < moved ? (values[i] ?? 0) : value / correction)), running };
}

export interface TrainHooks {
  /** After every step. @returns false to stop. */
  onStep(state: TrainState): Promise<boolean> | boolean;
}

/**
 * Takes steps until the options' are used up or `onStep` says stop.
 * @param photos how many the sources have
 * @param sources at least one; a batch's pictures are shared out among them
 * @returns the last state; the arrays of the state handed in may have been written to
 * @throws ReverieError `numeric-failure` when a gradient is no number: the state before is as it was
 */
export async function train(
  start: TrainState,
  photos: number,
  sources: readonly GradientSource[],
  { onStep }: TrainHooks,
): Promise<TrainState> {
  let state = start;
  while (state.step < state.options.steps) {
    const parts = await gradientsOf(state, photos, sources);
    state = takeStep(state, parts);
    if (!(await onStep(state))) break;
  }
  return state;
}

/** One per group of pictures that must be seen together, in the order of the samples, whoever computed them. */
async function gradientsOf(
  { options, step, values, running }: TrainState,
  photos: number,
  sources: readonly GradientSource[],
): Promise<BatchGradient[]> {
  const samples = samplesOf(options, photos, step);
  const groups = options.network.norm === 'batch' ? [samples] : samples.map((sample) => [sample]);
  const results: BatchGradient[] = [];
  const queue = groups.entries();
  const work = async (source: GradientSource) => {
    for (const [i, group] of queue) results[i] = await source.gradient({ values, running }, group);
  };
  await Promise.all(sources.map(work));
  return results;
}

/** Kingma & Ba 2015, algorithm 1. */
function takeStep(state: TrainState, parts: readonly BatchGradient[]): TrainState {
  const { options, step, values, first, second, average } = state;
  const { beta1, beta2, epsilon, averaging, styleGain } = options.optimiser;
  const losses = meanLosses(parts);
  if (!Number.isFinite(losses.content + losses.style + losses.variation)) {
    throw new ReverieError(
      'numeric-failure',
      `Step ${step + 1} of the training is not a number. Try a smaller step size.`,
    );
  }
  const rate = stepSize(options, step) / (1 - beta1 ** (step + 1));
  const correction = 1 / (1 - beta2 ** (step + 1));
  const share = 1 / parts.length;
  const shared = layoutOf(options.network).styles.offset;
  for (let i = movesFrom(options); i < values.length; i++) {
    let gradient = 0;
    for (const part of parts) gradient += part.gradient[i] ?? 0;
    gradient *= share;
    const m = beta1 * (first[i] ?? 0) + (1 - beta1) * gradient;
    const s = beta2 * (second[i] ?? 0) + (1 - beta2) * gradient * gradient;
    first[i] = m;
    second[i] = s;
    const gain = i < shared ? 1 : styleGain;
    const value = (values[i] ?? 0) - (rate * gain * m) / (Math.sqrt(s * correction) + epsilon);
    values[i] = value;
    average[i] = averaging * (average[i] ?? 0) + (1 - averaging) * value;
  }
  return { ...state, step: step + 1, running: runningAfter(state, parts), losses: [...state.losses, losses] };
}

/** PyTorch's momentum of 0.1. */
const runningMomentum = 0.1;

function runningAfter({ running }: TrainState, parts: readonly BatchGradient[]): TrainState['running'] {
  const [part] = parts;
  if (!running || !part?.statistics) return running;
  const { statistics } = part;
  return running.map((value, i) => value + runningMomentum * ((statistics[i] ?? value) - value));
}

/** Rises linearly over the warm-up, then falls on a cosine. */
export function stepSize({ steps, optimiser: { stepSize: top, warmUp } }: TrainOptions, step: number): number {
  const rising = Math.min(1, (step + 1) / Math.max(1, warmUp));
  return top * rising * 0.5 * (1 + Math.cos((Math.PI * step) / steps));
}

function meanLosses(parts: readonly BatchGradient[]): Losses {
  const mean = (term: keyof Losses) => parts.reduce((sum, { losses }) => sum + losses[term], 0) / parts.length;
  return { content: mean('content'), style: mean('style'), variation: mean('variation') };
}
