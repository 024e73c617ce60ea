/**
 * The training loop: batches in a seeded order, gradients from one or several sources, Adam on the parameters with a
 * running average of them, which is what is kept. State is plain arrays, so that it can be stopped, stored and taken
 * up anywhere.
 */
import { ReverieError } from '../../../shared/errors';
import { initialParameters, layoutOf, movesFrom, type TransformerParameters } from '../transformer/parameters';
import { adamStep, averaged, stepSize } from './adam';
import type { TrainOptions } from './options';
import { samplesOf } from './samples';
import { type BatchGradient, type GradientSource, gatherGradients, type Losses } from './sources';

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

/** The network as it stands: the averaged parameters. */
export function trainedParameters({ options, step, running, ...arrays }: TrainState): TransformerParameters {
  return { values: averaged(arrays, step, options.optimiser, movesFrom(options)), running };
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
function gradientsOf(
  { options, step, values, running }: TrainState,
  photos: number,
  sources: readonly GradientSource[],
): Promise<BatchGradient[]> {
  const samples = samplesOf(options, photos, step);
  const groups = options.network.norm === 'batch' ? [samples] : samples.map((sample) => [sample]);
  return gatherGradients(sources, { values, running }, groups);
}

function takeStep(state: TrainState, parts: readonly BatchGradient[]): TrainState {
  const { options, step } = state;
  const losses = meanLosses(parts);
  if (!Number.isFinite(losses.content + losses.style + losses.variation)) {
    throw new ReverieError(
      'numeric-failure',
      `Step ${step + 1} of the training is not a number. Try a smaller step size.`,
    );
  }
  const share = 1 / parts.length;
  const gradientAt = (i: number) => {
    let sum = 0;
    for (const { gradient } of parts) sum += gradient[i] ?? 0;
    return share * sum;
  };
  const shared = layoutOf(options.network).styles.offset;
  adamStep(state, gradientAt, options.optimiser, {
    rate: stepSize(options, step),
    step,
    from: movesFrom(options),
    gainAt: (i) => (i < shared ? 1 : options.optimiser.styleGain),
  });
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

function meanLosses(parts: readonly BatchGradient[]): Losses {
  const mean = (term: keyof Losses) => parts.reduce((sum, { losses }) => sum + losses[term], 0) / parts.length;
  return { content: mean('content'), style: mean('style'), variation: mean('variation') };
}
