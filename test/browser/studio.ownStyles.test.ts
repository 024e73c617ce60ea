/** Styles that were taught to the network: opened from their files, painted with, mixed, kept, saved, deleted and brought back. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { weightsHash } from '../../shared/hash';
import { parseWeightsManifest } from '../../shared/manifest';
import { decodeStyleFile, encodeStyleFile } from '../../web/engine/train/styleFile';
import { openStudio, type Studio } from './studio.page';
import { jpeg } from './studio.pictures';

const root = path.resolve(import.meta.dirname, '../..');
const stored = (name: string) => readFile(path.join(root, 'test/fixtures/stored', `${name}.reverie-style`));

/** One that was taught to other weights, as if it had been taught to those that are served. */
async function taughtHere(name: string): Promise<Buffer> {
  const manifest = await readFile(path.join(root, 'web/public/weights/reverie-fast.json'), 'utf8');
  const weights = await weightsHash(parseWeightsManifest(JSON.parse(manifest)));
  return Buffer.from(await encodeStyleFile({ ...(await decodeStyleFile(await stored(name))), weights, name: 'Tiny' }));
}

let studio: Studio;
beforeAll(async () => {
  studio = await openStudio({ path: '/?backend=wasm', sketches: true, keeps: true });
});
afterAll(() => studio?.close());

const open = (buffer: Buffer) =>
  studio.at('style-input').setInputFiles({ name: 'given.reverie-style', mimeType: '', buffer });
const names = () => studio.at('style-own').locator('.card-work').allInnerTexts();
const patience = { timeout: 90_000 };
/** The photo hangs painted in what the label says. */
const painted = (label: RegExp) =>
  expect
    .poll(
      async () => [await studio.at('frame').getAttribute('data-state'), await studio.at('painting-label').innerText()],
      patience,
    )
    .toEqual(['done', expect.stringMatching(label)]);

/** A number that changes with the picture that hangs. */
const look = () =>
  studio.at('painting-canvas').evaluate((canvas: HTMLCanvasElement) => {
    const { data } = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height) ?? { data: [] };
    let sum = 0;
    for (const [i, value] of data.entries()) sum = (sum * 31 + value + i) % 1_000_003;
    return sum;
  });

describe('a style that was taught', () => {
  it('is refused, in words, when its file is cut short or of other weights, and nothing of it is kept', async () => {
    const { at } = studio;
    for (const file of [(await stored('own-v3')).subarray(0, -9), await stored('own-v1'), await stored('own-v2')]) {
      await open(file);
      await expect.poll(() => at('notice').getAttribute('data-code'), patience).toBe('training-file-invalid');
      await at('notice').getByRole('button', { name: 'Dismiss' }).click();
    }
    expect(await names()).toEqual([]);
  });

  it('opens, is a tile, and paints a photo otherwise than any other style, alone and mixed', async () => {
    const { at } = studio;
    await studio.hang(await jpeg(160, 120));
    await open(await taughtHere('own-v3'));
    await painted(/Tiny/);
    expect(await names()).toEqual(['Tiny']);
    const alone = await look();
    await at('fast-add').selectOption('udnie');
    await painted(/Tiny[\s\S]*Udnie|Udnie[\s\S]*Tiny/);
    await expect.poll(look, patience).not.toBe(alone);
    const mixed = await look();
    await at('style-udnie').locator('input').check({ force: true });
    await painted(/^(?![\s\S]*Tiny)[\s\S]*Udnie/);
    await expect.poll(look, patience).not.toBe(mixed);
    expect(await look()).not.toBe(alone);
    await at('style-own').locator('input').check({ force: true });
    await painted(/Tiny/);
    await expect.poll(look, patience).toBe(alone);
  });

  it('is there after a reload, saved as a file, deleted, and brought back', async () => {
    const { at, page } = studio;
    await page.reload();
    await expect.poll(names, patience).toEqual(['Tiny']);
    await at('style-own').locator('input').check({ force: true });
    const saved = page.waitForEvent('download');
    await at('own-export').click();
    const download = await saved;
    expect(download.suggestedFilename()).toBe('tiny.reverie-style');
    expect(await readFile(await download.path())).toEqual(await taughtHere('own-v3'));
    await at('own-delete').click();
    await expect.poll(names).toEqual([]);
    await at('notice').getByRole('button', { name: 'Undo' }).click();
    await expect.poll(names).toEqual(['Tiny']);
  });

  it('paints with filters of its own, whatever weights it was taught to', async () => {
    // The reload may have come before the photo was kept.
    await studio.hang(await jpeg(160, 120));
    await open(await stored('own-v2-all'));
    await painted(/Own 2/);
    await open(await stored('own-v3-all'));
    await painted(/Own 3/);
    expect(studio.errors).toEqual([]);
  });
});

it('clears away what an earlier Reverie kept of trainings that were left half-way', async () => {
  const { at, page } = studio;
  const kept = () =>
    page.evaluate(
      () =>
        new Promise<string[]>((resolve) => {
          const opening = indexedDB.open('reverie-styles');
          opening.onsuccess = () => {
            const asked = opening.result.transaction('styles').objectStore('styles').getAllKeys();
            asked.onsuccess = () => {
              opening.result.close();
              resolve(asked.result.map(String));
            };
          };
        }),
    );
  const before = await kept();
  await page.evaluate(
    () =>
      new Promise<void>((resolve) => {
        localStorage.setItem('reverie.unfinished-training', 'Half');
        // As where nothing else is known to be kept.
        localStorage.removeItem('reverie.own-styles');
        const opening = indexedDB.open('reverie-styles');
        opening.onsuccess = () => {
          const writing = opening.result.transaction('styles', 'readwrite');
          writing.objectStore('styles').put({ id: 'it', name: 'Half' }, 'training:it');
          writing.objectStore('styles').put(new ArrayBuffer(1_000_000), 'checkpoint:it');
          writing.oncomplete = () => {
            opening.result.close();
            resolve();
          };
        };
      }),
  );
  await page.goto(page.url().replace('?', '?train-steps=30&'));
  await expect
    .poll(() => page.evaluate(() => localStorage.getItem('reverie.unfinished-training')), patience)
    .toBe(null);
  expect(await kept()).toEqual(before);
  await expect.poll(() => at('style-own').count()).toBe(before.length);
  expect(studio.errors).toEqual([]);
});
