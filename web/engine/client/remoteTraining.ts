/**
 * One training as the page sees it, over its own port. A worker that dies takes the training with it; the last checkpoint
 * that was handed out is where it goes on.
 */
import * as Comlink from 'comlink';
import { ReverieError } from '../../../shared/errors';
import { limits } from '../../../shared/limits';
import type { TrainListener, TrainRequest, TrainResult } from '../api';
import { type CommandMessage, fromOutcome } from '../host/protocol';
import { isTrainingMessage, type TrainingMessage } from '../host/trainingProtocol';
import { toPromise } from './remoteRun';
import type { WorkerSession } from './session';

export class RemoteTraining {
  readonly #channel = new MessageChannel();
  readonly #over = new AbortController();
  #cancelled = false;
  #session: WorkerSession | undefined;
  #grace: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly request: TrainRequest,
    private readonly listener: TrainListener,
  ) {}

  /** Commands that come before the worker listens wait in the port. */
  send(type: CommandMessage['type']): void {
    if (!this.#over.signal.aborted) this.#channel.port1.postMessage({ type } satisfies CommandMessage);
  }

  cancel(): void {
    if (this.#cancelled) return;
    this.#cancelled = true;
    this.send('cancel');
    this.#grace = setTimeout(() => {
      this.#session?.fail(new ReverieError('worker-died', 'The engine was stopped because a training did not end.'));
    }, limits.train.cancelGraceMs);
  }

  /** @throws ReverieError what the training or the worker's death says. */
  async execute(session: WorkerSession): Promise<TrainResult> {
    const { port1, port2 } = this.#channel;
    this.#session = session;
    try {
      const trained = new Promise<TrainResult>((resolve, reject) => {
        port1.onmessage = ({ data }: MessageEvent<unknown>) => {
          if (!isTrainingMessage(data)) return;
          if (data.type !== 'trained') return this.#receive(data, reject);
          toPromise(() => fromOutcome(data.outcome)).then(resolve, reject);
        };
      });
      trained.catch(() => {});
      await session.call((remote) => remote.train(this.request, Comlink.transfer(port2, [port2])));
      return await session.race(trained);
    } finally {
      clearTimeout(this.#grace);
      this.#over.abort();
      port1.close();
    }
  }

  #receive(message: Exclude<TrainingMessage, { type: 'trained' }>, fail: (cause: unknown) => void): void {
    const { listener } = this;
    const tell = (task: () => void | Promise<void>) => toPromise(task).catch(fail);
    switch (message.type) {
      case 'progress':
        void tell(() => listener.onProgress?.(message.progress));
        return;
      case 'checkpoint':
        void tell(() => listener.onCheckpoint?.(message.checkpoint, message.step));
        return;
      case 'samples':
        void tell(() => listener.onSamples?.(message.samples, message.step)).finally(() => this.send('preview-taken'));
    }
  }
}
