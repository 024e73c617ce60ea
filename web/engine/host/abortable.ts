/** Waiting that a cancel ends; used on both sides of the worker boundary. */
import { ReverieError } from '../../../shared/errors';

/** Settles as `promise` does, or rejects with the signal's reason as soon as it fires. */
export function abortable<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const leave = () => reject(ReverieError.from(signal.reason, 'aborted'));
    if (signal.aborted) return leave();
    signal.addEventListener('abort', leave, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
  });
}
