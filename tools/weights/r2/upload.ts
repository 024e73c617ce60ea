/** Networks that are too large for static assets: their shards into R2, their manifests among the assets. */
import { ReverieError } from '../../../shared/errors';
import type { WeightsManifest } from '../../../shared/manifest';
import { readShards } from '../stored';
import { type Written, writeNetwork } from '../write';
import type { ShardBucket } from './bucket';

export interface UploadOptions {
  readonly signal?: AbortSignal | undefined;
  /** Bytes that are in the bucket, of all. */
  readonly onBytes?: ((done: number, of: number) => void) | undefined;
}

export interface Uploaded {
  readonly manifest: WeightsManifest;
  readonly put: number;
  /** Shards that were there before. */
  readonly skipped: number;
}

/**
 * @param file a manifest, its shards beside it.
 * @throws ReverieError `not-found`, `weights-invalid`, `weights-integrity`, `weights-network`, `aborted`; what was put stays,
 *   and is skipped the next time.
 */
export async function uploadShards(file: string, bucket: ShardBucket, options: UploadOptions = {}): Promise<Uploaded> {
  const { manifest, shards } = await readShards(file);
  let [put, skipped, bytes] = [0, 0, 0];
  for (const [i, { sha256 }] of manifest.shards.entries()) {
    if (options.signal?.aborted) {
      throw new ReverieError('aborted', `The upload was cancelled; ${put} shards were put, and stay.`);
    }
    const shard = shards[i] ?? new Uint8Array();
    if (await bucket.holds(sha256)) skipped++;
    else {
      await bucket.put(sha256, shard);
      put++;
    }
    bytes += shard.length;
    options.onBytes?.(bytes, manifest.bytes);
  }
  return { manifest, put, skipped };
}

/** Where the studio and the edge find it, saying that its shards come from R2. @throws ReverieError */
export async function publishManifest(file: string, folder: string): Promise<Written> {
  const { manifest } = await readShards(file);
  return writeNetwork(folder, { ...manifest, store: 'r2' }, []);
}
