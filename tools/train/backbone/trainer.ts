/** The training loop of a distillation. State is plain arrays, so that it can be stopped, stored and taken up anywhere. */
import { ReverieError } from '../../../shared/errors';
import type { Parameters } from '../../../web/engine/network/parameters';
import { type AdamArrays, adamStep, averaged, stepSize } from '../../../web/engine/train/adam';
import { gatherGradients, type Source } from '../../../web/engine/train/sources';
import type { DistillationGradient } from './gradient';
import { backboneLayoutOf } from './layout';
import { type BackboneSample, backboneSamplesOf } from './samples';
import type { BackboneOptions } from './schema';
import { filtersOf } from './weightNorm';

export interface BackboneState extends AdamArrays {
  readonly options: BackboneOptions;
  /** Steps taken. */
  readonly step: number;
  /** Running share of positions at which each channel of all convolutions fires. */
  readonly firing: Float32Array;
  /** One per lesson: mean variance of the teacher's channels. */
  readonly variances: readonly number[];
  /** One entry per step: share of variance left over, per lesson. */
  readonly losses: readonly (readonly number[])[];
}

/** @param values directions, gains, biases and heads to begin with (start.ts) */
export function startDistillation(
  options: BackboneOptions,
  values: Float32Array,
  variances: readonly number[],
): BackboneState {
  const { channels } = backboneLayoutOf(options);
  return {
    options,
    variances,
    step: 0,
    losses: [],
    values: values.slice(),
    first: new Float32Array(values.length),
    second: new Float32Array(values.length),
    average: new Float32Array(values.length),
    // Nobody is silent before anybody was heard.
    firing: new Float32Array(channels).fill(0.5),
  };
}

/** The network as it stands, by the averaged parameters; still to be levelled (level.ts). */
export const taughtParameters = (state: BackboneState): Parameters =>
  filtersOf(backboneLayoutOf(state.options), averaged(state, state.step, state.options.optimiser));

export interface BackboneHooks {
  /** After every step. @returns false to stop. */
  onStep(state: BackboneState): Promise<boolean> | boolean;
}

/**
 * Takes steps until the options' are used up or `onStep` says stop.
 * @param photos how many the sources have
 * @param sources at least one; a batch's squares are shared out among them
 * @returns the last state; the arrays of the state handed in may have been written to
 * @throws ReverieError `numeric-failure` when a gradient is no number: the state before is as it was
 */
export async function distil(
  start: BackboneState,
  photos: number,
  sources: readonly Source<BackboneSample, DistillationGradient>[],
  { onStep }: BackboneHooks,
): Promise<BackboneState> {
  let state = start;
  while (state.step < state.options.steps) {
    const groups = backboneSamplesOf(state.options, photos, state.step).map((sample) => [sample]);
    const parts = await gatherGradients(sources, { values: state.values, running: null }, groups);
    state = takeStep(state, parts);
    if (!(await onStep(state))) break;
  }
  return state;
}

function takeStep(state: BackboneState, parts: readonly DistillationGradient[]): BackboneState {
  const { options, step } = state;
  const share = 1 / parts.length;
  const losses = state.variances.map((_, i) => parts.reduce((sum, part) => sum + share * (part.losses[i] ?? 0), 0));
  if (!losses.every(Number.isFinite)) {
    throw new ReverieError(
      'numeric-failure',
      `Step ${step + 1} of the training is not a number. Try a smaller step size.`,
    );
  }
  const pulls = pullsOf(state);
  const gradientAt = (i: number) => {
    let sum = 0;
    for (const { gradient } of parts) sum += gradient[i] ?? 0;
    return share * sum - (pulls.get(i) ?? 0);
  };
  adamStep(state, gradientAt, options.optimiser, { rate: stepSize(options, step), step });
  return { ...state, step: step + 1, firing: firingAfter(state, parts), losses: [...state.losses, losses] };
}

/** A channel that fires at fewer positions than this share is silent. */
export const silentBelow = 0.005;

/** About as much as a lesson pulls at a bias that matters; Adam makes a whole step of it where nothing else pulls. */
const pull = 1e-3;

/**
 * A channel that has fallen silent has no gradient left, and would stay so: its bias is drawn up until it fires again.
 * @returns by index into the values
 */
function pullsOf({ options, firing }: BackboneState): ReadonlyMap<number, number> {
  const pulls = new Map<number, number>();
  let channel = 0;
  for (const { bias } of backboneLayoutOf(options).convolutions) {
    for (let c = 0; c < bias.size; c++, channel++) {
      if ((firing[channel] ?? 1) < silentBelow) pulls.set(bias.offset + c, pull);
    }
  }
  return pulls;
}

/** Over about so many steps. */
const firingMemory = 0.95;

function firingAfter({ firing, step }: BackboneState, parts: readonly DistillationGradient[]): Float32Array {
  return firing.map((before, c) => {
    const now = parts.reduce((sum, part) => sum + (part.firing[c] ?? 0), 0) / parts.length;
    if (Number.isNaN(now)) return before;
    return step === 0 ? now : firingMemory * before + (1 - firingMemory) * now;
  });
}
