/**
 * Reads losses back without stalling the device: every few steps, one value, awaited one reading later. That
 * reading is also what keeps the queue of a GPU short enough for a cancel to be felt.
 */
import * as tf from '@tensorflow/tfjs-core';
import { ReverieError } from '../../../shared/errors';
import { totalOf } from '../kernels/fused';

/** A queue longer than this is felt when cancelling, milliseconds. */
const targetIntervalMs = 120;

export interface LossSample {
  readonly step: number;
  readonly loss: number;
}

export class LossReader {
  readonly sampled: LossSample[];
  private terms: tf.Tensor[] = [];
  private pending: Promise<void> | null = null;
  private interval = 1;
  private lastStep = 0;
  private lastTime = performance.now();

  /** @param before read by an attempt that this one goes on from */
  constructor(before: readonly LossSample[] = []) {
    this.sampled = [...before];
    this.lastStep = before.at(-1)?.step ?? 0;
  }

  /** True when this step's loss terms should be collected with `add`. */
  wants(step: number): boolean {
    return step - this.lastStep >= this.interval;
  }

  readonly add = (term: tf.Tensor): void => {
    this.terms.push(term);
  };

  /**
   * Ends a step for which `wants` was true, and waits for the reading before this one; of a step that has added nothing
   * there is nothing to read.
   * @throws ReverieError `numeric-failure` when a loss was not finite.
   */
  async read(step: number): Promise<void> {
    if (this.terms.length === 0) return;
    const total = totalOf(this.terms);
    tf.dispose(this.terms);
    this.terms = [];
    const previous = this.pending;
    this.pending = this.readBack(step, total);
    // It is awaited one reading later; until then a failure is not an uncaught one.
    this.pending.catch(() => undefined);
    await previous;
    const now = performance.now();
    const msPerStep = (now - this.lastTime) / Math.max(1, step - this.lastStep);
    this.interval = Math.max(1, Math.min(16, Math.round(targetIntervalMs / Math.max(msPerStep, 0.1))));
    this.lastStep = step;
    this.lastTime = now;
  }

  /** For an optimiser that knows the loss anyway. @throws ReverieError `numeric-failure` when it is not finite. */
  record(step: number, loss: number): void {
    if (!Number.isFinite(loss)) {
      throw new ReverieError(
        'numeric-failure',
        `The loss is not a number at step ${step}. Try a smaller step size or strength.`,
      );
    }
    this.sampled.push({ step, loss });
  }

  /** Waits for the last reading. */
  async finish(): Promise<void> {
    await this.pending;
    this.pending = null;
  }

  dispose(): void {
    tf.dispose(this.terms);
    this.terms = [];
  }

  get latest(): number | undefined {
    return this.sampled.at(-1)?.loss;
  }

  private async readBack(step: number, total: tf.Scalar): Promise<void> {
    const [loss = Number.NaN] = await total.data().finally(() => total.dispose());
    this.record(step, loss);
  }
}
