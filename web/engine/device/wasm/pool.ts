/**
 * Threads for the kernels: workers on the same memory, started when there is first something to share, ended when there is
 * nothing for a while. Work is divided into slices that nobody owns; whoever is free takes the next one, and so does the
 * thread that posts it. So a worker that does not start, or starts late, costs nothing but its help, and the bits are the same
 * whoever computes: kernels divide by what they write (or, where they sum, into slices that are always the same).
 */
import { ReverieError } from '../../../../shared/errors';
import { limits } from '../../../../shared/limits';
import '../../trusted';
import type { DividedKernels, Kernels, OperandsOf } from './exports';
import { controls, type Served, serve, states } from './serve';

/** More slices than any kernel is divided into. */
const maxSlices = 1023;
/** Looks at a place in memory that take about a quarter of a millisecond together. */
const spins = 10_000;
/** Operands of a kernel, and two more. */
const maxOperands = 32;

/** What tests set otherwise. */
export interface PoolTuning {
  /** Starts a thread, which runs `serve` on what it is given. @returns what ends it */
  readonly start: StartThread;
  /** How long a slice may take before its thread is given up, and how long one waits for work; milliseconds. */
  readonly patienceMs: number;
  readonly idleMs: number;
  /** Multiplications that are as much work as waking a thread, about 30 µs. */
  readonly leastWork: number;
}

export interface PoolOptions extends Partial<PoolTuning> {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly kernels: Kernels;
  /** 1: none but this one, and memory need not be shared. */
  readonly threads: number;
}

export type StartThread = (served: Served, refused: () => void) => { terminate(): unknown };

export class Pool {
  readonly threads: number;
  /** Set once a thread has stopped in the middle of its work: what is in memory is not to be trusted. */
  failure: ReverieError | null = null;
  readonly #options: Required<PoolOptions>;
  readonly #names: readonly string[];
  readonly #control = new Int32Array(sharedIfPossible(4 * (controls.states + limits.device.threads.most)));
  readonly #operands = new Float64Array(sharedIfPossible(8 * maxOperands));
  readonly #bounds = new Int32Array(sharedIfPossible(4 * (maxSlices + 1)));
  readonly #workers: ({ terminate(): unknown } | undefined)[] = [];

  constructor(options: PoolOptions) {
    const { patienceMs, idleMs } = limits.device.threads;
    this.#options = { start: startThread, patienceMs, idleMs, leastWork: 200_000, ...options };
    this.threads = canThread(options.memory) ? Math.min(options.threads, limits.device.threads.most) : 1;
    this.#names = Object.keys(options.kernels);
  }

  get leastWork(): number {
    return this.#options.leastWork;
  }

  /**
   * Runs a kernel over all slices.
   * @param bounds where each slice begins, and where the last ends
   * @param scratch address, and bytes of it for each thread
   * @throws ReverieError `device-lost` when a thread stopped in the middle of it
   */
  run<K extends keyof DividedKernels>(
    name: K,
    operands: OperandsOf<K>,
    bounds: readonly number[],
    scratch: { readonly address: number; readonly bytes: number } = { address: 0, bytes: 0 },
  ): void {
    if (this.failure) throw this.failure;
    const slices = bounds.length - 1;
    const kernel = this.#options.kernels[name] as (...given: number[]) => void;
    if (this.threads === 1 || slices === 1) {
      for (let i = 0; i < slices; i++) kernel(...operands, bounds[i] ?? 0, bounds[i + 1] ?? 0, scratch.address);
      return;
    }
    const control = this.#control;
    this.#operands.set([...operands, scratch.address, scratch.bytes]);
    this.#bounds.set(bounds);
    control[controls.kernel] = this.#names.indexOf(name);
    control[controls.operands] = operands.length;
    control[controls.slices] = slices;
    Atomics.store(control, controls.next, 0);
    Atomics.store(control, controls.open, 1);
    Atomics.add(control, controls.posted, 1);
    Atomics.notify(control, controls.posted);
    this.#startMissing();
    try {
      for (let i = Atomics.add(control, controls.next, 1); i < slices; i = Atomics.add(control, controls.next, 1)) {
        kernel(...operands, bounds[i] ?? 0, bounds[i + 1] ?? 0, scratch.address);
      }
    } finally {
      Atomics.store(control, controls.open, 0);
      this.#join();
    }
  }

  /** Ends all threads. */
  close(): void {
    for (let i = 0; i < limits.device.threads.most; i++) Atomics.store(this.#control, controls.states + i, states.none);
    Atomics.add(this.#control, controls.posted, 1);
    Atomics.notify(this.#control, controls.posted);
    for (const worker of this.#workers) worker?.terminate();
    this.#workers.length = 0;
  }

  #states(): number[] {
    return Array.from({ length: this.threads }, (_, i) => Atomics.load(this.#control, controls.states + i));
  }

  #startMissing(): void {
    const { module, memory, start, idleMs } = this.#options;
    this.#states().forEach((state, thread) => {
      if (thread === 0 || state !== states.none) return;
      const at = controls.states + thread;
      Atomics.store(this.#control, at, states.starting);
      const refused = () => Atomics.store(this.#control, at, states.refused);
      const [control, operands, bounds] = [this.#control, this.#operands, this.#bounds];
      try {
        this.#workers[thread]?.terminate();
        this.#workers[thread] = start(
          { module, memory, at: controls, be: states, control, operands, bounds, thread, spins, idleMs },
          refused,
        );
      } catch {
        refused();
      }
    });
  }

  /** Waits until nobody is at work any more. */
  #join(): void {
    const pieces = 100;
    // Slices end at about the same time: to be woken would take longer.
    for (let i = 0; i < 4 * spins && Atomics.load(this.#control, controls.busy) > 0; i++);
    for (let waited = 0; ; ) {
      const busy = Atomics.load(this.#control, controls.busy);
      if (busy === 0) return;
      // In pieces: a machine that was put to sleep meanwhile has waited one of them, not all.
      const ended = Atomics.wait(this.#control, controls.busy, busy, this.#options.patienceMs / pieces);
      if (Atomics.load(this.#control, controls.failed) === 0 && (ended !== 'timed-out' || ++waited < pieces)) continue;
      this.close();
      mayThread = false;
      this.failure = new ReverieError('device-lost', 'A thread stopped in the middle of its work.');
      throw this.failure;
    }
  }
}

/** No longer where a thread has died once: the next device of this page does without. */
let mayThread = true;

/** Of tests: as if nothing had happened. */
export const trustThreads = (): void => {
  mayThread = true;
};

/** Whether memory could be shared, and this thread may wait: a page's own may not. */
function canThread({ buffer }: WebAssembly.Memory): boolean {
  if (!mayThread || !canShare() || !(buffer instanceof SharedArrayBuffer)) return false;
  try {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 1, 0);
    return true;
  } catch {
    return false;
  }
}

/** False in a page that is not isolated from others (HTML, `crossOriginIsolated`), and in old browsers. */
export const canShare = (): boolean => typeof SharedArrayBuffer === 'function';

const sharedIfPossible = (bytes: number): ArrayBuffer | SharedArrayBuffer =>
  canShare() ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes);

interface NodeThreads {
  readonly Worker: new (
    code: string,
    options: { readonly eval: true; readonly workerData: Served },
  ) => { unref(): void; on(event: 'error', listener: () => void): void; terminate(): unknown };
}

/** `node:worker_threads`, undefined in browsers. */
const nodeThreads = (): NodeThreads | undefined =>
  (globalThis as { process?: { getBuiltinModule?(name: string): unknown } }).process?.getBuiltinModule?.(
    'node:worker_threads',
  ) as NodeThreads | undefined;

export function startThread(served: Served, refused: () => void): { terminate(): unknown } {
  const threads = nodeThreads();
  if (threads) {
    // As text: no loader need know TypeScript over there. Some leave calls of a `__name` in it.
    const code = `const __name = (value) => value; (${serve})(require('node:worker_threads').workerData)`;
    const worker = new threads.Worker(code, { eval: true, workerData: served });
    worker.unref();
    worker.on('error', refused);
    return worker;
  }
  const worker = new Worker(new URL('./thread.ts', import.meta.url), { type: 'module', name: 'reverie-thread' });
  worker.onerror = refused;
  worker.postMessage(served);
  return worker;
}
