/** The R2 bucket of big networks' shards: the embedded one of this machine, and the one of a Cloudflare account. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Miniflare } from 'miniflare';
import { ReverieError } from '../../../shared/errors';
import type { Wrangler } from '../../deploy/wrangler';
import { sha256Of } from '../../files';

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
