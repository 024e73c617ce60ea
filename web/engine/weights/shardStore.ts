/**
 * Where verified bytes are kept between visits. Storage is a convenience, never a condition: no method
 * rejects. What cannot be read is missing, what cannot be written is said in the answer, and the run goes
 * on from memory. Callers put nothing that they have not verified.
 */
import type { WeightsManifest } from '../../../shared/manifest';

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

export interface StorageEstimate {
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
