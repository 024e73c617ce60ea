/**
 * The engine as the page has it: in a Web Worker that starts on the first call, stops when idle and starts
 * again after a death. This file and `client/` are the only ones on the page's side that know Worker and
 * comlink.
 */
import { ReverieError } from '../../shared/errors';
import { limits } from '../../shared/limits';
import type { WeightsManifest } from '../../shared/manifest';
import type { Recipe } from '../../shared/recipe';
import type {
  DeviceReport,
  Engine,
  EngineOptions,
  MemoryEstimate,
  Progress,
  Run,
  RunListener,
  RunRequest,
  RunResult,
  Training,
  TrainListener,
  TrainRequest,
} from './api';
import { prepareRemotely, RemoteRun } from './client/remoteRun';
import { RemoteTraining } from './client/remoteTraining';
import { type SpawnWorker, WorkerSession } from './client/session';
import { abortable } from './host/abortable';
import { SerialQueue } from './host/queue';

/**
 * Makes an engine; nothing is loaded before the first call.
 * @example
 * const engine = createEngine({ baseUrl: location.origin });
 * const run = engine.run({ recipe, inputs }, { onPreview: (pixels) => draw(pixels) });
 * const { pixels } = await run.result;
 * @param spawn only for tests.
 */
export function createEngine(options: EngineOptions, spawn: SpawnWorker = spawnWorker): Engine {
  return new WorkerEngine(options, spawn);
}

// Literally so, for Vite finds workers by this pattern.
const spawnWorker: SpawnWorker = () => new Worker(new URL('./host/worker.ts', import.meta.url), { type: 'module' });

class WorkerEngine implements Engine {
  readonly #queue = new SerialQueue();
  readonly #runs = new Set<RemoteRun | RemoteTraining>();
  #session: WorkerSession | undefined;
  /** Calls under way; the worker is idle at 0. */
  #pending = 0;
  #idle: ReturnType<typeof setTimeout> | undefined;
  #disposed = false;

  constructor(
    private readonly options: EngineOptions,
    private readonly spawn: SpawnWorker,
  ) {}

  device(): Promise<DeviceReport> {
    return this.#use((session) => session.call((remote) => remote.device()));
  }

  prepare(network: string, onProgress?: (progress: Progress) => void): Promise<WeightsManifest> {
    return this.#use((session) => prepareRemotely(session, network, onProgress));
  }

  estimate(recipe: Recipe, { width, height }: { width: number; height: number }): Promise<MemoryEstimate> {
    return this.#use((session) => session.call((remote) => remote.estimate(recipe, { width, height })));
  }

  run(request: RunRequest, listener: RunListener = {}): Run {
    const run = new RemoteRun(request, listener);
    this.#runs.add(run);
    const result = this.#queue
      .add(() => this.#use((session) => this.#execute(run, session)), run.signal)
      .finally(() => this.#runs.delete(run));
    // Whoever cancels or disposes may not look at the result any more; that is no uncaught error.
    result.catch(() => {});
    return {
      result,
      pause: () => run.pause(),
      resume: () => run.resume(),
      cancel: () => run.cancel(),
    };
  }

  train(request: TrainRequest, listener: TrainListener = {}): Training {
    const training = new RemoteTraining(request, listener);
    this.#runs.add(training);
    const result = this.#use((session) => training.execute(session)).finally(() => this.#runs.delete(training));
    result.catch(() => {});
    return {
      result,
      pause: () => training.send('pause'),
      resume: () => training.send('resume'),
      cancel: () => training.cancel(),
    };
  }

  clearStorage(): Promise<void> {
    return this.#use((session) => session.call((remote) => remote.clearStorage()));
  }

  async dispose(): Promise<void> {
    if (this.#disposed) return;
    this.#disposed = true;
    clearTimeout(this.#idle);
    for (const run of this.#runs) run.cancel();
    this.#session?.fail(disposedError());
    this.#session = undefined;
  }

  async #execute(run: RemoteRun, session: WorkerSession): Promise<RunResult> {
    // Starting may take seconds, and a person who cancels meanwhile is not to wait for it.
    await abortable(session.ready, run.signal);
    return run.execute(session);
  }

  /** Runs `task` with a living worker, which is not idle until it has settled. */
  async #use<T>(task: (session: WorkerSession) => Promise<T>): Promise<T> {
    if (this.#disposed) throw disposedError();
    clearTimeout(this.#idle);
    this.#pending++;
    try {
      if (!this.#session?.alive) this.#session = new WorkerSession(this.spawn, this.options);
      return await task(this.#session);
    } finally {
      if (--this.#pending === 0 && !this.#disposed) {
        this.#idle = setTimeout(() => this.#stop(), limits.worker.idleMs);
      }
    }
  }

  #stop(): void {
    this.#session?.fail(new ReverieError('worker-died', 'The engine was idle and has been stopped.'));
    this.#session = undefined;
  }
}

function disposedError(): ReverieError {
  return new ReverieError('aborted', 'The engine was disposed of.');
}
