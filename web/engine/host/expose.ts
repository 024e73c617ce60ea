/**
 * The worker's side of the boundary, over any endpoint: answers calls with outcomes, and carries each job over its own
 * port. `worker.ts` gives it the worker itself, tests a MessagePort.
 */
import * as Comlink from 'comlink';
import { ReverieError } from '../../../shared/errors';
import type { Engine, Job } from '../api';
import {
  buffersIn,
  type JobCall,
  type JobCommand,
  type JobMessage,
  type ReadyMessage,
  type RemoteEngine,
  type StartOptions,
  toOutcome,
} from './protocol';
import { holdLifeLock } from './queue';
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
    estimate: (recipe, content) => toOutcome(() => started().estimate(recipe, content)),
    begin: (call, port) => toOutcome(() => carryJob(started(), call, port)),
    clearStorage: () => toOutcome(() => started().clearStorage()),
  };
  Comlink.expose(remote, endpoint);
  const ready: ReadyMessage = { type: 'reverie-ready', version: engineVersion };
  endpoint.postMessage(ready);
}

/** Begins a job and ties it to its port. */
function carryJob(engine: Engine, { kind, request, hears }: JobCall, port: MessagePort): void {
  const post = (message: JobMessage) => port.postMessage(message, buffersIn(message));
  const untaken = new Map<string, () => void>();
  let cancelled = false;
  const listener = Object.fromEntries(
    hears.map((event) => [
      event,
      (...told: readonly unknown[]) => {
        post({ type: 'told', event, told });
        return cancelled ? undefined : new Promise<void>((taken) => untaken.set(event, taken));
      },
    ]),
  );
  const begin = engine[kind].bind(engine) as (request: unknown, listener: object) => Job<unknown>;
  const job = begin(request, listener);
  port.onmessage = ({ data }: MessageEvent<JobCommand>) => {
    if (data.type === 'taken') untaken.get(data.event)?.();
    else job[data.type]();
    // Whoever cancels may take nothing any more, and the job is to end all the same.
    if (data.type === 'cancel') {
      cancelled = true;
      for (const taken of untaken.values()) taken();
    }
  };
  toOutcome(() => job.result).then((outcome) => post({ type: 'end', outcome }));
}
