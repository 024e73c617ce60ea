/** Whoever computes gradients for a training, how a step's pictures are shared out among them, and the loop around both. */
import { ReverieError } from '../../../shared/errors';
import type { Sample } from './samples';

/** What a step is computed from. */
export interface TrainedNumbers {
  readonly values: Float32Array;
  /** Statistics that are not trained but kept; null where there are none. */
  readonly running: Float32Array | null;
}

export interface Computed {
  /** Of the mean loss over the pictures, in the parameters' layout. */
  readonly gradient: Float32Array<ArrayBuffer>;
}

/** This machine's backend, or a thread or worker that has one. It has the photos, too. */
export interface Source<S, R extends Computed> {
  /** @param samples seen together as one batch */
  gradient(parameters: TrainedNumbers, samples: readonly S[]): Promise<R>;
}

export interface Losses {
  readonly content: number;
  readonly style: number;
  readonly variation: number;
}

export interface BatchGradient extends Computed {
  /** Mean over the pictures. */
  readonly losses: Losses;
  /** Batch norm's: `[2, channels]` of this batch. */
  readonly statistics: Float32Array<ArrayBuffer> | null;
  /** Bytes of tensors at the peak. */
  readonly peakBytes: number;
}

/** A batch is all of one style. */
export type GradientSource = Source<Sample, BatchGradient>;

/** A training between two steps: plain arrays, so that it can be stopped, stored and taken up anywhere. */
interface Standing extends Pick<TrainedNumbers, 'values'>, Partial<Pick<TrainedNumbers, 'running'>> {
  readonly options: { readonly steps: number };
  /** Steps taken. */
  readonly step: number;
}

/** @returns false to stop */
export type OnStep<State> = (state: State) => Promise<boolean> | boolean;

/**
 * Takes steps until the options' are used up or `onStep`, which is asked after every step, says stop.
 * @param sources at least one; the groups of a step are shared out among them
 * @param groupsOf pictures that must be seen together
 * @param take the step, from one result per group in their order, whoever computed it
 * @returns the last state; the arrays of the state handed in may have been written to
 */
export async function takeSteps<State extends Standing, S, R extends Computed>(
  start: State,
  sources: readonly Source<S, R>[],
  groupsOf: (state: State) => readonly (readonly S[])[],
  take: (state: State, parts: readonly R[]) => State,
  onStep: OnStep<State>,
): Promise<State> {
  let state = start;
  while (state.step < state.options.steps) {
    const { values, running = null } = state;
    const parts: R[] = [];
    const queue = groupsOf(state).entries();
    const work = async (source: Source<S, R>) => {
      for (const [i, group] of queue) parts[i] = await source.gradient({ values, running }, group);
    };
    await Promise.all(sources.map(work));
    state = take(state, parts);
    if (!(await onStep(state))) break;
  }
  return state;
}

/** Of the i-th number, the mean over the parts. */
export const meanGradient =
  (parts: readonly Computed[]) =>
  (i: number): number => {
    let sum = 0;
    for (const { gradient } of parts) sum += gradient[i] ?? 0;
    return sum / parts.length;
  };

/** @param step taken before @throws ReverieError `numeric-failure` */
export function checkLosses(step: number, losses: readonly number[]): void {
  if (losses.every(Number.isFinite)) return;
  const message = `Step ${step + 1} of the training is not a number. Try a smaller step size.`;
  throw new ReverieError('numeric-failure', message);
}
