/**
 * The training loop: batches in a seeded order, gradients from one or several sources, Adam on the parameters with a
 * running average of them, which is what is kept. State is plain arrays, so that it can be stopped, stored and taken
 * up anywhere.
 */
import { initialParameters, layoutOf, movesFrom, type TransformerParameters } from '../transformer/parameters';
import { adamStep, averaged, stepSize } from './adam';
import type { TrainOptions } from './options';
import { type Sample, samplesOf } from './samples';
import {
  type BatchGradient,
  checkLosses,
  type GradientSource,
  type Losses,
  meanGradient,
  type OnStep,
  takeSteps,
} from './sources';

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

/**
 * Takes steps until the options' are used up or `onStep` says stop.
 * @param photos how many the sources have
 * @returns the last state; the arrays of the state handed in may have been written to
 * @throws ReverieError `numeric-failure` when a gradient is no number: the state before is as it was
 */
export const train = (
  start: TrainState,
  photos: number,
  sources: readonly GradientSource[],
  { onStep }: { readonly onStep: OnStep<TrainState> },
): Promise<TrainState> => takeSteps(start, sources, (state) => groupsOf(state, photos), takeStep, onStep);

function groupsOf({ options, step }: TrainState, photos: number): Sample[][] {
  const samples = samplesOf(options, photos, step);
  return options.network.norm === 'batch' ? [samples] : samples.map((sample) => [sample]);
}

function takeStep(state: TrainState, parts: readonly BatchGradient[]): TrainState {
  const { options, step } = state;
  const losses = meanLosses(parts);
  checkLosses(step, Object.values(losses));
  const shared = layoutOf(options.network).styles.offset;
  adamStep(state, meanGradient(parts), options.optimiser, {
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
