/**
 * One download with what `fetch` lacks: byte progress, a stall timeout, an abort that takes effect at once,
 * and retries with growing, jittered pauses. Knows nothing of weights.
 */
import { ReverieError } from '../../../shared/errors';
import { limits } from '../../../shared/limits';

/** The part of `fetch` that loading needs; `tools/weights/localFetch.ts` serves a folder through it. */
export type Fetch = (url: string, init?: RequestInit) => Promise<Response>;

/** How patient a download is. Defaults in `shared/limits.ts`; tests pass shorter ones. */
export interface Patience {
  readonly attempts?: number;
  readonly stallMs?: number;
  /** Pause before the second attempt, milliseconds; doubles with each further one. */
  readonly retryMs?: number;
}

export interface Download {
  readonly url: string;
  /** Reading stops once more than this came; the caller sees by the length that it is too much. */
  readonly maxBytes: number;
  readonly cache?: RequestCache | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Bytes received so far; starts again from 0 with every attempt. */
  readonly onBytes?: ((loaded: number) => void) | undefined;
  readonly fetch?: Fetch | undefined;
  readonly patience?: Patience | undefined;
}

/** A download that failed for good. `status` is null when there was no answer. */
export class TransferError extends Error {
  constructor(
    message: string,
    readonly status: number | null,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }

  /** Not worth another attempt: the server understood, and said no. */
  get final(): boolean {
    return this.status !== null && this.status < 500 && this.status !== 408 && this.status !== 429;
  }
}

export const abortedError = () => new ReverieError('aborted', 'Loading was cancelled; what had arrived is kept.');

/** @throws TransferError after the last attempt; ReverieError `aborted`. */
export async function fetchBytes(download: Download): Promise<Uint8Array<ArrayBuffer>> {
  const { attempts = limits.weights.fetchAttempts, retryMs = 500 } = download.patience ?? {};
  for (let attempt = 1; ; attempt++) {
    try {
      return await fetchOnce(download);
    } catch (cause) {
      if (!(cause instanceof TransferError) || cause.final || attempt >= attempts) throw cause;
      // Jitter: a server that comes back is not met by all of its visitors in the same moment.
      await sleep(retryMs * 2 ** (attempt - 1) * (0.5 + Math.random()), download.signal);
    }
  }
}

async function fetchOnce(download: Download): Promise<Uint8Array<ArrayBuffer>> {
  const { url, cache, signal, onBytes, maxBytes, fetch = globalFetch } = download;
  const stallMs = download.patience?.stallMs ?? limits.weights.stallMs;
  if (signal?.aborted) throw abortedError();

  const controller = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let give = (_error: Error) => {};
  // Raced against every await, for a stream that ignores its signal would otherwise hold us for ever.
  const given = new Promise<never>((_, reject) => {
    give = (error) => {
      reject(error);
      controller.abort();
    };
  });
  given.catch(() => {});
  const onAbort = () => give(abortedError());
  const alive = () => {
    clearTimeout(timer);
    timer = setTimeout(() => give(new TransferError(`nothing arrived for ${stallMs / 1000} s`, null)), stallMs);
  };
  signal?.addEventListener('abort', onAbort, { once: true });
  let reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  try {
    alive();
    const init: RequestInit = { signal: controller.signal, ...(cache && { cache }) };
    const response = await Promise.race([fetch(url, init), given]);
    reader = response.body?.getReader();
    if (!response.ok) throw new TransferError(`the server answered ${response.status}`, response.status);

    const chunks: Uint8Array[] = [];
    let loaded = 0;
    onBytes?.(0);
    while (reader && loaded <= maxBytes) {
      alive();
      const { done, value } = await Promise.race([reader.read(), given]);
      if (done) break;
      chunks.push(value);
      loaded += value.length;
      onBytes?.(loaded);
    }
    return join(chunks, loaded);
  } catch (cause) {
    if (cause instanceof TransferError || cause instanceof ReverieError) throw cause;
    throw new TransferError('the connection failed', null, { cause });
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
    reader?.cancel().catch(() => {});
  }
}

const globalFetch: Fetch = (url, init) => fetch(url, init);

function join(chunks: readonly Uint8Array[], length: number): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

function sleep(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    }, milliseconds);
    const onAbort = () => {
      clearTimeout(timer);
      reject(abortedError());
    };
    if (signal?.aborted) onAbort();
    else signal?.addEventListener('abort', onAbort, { once: true });
  });
}
