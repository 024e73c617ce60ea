/**
 * Waiting, on both sides of the worker boundary: one thing after another, and until a cancel. A job that is cancelled while
 * it waits leaves the queue at once.
 */
import { ReverieError } from '../../../shared/errors';
import { limits } from '../../../shared/limits';

export class SerialQueue {
  readonly #waiting: (() => void)[] = [];
  #active = false;

  /** @param maxWaiting jobs that may wait besides the active one. */
  constructor(private readonly maxWaiting: number = limits.worker.maxQueue) {}

  /**
   * Runs `job` when all earlier ones have settled.
   * @throws ReverieError `busy` when too many wait already, `aborted` when `signal` fires before the start.
   */
  async add<T>(job: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    if (this.#active) await this.#turn(signal);
    if (signal?.aborted) {
      this.#next();
      throw cancelled();
    }
    this.#active = true;
    try {
      return await job();
    } finally {
      this.#next();
    }
  }

  #turn(signal: AbortSignal | undefined): Promise<void> {
    if (this.#waiting.length >= this.maxWaiting) {
      throw new ReverieError('busy', `${this.maxWaiting} are waiting already; wait for one to end.`);
    }
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.#waiting.splice(this.#waiting.indexOf(start), 1);
        reject(cancelled());
      };
      const start = () => {
        signal?.removeEventListener('abort', leave);
        resolve();
      };
      this.#waiting.push(start);
      if (signal?.aborted) leave();
      else signal?.addEventListener('abort', leave, { once: true });
    });
  }

  /** Hands the place over without a gap in which a newcomer could overtake. */
  #next(): void {
    const start = this.#waiting.shift();
    if (start) start();
    else this.#active = false;
  }
}

function cancelled(): ReverieError {
  return new ReverieError('aborted', 'Cancelled before it began.');
}

/** Settles as `promise` does, or rejects with the signal's reason as soon as it fires. */
export function abortable<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const leave = () => reject(ReverieError.from(signal.reason, 'aborted'));
    if (signal.aborted) return leave();
    signal.addEventListener('abort', leave, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
  });
}

/**
 * How the page learns that a worker is gone when no event says so (it crashed, ran out of memory, closed
 * itself): the worker holds a Web Lock for as long as it lives, the page waits for the same lock. Web Locks
 * are in every browser since 2022; where a frame may not use them, only the worker's error events are left.
 */
const locks = (): LockManager | undefined => (globalThis as { navigator?: { locks?: LockManager } }).navigator?.locks;

/** A name for a new worker's lock; undefined where there are no locks. */
export function newLifeLock(): string | undefined {
  return locks() && `reverie-worker-${Date.now()}-${Math.random()}`;
}

/** In the worker. Resolves when the lock is held; it is never given back. */
export async function holdLifeLock(name: string): Promise<void> {
  await new Promise<void>((resolve) => {
    const held = locks()?.request(name, () => {
      resolve();
      return new Promise<never>(() => {});
    });
    if (held) held.catch(() => resolve());
    else resolve();
  });
}

/** In the page, once the worker holds it. `signal` ends the watch. */
export function watchLifeLock(name: string, signal: AbortSignal, onDeath: () => void): void {
  locks()
    ?.request(name, { signal }, onDeath)
    .catch(() => {});
}
