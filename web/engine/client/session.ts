/**
 * One living worker: the ready handshake, typed calls, and the certainty that no call outlives it. comlink
 * itself never rejects a call when the worker dies (comlink#601), so every await is raced against the death.
 */
import * as Comlink from 'comlink';
import { ReverieError } from '../../../shared/errors';
import { limits } from '../../../shared/limits';
import type { EngineOptions, Outcome } from '../api';
import { newLifeLock, watchLifeLock } from '../host/lifeLock';
import { fromOutcome, isOutcome, isReadyMessage, type RemoteEngine } from '../host/protocol';
import { engineVersion } from '../host/version';

/** What is used of a Worker; tests give a MessagePort in its place. */
export interface WorkerLike extends Comlink.Endpoint {
  terminate(): void;
}
export type SpawnWorker = () => WorkerLike;

export type Remote = Comlink.Remote<RemoteEngine>;

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
