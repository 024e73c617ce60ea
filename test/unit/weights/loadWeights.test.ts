import { IDBFactory } from 'fake-indexeddb';
import { createStore, del, keys, set } from 'idb-keyval';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { weightsHash } from '../../../shared/hash';
import {
  fetchVerified,
  indexedDbStore,
  type LoadWeightsOptions,
  loadWeights,
  memoryShardStore,
  type ShardStore,
  type WeightsProgress,
} from '../../../web/engine/weights';
import {
  breaking,
  hasty,
  manifestPath,
  sha,
  shardPath,
  stalling,
  type TestNetwork,
  type TestServer,
  testNetwork,
  testServer,
} from './support';

const network = testNetwork();
const raw = () => createStore('reverie-weights', 'records');
let server: TestServer;
let store: ShardStore;

beforeEach(() => {
  vi.stubGlobal('indexedDB', new IDBFactory());
  server = testServer(network);
  store = indexedDbStore();
});
afterEach(() => vi.unstubAllGlobals());

const load = (options: Partial<LoadWeightsOptions> = {}) =>
  loadWeights({ baseUrl: 'http://edge/', id: 'tiny', store, fetch: server.fetch, patience: hasty, ...options });

/** A new visit: nothing in memory, only what the database has. */
const nextVisit = () => {
  store = indexedDbStore();
  server.requests.length = 0;
};

const expectWeights = ({ parameters }: Awaited<ReturnType<typeof load>>, { values }: TestNetwork = network) => {
  expect(parameters.get('conv.weight')?.shape).toEqual([3, 3, 1, 4]);
  expect([...(parameters.get('conv.weight')?.values ?? [])]).toEqual(values.slice(0, 36));
  expect([...(parameters.get('conv.bias')?.values ?? [])]).toEqual(values.slice(36));
};

/** The stored shards, by hash, each as it should be: the cache is never poisoned. */
async function expectOnlyVerified(): Promise<string[]> {
  const shards = (await keys<string>(raw())).filter((key) => key.startsWith('shard:')).map((key) => key.slice(6));
  for (const name of shards) {
    const good = network.shards.find((shard) => sha(shard) === name);
    expect(await indexedDbStore().get(name, good?.length ?? 0)).toEqual(good);
  }
  return shards;
}

describe('loadWeights', () => {
  it('fetches the manifest and every shard once, and decodes tensors that span shards', async () => {
    const loaded = await load();
    expectWeights(loaded);
    expect(loaded.fromCache).toBe(false);
    expect(loaded.manifest).toEqual(network.manifest);
    expect([...server.requests].sort()).toEqual(
      [manifestPath(network), ...network.shards.map((_, i) => shardPath(network, i))].sort(),
    );
  });

  it('makes no request at all on the second visit', async () => {
    await load();
    nextVisit();
    server.offline = true;
    const loaded = await load();
    expectWeights(loaded);
    expect(loaded.fromCache).toBe(true);
    expect(server.requests).toEqual([]);
  });

  it('tells bytes and shards up to the total, and whether they came from storage', async () => {
    const first: WeightsProgress[] = [];
    const second: WeightsProgress[] = [];
    await load({ onProgress: (progress) => first.push(progress) });
    nextVisit();
    await load({ onProgress: (progress) => second.push(progress) });
    expect(first.at(-1)).toEqual({ step: 3, steps: 3, bytes: { loaded: 80, total: 80, cached: false } });
    expect(second.at(-1)).toEqual({ step: 3, steps: 3, bytes: { loaded: 80, total: 80, cached: true } });
    for (const { bytes } of [...first, ...second]) expect(bytes.loaded).toBeLessThanOrEqual(bytes.total);
  });

  it('reports bytes while a shard is still arriving', async () => {
    const shard = network.shards[0] ?? new Uint8Array();
    let finish = () => {};
    const arriving = new ReadableStream({
      start(controller) {
        controller.enqueue(shard.slice(0, 10));
        finish = () => {
          controller.enqueue(shard.slice(10));
          controller.close();
        };
      },
    });
    server.next(shardPath(network, 0), () => new Response(arriving));
    const seen: number[] = [];
    await fetchVerified({
      url: `http://edge${shardPath(network, 0)}`,
      sha256: sha(shard),
      bytes: shard.length,
      what: 'A shard',
      store,
      fetch: server.fetch,
      onBytes(loaded) {
        seen.push(loaded);
        if (loaded === 10) finish();
      },
    });
    expect(seen).toEqual([0, 10, 31]);
  });

  describe('survives', () => {
    it('no storage at all', async () => {
      vi.stubGlobal('indexedDB', undefined);
      store = indexedDbStore();
      expectWeights(await load());
    });

    it('storage that is blocked in a third-party frame', async () => {
      vi.stubGlobal('indexedDB', {
        open() {
          throw new DOMException('denied permission', 'UnknownError');
        },
      });
      store = indexedDbStore();
      expectWeights(await load());
    });

    it('full storage: lets other networks go once, then runs from memory', async () => {
      const keepOnly = vi.fn(async () => {});
      const put = vi.fn(async () => 'full' as const);
      store = { ...memoryShardStore(), put, keepOnly };
      expectWeights(await load());
      expect(keepOnly).toHaveBeenCalledTimes(1);
      expect(keepOnly).toHaveBeenCalledWith(new Set(network.shards.map(sha)));
      expect(await store.getManifest('tiny')).toBeUndefined();
    });

    it('full storage that has room once others are gone', async () => {
      const memory = memoryShardStore();
      await memory.put(sha(new Uint8Array(3)), new Uint8Array(3));
      let full = true;
      store = {
        ...memory,
        put: async (sha256, bytes) => (full ? 'full' : memory.put(sha256, bytes)),
        async keepOnly(shas) {
          full = false;
          await memory.keepOnly(shas);
        },
      };
      await load();
      server.offline = true;
      expect((await load()).fromCache).toBe(true);
      expect(await store.estimate()).toEqual({ usage: 80, quota: null });
    });

    it('a connection to storage that is lost half-way', async () => {
      await load();
      nextVisit();
      const factory: IDBFactory = indexedDB;
      const open = factory.open.bind(factory);
      let transactions = 0;
      factory.open = (...args) => {
        const request = open(...args);
        request.addEventListener('success', () => {
          const begin = request.result.transaction.bind(request.result);
          request.result.transaction = (...parameters: Parameters<typeof begin>) => {
            if (++transactions === 3) throw new DOMException('closing', 'InvalidStateError');
            return begin(...parameters);
          };
        });
        return request;
      };
      expect((await load()).fromCache).toBe(true);
      expect(transactions).toBeGreaterThan(3);
    });

    it('an evicted shard: fetches only that one', async () => {
      await load();
      await del(`shard:${network.manifest.shards[1]?.sha256}`, raw());
      nextVisit();
      const loaded = await load();
      expectWeights(loaded);
      expect(loaded.fromCache).toBe(false);
      expect(server.requests).toEqual([shardPath(network, 1)]);
      nextVisit();
      expect((await load()).fromCache).toBe(true);
    });

    it('damaged bytes in storage: fetches them again', async () => {
      await load();
      await set(`shard:${network.manifest.shards[2]?.sha256}`, new ArrayBuffer(47), raw());
      nextVisit();
      expectWeights(await load());
      expect(server.requests).toEqual([shardPath(network, 2)]);
      expect(await expectOnlyVerified()).toHaveLength(3);
    });

    it('a damaged download: fetches once more, past the HTTP cache', async () => {
      server.next(shardPath(network, 1), () => new Response(new Uint8Array(2)));
      expectWeights(await load());
      expect(server.requests.filter((path) => path.startsWith(shardPath(network, 1)))).toEqual([
        shardPath(network, 1),
        `${shardPath(network, 1)} (reload)`,
      ]);
      expect(await expectOnlyVerified()).toHaveLength(3);
    });

    it.each([
      ['other bytes', () => new Response(new Uint8Array(2))],
      ['too few bytes', () => new Response(new Uint8Array(1))],
      ['an endless body', () => new Response(endless())],
      ['the page of an app', () => new Response('<!doctype html><title>Reverie</title>')],
    ])('%s from the server twice: weights-integrity, and nothing of it is stored', async (_, answer) => {
      server.next(shardPath(network, 1), answer, answer);
      await expect(load()).rejects.toMatchObject({ code: 'weights-integrity' });
      expect(await expectOnlyVerified()).not.toContain(network.manifest.shards[1]?.sha256);
      nextVisit();
      expectWeights(await load());
    });

    it('a connection that breaks off, and a server error, by trying again', async () => {
      const shard = network.shards[0] ?? new Uint8Array();
      server.next(
        shardPath(network, 0),
        () => breaking(shard.slice(0, 5)),
        () => new Response('', { status: 503 }),
      );
      expectWeights(await load());
    });

    it('a connection that goes silent, by trying again', async () => {
      const shard = network.shards[0] ?? new Uint8Array();
      server.next(shardPath(network, 0), () => stalling(shard.slice(0, 5)));
      expectWeights(await load());
    });

    it('a manifest that arrives damaged', async () => {
      server.next(manifestPath(network), () => new Response('{"format":'));
      expectWeights(await load());
      expect(server.requests.slice(0, 2)).toEqual([manifestPath(network), `${manifestPath(network)} (reload)`]);
    });
  });

  describe('reports', () => {
    it('a server that is down, after the attempts of shared/limits.ts, and keeps what came', async () => {
      const down = () => new Response('', { status: 500 });
      server.next(shardPath(network, 2), down, down, down);
      const failure = load();
      await expect(failure).rejects.toMatchObject({ code: 'weights-network' });
      await expect(failure).rejects.toThrow(/Part 3 of 3 of tiny.*500.*try again/s);
      expect(server.requests.filter((path) => path === shardPath(network, 2))).toHaveLength(3);
      expect(await expectOnlyVerified()).toHaveLength(2);
    });

    it('a missing shard at once', async () => {
      server.next(shardPath(network, 0), () => new Response('', { status: 404 }));
      await expect(load()).rejects.toThrow(/Part 1 of 3 of tiny.*404.*operator/s);
      expect(server.requests.filter((path) => path === shardPath(network, 0))).toHaveLength(1);
    });

    it('no network', async () => {
      server.offline = true;
      await expect(load()).rejects.toMatchObject({ code: 'weights-network' });
    });

    it('a connection that stays silent', async () => {
      const silent = () => new Promise<Response>(() => {});
      server.next(manifestPath(network), silent, silent, silent);
      await expect(load()).rejects.toThrow(/nothing arrived for 0.25 s/);
    });

    it('a network that the server does not have', async () => {
      await expect(load({ id: 'vgg19' })).rejects.toMatchObject({ code: 'network-unknown' });
      await expect(load({ id: '../api/shares' })).rejects.toMatchObject({ code: 'network-unknown' });
      expect(server.requests).toEqual(['/weights/vgg19.json']);
    });

    it.each([
      ['is not JSON', '<!doctype html>'],
      ['breaks the schema', '{"format":"reverie-weights/1"}'],
      ['is of another network', JSON.stringify({ ...network.manifest, id: 'other' })],
    ])('a manifest that %s', async (_, text) => {
      server.next(
        manifestPath(network),
        () => new Response(text),
        () => new Response(text),
      );
      await expect(load()).rejects.toMatchObject({ code: 'weights-invalid' });
    });
  });

  describe('when aborted', () => {
    it('stops at once and keeps the shards that are there', async () => {
      const abort = new AbortController();
      server.next(shardPath(network, 1), () => stalling(new Uint8Array(1)));
      const loading = load({
        signal: abort.signal,
        patience: {},
        onProgress: ({ step }) => {
          if (step === 2) abort.abort();
        },
      });
      await expect(loading).rejects.toMatchObject({ code: 'aborted' });
      expect(await expectOnlyVerified()).toHaveLength(2);
      nextVisit();
      expectWeights(await load());
      expect(server.requests).toEqual([manifestPath(network), shardPath(network, 1)]);
    });

    it('does not wait for the pause between two attempts', async () => {
      const abort = new AbortController();
      server.offline = true;
      const loading = load({ signal: abort.signal, patience: { retryMs: 60_000 } });
      setTimeout(() => abort.abort(), 10);
      await expect(loading).rejects.toMatchObject({ code: 'aborted' });
    });

    it('before it starts, asks for nothing', async () => {
      await expect(load({ signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'aborted' });
      expect(server.requests).toEqual([]);
    });
  });

  describe('when the server has new weights under the same id', () => {
    const renewed = testNetwork('tiny', 5);
    beforeEach(async () => {
      await load();
      nextVisit();
      server = testServer(renewed);
    });

    it('fetches them if the caller knows, and drops the old shards', async () => {
      const currentHash = await weightsHash(renewed.manifest);
      expectWeights(await load({ currentHash }), renewed);
      expect((await keys<string>(raw())).sort()).toEqual(
        ['manifest:tiny', ...renewed.shards.map((shard) => `shard:${sha(shard)}`)].sort(),
      );
      nextVisit();
      expect((await load({ currentHash })).fromCache).toBe(true);
    });

    it('goes on with the old ones when the server cannot be reached', async () => {
      server.offline = true;
      expectWeights(await load({ currentHash: await weightsHash(renewed.manifest) }));
    });

    it('notices when an old shard is gone on both sides', async () => {
      await del(`shard:${network.manifest.shards[0]?.sha256}`, raw());
      expectWeights(await load(), renewed);
    });
  });
});

function endless(): ReadableStream<Uint8Array> {
  return new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(1000)) });
}
