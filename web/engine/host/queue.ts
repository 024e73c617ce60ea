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
      const already = this.maxWaiting === 0 ? 'One is under way' : `${this.maxWaiting} are waiting`;
      throw new ReverieError('busy', `${already} already; wait for one to end.`);
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
