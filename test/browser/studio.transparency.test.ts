/** A cut-out stays one: through a run in the real page, in the files that are saved and in what is shared. */
import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { openStudio, type Studio } from './studio.page';
import { transparentPng } from './studio.pictures';

let studio: Studio;
beforeAll(async () => {
  studio = await openStudio({ path: '/?backend=wasm' });
  await studio.at('technique-fast').click();
  // Its left half is invisible.
  await studio.hang(await transparentPng());
  await studio.at('paint').click();
  await studio.at('save-png').waitFor({ timeout: 60_000 });
});
afterAll(() => studio?.close());

/** RGBA at a tenth and at nine tenths of the width. */
async function ends(bytes: Buffer) {
  const { data, info } = await sharp(bytes).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  const at = (share: number) => 4 * (Math.floor(info.height / 2) * info.width + Math.floor(info.width * share));
  return [0.1, 0.9].map((share) => [...data.subarray(at(share), at(share) + 4)]);
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
    const [left] = await saved('save-jpeg');
    expect(Math.min(...(left ?? []))).toBeGreaterThan(250);
  });

  it('is shared as one: the edge takes a WebP with transparency', async () => {
    const { at, page } = studio;
    await at('share').click();
    await at('share-submit').click();
    await at('share-done').waitFor({ timeout: 30_000 });
    const id = ((await at('share-link').getAttribute('href')) ?? '').split('/').at(-1);
    const { result } = await (await page.request.get(`${inject('edgeUrl')}/api/shares/${id}`)).json();
    expect(result.type).toBe('image/webp');
    const bytes = await (await page.request.get(inject('edgeUrl') + result.url)).body();
    expect((await ends(bytes)).map(([, , , alpha]) => alpha)).toEqual([0, 255]);
  });
});
