/** A promise with a deadline. */
import { ReverieError } from '../../../shared/errors';

/** Rejects with `backend-unavailable` and `message` if the promise is not settled in time. */
export function withTimeout<T>(promise: Promise<T>, ms: number, message: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const late = () => new ReverieError('backend-unavailable', `${message} (${ms} ms)`, { data: { why: 'late' } });
    const timer = setTimeout(() => reject(late()), ms);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
