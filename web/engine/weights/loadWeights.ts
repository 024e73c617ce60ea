/**
 * A network's weights, ready for use: manifest → for each shard storage, or fetch, verify, store → decode.
 * A second visit finds everything in storage and makes no request at all.
 */
import { ReverieError } from '../../../shared/errors';
import { weightsHash } from '../../../shared/hash';
import { type WeightsManifest, weightPaths } from '../../../shared/manifest';
import { decodeParameters, type Parameters } from './decode';
import {
  abortedError,
  type Fetch,
  fetchManifest,
  fetchVerified,
  type Patience,
  urlBelow,
  type VerifiedBytes,
} from './fetch';
import { namedBy, type PutOutcome, type ShardStore } from './shardStore';

/** Downloads at a time: enough to fill a line with latency, few enough that each moves visibly. */
const parallel = 4;
/** Byte progress at most this often, milliseconds. */
const progressIntervalMs = 50;

export interface WeightsProgress {
  /** Shards on hand and needed. */
  readonly step: number;
  readonly steps: number;
  /** Bytes on hand and needed; `cached` is true while none came over the network. */
  readonly bytes: { readonly loaded: number; readonly total: number; readonly cached: boolean };
}

export interface LoadWeightsOptions {
  readonly baseUrl: string;
  /** Network id. */
  readonly id: string;
  readonly store: ShardStore;
  /**
   * `weightsHash` of what the server has now, if the caller knows (from the presets, or /api/networks).
   * Stored weights with another hash are replaced; without it, stored weights are taken as they are.
   */
  readonly currentHash?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: WeightsProgress) => void) | undefined;
  /** Once it is known what will arrive. */
  readonly onManifest?: ((manifest: WeightsManifest) => void) | undefined;
  readonly fetch?: Fetch | undefined;
  readonly patience?: Patience | undefined;
}

export interface LoadedWeights {
  readonly manifest: WeightsManifest;
  readonly parameters: Parameters;
  /** True when everything came from storage: no byte of weights crossed the network. */
  readonly fromCache: boolean;
}

/**
 * @throws ReverieError `network-unknown`, `weights-network`, `weights-integrity`, `weights-invalid`,
 * `aborted` (shards that had arrived stay stored).
 */
export async function loadWeights(options: LoadWeightsOptions): Promise<LoadedWeights> {
  const { id, store, currentHash, signal } = options;
  if (signal?.aborted) throw abortedError();
  const stored = await store.getManifest(id);
  const storedHash = stored && (await weightsHash(stored));
  if (stored && (currentHash === undefined || currentHash === storedHash)) {
    try {
      return await loadShards(stored, stored, options);
    } catch (cause) {
      if (!isStale(cause)) throw cause;
      // A shard is gone here and at the server: perhaps the server has moved on to other weights.
      const fresh = await fetchManifest({ ...options, patience: { ...options.patience, attempts: 1 } }).catch(
        () => stored,
      );
      if (signal?.aborted) throw abortedError();
      if ((await weightsHash(fresh)) === storedHash) throw cause;
      return loadShards(fresh, stored, options);
    }
  }
  let manifest: WeightsManifest;
  try {
    manifest = await fetchManifest(options);
  } catch (cause) {
    // Old weights are better than none when the server cannot be reached.
    if (!stored || !isStale(cause)) throw cause;
    manifest = stored;
  }
  return loadShards(manifest, stored, options);
}

const isStale = (cause: unknown) =>
  cause instanceof ReverieError && (cause.code === 'weights-network' || cause.code === 'weights-integrity');

async function loadShards(
  manifest: WeightsManifest,
  stored: WeightsManifest | undefined,
  options: LoadWeightsOptions,
): Promise<LoadedWeights> {
  options.onManifest?.(manifest);
  const shards = await everyShard(manifest, options);
  const parameters = decodeParameters(
    manifest,
    shards.map((shard) => shard.bytes),
  );
  if (manifest !== stored && shards.every((shard) => shard.stored === 'kept')) {
    // Last, so that a manifest in storage means that its shards once were there, all of them.
    await options.store.putManifest(manifest);
    if (stored) await options.store.release(stored.shards.map((shard) => shard.sha256));
  }
  return { manifest, parameters, fromCache: manifest === stored && shards.every((shard) => shard.cached) };
}

/** All shards in the manifest's order; the first failure stops the others. */
async function everyShard(manifest: WeightsManifest, options: LoadWeightsOptions): Promise<VerifiedBytes[]> {
  const { baseUrl, signal, fetch, patience } = options;
  const store = makingRoom(options.store, manifest);
  const report = reporter(manifest, options.onProgress);
  const stop = new AbortController();
  const onAbort = () => stop.abort();
  signal?.addEventListener('abort', onAbort, { once: true });
  if (signal?.aborted) stop.abort();

  const done: VerifiedBytes[] = [];
  const queue = manifest.shards.entries();
  const work = async () => {
    for (const [index, { sha256, bytes }] of queue) {
      done[index] = await fetchVerified({
        url: urlBelow(baseUrl, weightPaths.shard(sha256, manifest.store)),
        sha256,
        bytes,
        what: `Part ${index + 1} of ${manifest.shards.length} of ${manifest.id}`,
        missing: { network: manifest.id },
        store,
        signal: stop.signal,
        onBytes: (loaded, cached) => report.bytes(index, loaded, cached),
        fetch,
        patience,
      });
      report.shard();
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(parallel, manifest.shards.length) }, work));
    return done;
  } finally {
    stop.abort();
    signal?.removeEventListener('abort', onAbort);
  }
}

/** When storage is full, everything but this network is let go, once; then it is left alone. */
function makingRoom(store: ShardStore, manifest: WeightsManifest): Pick<ShardStore, 'get' | 'put'> {
  let clearing: Promise<void> | undefined;
  let outcome: PutOutcome = 'kept';
  return {
    get: (sha256, bytes) => store.get(sha256, bytes),
    async put(sha256, bytes) {
      if (outcome !== 'kept') return outcome;
      const first = await store.put(sha256, bytes);
      if (first !== 'full') return first;
      clearing ??= store.keepOnly(namedBy([manifest]));
      await clearing;
      outcome = await store.put(sha256, bytes);
      return outcome;
    },
  };
}

function reporter(manifest: WeightsManifest, onProgress: LoadWeightsOptions['onProgress']) {
  const loaded = manifest.shards.map(() => 0);
  const steps = manifest.shards.length;
  let step = 0;
  let allCached = true;
  let last = Number.NEGATIVE_INFINITY;
  const send = () => {
    last = performance.now();
    const sum = loaded.reduce((total, bytes) => total + bytes, 0);
    onProgress?.({ step, steps, bytes: { loaded: sum, total: manifest.bytes, cached: allCached } });
  };
  return {
    bytes(index: number, bytes: number, cached: boolean) {
      loaded[index] = bytes;
      allCached &&= cached;
      if (performance.now() - last >= progressIntervalMs) send();
    },
    shard() {
      step++;
      send();
    },
  };
}
