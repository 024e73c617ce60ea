/** One attempt at a run, on one device, and what outlives it: the state from which another attempt goes on. */

import * as tf from '@tensorflow/tfjs-core';
import type { BackendName } from '../../../shared/backends';
import { type ErrorRecord, ReverieError } from '../../../shared/errors';
import { limits } from '../../../shared/limits';
import { clipped, type Trouble } from '../../../shared/record';
import type { Pixels, Progress, RunListener } from '../api';
import type { Kept, RunControl } from '../types';
import type { JobControl } from './control';
import type { Devices, OpenDevice } from './devices';
import { asComputeError } from './memory';
import { abortable } from './queue';

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

/** Of what a scope lists, before those that were freed are struck off. */
const mostListed = 4096;

/** TensorFlow.js lists all that is made within a scope until it ends, freed or not: hundreds of megabytes in a run of minutes. */
function forgetFreed(): void {
  const scope = tf.engine().state.activeScope;
  if (scope && scope.track.length > mostListed) scope.track = scope.track.filter(({ isDisposed }) => !isDisposed);
}

interface AttemptParts {
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
    forgetFreed();
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

  async band(pixels: Pixels): Promise<void> {
    this.#assertOpen();
    this.parts.check();
    await this.parts.job.deliver('onBand', pixels);
    this.#assertOpen();
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

// What follows when a device fails in the middle of a job, of whatever kind: attempt after attempt, each from where the one
// before it was kept. Lost: the same backend once more, then the next. Out of memory: smaller, where the job can do with
// less, then the next backend.

export interface Recoverable<Result> {
  /** Goes on from wherever the attempt before it got to. @param troubles of the attempts before it */
  attempt(open: OpenDevice, troubles: readonly Trouble[]): Promise<Result>;
  /** Steps that are kept. */
  readonly step: number;
  /** Makes the next attempt ask for less memory. @returns how; null when there is nothing to be done */
  shrink?(): Pick<Trouble, 'tile'> | null;
  /**
   * What it comes to when nothing is left to try, or it was cancelled between attempts; undefined when there is nothing.
   * @param failure undefined when it was cancelled
   */
  salvage?(troubles: readonly Trouble[], failure: ErrorRecord | undefined): Result | undefined;
}

/** @throws ReverieError what nothing could be done about */
export async function recovering<Result>(
  devices: Devices,
  control: JobControl,
  job: Recoverable<Result>,
): Promise<Result> {
  const troubles: Trouble[] = [];
  const exclude = new Set<BackendName>();
  const follows = (error: ReverieError, backend: BackendName): boolean => {
    const outOfMemory = error.code === 'out-of-memory';
    if (!outOfMemory && error.code !== 'device-lost') return false;
    // What carries numbers was refused before it began, and is not to be begun on a slower device unasked.
    if (error.about('out-of-memory') && troubles.length === 0) return false;
    if (troubles.length >= limits.device.maxRecoveries) return false;
    const smaller = outOfMemory ? (job.shrink?.() ?? null) : null;
    const lostBefore = troubles.some((trouble) => trouble.code === 'device-lost' && trouble.backend === backend);
    if (outOfMemory ? !smaller : lostBefore) exclude.add(backend);
    troubles.push({ code: error.code, message: clipped(error.message), backend, step: job.step, ...smaller });
    return true;
  };

  devices.users.add(control);
  try {
    for (;;) {
      let open: OpenDevice | undefined;
      control.report({ phase: 'device', step: 0, steps: 1 });
      try {
        open = await abortable(devices.open([...exclude]), control.signal);
        control.device(open.device.report);
        control.report({ phase: 'device', step: 1, steps: 1 });
        return await job.attempt(open, troubles);
      } catch (cause) {
        const error = asComputeError(cause);
        if (open && !control.signal.aborted && follows(error, open.device.report.backend)) {
          await devices.abandon(open);
          control.recover();
          continue;
        }
        // Without any device left, what went wrong first says more than that.
        const reason = open || !troubles[0] ? error : ReverieError.fromRecord(troubles[0]);
        const rest = job.salvage?.(troubles, control.signal.aborted ? undefined : reason.toRecord());
        if (rest === undefined) throw reason;
        return rest;
      }
    }
  } finally {
    devices.users.delete(control);
  }
}
