/** One pass: the gallery is the photo in every style, choosing repaints, the optimisation goes on from there, and a camera is painted live. */
import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStudio, type Studio } from './studio.page';
import { jpeg } from './studio.pictures';

let studio: Studio;
beforeAll(async () => {
  studio = await openStudio({
    path: '/?backend=wasm',
    sketches: true,
    args: ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'],
  });
  // A low one: a step of the slow painter, which a stop waits for, stays short on a busy machine.
  await studio.hang(await jpeg(240, 80));
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

/** A number that changes with the picture. */
const lookOf = (canvas: string) =>
  studio.at(canvas).evaluate((canvas: HTMLCanvasElement) => {
    const { data } = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height) ?? { data: [] };
    let sum = 0;
    for (const [i, value] of data.entries()) sum = (sum * 31 + value + i) % 1_000_003;
    return sum;
  });
const look = () => lookOf('painting-canvas');
const sizeOf = () =>
  studio.at('painting-canvas').evaluate(({ width, height }: HTMLCanvasElement) => [width, height] as const);
const settled = () => expect.poll(() => studio.at('frame').getAttribute('data-state')).toBe('done');

const tile = (style: string) => studio.at(`style-${style}`);

describe('one pass', () => {
  it('paints the photo in every style that is seen: the gallery itself', async () => {
    const { at } = studio;
    await settled();
    const unpainted = () =>
      at('gallery').evaluate(
        (gallery) =>
          [...gallery.querySelectorAll<HTMLElement>('[data-painted=false]')].filter((tile) => {
            const { top, bottom } = tile.getBoundingClientRect();
            return bottom > 0 && top < Math.min(innerHeight - 200, gallery.getBoundingClientRect().bottom);
          }).length,
      );
    expect(await at('gallery').locator('[data-painted]').count()).toBeGreaterThanOrEqual(9);
    await expect.poll(unpainted, { timeout: 60_000 }).toBe(0);
    for (const style of ['udnie', 'the-scream']) {
      await tile(style).scrollIntoViewIfNeeded();
      await expect.poll(() => tile(style).getAttribute('data-painted'), { timeout: 60_000 }).toBe('true');
    }
    const [one, other] = await Promise.all(['udnie', 'the-scream'].map((style) => lookOf(`style-${style}-tile`)));
    expect(one).not.toBe(other);
    expect(await at('gallery').locator('input:checked').count()).toBe(1);
    expect(await at('painting-label').innerText()).toMatch(/in one pass/);
  });

  it('repaints when another style, a strength, a seed or a mix of what was taught is chosen', async () => {
    const { at, page } = studio;
    let before = await look();
    const repaints = async () => {
      await expect.poll(look).not.toBe(before);
      await settled();
      before = await look();
    };
    await tile('the-scream').locator('input').check({ force: true });
    await repaints();
    await at('strength').fill('20');
    await repaints();
    await studio.load({ technique: 'fast', styles: [{ style: 'the-scream' }] });
    await repaints();
    await at('fast-add').selectOption('udnie');
    await at('styles-mixed').waitFor();
    await repaints();
    await at('fast-strength').fill('40');
    await repaints();
    await at('fast-remove-udnie').click();
    expect(await at('styles-mixed').count()).toBe(0);
    await repaints();
    await page.locator('[data-testid=advanced] > summary').click();
    await at('dice').click();
    await repaints();
  });

  it('is gone on from by the slow painter, from exactly what hangs and in its size', async () => {
    const { at, page } = studio;
    await tile('the-scream').locator('input').check({ force: true });
    await expect.poll(() => at('paint').getAttribute('data-finer')).toBe('true');
    await settled();
    expect(await at('paint').innerText()).toMatch(/Finer · about \d+ (sec|min)/);
    const size = await sizeOf();
    await at('paint').click();
    await page.locator('[data-testid=run-status][data-phase=optimise]').waitFor({ timeout: 30_000 });
    await expect.poll(() => at('run-facts').textContent()).toMatch(/step [1-9]/);
    await at('cancel').click();
    await settled();
    expect(await sizeOf()).toEqual(size);
    await at('more').click();
    const [download] = await Promise.all([page.waitForEvent('download'), at('save-record').click()]);
    const { recipe } = JSON.parse(await readFile(await download.path(), 'utf8'));
    expect(recipe).toMatchObject({
      technique: 'style',
      start: 'image',
      styles: [{ preset: 'the-scream' }],
      size: size[0],
    });
    // And on from there, as it was.
    expect(await at('paint').getAttribute('data-finer')).toBe('true');
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
    const [still] = await Promise.all([page.waitForEvent('download'), at('live-still').click()]);
    const picture = await sharp(await readFile(await still.path())).metadata();
    expect([picture.format, picture.width]).toEqual(['png', Math.max(picture.width ?? 0, picture.height ?? 0)]);
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

  it('takes a photo: thirds over what the camera sees, the other camera, once more, and it hangs', async () => {
    const { at } = studio;
    await at('more').click();
    await at('camera-open').click();
    const sees = () => expect.poll(() => at('camera-dialog').getAttribute('data-running'), { timeout: 30_000 });
    await sees().toBe('true');
    await at('camera-flip').click();
    await sees().toBe('true');
    await at('camera-shoot').click();
    await at('camera-photo').waitFor();
    await at('camera-retake').click();
    await at('camera-shoot').click();
    await at('camera-use').click();
    await at('camera-dialog').waitFor({ state: 'detached' });
    await expect.poll(() => at('painting-label').innerText(), { timeout: 60_000 }).toMatch(/^Photo, after/);
    await settled();
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
    await at('more').click();
    await at('camera-open').click();
    await expect.poll(() => at('camera-error').getAttribute('data-code')).toBe(code);
    expect(await at('camera-input').count()).toBe(1);
    await at('camera-close').click();
    expect(await look()).toBe(before);
  });
});
