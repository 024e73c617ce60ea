/**
 * The engine as the page has it: in a Web Worker that starts on the first call, stops when idle and starts
 * again after a death. This file and `client/` are the only ones on the page's side that know Worker and
 * comlink.
 */
import './trusted';
import { ReverieError } from '../../shared/errors';
import { limits } from '../../shared/limits';
import type { WeightsManifest } from '../../shared/manifest';
import type { Recipe } from '../../shared/techniques';
import type {
  DeviceReport,
  Engine,
  EngineOptions,
  Job,
  JobListener,
  MemoryEstimate,
  RunListener,
  RunRequest,
  RunResult,
} from './api';
import { RemoteJob, type RemoteJobOptions, type SpawnWorker, Witness, WorkerSession } from './client/session';
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
  readonly #jobs = new Set<{ cancel(): void }>();
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

  prepare(network: string, listener: JobListener = {}): Job<WeightsManifest> {
    return this.#begin({ kind: 'prepare', request: network, listener, graceMs: limits.worker.cancelGraceMs });
  }

  estimate(recipe: Recipe, { width, height }: { width: number; height: number }): Promise<MemoryEstimate> {
    return this.#use((session) => session.call((remote) => remote.estimate(recipe, { width, height })));
  }

  run(request: RunRequest, listener: RunListener = {}): Job<RunResult> {
    const witness = new Witness(request);
    const { cancelGraceMs } = limits.worker;
    const salvage = () => witness.result();
    const options = {
      kind: 'run',
      request,
      listener: witness.beside(listener),
      graceMs: cancelGraceMs,
      salvage,
    } as const;
    // A print takes minutes, and a WASM heap gives nothing back of what the runs before it took.
    const before = () => {
      if (request.inputs.print && this.#pending === 0) this.#stop();
    };
    return this.#begin(options, this.#queue, before);
  }

  clearStorage(): Promise<void> {
    return this.#use((session) => session.call((remote) => remote.clearStorage()));
  }

  async dispose(): Promise<void> {
    if (this.#disposed) return;
    this.#disposed = true;
    clearTimeout(this.#idle);
    for (const job of this.#jobs) job.cancel();
    this.#session?.fail(disposedError());
    this.#session = undefined;
  }

  /** In the queue here, not over there: what waits is not to die with a worker that has to be terminated. */
  #begin<Result>(options: RemoteJobOptions<Result>, queue?: SerialQueue, before?: () => void): Job<Result> {
    const job = new RemoteJob(options);
    this.#jobs.add(job);
    const execute = () => {
      before?.();
      return this.#use((session) => job.execute(session));
    };
    const result = (queue ? queue.add(execute, job.signal) : execute()).finally(() => {
      this.#jobs.delete(job);
      job.close();
    });
    // Whoever cancels or disposes may not look at the result any more; that is no uncaught error.
    result.catch(() => {});
    return {
      result,
      pause: () => job.send({ type: 'pause' }),
      resume: () => job.send({ type: 'resume' }),
      cancel: () => job.cancel(),
    };
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
