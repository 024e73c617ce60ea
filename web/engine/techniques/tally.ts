/** What every run counts: steps, losses, time and memory. Part of the state that it keeps. */
import * as tf from '@tensorflow/tfjs-core';
import { LossReader, type LossSample } from '../optimise/losses';
import type { TechniqueResult } from './technique';

export interface TallyState {
  readonly step: number;
  readonly losses: readonly LossSample[];
  readonly elapsedMs: number;
  readonly peakBytes: number;
}

export class Tally {
  step: number;
  readonly losses: LossReader;
  private peakBytes: number;
  private readonly startedAt: number;

  /** @param before of an attempt that this one goes on from */
  constructor(before?: TallyState) {
    this.step = before?.step ?? 0;
    this.losses = new LossReader(before?.losses);
    this.peakBytes = before?.peakBytes ?? 0;
    this.startedAt = performance.now() - (before?.elapsedMs ?? 0);
  }

  /** Call where an iteration holds most. */
  notePeak(): void {
    this.peakBytes = Math.max(this.peakBytes, tf.memory().numBytes);
  }

  get msPerStep(): number {
    return this.elapsedMs / Math.max(1, this.step);
  }

  state(): TallyState {
    const { step, losses, elapsedMs, peakBytes } = this;
    return { step, losses: [...losses.sampled], elapsedMs, peakBytes };
  }

  private get elapsedMs(): number {
    return performance.now() - this.startedAt;
  }
}

/** A result's share of it. */
export const totalsOf = ({ step, losses, elapsedMs, peakBytes }: TallyState) =>
  ({ losses, steps: step, msPerStep: elapsedMs / Math.max(1, step), peakBytes }) satisfies Partial<TechniqueResult>;
