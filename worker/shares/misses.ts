/** Whoever asks for what there is not, again and again: each time costs a look into the storage, so they are made to wait. */
import type { Context } from 'hono';
import { ReverieError } from '../../shared/errors';
import type { Bindings } from '../bindings';
import { countIn } from './guards';
import { addressOf, networkOf } from './network';

/** As long as the limiter's period. */
const waitMs = 60_000;
/** So many networks an isolate remembers. */
const most = 1000;

export class Misses {
  /** Until when a network waits. */
  readonly #waiting = new Map<string, number>();

  /** @throws ReverieError `rate-limited` for a network that has missed too often of late. */
  mayAsk(c: Context<Bindings>): void {
    if (Date.now() >= (this.#waiting.get(networkOf(addressOf(c.req))) ?? 0)) return;
    const data = { retryAfter: 60 };
    throw new ReverieError('rate-limited', 'This network asked for too much that is not there. Wait a minute.', {
      data,
    });
  }

  /** @throws ReverieError `rate-limited` */
  async count(c: Context<Bindings>): Promise<void> {
    try {
      await countIn(c, 'MISS_LIMIT');
    } catch (cause) {
      if (this.#waiting.size >= most) this.#waiting.clear();
      this.#waiting.set(networkOf(addressOf(c.req)), Date.now() + waitMs);
      throw cause;
    }
  }
}
