/**
 * Bytes that are known by their SHA-256, from storage if they are there, else from the server: the one way
 * by which weight shards and preset blobs come in. Nothing unverified is returned or stored.
 */
import { ReverieError } from '../../../shared/errors';
import { sha256Hex } from '../../../shared/hash';
import { abortedError, type Fetch, fetchBytes, type Patience, TransferError } from './fetchBytes';
import type { PutOutcome, ShardStore } from './shardStore';

export interface VerifiedRequest {
  readonly url: string;
  readonly sha256: string;
  readonly bytes: number;
  /** What it is, as the subject of an error message: `Part 2 of 3 of reverie-vgg`. */
  readonly what: string;
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
  const { url, what, signal, fetch, patience, onBytes, bytes } = request;
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
    throw asNetworkError(cause, what);
  }
}

/** A failed transfer in words that say what to do; anything else is passed on. */
export function asNetworkError(cause: unknown, what: string): ReverieError {
  if (!(cause instanceof TransferError)) return ReverieError.from(cause);
  const advice = cause.final
    ? 'The server is missing a part of its weights; reload the page, and tell its operator if that does not help.'
    : 'Check the connection and try again; what has arrived is kept.';
  return new ReverieError('weights-network', `${what} could not be fetched: ${cause.message}. ${advice}`, { cause });
}
