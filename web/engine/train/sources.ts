/** Whoever computes gradients for a training, and how a step's pictures are shared out among them. */

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

/** One result per group, in the order of the groups, whoever computed it. */
export async function gatherGradients<S, R extends Computed>(
  sources: readonly Source<S, R>[],
  parameters: TrainedNumbers,
  groups: readonly (readonly S[])[],
): Promise<R[]> {
  const results: R[] = [];
  const queue = groups.entries();
  const work = async (source: Source<S, R>) => {
    for (const [i, group] of queue) results[i] = await source.gradient(parameters, group);
  };
  await Promise.all(sources.map(work));
  return results;
}
