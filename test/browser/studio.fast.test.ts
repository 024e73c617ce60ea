/** Painting at once: choosing repaints, styles mix, chance strokes, the optimisation goes on from there, and a camera is painted live. */
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

declare global {
  interface Window {
    /** Of the cameras that the page opened, noted by `noteCameras`. */
    cameraTracks?: MediaStreamTrack[];
  }
}

const noteCameras = () => {
  const { mediaDevices } = navigator;
  const open = mediaDevices.getUserMedia.bind(mediaDevices);
  mediaDevices.getUserMedia = async (wanted) => {
    const stream = await open(wanted);
    window.cameraTracks = stream.getVideoTracks();
    return stream;
  };
};

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

  it('strokes otherwise after another throw of the dice', async () => {
    const { at, page } = studio;
    const before = await look();
    await page.locator('[data-testid=advanced] > summary').click();
    await at('dice').click();
    await expect.poll(look, { timeout: 30_000 }).not.toBe(before);
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

  it('says that the camera was unplugged, saves what was recorded, and goes on when it is there again', async () => {
    const { at, page } = studio;
    await page.evaluate(noteCameras);
    await at('live-open').click();
    await at('live-camera').click();
    const frames = () => expect.poll(() => at('live-facts').getAttribute('data-fps'), { timeout: 60_000 });
    await frames().not.toBe('');
    await at('live-record').click();
    await page.waitForTimeout(1500);
    const saved = page.waitForEvent('download');
    // As a browser tells of it: the track is over without anybody having stopped it.
    await page.evaluate(() => {
      for (const track of window.cameraTracks ?? []) track.dispatchEvent(new Event('ended'));
    });
    expect((await readFile((await (await saved).path()) ?? '')).length).toBeGreaterThan(1000);
    await expect.poll(() => at('live-error').getAttribute('data-code')).toBe('camera-missing');
    expect(await at('live-dialog').getAttribute('data-running')).toBe('false');
    await at('live-camera').click();
    await expect.poll(() => at('live-dialog').getAttribute('data-running')).toBe('true');
    expect(await at('live-error').count()).toBe(0);
    await at('live-close').click();
    expect(studio.errors).toEqual([]);
  });

  it.each([
    ['refused', 'NotAllowedError', 'camera-refused'],
    ['missing', 'NotFoundError', 'camera-missing'],
    ['another program’s', 'NotReadableError', 'camera-missing'],
  ])('says that the camera is %s, and loses nothing', async (_, name, code) => {
    const { at, page } = studio;
    await page.evaluate((kind) => {
      navigator.mediaDevices.getUserMedia = async () => {
        throw new DOMException('no', kind);
      };
    }, name);
    const before = await look();
    await at('live-open').click();
    await at('live-camera').click();
    await expect.poll(() => at('live-error').getAttribute('data-code')).toBe(code);
    await at('live-close').click();
    expect(await look()).toBe(before);
  });
});
