/**
 * One living worker: the ready handshake, typed calls, and the certainty that no call outlives it. comlink
 * itself never rejects a call when the worker dies (comlink#601), so every await is raced against the death.
 */
import * as Comlink from 'comlink';
import { ReverieError } from '../../../shared/errors';
import { limits } from '../../../shared/limits';
import { recordVersion } from '../../../shared/recipe/version';
import type {
  DeviceReport,
  EngineOptions,
  JobKind,
  JobListener,
  Outcome,
  Pixels,
  Progress,
  RunListener,
  RunRecord,
  RunRequest,
  RunResult,
} from '../api';
import {
  fromOutcome,
  isOutcome,
  isReadyMessage,
  type JobCommand,
  type JobMessage,
  type RemoteEngine,
} from '../host/protocol';
import { abortable, newLifeLock, watchLifeLock } from '../host/queue';
import { engineVersion } from '../host/version';

/** What is used of a Worker; tests give a MessagePort in its place. */
export interface WorkerLike extends Comlink.Endpoint {
  terminate(): void;
}
export type SpawnWorker = () => WorkerLike;

type Remote = Comlink.Remote<RemoteEngine>;

export class WorkerSession {
  /** Resolves when the worker has loaded and was given its options. */
  readonly ready: Promise<void>;
  // Long-lived on purpose: a proxy that is collected drops the calls in flight (comlink#692).
  readonly #worker: WorkerLike;
  readonly #remote: Remote;
  readonly #death: Promise<never>;
  readonly #over = new AbortController();
  #die: (error: ReverieError) => void = () => {};

  /** @throws nothing: a worker that cannot even be made is a session that has already died. */
  constructor(spawn: SpawnWorker, options: EngineOptions) {
    this.#death = new Promise<never>((_, reject) => {
      this.#die = reject;
    });
    this.#death.catch(() => {});
    try {
      this.#worker = spawn();
    } catch (cause) {
      this.#worker = { terminate() {}, postMessage() {}, addEventListener() {}, removeEventListener() {} };
      this.fail(
        new ReverieError('worker-died', `The browser refused to start the engine: ${String(cause)}.`, { cause }),
      );
    }
    this.#remote = Comlink.wrap<RemoteEngine>(this.#worker);
    this.ready = this.race(this.#start(options));
    this.ready.catch((cause: unknown) => this.fail(ReverieError.from(cause)));
  }

  /** False once the worker is gone, for whatever reason. */
  get alive(): boolean {
    return !this.#over.signal.aborted;
  }

  /** A call to the worker, once it is ready. @throws ReverieError with the code it had over there, or the death's. */
  async call<T>(ask: (remote: Remote) => Promise<Outcome<T>>): Promise<T> {
    await this.ready;
    return this.race(this.#answer(ask));
  }

  /** Settles as `promise` does, unless the worker dies first. */
  race<T>(promise: Promise<T>): Promise<T> {
    return Promise.race([promise, this.#death]);
  }

  /** Ends the worker; whatever still waits for it rejects with `error`. */
  fail(error: ReverieError): void {
    if (!this.alive) return;
    this.#over.abort();
    this.#worker.terminate();
    this.#die(error);
  }

  async #start(options: EngineOptions): Promise<void> {
    this.#watchErrors();
    await this.#handshake();
    const lifeLock = newLifeLock();
    await this.#answer((remote) => remote.start({ ...options, ...(lifeLock && { lifeLock }) }));
    if (!lifeLock) return;
    watchLifeLock(lifeLock, this.#over.signal, () => {
      this.fail(
        new ReverieError('worker-died', 'The engine stopped without a word; perhaps memory ran out. Try again.'),
      );
    });
  }

  async #answer<T>(ask: (remote: Remote) => Promise<Outcome<T>>): Promise<T> {
    const outcome: unknown = await ask(this.#remote);
    if (!isOutcome(outcome)) throw new ReverieError('internal', 'The worker gave an answer that makes no sense.');
    return fromOutcome(outcome as Outcome<T>);
  }

  #handshake(): Promise<void> {
    const { readyTimeoutMs } = limits.worker;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        reject(
          new ReverieError('worker-timeout', `The engine did not start within ${readyTimeoutMs / 1000} s. Try again.`),
        );
      }, readyTimeoutMs);
      this.#listen('message', ({ data }) => {
        if (!isReadyMessage(data)) return;
        clearTimeout(timer);
        if (data.version === engineVersion) resolve();
        else reject(new ReverieError('worker-died', 'This page is older or newer than its engine. Reload the page.'));
      });
      this.#over.signal.addEventListener('abort', () => clearTimeout(timer));
    });
  }

  #watchErrors(): void {
    this.#listen('error', ({ message }) => {
      // A script that failed to load has no message (HTML, "run a worker": a plain Event is fired).
      const reason = typeof message === 'string' && message ? message : 'its script could not be loaded';
      this.fail(new ReverieError('worker-died', `The engine stopped: ${reason}. Try again, or reload the page.`));
    });
    this.#listen('messageerror', () => {
      this.fail(new ReverieError('worker-died', 'A message from the engine could not be read. Try again.'));
    });
  }

  #listen(type: string, listener: (event: { readonly data?: unknown; readonly message?: unknown }) => void): void {
    const handle = (event: Event) => listener(event as MessageEvent | ErrorEvent);
    this.#worker.addEventListener(type, handle);
    this.#over.signal.addEventListener('abort', () => this.#worker.removeEventListener(type, handle));
  }
}

// What a run told on the way, so that there is a result when its worker has to be terminated: the last preview.

export class Witness {
  readonly #startedAt = performance.now();
  #device: DeviceReport | undefined;
  #image: Pixels | undefined;
  #last: Progress | undefined;
  #peakBytes = 0;
  readonly #losses: { step: number; loss: number }[] = [];

  constructor(private readonly request: RunRequest) {}

  /** `listener`, and takes note of what it is told. */
  beside(listener: RunListener): RunListener {
    return {
      onDevice: (report) => {
        this.#device = report;
        return listener.onDevice?.(report);
      },
      onProgress: (progress) => {
        this.#last = progress;
        this.#peakBytes = Math.max(this.#peakBytes, progress.memoryBytes ?? 0);
        if (progress.loss !== undefined) this.#losses.push({ step: progress.step, loss: progress.loss });
        return listener.onProgress?.(progress);
      },
      onPreview: (pixels) => {
        this.#image = pixels;
        return listener.onPreview?.(pixels);
      },
      ...(listener.onBand && { onBand: (pixels: Pixels) => listener.onBand?.(pixels) }),
    };
  }

  /** @throws ReverieError `aborted` without a preview */
  result(): RunResult {
    const pixels = this.#image;
    const device = this.#device;
    // A listener may have transferred the buffer on; then it is not ours to give any more.
    if (!pixels || pixels.data.length === 0 || !device) {
      throw new ReverieError('aborted', 'Cancelled before there was an image.');
    }
    const record: RunRecord = {
      version: recordVersion,
      complete: false,
      recipe: this.request.recipe,
      engine: engineVersion,
      device,
      width: pixels.width,
      height: pixels.height,
      losses: this.#losses,
      steps: this.#last?.phase === 'optimise' ? this.#last.step : 0,
      elapsedMs: performance.now() - this.#startedAt,
      msPerStep: this.#last?.msPerStep ?? 0,
      peakBytes: this.#peakBytes,
    };
    return { pixels, frames: [], record, complete: false };
  }
}

// One job as the page sees it: waits for its turn and for the worker, then talks to it over a port of its own. A cancel is
// asked for first and enforced after a grace time.

export interface RemoteJobOptions<Result> {
  readonly kind: JobKind;
  readonly request: unknown;
  readonly listener: JobListener;
  /** How long a cancelled job may take to end before its worker is terminated, milliseconds. */
  readonly graceMs: number;
  /** What it comes to then. @throws ReverieError `aborted` when there is nothing */
  readonly salvage?: () => Result;
}

export class RemoteJob<Result> {
  /** Commands that come before the worker listens wait in it. */
  readonly #channel = new MessageChannel();
  readonly #abort = new AbortController();
  #enforce: (() => void) | undefined;
  #grace: ReturnType<typeof setTimeout> | undefined;
  #closed = false;

  constructor(private readonly options: RemoteJobOptions<Result>) {}

  /** Fires on cancel. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  send(command: JobCommand): void {
    if (!this.#closed) this.#channel.port1.postMessage(command);
  }

  /** After its end there is nothing to stop, nor anything whose worker would have to be ended for it. */
  cancel(): void {
    if (this.#closed || this.signal.aborted) return;
    this.#abort.abort(new ReverieError('aborted', 'It was cancelled.'));
    this.send({ type: 'cancel' });
    if (this.#enforce) this.#grace = setTimeout(this.#enforce, this.options.graceMs);
  }

  /** @throws ReverieError what the job or the worker's death says. */
  async execute(session: WorkerSession): Promise<Result> {
    // Starting may take seconds, and a person who cancels meanwhile is not to wait for it.
    await abortable(session.ready, this.signal);
    const { kind, request, listener, salvage } = this.options;
    const { port1, port2 } = this.#channel;
    const ended = new Promise<Result>((resolve, reject) => {
      port1.onmessage = ({ data }: MessageEvent<JobMessage>) => {
        if (data.type === 'told') void this.#tell(data.event, data.told, reject);
        else toPromise(() => fromOutcome(data.outcome) as Result).then(resolve, reject);
      };
      this.#enforce = () => {
        if (salvage) toPromise(salvage).then(resolve, reject);
        session.fail(new ReverieError('worker-died', 'The engine was stopped because a cancelled job did not end.'));
      };
    });
    ended.catch(() => {});
    const hears = Object.keys(listener).filter((event) => this.#hear(event) !== undefined);
    const begun = session.call((remote) => remote.begin({ kind, request, hears }, Comlink.transfer(port2, [port2])));
    await Promise.race([begun, ended]);
    // `ended` first: when it was enforced, the death that follows is not what the person is to see.
    return await Promise.race([ended, session.race(new Promise<never>(() => {}))]);
  }

  /** To be called once nobody waits for it any more. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#grace);
    this.#channel.port1.close();
  }

  #hear(event: string): ((...told: readonly unknown[]) => unknown) | undefined {
    return this.options.listener[event as keyof JobListener]?.bind(this.options.listener) as never;
  }

  /** A listener that fails ends the job, on both sides. */
  async #tell(event: string, told: readonly unknown[], fail: (cause: unknown) => void): Promise<void> {
    try {
      await this.#hear(event)?.(...told);
      this.send({ type: 'taken', event });
    } catch (cause) {
      fail(cause);
      this.send({ type: 'cancel' });
    }
  }
}

/** Also what is thrown before the first await becomes a rejection. */
async function toPromise<T>(task: () => T | Promise<T>): Promise<T> {
  return task();
}
