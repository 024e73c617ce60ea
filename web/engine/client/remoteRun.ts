/**
 * One run as the page sees it: waits in the queue, then talks to the worker over its own port. Cancel is
 * asked for first and enforced after a grace time; the last preview is then the result.
 */
import * as Comlink from 'comlink';
import { ReverieError } from '../../../shared/errors';
import { limits } from '../../../shared/limits';
import type { WeightsManifest } from '../../../shared/manifest';
import { recordVersion } from '../../../shared/recipe/version';
import type { DeviceReport, Pixels, Progress, RunListener, RunRecord, RunRequest, RunResult } from '../api';
import { type CommandMessage, fromOutcome, isPageMessage, type PageMessage } from '../host/protocol';
import { engineVersion } from '../host/version';
import type { WorkerSession } from './session';

export class RemoteRun {
  readonly #abort = new AbortController();
  #paused = false;
  #port: MessagePort | undefined;
  #enforce: (() => void) | undefined;
  #grace: ReturnType<typeof setTimeout> | undefined;

  #device: DeviceReport | undefined;
  #image: Pixels | undefined;
  #startedAt = 0;
  #last: Progress | undefined;
  #peakBytes = 0;
  readonly #losses: { step: number; loss: number }[] = [];

  constructor(
    private readonly request: RunRequest,
    private readonly listener: RunListener,
  ) {}

  /** Fires on cancel. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  pause(): void {
    this.#paused = true;
    this.#send('pause');
  }

  resume(): void {
    this.#paused = false;
    this.#send('resume');
  }

  cancel(): void {
    if (this.signal.aborted) return;
    this.#abort.abort(new ReverieError('aborted', 'The run was cancelled.'));
    this.#send('cancel');
    if (this.#port) this.#grace = setTimeout(() => this.#enforce?.(), limits.worker.cancelGraceMs);
  }

  /** Runs in a session that is ready. @throws ReverieError what the run or the worker's death says. */
  async execute(session: WorkerSession): Promise<RunResult> {
    this.#startedAt = performance.now();
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    try {
      const finished = new Promise<RunResult>((resolve, reject) => {
        port1.onmessage = ({ data }: MessageEvent<unknown>) => {
          if (!isPageMessage(data)) return;
          if (data.type !== 'outcome') return this.#receive(data, reject);
          toPromise(() => fromOutcome(data.outcome)).then(resolve, reject);
        };
        this.#enforce = () => {
          toPromise(() => this.#salvage()).then(resolve, reject);
          session.fail(new ReverieError('worker-died', 'The engine was stopped because a cancelled run did not end.'));
        };
      });
      finished.catch(() => {});
      if (this.#paused) this.#send('pause');
      await Promise.race([
        session.call((remote) => remote.run(this.request, Comlink.transfer(port2, [port2]))),
        finished,
      ]);
      // `finished` first: when it was enforced, the death that follows is not what the person is to see.
      return await Promise.race([finished, session.race(new Promise<never>(() => {}))]);
    } finally {
      clearTimeout(this.#grace);
      this.#port = undefined;
      port1.close();
    }
  }

  #receive(message: PageMessage, fail: (cause: unknown) => void): void {
    switch (message.type) {
      case 'device':
        this.#device = message.report;
        toPromise(() => this.listener.onDevice?.(message.report)).catch(fail);
        return;
      case 'progress':
        this.#note(message.progress);
        toPromise(() => this.listener.onProgress?.(message.progress)).catch(fail);
        return;
      case 'preview':
        this.#image = message.pixels;
        toPromise(() => this.listener.onPreview?.(message.pixels))
          .catch(fail)
          .finally(() => this.#send('preview-taken'));
    }
  }

  #note(progress: Progress): void {
    this.#last = progress;
    this.#peakBytes = Math.max(this.#peakBytes, progress.memoryBytes ?? 0);
    if (progress.loss !== undefined) this.#losses.push({ step: progress.step, loss: progress.loss });
  }

  /** The last preview as the result of a run whose worker had to be terminated. */
  #salvage(): RunResult {
    const pixels = this.#image;
    const device = this.#device;
    // A listener may have transferred the buffer on; then it is not ours to give any more.
    if (!pixels || pixels.data.length === 0 || !device) {
      throw new ReverieError('aborted', 'Cancelled before there was an image.');
    }
    const { width, height } = pixels;
    const record: RunRecord = {
      version: recordVersion,
      complete: false,
      recipe: this.request.recipe,
      engine: engineVersion,
      device,
      width,
      height,
      losses: this.#losses,
      steps: this.#last?.phase === 'optimise' ? this.#last.step : 0,
      elapsedMs: performance.now() - this.#startedAt,
      msPerStep: this.#last?.msPerStep ?? 0,
      peakBytes: this.#peakBytes,
    };
    return { pixels, frames: [], record, complete: false };
  }

  #send(type: CommandMessage['type']): void {
    this.#port?.postMessage({ type } satisfies CommandMessage);
  }
}

/** `Engine.prepare` through the worker, its progress over a port of its own. */
export async function prepareRemotely(
  session: WorkerSession,
  network: string,
  onProgress: ((progress: Progress) => void) | undefined,
): Promise<WeightsManifest> {
  const { port1, port2 } = new MessageChannel();
  const prepared = new Promise<WeightsManifest>((resolve, reject) => {
    port1.onmessage = ({ data }: MessageEvent<unknown>) => {
      if (!isPageMessage(data)) return;
      if (data.type === 'progress') toPromise(() => onProgress?.(data.progress)).catch(reject);
      if (data.type === 'prepared') toPromise(() => fromOutcome(data.outcome)).then(resolve, reject);
    };
  });
  prepared.catch(() => {});
  try {
    await session.call((remote) => remote.prepare(network, Comlink.transfer(port2, [port2])));
    return await session.race(prepared);
  } finally {
    port1.close();
  }
}

/** Also what is thrown before the first await becomes a rejection. */
export async function toPromise<T>(task: () => T | Promise<T>): Promise<T> {
  return task();
}
