/** Own styles in IndexedDB: back as they were, one record each, what happens without room, and what an earlier Reverie left. */
import { IDBFactory, IDBObjectStore } from 'fake-indexeddb';
import { createStore, keys, set } from 'idb-keyval';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { encodeStyleFile, type StyleFile } from '../../../web/engine/train/styleFile';

const transformer = { width: 1, blocks: 1, norm: 'instance', upsampling: 'resize' } as const;
const weights = 'a'.repeat(64);
const style = (name: string, value = 0.5): Omit<StyleFile, 'id'> => ({
  name,
  network: 'reverie-fast',
  weights,
  trains: 'style',
  steps: 9,
  transformer,
  values: new Float32Array(2 * (1 + 2 + 4 + 4 + 4 + 2 + 1 + 3)).fill(value),
  thumbnail: new Uint8Array(),
});

/** A page with a storage of its own, or with that of the page before. */
async function openPage(database: IDBFactory = new IDBFactory()) {
  vi.resetModules();
  vi.stubGlobal('indexedDB', database);
  return { database, ...(await import('../../../web/studio/ownStyles/library')) };
}

beforeEach(() => vi.unstubAllGlobals());

describe('the library', () => {
  it('should give styles back to the next page, by name, and forget those that are deleted', async () => {
    const first = await openPage();
    const { id, kept } = await first.keepStyle(style('One'));
    expect(kept).toBe(true);
    await first.keepStyle(style('Another', 0.25));
    const next = await openPage(first.database);
    expect((await next.allStyles()).map(({ name }) => name)).toEqual(['Another', 'One']);
    await next.forgetStyle(id);
    expect((await next.allStyles()).map(({ name }) => name)).toEqual(['Another']);
  });

  it('should clear away what an earlier Reverie kept of trainings that were left half-way, and nothing else', async () => {
    const page = await openPage();
    const { id } = await page.keepStyle(style('One'));
    const store = createStore('reverie-styles', 'styles');
    const others = ['style:own-damaged', 'something-new'];
    const left = ['training:a', 'checkpoint:a', 'checkpoint:without-its-training'];
    for (const key of [...left, ...others]) await set(key, new ArrayBuffer(8), store);
    expect((await page.allStyles()).map(({ name }) => name)).toEqual(['One']);
    expect((await keys(store)).sort()).toEqual([...others, `style:${id}`].sort());
  });

  it('should not lose what another tab keeps at the same time', async () => {
    const one = await openPage();
    const other = await openPage(one.database);
    await Promise.all([one.keepStyle(style('One', 1)), other.keepStyle(style('Two', 2))]);
    expect(await one.allStyles()).toHaveLength(2);
    expect(await other.allStyles()).toHaveLength(2);
  });

  it('should say so where nothing can be kept, and have it for as long as the page lives', async () => {
    const blocked = {
      open: () => {
        throw new DOMException('no', 'SecurityError');
      },
    };
    const page = await openPage(blocked as unknown as IDBFactory);
    const { id, kept } = await page.keepStyle(style('One'));
    expect(kept).toBe(false);
    expect((await page.allStyles()).map((each) => each.id)).toEqual([id]);
    expect((await page.styleFile(id)).size).toBeGreaterThan(100);
  });
});

describe('a disk that fills up on the way', () => {
  it('should leave what was kept as it is, have the newer for as long as the page lives, and keep it when there is room', async () => {
    const page = await openPage();
    await page.keepStyle(style('One', 1));
    const full = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => {
      throw new DOMException('full', 'QuotaExceededError');
    });
    expect((await page.keepStyle(style('Two', 2))).kept).toBe(false);
    full.mockRestore();
    expect(await page.allStyles()).toHaveLength(2);
    expect(await (await openPage(page.database)).allStyles()).toHaveLength(1);
    expect((await page.keepStyle(style('Two', 2))).kept).toBe(true);
    expect(await (await openPage(page.database)).allStyles()).toHaveLength(2);
  });
});

describe('a style from a file', () => {
  it('should be kept when it fits the network here', async () => {
    const page = await openPage();
    const file = new Blob([await encodeStyleFile(style('Given'))]);
    expect((await page.importStyle(file, async () => weights)).name).toBe('Given');
    expect(await page.allStyles()).toHaveLength(1);
  });

  it.each([
    ['cut short', async () => new Blob([(await encodeStyleFile(style('x'))).subarray(0, 90)]), async () => weights],
    ['taught to other weights', async () => new Blob([await encodeStyleFile(style('x'))]), async () => 'b'.repeat(64)],
    [
      'taught to a network that is not here',
      async () => new Blob([await encodeStyleFile(style('x'))]),
      async () => {
        // Of the page's own modules, which were loaded anew.
        const { ReverieError } = await import('../../../shared/errors');
        throw new ReverieError('network-unknown', 'no');
      },
    ],
    ['far too large', async () => new Blob([new Uint8Array(9_000_000)]), async () => weights],
  ])('should be refused when it is %s, with nothing kept', async (_, file, here) => {
    const page = await openPage();
    await expect(page.importStyle(await file(), here)).rejects.toMatchObject({ code: 'training-file-invalid' });
    expect(await page.allStyles()).toHaveLength(0);
  });
});
