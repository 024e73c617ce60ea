/** Own styles and unfinished trainings in IndexedDB: back as they were, one record each, and what happens without room. */
import { IDBFactory, IDBObjectStore } from 'fake-indexeddb';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { encodeStyleFile, type StyleFile } from '../../../web/engine/train/styleFile';
import type { KeptTraining } from '../../../web/studio/training/library';

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
const training = (id: string, step: number): KeptTraining => ({
  id,
  name: id,
  options: { trains: 'style', steps: 100 },
  painting: new ArrayBuffer(3),
  photos: null,
  curve: [{ step, loss: 1 }],
  step,
  updatedAt: `2026-01-0${step}T00:00:00Z`,
});

/** A page with a storage of its own, or with that of the page before. */
async function openPage(database: IDBFactory = new IDBFactory()) {
  vi.resetModules();
  vi.stubGlobal('indexedDB', database);
  return { database, ...(await import('../../../web/studio/training/library')) };
}

beforeEach(() => vi.unstubAllGlobals());

describe('the library', () => {
  it('should give styles and trainings back to the next page, the latest training first', async () => {
    const first = await openPage();
    const { id, kept } = await first.keepStyle(style('One'));
    expect(kept).toBe(true);
    await first.keepStyle(style('Another', 0.25));
    await first.keepTraining(training('old', 1), Uint8Array.from([1, 2]));
    await first.keepTraining(training('new', 2), Uint8Array.from([3]));
    const next = await openPage(first.database);
    expect((await next.allStyles()).map(({ name }) => name)).toEqual(['Another', 'One']);
    expect((await next.allTrainings()).map((each) => each.id)).toEqual(['new', 'old']);
    expect(await next.checkpointOf('old')).toEqual(Uint8Array.from([1, 2]));
    await next.forgetTraining('old');
    await next.forgetStyle(id);
    expect(await next.checkpointOf('old')).toBeUndefined();
    expect((await next.allStyles()).map(({ name }) => name)).toEqual(['Another']);
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
    expect(await page.keepTraining(training('it', 1), Uint8Array.from([7]))).toBe(false);
    expect((await page.allStyles()).map((each) => each.id)).toEqual([id]);
    expect(await page.checkpointOf('it')).toEqual(Uint8Array.from([7]));
    expect((await page.styleFile(id)).size).toBeGreaterThan(100);
  });
});

describe('a disk that fills up on the way', () => {
  afterEach(() => vi.restoreAllMocks());

  it('should leave what was kept as it is, and have the newer state for as long as the page lives', async () => {
    const page = await openPage();
    expect(await page.keepTraining(training('it', 1), Uint8Array.from([1]))).toBe(true);
    const full = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => {
      throw new DOMException('full', 'QuotaExceededError');
    });
    expect(await page.keepTraining(training('it', 2), Uint8Array.from([2]))).toBe(false);
    const { kept } = await page.keepStyle(style('One'));
    expect(kept).toBe(false);
    expect(await page.checkpointOf('it')).toEqual(Uint8Array.from([2]));
    expect(await page.allStyles()).toHaveLength(1);
    full.mockRestore();
    const next = await openPage(page.database);
    expect((await next.allTrainings()).map(({ step }) => step)).toEqual([1]);
    expect(await next.checkpointOf('it')).toEqual(Uint8Array.from([1]));
  });

  it('should be kept again when there is room again', async () => {
    const page = await openPage();
    const full = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => {
      throw new DOMException('full', 'QuotaExceededError');
    });
    expect(await page.keepTraining(training('it', 1), Uint8Array.from([1]))).toBe(false);
    full.mockRestore();
    expect(await page.keepTraining(training('it', 2), Uint8Array.from([2]))).toBe(true);
    const next = await openPage(page.database);
    expect(await next.checkpointOf('it')).toEqual(Uint8Array.from([2]));
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
