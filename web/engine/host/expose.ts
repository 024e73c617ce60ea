/**
 * The worker's side of the boundary, over any endpoint: answers calls with outcomes, and carries each run
 * over its own port. `worker.ts` gives it the worker itself, tests a MessagePort.
 */
import * as Comlink from 'comlink';
import { ReverieError } from '../../../shared/errors';
import type { Engine, RunListener, RunResult } from '../api';
import { carryTraining } from './carryTraining';
import { holdLifeLock } from './lifeLock';
import {
  isCommandMessage,
  type PageMessage,
  type ReadyMessage,
  type RemoteEngine,
  type StartOptions,
  toOutcome,
} from './protocol';
import { engineVersion } from './version';

/** Exposes an engine that is made on `start`, and says that this side is ready. */
export function exposeEngine(endpoint: Comlink.Endpoint, create: (options: StartOptions) => Engine): void {
  let engine: Engine | undefined;
  const started = () => {
    if (engine) return engine;
    throw new ReverieError('internal', 'The worker was called before it was started.');
  };
  const remote: RemoteEngine = {
    start: (options) =>
      toOutcome(async () => {
        if (engine) throw new ReverieError('internal', 'The worker was started twice.');
        if (typeof options?.baseUrl !== 'string') throw new ReverieError('bad-request', 'The worker needs a base URL.');
        if (typeof options.lifeLock === 'string') await holdLifeLock(options.lifeLock);
        engine = create(options);
      }),
    device: () => toOutcome(() => started().device()),
    prepare: (network, port) => toOutcome(() => carryPrepare(started(), network, port)),
    estimate: (recipe, content) => toOutcome(() => started().estimate(recipe, content)),
    run: (request, port) => toOutcome(() => carryRun(started(), request, port)),
    train: (request, port) => toOutcome(() => carryTraining(started(), request, port)),
    clearStorage: () => toOutcome(() => started().clearStorage()),
  };
  Comlink.expose(remote, endpoint);
  const ready: ReadyMessage = { type: 'reverie-ready', version: engineVersion };
  endpoint.postMessage(ready);
}

function carryPrepare(engine: Engine, network: string, port: MessagePort): void {
  toOutcome(() => engine.prepare(network, (progress) => post(port, { type: 'progress', progress }))).then((outcome) => {
    post(port, { type: 'prepared', outcome });
  });
}

/** Starts a run and ties it to its port; returns when it is queued, and the outcome follows on the port. */
function carryRun(engine: Engine, request: Parameters<RemoteEngine['run']>[0], port: MessagePort): void {
  let taken = () => {};
  const listener: Required<RunListener> = {
    // For the record of a run that has to be terminated: only this side knows the device.
    onDevice: (report) => post(port, { type: 'device', report }),
    onProgress: (progress) => post(port, { type: 'progress', progress }),
    onPreview: (pixels) => {
      post(port, { type: 'preview', pixels }, [pixels.data.buffer]);
      return new Promise<void>((resolve) => {
        taken = resolve;
      });
    },
  };
  const run = engine.run(request, listener);
  port.onmessage = ({ data }: MessageEvent<unknown>) => {
    if (!isCommandMessage(data)) return;
    switch (data.type) {
      case 'pause':
        return run.pause();
      case 'resume':
        return run.resume();
      case 'cancel':
        return run.cancel();
      case 'preview-taken':
        return taken();
    }
  };
  toOutcome(() => run.result).then((outcome) => {
    post(port, { type: 'outcome', outcome }, outcome.ok ? buffersOf(outcome.value) : []);
  });
}

/** Each once: a frame may be the picture itself. */
const buffersOf = ({ pixels, frames, gram }: RunResult): ArrayBuffer[] => [
  ...new Set([pixels, ...frames.map((frame) => frame.pixels)].map(({ data }) => data.buffer)),
  ...(gram ? [gram.answers, gram.cosines, gram.order].map(({ buffer }) => buffer) : []),
];

function post(port: MessagePort, message: PageMessage, transfer: Transferable[] = []): void {
  port.postMessage(message, transfer);
}
