/** Big networks into R2: what is uploaded, what is skipped, and that the edge serves it and the engine loads it. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { weightPaths } from '../../../shared/manifest';
import { readManifests } from '../../../tools/build/indexes';
import { ensureBuilt } from '../../../tools/setup/built.mjs';
import { freePort, startEdge } from '../../../tools/setup/edge.mjs';
import { localFetch } from '../../../tools/weights/localFetch';
import {
  localBucket,
  networksForR2,
  publishManifest,
  remoteBucket,
  type ShardBucket,
  uploadShards,
} from '../../../tools/weights/r2';
import { writeNetwork } from '../../../tools/weights/stored';
import { type Fetch, loadWeights, memoryShardStore } from '../../../web/engine/weights';
import { weightsJobOf } from '../../support/lines';
import { fakeWrangler } from '../deploy/fakeWrangler';
import { testNetwork } from './support';

let folder: string;
const at = (...names: string[]) => path.join(folder, ...names);
const { manifest, shards, values } = testNetwork();
const hashes = manifest.shards.map(({ sha256 }) => sha256);
beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'reverie-upload-'));
  await writeNetwork(at('networks'), manifest, shards);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const network = () => at('networks', 'tiny.json');

/** A bucket in memory. */
function bucketOf(stored: Map<string, Uint8Array>, failingAt = Number.POSITIVE_INFINITY): ShardBucket {
  let puts = 0;
  return {
    holds: async (sha256) => stored.has(sha256),
    put: async (sha256, bytes) => {
      if (++puts === failingAt) throw new Error('the connection is gone');
      stored.set(sha256, bytes);
    },
    close: async () => {},
  };
}

const load = (fetch: Fetch, baseUrl = 'http://localhost') =>
  loadWeights({ id: 'tiny', baseUrl, store: memoryShardStore(), fetch });

describe('uploadShards', () => {
  it('should upload every shard, tell how far it is, and upload nothing a second time', async () => {
    const stored = new Map<string, Uint8Array>();
    const told: number[] = [];
    const first = await uploadShards(network(), bucketOf(stored), { onBytes: (done, of) => told.push(done / of) });
    expect(first).toMatchObject({ put: 3, skipped: 0 });
    expect([...stored.keys()]).toEqual(hashes);
    expect(told).toEqual([31 / 80, 33 / 80, 1]);
    expect(await uploadShards(network(), bucketOf(stored))).toMatchObject({ put: 0, skipped: 3 });
  });

  it('should upload nothing of a network with a shard that is not what its name says', async () => {
    writeFileSync(at('networks', `${hashes[2]}.bin`), 'something else');
    const stored = new Map<string, Uint8Array>();
    await expect(uploadShards(network(), bucketOf(stored))).rejects.toMatchObject({ code: 'weights-integrity' });
    expect(stored.size).toBe(0);
  });

  it('should go on where it was stopped', async () => {
    const stored = new Map<string, Uint8Array>();
    await expect(uploadShards(network(), bucketOf(stored, 2))).rejects.toThrow('the connection is gone');
    const stop = new AbortController();
    stop.abort();
    await expect(uploadShards(network(), bucketOf(stored), { signal: stop.signal })).rejects.toMatchObject({
      code: 'aborted',
    });
    expect(await uploadShards(network(), bucketOf(stored))).toMatchObject({ put: 2, skipped: 1 });
  });
});

describe('publishManifest', () => {
  it('should list a network whose shards come from R2, and no shard of it', async () => {
    await publishManifest(network(), at('public/weights'));
    expect(readdirSync(at('public/weights'))).toEqual(['tiny.json']);
    const [listed] = readManifests(at('public'));
    expect(listed).toEqual({ ...manifest, store: 'r2' });
    expect(weightPaths.shard(hashes[0] ?? '', listed?.store)).toBe(`/w/${hashes[0]}.bin`);
  });

  it('should take away the shards of a network that has moved to R2, and leave those of another', async () => {
    const other = testNetwork('other', 2);
    await writeNetwork(at('public/weights'), manifest, shards);
    await writeNetwork(at('public/weights'), other.manifest, other.shards);
    await publishManifest(network(), at('public/weights'));
    const left = other.manifest.shards.map(({ sha256 }) => `${sha256}.bin`);
    expect(readdirSync(at('public/weights')).sort()).toEqual([...left, 'other.json', 'tiny.json'].sort());
  });

  it('should leave the command line a network that it can load', async () => {
    await publishManifest(network(), at('web/public/weights'));
    const { parameters } = await load(localFetch(at('web/public')));
    expect(parameters.get('conv.bias')?.values).toEqual(Float32Array.from(values.slice(36)));
  });
});

describe('the local edge', () => {
  beforeAll(() => ensureBuilt('site'), 240_000);

  it('should serve what was uploaded, before and while it runs, and the engine load it', {
    timeout: 240_000,
  }, async () => {
    const bucket = await localBucket('reverie-weights', at('state'));
    expect(await uploadShards(network(), bucket)).toMatchObject({ put: 3, skipped: 0 });
    expect(await uploadShards(network(), bucket)).toMatchObject({ put: 0, skipped: 3 });
    await bucket.close();
    await publishManifest(network(), at('public/weights'));

    const edge = await startEdge({ port: await freePort(), state: at('state') });
    try {
      for (const [i, sha256] of hashes.entries()) {
        const response = await fetch(`${edge.url}/w/${sha256}.bin`);
        expect(response.headers.get('Cache-Control')).toBe('public, max-age=31536000, immutable');
        expect(new Uint8Array(await response.arrayBuffer())).toEqual(shards[i]);
      }
      // The manifest comes with the next build; the shards from the edge itself.
      const asked: string[] = [];
      const { parameters } = await load(async (url, init) => {
        const { pathname } = new URL(url);
        asked.push(pathname);
        if (pathname !== weightPaths.manifest('tiny')) return fetch(url, init);
        return new Response(readFileSync(at('public/weights/tiny.json')));
      }, edge.url);
      expect(parameters.get('conv.weight')?.values).toEqual(Float32Array.from(values.slice(0, 36)));
      expect(asked.slice(1).sort()).toEqual(hashes.map((sha256) => `/w/${sha256}.bin`).sort());

      const later = testNetwork('later', 3);
      await writeNetwork(at('networks'), later.manifest, later.shards);
      const again = await localBucket('reverie-weights', at('state'));
      expect(await uploadShards(at('networks/later.json'), again)).toMatchObject({ put: 3, skipped: 0 });
      await again.close();
      const [first] = later.manifest.shards;
      const response = await fetch(`${edge.url}/w/${first?.sha256}.bin`);
      expect(new Uint8Array(await response.arrayBuffer())).toEqual(later.shards[0]);
    } finally {
      await edge.stop();
    }
  });
});

describe('the bucket of an account', () => {
  it('should be filled through wrangler, with what it lacks or holds wrongly', async () => {
    const [whole = '', wrong = '', missing = ''] = hashes;
    const { wrangler, read } = fakeWrangler(folder, {
      objects: {
        [`shards/${whole}.bin`]: Buffer.from(shards[0] ?? '').toString('base64'),
        [`shards/${wrong}.bin`]: Buffer.from('damaged').toString('base64'),
      },
    });
    const { names, upload } = await networksForR2(wrangler, at('networks'), at('public/weights'));
    expect(names).toEqual(['tiny']);
    expect(await upload('shards')).toBe('2 uploaded, 1 there before');
    const { objects, asked } = read();
    for (const [i, sha256] of hashes.entries()) {
      expect(objects[`shards/${sha256}.bin`]).toBe(Buffer.from(shards[i] ?? '').toString('base64'));
    }
    expect(asked.filter((line) => line.startsWith('r2 object put')).map((line) => line.split(' ')[3])).toEqual([
      `shards/${wrong}.bin`,
      `shards/${missing}.bin`,
    ]);
    expect(asked.every((line) => line.includes(' --remote '))).toBe(true);
  });

  it('should say what wrangler said when it takes nothing', async () => {
    const failing = { command: 'r2 object put', message: 'Authentication error [code: 10000]' };
    const { wrangler } = fakeWrangler(folder, { failing });
    const bucket = await remoteBucket('shards', wrangler);
    await expect(uploadShards(network(), bucket)).rejects.toMatchObject({
      code: 'weights-network',
      message: expect.stringContaining('Authentication error'),
    });
    await bucket.close();
  });
});

describe('the command line', () => {
  it.each([
    [['upload', '--local'], /MANIFEST is missing/],
    [['upload', 'a.json'], /--local or --remote/],
    [['upload', 'a.json', '--local', '--remote'], /--local or --remote/],
    [['upload', 'a.json', '--remote', '--state', 'x'], /leave it out with --remote/],
  ])('should refuse %j', async (args, message) => {
    await expect(weightsJobOf(args)).rejects.toEqual(
      expect.objectContaining({ code: 'usage', message: expect.stringMatching(message) }),
    );
  });

  it('should know where to and what', async () => {
    const job = await weightsJobOf(['upload', 'a.json', 'b.json', '--local', '--state', 's']);
    expect(job).toMatchObject({ files: ['a.json', 'b.json'], remote: false, state: 's' });
  });
});
