/**
 * The control of one job: lets messages in between steps, holds while paused, stops on cancel, and keeps what it tells to a
 * rate that the listener can take.
 */
import { ReverieError } from '../../../shared/errors';
import type { DeviceReport, JobListener, Phase, Progress } from '../api';

/** The thread is held this long at a time; a cancel or a pause waits no longer than this and one step. */
const sliceMs = 8;
/** Progress records within a phase at most this often; ten a second is as much as anyone reads. */
const progressIntervalMs = 100;
/** In which a new estimate of the remaining time takes over. */
const timeConstantMs = 3_000;

export interface ControlOptions<Listener> {
  readonly listener?: Listener;
  /** Bytes that tensors hold now, for the progress records. */
  readonly memoryBytes?: () => number | undefined;
  readonly now?: () => number;
}

type Told<F> = F extends (...told: infer Args) => unknown ? Args : never;

/** Node's; browsers have none. */
const immediate = (globalThis as { setImmediate?: (callback: () => void) => unknown }).setImmediate;

export class JobControl<Listener extends JobListener = JobListener> {
  readonly #listener: Listener;
  readonly #memoryBytes: (() => number | undefined) | undefined;
  readonly #now: () => number;
  readonly #abort = new AbortController();
  readonly #remaining = new RemainingTime();
  #channel: MessageChannel | undefined;
  #sliceStart: number;
  #failure: ReverieError | undefined;

  #pausedAt: number | undefined;
  #pausedMs = 0;
  #release: (() => void) | undefined;

  #phase: Phase | undefined;
  #held: Progress | undefined;
  #deliveredAt = Number.NEGATIVE_INFINITY;
  /** When each of `hand`'s events was last handed out, and whether the listener is done with it. */
  readonly #handed = new Map<keyof Listener, { at: number; taken: boolean }>();

  constructor({
    listener = {} as Listener,
    memoryBytes,
    now = () => performance.now(),
  }: ControlOptions<Listener> = {}) {
    this.#listener = listener;
    this.#memoryBytes = memoryBytes;
    this.#now = now;
    this.#sliceStart = now();
  }

  /** Fires on cancel: downloads stop by it. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Milliseconds spent paused so far. */
  get pausedMs(): number {
    return this.#pausedMs + (this.#pausedAt === undefined ? 0 : this.#now() - this.#pausedAt);
  }

  pause(): void {
    if (this.signal.aborted) return;
    this.#pausedAt ??= this.#now();
  }

  resume(): void {
    if (this.#pausedAt === undefined) return;
    const paused = this.#now() - this.#pausedAt;
    this.#pausedAt = undefined;
    this.#pausedMs += paused;
    this.#remaining.skip(paused);
    this.#release?.();
  }

  cancel(): void {
    this.#abort.abort(new ReverieError('aborted', 'It was cancelled.'));
    this.resume();
  }

  /** Makes the next `proceed` throw, and the one that holds; for what goes wrong beside the technique (a lost device). */
  fail(error: ReverieError): void {
    this.#failure ??= error;
    this.#release?.();
  }

  /** Forgets the failure: the job goes on with another device, and is paused there if it was. */
  recover(): void {
    this.#failure = undefined;
  }

  /** Tells the listener which device computes from now on. */
  device(report: DeviceReport): void {
    this.#tell('onDevice', report);
  }

  async proceed(): Promise<boolean> {
    if (this.#pausedAt !== undefined || this.#now() - this.#sliceStart >= sliceMs) {
      this.#deliverHeld(false);
      await this.#yield();
      while (this.#pausedAt !== undefined && !this.#failure) {
        this.#deliverHeld(true);
        await new Promise<void>((resolve) => {
          this.#release = resolve;
        });
      }
      this.#sliceStart = this.#now();
    }
    this.throwIfFailed();
    return !this.signal.aborted;
  }

  /** @throws ReverieError what `fail` was given, or `numeric-failure` after a loss that is not finite. */
  throwIfFailed(): void {
    if (this.#failure) throw this.#failure;
  }

  report(progress: Progress): void {
    if (progress.loss !== undefined && !Number.isFinite(progress.loss)) {
      this.fail(
        new ReverieError(
          'numeric-failure',
          `The loss became ${progress.loss} at step ${progress.step}. Try a smaller size or lower strength.`,
          { data: { step: progress.step } },
        ),
      );
      return;
    }
    const starts = progress.phase !== this.#phase;
    if (starts) this.#deliverHeld(true);
    this.#phase = progress.phase;
    this.#held = this.#withEstimate(progress);
    this.#deliverHeld(starts);
  }

  /** Whether it is time to `hand` out something again: somebody listens, and has taken the last one a while ago. */
  wants(event: keyof Listener, intervalMs: number): boolean {
    const last = this.#handed.get(event);
    return this.#listener[event] !== undefined && (!last || (last.taken && this.#now() - last.at >= intervalMs));
  }

  /** Hands out what is not made again before the listener has taken it. */
  hand<E extends keyof Listener>(event: E, ...told: Told<Listener[E]>): void {
    const handed = { at: this.#now(), taken: false };
    this.#handed.set(event, handed);
    void this.#tell(event, ...told).finally(() => {
      handed.taken = true;
    });
  }

  /** Tells, and waits until the listener is done with it. */
  deliver<E extends keyof Listener>(event: E, ...told: Told<Listener[E]>): Promise<void> {
    return this.#tell(event, ...told);
  }

  /** Delivers what is still held back and closes the channel, which would keep a Node process alive. */
  end(): void {
    this.#deliverHeld(true);
    this.#channel?.port1.close();
    this.#channel = undefined;
  }

  #withEstimate(progress: Progress): Progress {
    const { msPerStep, phase, step, steps } = progress;
    const estimate =
      progress.remainingMs ??
      (phase === 'optimise' && msPerStep !== undefined ? msPerStep * (steps - step) : undefined);
    return estimate === undefined
      ? progress
      : { ...progress, remainingMs: this.#remaining.update(estimate, this.#now(), step > settlingSteps) };
  }

  #deliverHeld(now: boolean): void {
    const held = this.#held;
    if (!held || (!now && this.#now() - this.#deliveredAt < progressIntervalMs)) return;
    this.#held = undefined;
    this.#deliveredAt = this.#now();
    const memoryBytes = held.memoryBytes ?? this.#memoryBytes?.();
    this.#tell('onProgress', memoryBytes === undefined ? held : { ...held, memoryBytes });
  }

  /** A listener that fails fails the job. */
  async #tell(event: keyof Listener, ...told: readonly unknown[]): Promise<void> {
    try {
      await (this.#listener[event] as ((...told: readonly unknown[]) => unknown) | undefined)?.(...told);
    } catch (cause) {
      this.fail(ReverieError.from(cause));
    }
  }

  /** A macrotask: lets messages arrive. Timers would be clamped to 4 ms, and to a second in hidden tabs. */
  #yield(): Promise<void> {
    // Node delivers up to a thousand messages of a port before its loop turns: no signal would get through.
    if (immediate) return new Promise((resolve) => immediate(resolve));
    this.#channel ??= new MessageChannel();
    const { port1, port2 } = this.#channel;
    return new Promise((resolve) => {
      port1.onmessage = () => resolve();
      port2.postMessage(undefined);
    });
  }
}

/** The first steps compile, and what they tell of the time that is left is many times too long. */
const settlingSteps = 10;

/**
 * Smoothing of the remaining time. Between estimates the shown value counts down with the clock; a new estimate pulls it
 * over within a few seconds, so that one slow step does not make it jump.
 */
export class RemainingTime {
  #value: number | undefined;
  #at = 0;

  /**
   * @param estimateMs a fresh, unsmoothed estimate @param settled false: the ones before were guesses, and are forgotten
   * @returns the smoothed one, milliseconds
   */
  update(estimateMs: number, now: number, settled = true): number {
    if (this.#value === undefined || !settled) {
      this.#value = estimateMs;
    } else {
      const elapsed = Math.max(0, now - this.#at);
      const countedDown = Math.max(0, this.#value - elapsed);
      const gain = 1 - Math.exp(-elapsed / timeConstantMs);
      this.#value = countedDown + gain * (estimateMs - countedDown);
    }
    this.#at = now;
    return this.#value;
  }

  /** Time in which nothing was done (a pause) does not count down. */
  skip(ms: number): void {
    this.#at += ms;
  }
}
