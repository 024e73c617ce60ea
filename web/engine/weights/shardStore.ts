/**
 * Where verified bytes are kept between visits. Storage is a convenience, never a condition: no method
 * rejects. What cannot be read is missing, what cannot be written is said in the answer, and the run goes
 * on from memory. Callers put nothing that they have not verified.
 */

import { clear, createStore, delMany, get, keys, set, type UseStore } from 'idb-keyval';
import { sha256Hex } from '../../../shared/hash';
import { limits } from '../../../shared/limits';
import { parseWeightsManifest, type WeightsManifest } from '../../../shared/manifest';

/** `full`: there was no room (deleting something may make some); `failed`: storage does not work here. */
export type PutOutcome = 'kept' | 'full' | 'failed';

export interface ShardStore {
  /** The bytes kept under this hash, if they are there and exactly `bytes` long. */
  get(sha256: string, bytes: number): Promise<Uint8Array<ArrayBuffer> | undefined>;
  put(sha256: string, bytes: Uint8Array<ArrayBuffer>): Promise<PutOutcome>;
  /** The manifest of a network, written once all of its shards are kept. */
  getManifest(id: string): Promise<WeightsManifest | undefined>;
  putManifest(manifest: WeightsManifest): Promise<PutOutcome>;
  /** Drops every shard and blob that is not in `shas`, and every manifest that names a dropped one. */
  keepOnly(shas: ReadonlySet<string>): Promise<void>;
  /** Drops these shards, unless a kept manifest still names them. */
  release(shas: readonly string[]): Promise<void>;
  clear(): Promise<void>;
  /** Bytes in use and bytes allowed, as far as this kind of store knows. */
  estimate(): Promise<StorageEstimate>;
}

interface StorageEstimate {
  readonly usage: number | null;
  readonly quota: number | null;
}

/** Keeps everything for as long as the object lives: Node, and browsers that allow no storage. */
export function memoryShardStore(): ShardStore {
  const shards = new Map<string, Uint8Array<ArrayBuffer>>();
  const manifests = new Map<string, WeightsManifest>();
  return {
    async get(sha256, bytes) {
      const kept = shards.get(sha256);
      return kept?.length === bytes ? kept : undefined;
    },
    async put(sha256, bytes) {
      shards.set(sha256, bytes);
      return 'kept';
    },
    getManifest: async (id) => manifests.get(id),
    async putManifest(manifest) {
      manifests.set(manifest.id, manifest);
      return 'kept';
    },
    async keepOnly(shas) {
      for (const sha of shards.keys()) if (!shas.has(sha)) shards.delete(sha);
      for (const manifest of manifests.values()) {
        if (manifest.shards.some((shard) => !shas.has(shard.sha256))) manifests.delete(manifest.id);
      }
    },
    async release(shas) {
      const named = namedBy(manifests.values());
      for (const sha of shas) if (!named.has(sha)) shards.delete(sha);
    },
    async clear() {
      shards.clear();
      manifests.clear();
    },
    async estimate() {
      let usage = 0;
      for (const bytes of shards.values()) usage += bytes.length;
      return { usage, quota: null };
    },
  };
}

/** Hashes of all shards that any of these manifests names. */
export function namedBy(manifests: Iterable<WeightsManifest>): Set<string> {
  return new Set(Array.from(manifests, (manifest) => manifest.shards.map((shard) => shard.sha256)).flat());
}

// The shard store of browsers: IndexedDB through idb-keyval, one record per shard (an ArrayBuffer of at
// most 4 MiB: Safari has returned corrupt Blobs and fails on huge records), one per manifest.

const shardKey = (sha256: string) => `shard:${sha256}`;
const manifestKey = (id: string) => `manifest:${id}`;
const after = (prefix: string, key: string) => (key.startsWith(prefix) ? key.slice(prefix.length) : undefined);

interface IndexedDbStoreOptions {
  /** Name of the database: idb-keyval allows one store per database, so it is this store's alone. */
  readonly database?: string;
  readonly timeoutMs?: number;
}

/**
 * Nothing is opened before the first call. A database that cannot be opened, or hangs, is not asked again
 * for as long as this object lives.
 */
export function indexedDbStore({
  database = 'reverie-weights',
  timeoutMs = limits.weights.storageTimeoutMs,
}: IndexedDbStoreOptions = {}): ShardStore {
  let connection: UseStore | undefined;
  let usable = true;
  /** Hashes that were checked since this object was made: the first read of a session verifies. */
  const verified = new Set<string>();

  /** Runs one operation; `onFailure` gives what stands for a failure. */
  async function attempt<T>(operation: (store: UseStore) => Promise<T>, onFailure: (cause: unknown) => T): Promise<T> {
    let failure: unknown;
    for (let remaining = 2; usable && remaining > 0; remaining--) {
      try {
        connection ??= createStore(database, 'records');
        return await withTimeout(operation(connection), timeoutMs);
      } catch (cause) {
        failure = cause;
        if (cause instanceof StorageTimeout || isRefusal(cause)) usable = false;
        if (!isLostConnection(cause)) break;
        // Safari closes connections of pages in the background; idb-keyval keeps using the dead one.
        connection = undefined;
      }
    }
    return onFailure(failure);
  }

  const write = (operation: (store: UseStore) => Promise<void>) =>
    attempt<PutOutcome>(
      (store) => operation(store).then(() => 'kept' as const),
      (cause) => (isFull(cause) ? 'full' : 'failed'),
    );

  async function manifests(): Promise<WeightsManifest[]> {
    const found: WeightsManifest[] = [];
    for (const key of await attempt(
      (store) => keys<string>(store),
      () => [],
    )) {
      const id = after('manifest:', key);
      const manifest = id === undefined ? undefined : await getManifest(id);
      if (manifest) found.push(manifest);
    }
    return found;
  }

  async function remove(stale: string[]): Promise<void> {
    for (const key of stale) verified.delete(after('shard:', key) ?? '');
    if (stale.length > 0)
      await attempt(
        (store) => delMany(stale, store),
        () => undefined,
      );
  }

  async function getManifest(id: string): Promise<WeightsManifest | undefined> {
    const kept = await attempt<unknown>(
      (store) => get(manifestKey(id), store),
      () => undefined,
    );
    if (kept === undefined) return undefined;
    try {
      return parseWeightsManifest(kept);
    } catch {
      // Written by another version, or damaged: the next load writes a good one.
      await remove([manifestKey(id)]);
      return undefined;
    }
  }

  return {
    getManifest,

    async get(sha256, bytes) {
      const kept = await attempt<unknown>(
        (store) => get(shardKey(sha256), store),
        () => undefined,
      );
      if (kept === undefined) return undefined;
      if (kept instanceof ArrayBuffer && kept.byteLength === bytes) {
        if (verified.has(sha256) || (await sha256Hex(kept)) === sha256) {
          verified.add(sha256);
          return new Uint8Array(kept);
        }
      }
      await remove([shardKey(sha256)]);
      return undefined;
    },

    async put(sha256, bytes) {
      // A view into something larger would be stored as the whole of it.
      const whole = bytes.byteLength === bytes.buffer.byteLength ? bytes.buffer : bytes.slice().buffer;
      return write((store) => set(shardKey(sha256), whole, store));
    },

    putManifest: (manifest) => write((store) => set(manifestKey(manifest.id), manifest, store)),

    async keepOnly(shas) {
      const incomplete = (await manifests()).filter(({ shards }) => shards.some(({ sha256 }) => !shas.has(sha256)));
      const all = await attempt(
        (store) => keys<string>(store),
        () => [],
      );
      const dropped = all.filter((key) => {
        const sha = after('shard:', key);
        return sha !== undefined && !shas.has(sha);
      });
      await remove([...incomplete.map(({ id }) => manifestKey(id)), ...dropped]);
    },

    async release(shas) {
      const named = namedBy(await manifests());
      await remove(shas.filter((sha) => !named.has(sha)).map(shardKey));
    },

    async clear() {
      verified.clear();
      await attempt(
        (store) => clear(store),
        () => undefined,
      );
    },

    async estimate() {
      return (await estimateOrigin()) ?? { usage: null, quota: null };
    },
  };
}

/** Browsers tell only for the whole origin; Safari before 17 and insecure pages not at all. */
async function estimateOrigin(): Promise<StorageEstimate | undefined> {
  try {
    const { usage = null, quota = null } = await navigator.storage.estimate();
    return { usage, quota };
  } catch {
    return undefined;
  }
}

class StorageTimeout extends Error {}

/** Safari's IndexedDB has been seen to answer nothing at all after a cold start (WebKit bug 226547). */
function withTimeout<T>(operation: Promise<T>, milliseconds: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new StorageTimeout('storage does not answer')), milliseconds);
    operation.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

const nameOf = (cause: unknown) => (cause instanceof Error || cause instanceof DOMException ? cause.name : '');

/** The connection was closed under us, or, in Safari's words, its server was lost. */
const isLostConnection = (cause: unknown) => ['InvalidStateError', 'UnknownError'].includes(nameOf(cause));

/** idb-keyval 6.3 rejects a failed write with `null` when the request's error comes before the transaction's. */
const isFull = (cause: unknown) => cause === null || nameOf(cause) === 'QuotaExceededError';

/** No IndexedDB here (ReferenceError), or not for this frame: third-party cookies blocked. */
function isRefusal(cause: unknown): boolean {
  return ['ReferenceError', 'TypeError', 'SecurityError', 'NotAllowedError', 'NotFoundError'].includes(nameOf(cause));
}
