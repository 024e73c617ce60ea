/**
 * The control of one run: lets messages in between iterations, holds while paused, stops on cancel, and
 * keeps progress records and previews to a rate that the listener can take.
 */
import { ReverieError } from '../../../shared/errors';
import { limits } from '../../../shared/limits';
import type { DeviceReport, Phase, Pixels, Progress, RunListener } from '../api';
import type { RunControl } from '../techniques/technique';
import { RemainingTime } from './remaining';

/** The thread is held this long at a time; a cancel or a pause waits no longer than this and one iteration. */
const sliceMs = 8;
/** Progress records within a phase at most this often; ten a second is as much as anyone reads. */
const progressIntervalMs = 100;

export interface HostRunControlOptions {
  readonly listener?: RunListener;
  /** Bytes that tensors hold now, for the progress records. */
  readonly memoryBytes?: () => number | undefined;
  readonly now?: () => number;
}

/** Node's; browsers have none. */
const immediate = (globalThis as { setImmediate?: (callback: () => void) => unknown }).setImmediate;

export class HostRunControl implements Omit<RunControl, 'keep'> {
  readonly #listener: RunListener;
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
  #dress: (pixels: Pixels, frame: number | null) => Pixels = (pixels) => pixels;
  #previewAt = Number.NEGATIVE_INFINITY;
  #previewTaken = true;

  constructor({ listener = {}, memoryBytes, now = () => performance.now() }: HostRunControlOptions = {}) {
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
    this.#abort.abort(new ReverieError('aborted', 'The run was cancelled.'));
    this.resume();
  }

  /** Makes the next `proceed` throw, and the one that holds; for what goes wrong beside the technique (a lost device). */
  fail(error: ReverieError): void {
    this.#failure ??= error;
    this.#release?.();
  }

  /** Forgets the failure: the run goes on with another device, and is paused there if it was. */
  recover(): void {
    this.#failure = undefined;
  }

  /** Tells the listener which device computes from now on. */
  device(report: DeviceReport): void {
    this.#listener.onDevice?.(report);
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

  wantsPreview(): boolean {
    const { onPreview } = this.#listener;
    return (
      onPreview !== undefined && this.#previewTaken && this.#now() - this.#previewAt >= limits.worker.previewIntervalMs
    );
  }

  /** Everything that is previewed goes through `dress`, which may change the pixels in place. */
  dressPreviews(dress: (pixels: Pixels, frame: number | null) => Pixels): void {
    this.#dress = dress;
  }

  preview(pixels: Pixels, frame?: number): void {
    if (!this.#listener.onPreview) return;
    this.#previewAt = this.#now();
    this.#previewTaken = false;
    Promise.resolve(this.#listener.onPreview(this.#dress(pixels, frame ?? null)))
      .catch((cause: unknown) => this.fail(ReverieError.from(cause)))
      .finally(() => {
        this.#previewTaken = true;
      });
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
      : { ...progress, remainingMs: this.#remaining.update(estimate, this.#now()) };
  }

  #deliverHeld(now: boolean): void {
    const held = this.#held;
    if (!held || (!now && this.#now() - this.#deliveredAt < progressIntervalMs)) return;
    this.#held = undefined;
    this.#deliveredAt = this.#now();
    const memoryBytes = held.memoryBytes ?? this.#memoryBytes?.();
    this.#listener.onProgress?.(memoryBytes === undefined ? held : { ...held, memoryBytes });
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
