/**
 * One download with what `fetch` lacks: byte progress, a stall timeout, an abort that takes effect at once,
 * and retries with growing, jittered pauses. Knows nothing of weights.
 */

import * as v from 'valibot';
import { type DataOf, ReverieError } from '../../../shared/errors';
import { sha256Hex } from '../../../shared/hash';
import { limits } from '../../../shared/limits';
import { idSchema, parseWeightsManifest, type WeightsManifest, weightPaths } from '../../../shared/manifest';
import type { PutOutcome, ShardStore } from './shardStore';

/** The part of `fetch` that loading needs; `tools/weights/localFetch.ts` serves a folder through it. */
export type Fetch = (url: string, init?: RequestInit) => Promise<Response>;

/** How patient a download is. Defaults in `shared/limits.ts`; tests pass shorter ones. */
export interface Patience {
  readonly attempts?: number;
  readonly stallMs?: number;
  /** Pause before the second attempt, milliseconds; doubles with each further one. */
  readonly retryMs?: number;
}

interface Download {
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

// A network's manifest from the server, checked in full before anything is done with it.

interface ManifestRequest extends Pick<Download, 'signal' | 'fetch' | 'patience'> {
  readonly baseUrl: string;
  readonly id: string;
}

/** A path of the edge below the base URL. */
export const urlBelow = (baseUrl: string, path: string) => baseUrl.replace(/\/+$/, '') + path;

/** @throws ReverieError `network-unknown`, `weights-network`, `weights-invalid`, `aborted`. */
export async function fetchManifest({ baseUrl, id, ...options }: ManifestRequest): Promise<WeightsManifest> {
  if (!v.is(idSchema, id)) throw unknownNetwork(id);
  const url = urlBelow(baseUrl, weightPaths.manifest(id));
  const download = (cache: RequestCache) =>
    fetchBytes({ url, maxBytes: limits.weights.maxShardBytes, cache, ...options }).catch((cause) => {
      if (cause instanceof TransferError && cause.status === 404) throw unknownNetwork(id);
      throw asNetworkError(cause, `The list of ${id}'s parts`, { network: id });
    });
  try {
    // Its name stays when its content changes: always ask the server, a 304 is cheap.
    return parse(await download('no-cache'), id);
  } catch (cause) {
    if (!(cause instanceof ReverieError) || cause.code !== 'weights-invalid') throw cause;
    return parse(await download('reload'), id);
  }
}

function parse(bytes: Uint8Array, id: string): WeightsManifest {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw new ReverieError('weights-invalid', `The server's manifest of ${id} is not JSON. Import it again.`, {
      cause,
    });
  }
  const manifest = parseWeightsManifest(value);
  if (manifest.id === id) return manifest;
  throw new ReverieError('weights-invalid', `The manifest of ${id} says it is of ${manifest.id}. Import it again.`);
}

function unknownNetwork(id: string): ReverieError {
  return new ReverieError(
    'network-unknown',
    `This server has no weights for a network "${id}". Choose another network.`,
    { data: { network: id } },
  );
}

// Bytes that are known by their SHA-256, from storage if they are there, else from the server: the one way
// by which weight shards and preset blobs come in. Nothing unverified is returned or stored.

export interface VerifiedRequest {
  readonly url: string;
  readonly sha256: string;
  readonly bytes: number;
  /** What it is, as the subject of an error message: `Part 2 of 3 of reverie-vgg`. */
  readonly what: string;
  /** The same for programs, when it cannot be had. */
  readonly missing?: DataOf<'weights-network'>;
  readonly store: Pick<ShardStore, 'get' | 'put'>;
  readonly signal?: AbortSignal | undefined;
  /** Bytes on hand, up to `bytes`; goes back when a download has to start again. */
  readonly onBytes?: ((loaded: number, cached: boolean) => void) | undefined;
  readonly fetch?: Fetch | undefined;
  readonly patience?: Patience | undefined;
}

export interface VerifiedBytes {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** True when they came from storage, without any request. */
  readonly cached: boolean;
  /** Whether storage has them for the next visit. */
  readonly stored: PutOutcome;
}

/** @throws ReverieError `weights-network`, `weights-integrity`, `aborted`. */
export async function fetchVerified(request: VerifiedRequest): Promise<VerifiedBytes> {
  const { store, sha256, signal, onBytes } = request;
  if (signal?.aborted) throw abortedError();
  const kept = await store.get(sha256, request.bytes);
  if (signal?.aborted) throw abortedError();
  if (kept) {
    onBytes?.(kept.length, true);
    return { bytes: kept, cached: true, stored: 'kept' };
  }
  // The second time round the HTTP cache: it may be what keeps the damaged copy.
  for (const cache of [undefined, 'reload'] as const) {
    const bytes = await download(request, cache);
    if (bytes.length === request.bytes && (await sha256Hex(bytes)) === sha256) {
      return { bytes, cached: false, stored: await store.put(sha256, bytes) };
    }
  }
  throw new ReverieError(
    'weights-integrity',
    `${request.what} arrived damaged twice. Something between this device and the server changes it: ` +
      'try again, or on another network connection.',
  );
}

async function download(request: VerifiedRequest, cache: 'reload' | undefined): Promise<Uint8Array<ArrayBuffer>> {
  const { url, what, missing, signal, fetch, patience, onBytes, bytes } = request;
  try {
    return await fetchBytes({
      url,
      maxBytes: bytes,
      cache,
      signal,
      fetch,
      patience,
      onBytes: onBytes && ((loaded) => onBytes(Math.min(loaded, bytes), false)),
    });
  } catch (cause) {
    throw asNetworkError(cause, what, missing);
  }
}

/** A failed transfer in words that say what to do; anything else is passed on. */
function asNetworkError(cause: unknown, what: string, data?: DataOf<'weights-network'>): ReverieError {
  if (!(cause instanceof TransferError)) return ReverieError.from(cause);
  const advice = cause.final
    ? 'The server is missing a part of its weights; reload the page, and tell its operator if that does not help.'
    : 'Check the connection and try again; what has arrived is kept.';
  const message = `${what} could not be fetched: ${cause.message}. ${advice}`;
  return new ReverieError('weights-network', message, { cause, data });
}
