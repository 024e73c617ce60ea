/** Painting at once: choosing repaints, styles mix, the optimisation goes on from there, and a camera is painted live. */
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStudio, type Studio } from './studio.page';
import { jpeg } from './studio.pictures';

let studio: Studio;
beforeAll(async () => {
  studio = await openStudio({
    path: '/?backend=wasm',
    args: ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'],
  });
  await studio.at('technique-fast').click();
  await studio.hang(await jpeg(160, 120));
});
afterAll(() => studio?.close());

/** A number that changes with the picture that hangs. */
const look = () =>
  studio.at('painting-canvas').evaluate((canvas: HTMLCanvasElement) => {
    const { data } = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height) ?? { data: [] };
    let sum = 0;
    for (const [i, value] of data.entries()) sum = (sum * 31 + value + i) % 1_000_003;
    return sum;
  });
const settled = () =>
  expect.poll(() => studio.at('frame').getAttribute('data-state'), { timeout: 30_000 }).toBe('done');

describe('painting at once', () => {
  it('has a style chosen from the beginning, and paints it', async () => {
    const { at } = studio;
    expect(await at('fast-gallery').locator('input:checked').count()).toBe(1);
    await at('paint').click();
    await settled();
    expect(await at('painting-label').innerText()).not.toBe('');
  });

  it('repaints when another style, a mix or a strength is chosen', async () => {
    const { at } = studio;
    const first = await look();
    await at('fast-the-scream').locator('input').check({ force: true });
    await expect.poll(look, { timeout: 30_000 }).not.toBe(first);
    await settled();
    const second = await look();
    await at('fast-add').selectOption('udnie');
    await at('fast-mixed').waitFor();
    await expect.poll(look, { timeout: 30_000 }).not.toBe(second);
    await settled();
    const third = await look();
    await at('fast-strength').fill('40');
    await expect.poll(look, { timeout: 30_000 }).not.toBe(third);
    await settled();
    const fourth = await look();
    await at('fast-remove-udnie').click();
    expect(await at('fast-mixed').count()).toBe(0);
    await expect.poll(look, { timeout: 30_000 }).not.toBe(fourth);
    await settled();
  });

  it('goes on with the slow painter from what was painted at once', async () => {
    const { at, page } = studio;
    await at('refine').click();
    await expect.poll(() => at('technique-style').getAttribute('aria-selected')).toBe('true');
    await at('run-status').waitFor();
    await page.waitForTimeout(300);
    if (await at('cancel').count()) await at('cancel').click();
    await settled();
    expect(await at('style-the-scream').locator('input').isChecked()).toBe(true);
    await at('technique-fast').click();
  });
});

describe('live', () => {
  it('paints the camera frame by frame, tells how fast, and changes its style meanwhile', async () => {
    const { at, page } = studio;
    await at('live-open').click();
    await at('live-camera').click();
    await expect
      .poll(async () => Number(await at('live-facts').getAttribute('data-fps')), { timeout: 60_000 })
      .toBeGreaterThan(0);
    const painted = () =>
      at('live-canvas').evaluate((canvas: HTMLCanvasElement) => {
        const { data } = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height) ?? { data: [] };
        return new Set(data).size;
      });
    expect(await painted()).toBeGreaterThan(20);
    await at('live-style-starry-night').locator('input').check({ force: true });
    await at('live-record').click();
    await page.waitForTimeout(1500);
    const saved = page.waitForEvent('download');
    await at('live-record').click();
    const clip = await readFile((await (await saved).path()) ?? '');
    expect(clip.length).toBeGreaterThan(1000);
    await at('live-close').click();
    await at('live-dialog').waitFor({ state: 'detached' });
    expect(studio.errors).toEqual([]);
  });

  it('says that the camera was refused, and loses nothing', async () => {
    const { at, page } = studio;
    await page.evaluate(() => {
      navigator.mediaDevices.getUserMedia = async () => {
        throw new DOMException('no', 'NotAllowedError');
      };
    });
    const before = await look();
    await at('live-open').click();
    await at('live-camera').click();
    await expect.poll(() => at('notice').getAttribute('data-code')).toBe('camera-refused');
    expect(await look()).toBe(before);
  });
});
