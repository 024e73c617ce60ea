/** The R2 bucket of big networks' shards: the embedded one of this machine, and the one of a Cloudflare account. */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Miniflare } from 'miniflare';
import { ReverieError } from '../../shared/errors';
import type { WeightsManifest } from '../../shared/manifest';
import type { Networks } from '../deploy/deploy';
import type { Wrangler } from '../deploy/wrangler';
import { assets, sha256Of } from '../files';
import { root } from '../setup/process.mjs';
import { readShards, type Written, writeNetwork } from './stored';

export interface ShardBucket {
  /** Whether the shard is there, with the bytes that its name says. */
  holds(sha256: string): Promise<boolean>;
  put(sha256: string, bytes: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

/** What is used of the embedded bucket; Miniflare's own type is that of the Workers runtime, which Node's code has not. */
interface EmbeddedBucket {
  head(key: string): Promise<{ readonly checksums: { readonly sha256?: ArrayBuffer } } | null>;
  put(
    key: string,
    bytes: Uint8Array,
    options: { sha256: string; httpMetadata: { contentType: string } },
  ): Promise<unknown>;
}

const keyOf = (sha256: string) => `${sha256}.bin`;
const contentType = 'application/octet-stream';

/** @param state folder of the local edge's storage. */
export async function localBucket(name: string, state: string): Promise<ShardBucket> {
  const miniflare = new Miniflare({
    modules: true,
    script: 'export default {}',
    cf: false,
    r2Buckets: { WEIGHTS: name },
    // Where `wrangler dev` keeps it.
    r2Persist: path.join(state, 'v3/r2'),
  });
  const bucket = (await miniflare.getR2Bucket('WEIGHTS')) as unknown as EmbeddedBucket;
  return {
    holds: async (sha256) => {
      const checksum = (await bucket.head(keyOf(sha256)))?.checksums.sha256;
      return checksum !== undefined && Buffer.from(checksum).toString('hex') === sha256;
    },
    put: async (sha256, bytes) => {
      await bucket.put(keyOf(sha256), new Uint8Array(bytes), { sha256, httpMetadata: { contentType } });
    },
    close: () => miniflare.dispose(),
  };
}

/** Over wrangler, which keeps the login: no credentials pass through here. */
export async function remoteBucket(name: string, wrangler: Wrangler): Promise<ShardBucket> {
  const folder = await mkdtemp(path.join(tmpdir(), 'reverie-r2-'));
  const objectOf = (sha256: string) => `${name}/${keyOf(sha256)}`;
  return {
    // It has no way to ask for less than the whole object; then its bytes can be looked at as well.
    holds: async (sha256) => {
      const file = path.join(folder, 'there');
      await rm(file, { force: true });
      if (!(await wrangler(['r2', 'object', 'get', objectOf(sha256), '--remote', '--file', file])).ok) return false;
      const bytes = await readFile(file).catch(() => undefined);
      return bytes !== undefined && sha256Of(bytes) === sha256;
    },
    put: async (sha256, bytes) => {
      const file = path.join(folder, 'put');
      await writeFile(file, bytes);
      const flags = ['--remote', '--file', file, '--content-type', contentType];
      const { ok, output } = await wrangler(['r2', 'object', 'put', objectOf(sha256), ...flags]);
      if (!ok) {
        throw new ReverieError(
          'weights-network',
          `${keyOf(sha256)} could not be put into ${name}. wrangler says:\n${output.slice(-2000)}`,
        );
      }
    },
    close: () => rm(folder, { recursive: true, force: true }),
  };
}

// Networks that are too large for static assets: their shards into R2, their manifests among the assets.

interface UploadOptions {
  readonly signal?: AbortSignal | undefined;
  /** Bytes that are in the bucket, of all. */
  readonly onBytes?: ((done: number, of: number) => void) | undefined;
}

interface Uploaded {
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

// What `npm run deploy` brings to R2: the networks that were imported into `networks/`, a folder that git ignores.

/** Where manifests lie that the build puts among the assets. */
export const servedFolder = path.join(assets, 'weights');

export async function networksForR2(
  wrangler: Wrangler,
  folder = path.join(root, 'networks'),
  served = servedFolder,
): Promise<Networks> {
  const files = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.json')).sort();
  const names = files.map((name) => path.basename(name, '.json'));
  return {
    names,
    publish: async () => {
      for (const file of files) await publishManifest(path.join(folder, file), served);
      return `listed ${names.join(', ')}`;
    },
    upload: async (name) => {
      const bucket = await remoteBucket(name, wrangler);
      let [put, skipped] = [0, 0];
      try {
        for (const file of files) {
          const uploaded = await uploadShards(path.join(folder, file), bucket);
          put += uploaded.put;
          skipped += uploaded.skipped;
        }
      } finally {
        await bucket.close();
      }
      return `${put} uploaded, ${skipped} there before`;
    },
  };
}
