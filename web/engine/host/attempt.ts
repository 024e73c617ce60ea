/** One attempt at a run, on one device, and what outlives it: the state from which another attempt goes on. */
import { ReverieError } from '../../../shared/errors';
import { limits } from '../../../shared/limits';
import type { Pixels, Progress, RunListener } from '../api';
import type { Kept, RunControl } from '../types';
import type { JobControl } from './control';

/** How often a state is kept: see `limits.run`. */
export interface Pace {
  readonly keepIntervalMs: number;
  readonly keepShare: number;
}

/** The last state that a run has kept, over all its attempts. */
export class Keeper {
  #kept: Kept | undefined;
  /** At once at first: from then on there is an image. */
  #dueAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly pace: Pace = limits.run,
    private readonly now: () => number = () => performance.now(),
  ) {}

  get kept(): Kept | undefined {
    return this.#kept;
  }

  /**
   * Takes a state if it is time to.
   * @param check throws when what was taken is not to be trusted
   */
  async offer(take: () => Promise<Kept>, check: () => void): Promise<void> {
    const startedAt = this.now();
    if (startedAt < this.#dueAt) return;
    const kept = await take();
    check();
    this.#kept = kept;
    const endedAt = this.now();
    const { keepIntervalMs, keepShare } = this.pace;
    this.#dueAt = endedAt + Math.max(keepIntervalMs, (endedAt - startedAt) / keepShare);
  }
}

export interface AttemptParts {
  readonly job: JobControl<RunListener>;
  readonly keeper: Keeper;
  /** Throws when the device has failed: what was read from it since is not to be trusted. */
  readonly check: () => void;
  /** May change a preview's pixels in place. @param frame null for the result's picture as a whole */
  readonly dress: (pixels: Pixels, frame: number | null) => Pixels;
}

/** What a technique has for a control. One that hung on a lost device and wakes up later is not heard any more. */
export class Attempt implements RunControl {
  #closed = false;

  constructor(private readonly parts: AttemptParts) {}

  async proceed(): Promise<boolean> {
    this.#assertOpen();
    const goOn = await this.parts.job.proceed();
    this.#assertOpen();
    return goOn;
  }

  report(progress: Progress): void {
    if (!this.#closed) this.parts.job.report(progress);
  }

  wantsPreview(): boolean {
    return !this.#closed && this.parts.job.wants('onPreview', limits.worker.previewIntervalMs);
  }

  preview(pixels: Pixels, frame?: number): void {
    if (!this.#closed) this.parts.job.hand('onPreview', this.parts.dress(pixels, frame ?? null));
  }

  async keep(take: () => Promise<Kept>): Promise<void> {
    this.#assertOpen();
    await this.parts.keeper.offer(take, () => {
      this.#assertOpen();
      this.parts.check();
    });
  }

  close(): void {
    this.#closed = true;
  }

  #assertOpen(): void {
    if (this.#closed) throw new ReverieError('device-lost', 'The run went on with another device.');
  }
}
