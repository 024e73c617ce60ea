/** Teaching the network a painting: a tiny training from its start to a picture, over a reload, and from one browser to another. */
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStudio, type Studio } from './studio.page';
import { jpeg } from './studio.pictures';

/** Few steps of small squares on the processor: what is shown is that it works, not how well it paints. */
const path = '/?backend=wasm&train-steps=30&train-crop=64';

let studio: Studio;
beforeAll(async () => {
  studio = await openStudio({ path, sketches: true });
});
afterAll(() => studio?.close());

/** A number that changes with the picture that hangs. */
const look = ({ at }: Studio) =>
  at('painting-canvas').evaluate((canvas: HTMLCanvasElement) => {
    const { data } = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height) ?? { data: [] };
    let sum = 0;
    for (const [i, value] of data.entries()) sum = (sum * 31 + value + i) % 1_000_003;
    return sum;
  });
const settled = ({ at }: Studio) =>
  expect.poll(() => at('frame').getAttribute('data-state'), { timeout: 60_000 }).toBe('done');
const patience = { timeout: 90_000 };
const step = async () => Number((await studio.at('train-progress').getAttribute('data-step')) ?? 0);

/** Of the style that was taught: what it paints, and its file. */
let painted: number;
let file: Buffer;

describe('teaching it a painting', () => {
  it('tells how long it will take, measured here, before it starts', async () => {
    const { at } = studio;
    await at('train-open').click();
    await at('train-painting-input').setInputFiles(await jpeg(200, 160));
    await expect
      .poll(async () => Number(await at('train-estimate').getAttribute('data-ms')), patience)
      .toBeGreaterThan(0);
    expect(await at('train-start').isEnabled()).toBe(true);
  });

  it('learns on photos of one’s own, shows how it paints, and pauses', async () => {
    const { at } = studio;
    await at('train-photos-input').setInputFiles([await jpeg(120, 90), await jpeg(90, 120)]);
    await expect.poll(() => at('train-photos').getAttribute('data-count')).toBe('2');
    await at('train-name').fill('Tiny');
    await at('train-start').click();
    await expect.poll(step, patience).toBeGreaterThan(0);
    await at('train-pause').click();
    await at('train-sample-1').waitFor();
    await expect.poll(() => at('train-dialog').getAttribute('data-state')).toBe('paused');
  });

  it('goes on where it was after a reload, to its end, and hangs among the instant styles', async () => {
    const { at, page } = studio;
    const before = await step();
    // What the pause handed out is being written.
    await page.waitForTimeout(1500);
    await page.reload();
    expect(await at('train-status').innerText()).toContain('Tiny');
    await at('train-open').click();
    await at('train-continue').click();
    await at('train-done').waitFor(patience);
    expect(await at('train-done').innerText()).toContain('Tiny');
    expect(await at('train-sample-1').isVisible()).toBe(true);
    expect(await at('style-own').count()).toBe(1);
    expect(before).toBeLessThan(30);
    expect(await at('style-own').locator('input').isChecked()).toBe(true);
    await at('train-paint').click();
    await at('train-dialog').waitFor({ state: 'detached' });
    expect(await at('train-status').innerText()).not.toContain('Tiny');
    expect(await at('style-own').innerText()).toContain('Tiny');
  });

  it('paints a photo otherwise than any style that it knew, alone and mixed', async () => {
    const { at } = studio;
    await studio.hang(await jpeg(160, 120));
    await settled(studio);
    painted = await look(studio);
    expect(await at('painting-label').innerText()).toContain('Tiny');
    await at('style-udnie').locator('input').check({ force: true });
    await expect.poll(() => look(studio), patience).not.toBe(painted);
    await settled(studio);
    const other = await look(studio);
    await at('style-own').locator('input').check({ force: true });
    await expect.poll(() => look(studio), patience).toBe(painted);
    await at('fast-add').selectOption('udnie');
    await expect.poll(() => look(studio), patience).not.toBe(painted);
    await settled(studio);
    expect(await look(studio)).not.toBe(other);
    await at('style-own').locator('input').check({ force: true });
    await expect.poll(() => look(studio), patience).toBe(painted);
  });

  it('is saved as a file, deleted, and brought back', async () => {
    const { at, page } = studio;
    const saved = page.waitForEvent('download');
    await at('own-export').click();
    const download = await saved;
    expect(download.suggestedFilename()).toBe('tiny.reverie-style');
    file = await readFile((await download.path()) ?? '');
    expect(file.length).toBeLessThan(40_000);
    await at('own-delete').click();
    await expect.poll(() => at('style-own').count()).toBe(0);
    await at('notice').getByRole('button').first().click();
    await expect.poll(() => at('style-own').count()).toBe(1);
    expect(studio.errors).toEqual([]);
  });
});

describe('when something is missing', () => {
  let poor: Studio;
  beforeAll(async () => {
    poor = await openStudio({ path, sketches: true });
  });
  afterAll(() => poor?.close());

  it('says that the photos could not be fetched, and keeps what was chosen', async () => {
    const { at, page } = poor;
    await page.route('**/training/*', (route) => route.fulfill({ status: 404, body: 'no' }));
    await at('train-open').click();
    await at('train-painting-input').setInputFiles(await jpeg(200, 160));
    await at('train-name').fill('Poor');
    await expect.poll(() => at('train-start').isEnabled(), patience).toBe(true);
    await at('train-start').click();
    await expect.poll(() => at('train-error').getAttribute('data-code'), patience).toBe('training-photos');
    await at('train-close').click();
    await page.unroute('**/training/*');
    await at('train-open').click();
    await at('train-painting').waitFor();
    expect(await at('train-name').inputValue()).toBe('Poor');
  });

  it('learns to the end on a full disk, and says that only a file outlives the page', async () => {
    const { at, page } = poor;
    await page.evaluate(() => {
      IDBObjectStore.prototype.put = () => {
        throw new DOMException('full', 'QuotaExceededError');
      };
    });
    await at('train-start').click();
    await at('train-unkept').waitFor(patience);
    await at('train-done').getByRole('alert').waitFor(patience);
    const saved = page.waitForEvent('download');
    await at('train-save').click();
    expect((await saved).suggestedFilename()).toBe('poor.reverie-style');
    await at('train-close').click();
    expect(await at('style-own').innerText()).toContain('Poor');
  });
});

describe('in another browser', () => {
  let other: Studio;
  beforeAll(async () => {
    other = await openStudio({ path, sketches: true });
  });
  afterAll(() => other?.close());
  const open = async (name: string, buffer: Buffer) => {
    await other.at('train-open').click();
    await other.at('train-import').setInputFiles({ name, mimeType: 'application/octet-stream', buffer });
  };

  it('refuses a file that is cut short, in words, and keeps nothing of it', async () => {
    await open('cut.reverie-style', file.subarray(0, -9));
    await expect.poll(() => other.at('notice').getAttribute('data-code')).toBe('training-file-invalid');
    expect(await other.at('style-own').count()).toBe(0);
  });

  it('paints the same picture with the whole file', async () => {
    await open('tiny.reverie-style', file);
    await expect.poll(() => other.at('style-own').count(), patience).toBe(1);
    await other.hang(await jpeg(160, 120));
    await settled(other);
    expect(await look(other)).toBe(painted);
    expect(other.errors).toEqual([]);
  });
});
