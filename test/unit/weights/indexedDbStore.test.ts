import { IDBFactory } from 'fake-indexeddb';
import { createStore, keys, set } from 'idb-keyval';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { indexedDbStore } from '../../../web/engine/weights';
import { sha, testNetwork } from './support';

const bytes = Uint8Array.from({ length: 100 }, (_, i) => i);
const hash = sha(bytes);
/** What lies in the database, past the store under test. */
const raw = () => createStore('reverie-weights', 'records');
const rawKeys = () => keys<string>(raw());

beforeEach(() => vi.stubGlobal('indexedDB', new IDBFactory()));
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

/** A database whose transactions do as told; `open` counts how often it was opened. */
function stubDatabase(transaction: (call: number) => void) {
  const factory = new IDBFactory();
  const counts = { open: 0, transaction: 0 };
  const open = factory.open.bind(factory);
  factory.open = (...args) => {
    counts.open++;
    const request = open(...args);
    request.addEventListener('success', () => {
      const begin = request.result.transaction.bind(request.result);
      request.result.transaction = (...parameters: Parameters<typeof begin>) => {
        transaction(++counts.transaction);
        return begin(...parameters);
      };
    });
    return request;
  };
  vi.stubGlobal('indexedDB', factory);
  return counts;
}

describe('indexedDbStore', () => {
  it('gives back in a new session what was put in an earlier one', async () => {
    expect(await indexedDbStore().put(hash, bytes)).toBe('kept');
    expect(await indexedDbStore().get(hash, 100)).toEqual(bytes);
    expect(await indexedDbStore().get(sha(new Uint8Array(1)), 1)).toBeUndefined();
  });

  it('stores a view as its own bytes only', async () => {
    const store = indexedDbStore();
    const view = new Uint8Array(new ArrayBuffer(500), 200, 100);
    view.set(bytes);
    await store.put(hash, view);
    expect(await store.get(hash, 100)).toEqual(bytes);
  });

  it.each<[string, unknown]>([
    ['altered bytes', Uint8Array.from(bytes, (byte) => byte ^ 1).buffer],
    ['too few bytes', bytes.slice(1).buffer],
    ['something else', 'a string'],
  ])('deletes a record with %s and calls it missing', async (_, damaged) => {
    await set(`shard:${hash}`, damaged, raw());
    expect(await indexedDbStore().get(hash, 100)).toBeUndefined();
    expect(await rawKeys()).toEqual([]);
  });

  it('checks the hash on the first read of a session and the length on each', async () => {
    const store = indexedDbStore();
    await store.put(hash, bytes);
    const digest = vi.spyOn(crypto.subtle, 'digest');
    await store.get(hash, 100);
    await store.get(hash, 100);
    expect(digest).toHaveBeenCalledTimes(1);
    await set(`shard:${hash}`, new ArrayBuffer(99), raw());
    expect(await store.get(hash, 100)).toBeUndefined();
  });

  it('keeps manifests, and drops one that is damaged', async () => {
    const { manifest } = testNetwork();
    expect(await indexedDbStore().putManifest(manifest)).toBe('kept');
    expect(await indexedDbStore().getManifest('tiny')).toEqual(manifest);
    await set('manifest:tiny', { ...manifest, bytes: 1 }, raw());
    expect(await indexedDbStore().getManifest('tiny')).toBeUndefined();
    expect(await rawKeys()).toEqual([]);
  });

  it('keepOnly drops other shards and the manifests that name them', async () => {
    const store = indexedDbStore();
    const [one, two] = [testNetwork('one', 1), testNetwork('two', 2)];
    for (const { manifest, shards } of [one, two]) {
      await Promise.all(shards.map((shard) => store.put(sha(shard), shard)));
      await store.putManifest(manifest);
    }
    await store.keepOnly(new Set(two.shards.map(sha)));
    expect(await store.getManifest('one')).toBeUndefined();
    expect(await store.getManifest('two')).toBeDefined();
    expect((await rawKeys()).length).toBe(1 + two.shards.length);
  });

  it('release drops only shards that no manifest names', async () => {
    const store = indexedDbStore();
    const { manifest, shards } = testNetwork();
    await store.put(hash, bytes);
    await Promise.all(shards.map((shard) => store.put(sha(shard), shard)));
    await store.putManifest(manifest);
    await store.release([hash, ...shards.map(sha)]);
    expect(await store.get(hash, 100)).toBeUndefined();
    expect((await rawKeys()).length).toBe(1 + shards.length);
  });

  it('clear empties it', async () => {
    const store = indexedDbStore();
    await store.put(hash, bytes);
    await store.clear();
    expect(await rawKeys()).toEqual([]);
  });

  describe('survives', () => {
    const everythingIsMissing = async (store = indexedDbStore()) => {
      expect(await store.get(hash, 100)).toBeUndefined();
      expect(await store.put(hash, bytes)).toBe('failed');
      expect(await store.getManifest('tiny')).toBeUndefined();
      expect(await store.putManifest(testNetwork().manifest)).toBe('failed');
      await store.keepOnly(new Set());
      await store.release([hash]);
      await store.clear();
    };

    it('no IndexedDB at all', async () => {
      vi.stubGlobal('indexedDB', undefined);
      await everythingIsMissing();
      vi.unstubAllGlobals();
      // Node has none of its own: not even the name.
      expect('indexedDB' in globalThis).toBe(false);
      await everythingIsMissing();
    });

    it('a frame in which opening throws, and asks only once', async () => {
      const open = vi.fn(() => {
        throw new DOMException('denied', 'SecurityError');
      });
      vi.stubGlobal('indexedDB', { open });
      await everythingIsMissing();
      expect(open).toHaveBeenCalledTimes(1);
    });

    it('a third-party frame in which opening fails with UnknownError', async () => {
      const error = new DOMException('The user denied permission to access the database.', 'UnknownError');
      const open = () => {
        const request = { error, onerror: () => {} };
        setTimeout(() => request.onerror(), 0);
        return request;
      };
      vi.stubGlobal('indexedDB', { open });
      await everythingIsMissing();
    });

    it('a database that never answers, waiting for it only once', async () => {
      vi.stubGlobal('indexedDB', { open: () => ({}) });
      const store = indexedDbStore({ timeoutMs: 300 });
      const start = performance.now();
      await everythingIsMissing(store);
      expect(performance.now() - start).toBeGreaterThan(290);
      expect(performance.now() - start).toBeLessThan(1500);
    });

    it('a connection that was lost: it opens a new one and tries again', async () => {
      const counts = stubDatabase((call) => {
        if (call === 2) throw new DOMException('The database connection is closing.', 'InvalidStateError');
      });
      const store = indexedDbStore();
      expect(await store.put(hash, bytes)).toBe('kept');
      expect(await store.get(hash, 100)).toEqual(bytes);
      expect(counts).toEqual({ open: 2, transaction: 3 });
    });

    it('a connection that is lost each time', async () => {
      const counts = stubDatabase(() => {
        throw new DOMException('Connection to Indexed Database server lost.', 'UnknownError');
      });
      expect(await indexedDbStore().get(hash, 100)).toBeUndefined();
      expect(counts.open).toBe(2);
    });

    it('a full disk', async () => {
      stubDatabase(() => {
        throw new DOMException('full', 'QuotaExceededError');
      });
      expect(await indexedDbStore().put(hash, bytes)).toBe('full');
    });
  });
});
