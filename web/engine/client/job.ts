/**
 * One job as the page sees it: waits for its turn and for the worker, then talks to it over a port of its own. A cancel is
 * asked for first and enforced after a grace time.
 */
import * as Comlink from 'comlink';
import { ReverieError } from '../../../shared/errors';
import type { JobKind, JobListener } from '../api';
import { fromOutcome, type JobCommand, type JobMessage } from '../host/protocol';
import { abortable } from '../host/queue';
import type { WorkerSession } from './session';

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

  cancel(): void {
    if (this.signal.aborted) return;
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
