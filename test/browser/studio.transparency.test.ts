/** A cut-out stays one: through a run in the real page, in the files that are saved and in what is shared. */
import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { openStudio, type Studio } from './studio.page';
import { transparentPng } from './studio.pictures';

let studio: Studio;
beforeAll(async () => {
  studio = await openStudio({ path: '/?backend=wasm', sketches: true });
  // Its left half is invisible.
  await studio.hang(await transparentPng());
  await studio.at('save-png').waitFor({ timeout: 60_000 });
});
afterAll(() => studio?.close());

/** RGBA at a tenth and at nine tenths of the width. */
async function ends(bytes: Buffer, shares: readonly number[] = [0.1, 0.9]) {
  const { data, info } = await sharp(bytes).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  const at = (share: number) => 4 * (Math.floor(info.height / 2) * info.width + Math.floor(info.width * share));
  return shares.map((share) => [...data.subarray(at(share), at(share) + 4)]);
}

let filmed = '';
const served = async (path: string) => (await studio.page.request.get(inject('edgeUrl') + path)).body();
const recordOf = async (id: string) => (await studio.page.request.get(`${inject('edgeUrl')}/api/shares/${id}`)).json();

/** @returns the share's id */
async function share(withInputs = false): Promise<string> {
  const { at } = studio;
  await at('share').click();
  if (withInputs) await at('share-inputs').check();
  await at('share-submit').click();
  await at('share-done').waitFor({ timeout: 30_000 });
  const link = (await at('share-link').getAttribute('href')) ?? '';
  await at('share-close').click();
  return link.split('/').at(-1) ?? '';
}

async function saved(button: string) {
  const { at, page } = studio;
  const [download] = await Promise.all([page.waitForEvent('download'), at(button).click()]);
  return ends(await readFile(await download.path()));
}

describe('a cut-out', () => {
  it('is painted as one, over the checkerboard that says so', async () => {
    const shown = await studio.at('painting-canvas').evaluate((canvas: HTMLCanvasElement) => {
      const alphaAt = (share: number) =>
        canvas.getContext('2d')?.getImageData(canvas.width * share, canvas.height / 2, 1, 1).data[3];
      return { alpha: [0.1, 0.9].map(alphaAt), behind: getComputedStyle(canvas).backgroundImage };
    });
    expect(shown.alpha).toEqual([0, 255]);
    expect(shown.behind).toContain('conic-gradient');
  });

  it('is saved with its transparency as PNG and on white as JPEG', async () => {
    const png = await saved('save-png');
    expect(png.map(([, , , alpha]) => alpha)).toEqual([0, 255]);
    await studio.at('more').click();
    const [left] = await saved('save-jpeg');
    expect(Math.min(...(left ?? []))).toBeGreaterThan(250);
  });

  it('is shared as one: the edge takes a WebP with transparency, and says so', async () => {
    const { result } = await recordOf(await share());
    expect(result).toMatchObject({ type: 'image/webp', transparent: true });
    expect((await ends(await served(result.url))).map(([, , , alpha]) => alpha)).toEqual([0, 255]);
  });

  it('is one in every frame of its film, and lies on white paper in its card', async () => {
    // A run of many steps, which has one.
    await studio.load({ technique: 'invert', layers: ['relu1_2'], steps: 100, size: 96 });
    await studio.paint();
    filmed = await share(true);
    const { card, film } = await recordOf(filmed);
    expect(film.frames).toBeGreaterThan(1);
    expect(film.picture.transparent).toBe(true);
    const sheet = sharp(await served(film.picture.url));
    const { frameWidth: width, frameHeight: height } = film;
    for (let i = 0; i < film.frames; i++) {
      const [left, top] = [(i % film.columns) * width, Math.floor(i / film.columns) * height];
      const frame = await sheet.clone().extract({ left, top, width, height }).png().toBuffer();
      expect(
        (await ends(frame)).map(([, , , alpha]) => alpha),
        `frame ${i}`,
      ).toEqual([0, 255]);
    }
    expect(card).toMatchObject({ type: 'image/jpeg' });
    // The painting fills most of the card: at a quarter of its width is the invisible half.
    const [paper] = await ends(await served(card.url), [0.25]);
    expect(Math.min(...(paper ?? []))).toBeGreaterThan(250);
  });

  it('is shown over the checkerboard on its page, frame by frame too, and in a blog', async () => {
    const { page } = studio;
    const edge = inject('edgeUrl');
    await page.goto(`${edge}/s/${filmed}`);
    const behind = (selector: string) =>
      page.locator(selector).evaluate((element) => getComputedStyle(element).backgroundImage);
    expect(await behind('#picture')).toContain('conic-gradient');
    await page.getByTestId('film-frame').focus();
    await page.keyboard.press('Home');
    const frame = page.getByTestId('film-layer');
    await frame.waitFor();
    expect(await behind('[data-testid=film-layer]')).toContain('conic-gradient');
    // The frames before and the picture below are not seen through it.
    await page.keyboard.press('End');
    await page.keyboard.press('Home');
    const alpha = await frame.evaluate((canvas: HTMLCanvasElement) =>
      canvas
        .getContext('2d')
        ?.getImageData(canvas.width * 0.1, canvas.height / 2, 1, 1)
        .data.at(3),
    );
    expect(alpha).toBe(0);
    await page.goto(`${edge}/embed/${filmed}`);
    expect(await behind('#picture')).toContain('conic-gradient');
  });

  it('is painted again as the same picture: what nobody sees of it does not count', async () => {
    const { page } = studio;
    await page.goto(`${inject('edgeUrl')}/s/${filmed}?backend=wasm`);
    await page.getByTestId('run-live').click();
    const figures = page.getByTestId('likeness');
    await figures.waitFor({ timeout: 60_000 });
    expect(await figures.getAttribute('data-likeness')).toBe('same');
    const behind = (element: HTMLElement | SVGElement) => getComputedStyle(element).backgroundImage;
    for (const layer of ['mine', 'beside']) {
      expect(await page.getByTestId(layer).evaluate(behind), layer).toContain('conic-gradient');
    }
  });
});
