/** Every kind of picture that people bring, through the real page: shown, or refused with a code while the one before stays. */
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openStudio, type Studio } from './studio.page';
import * as pictures from './studio.pictures';

let studio: Studio;
beforeAll(async () => {
  studio = await openStudio();
});
afterAll(() => studio?.close());

const canvasSize = () =>
  studio.at('photo-canvas').evaluate((canvas: HTMLCanvasElement) => `${canvas.width}×${canvas.height}`);

/** RGBA of one pixel of the photo, at fractions of its sides. */
const pixel = (x: number, y: number) =>
  studio.at('photo-canvas').evaluate(
    (canvas: HTMLCanvasElement, [fx, fy]) => {
      const data = canvas.getContext('2d')?.getImageData(canvas.width * fx, canvas.height * fy, 1, 1).data ?? [];
      return [...data];
    },
    [x, y] as const,
  );

/** A photo of a size that no test below brings, so that every change is seen. */
beforeEach(async () => {
  await studio.hang(await pictures.jpeg(317, 211));
  await studio.at('photo-canvas').waitFor();
  await expect.poll(canvasSize).toBe('317×211');
});

describe('good pictures', () => {
  it('are shown with their size', async () => {
    await studio.hang(await pictures.png(640, 480));
    await expect.poll(canvasSize).toBe('640×480');
    expect(await studio.at('photo-label').innerText()).toContain('640 × 480');
    expect(await studio.at('notice').count()).toBe(0);
  });

  it('are turned as their camera says', async () => {
    await studio.hang(await pictures.turnedJpeg());
    await expect.poll(canvasSize).toBe('200×320');
    // Orientation 6: what was at the left is now at the top.
    const [top, bottom] = [await pixel(0.5, 0.02), await pixel(0.5, 0.98)];
    expect(top[0]).toBeLessThan(30);
    expect(bottom[0]).toBeGreaterThan(225);
  });

  it('may be CMYK', async () => {
    await studio.hang(await pictures.cmykJpeg());
    await expect.poll(canvasSize).toBe('320×200');
  });

  it('are reduced when they are huge, which is said', async () => {
    await studio.hang(await pictures.jpeg(5000, 3000));
    await expect.poll(canvasSize).toBe('2048×1229');
    expect(await studio.at('photo-notes').innerText()).toContain('5000 × 3000');
  });

  it('keep their transparency, which is said', async () => {
    await studio.hang(await pictures.transparentPng());
    await expect.poll(canvasSize).toBe('320×200');
    expect(await studio.at('photo-notes').innerText()).toContain('Transparent');
    expect((await pixel(0.1, 0.5))[3]).toBe(0);
    expect((await pixel(0.9, 0.5))[3]).toBe(255);
  });

  it('give their first frame when they move, which is said', async () => {
    await studio.hang(await pictures.animatedWebp());
    await expect.poll(canvasSize).toBe('64×64');
    expect(await studio.at('photo-notes').innerText()).toContain('first frame');
  });

  it('may be HEIC, with a decoder that comes only then', async () => {
    const heicRequests = () => studio.requests.filter(({ path }) => /heic-worker/.test(path)).length;
    expect(heicRequests()).toBe(0);
    const buffer = await readFile(new URL('../fixtures/two-colours.heic', import.meta.url));
    await studio.hang({ name: 'IMG_0001.HEIC', mimeType: 'image/heic', buffer });
    await expect.poll(canvasSize, { timeout: 60_000 }).toBe('64×48');
    expect(heicRequests()).toBe(1);
    const [left, right] = [await pixel(0.2, 0.5), await pixel(0.8, 0.5)];
    expect(left[0]).toBeGreaterThan(170);
    expect(right[2]).toBeGreaterThan(170);
  });

  it('may be pasted or dropped', async () => {
    const { buffer } = await pictures.png(120, 90);
    await studio.page.evaluate((base64) => {
      const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
      const clipboardData = new DataTransfer();
      clipboardData.items.add(new File([bytes], 'image.png', { type: 'image/png' }));
      document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true }));
    }, buffer.toString('base64'));
    await expect.poll(canvasSize).toBe('120×90');
    expect(await studio.at('photo-label').innerText()).toContain('Pasted');
  });
});

describe('bad pictures', () => {
  it.each([
    ['a text named .jpg', async () => pictures.text, 'image-not-an-image', 'not a picture'],
    ['an SVG', async () => pictures.svg, 'image-unsupported', 'SVG'],
    ['a 1×1 image', () => pictures.png(1, 1), 'image-too-small', '1 × 1'],
    ['a 12,000-pixel panorama', () => pictures.jpeg(12_000, 500), 'image-too-long', '12,000 × 500'],
    ['half a JPEG', pictures.halfJpeg, 'image-truncated', 'damaged'],
    ['a PNG with broken pixels', pictures.brokenPng, 'image-truncated', 'damaged'],
  ])('are refused: %s', async (_, make, code, said) => {
    await studio.hang(await make());
    await studio.at('notice').waitFor();
    expect(await studio.at('notice').getAttribute('data-code')).toBe(code);
    expect(await studio.at('notice').locator('p').first().innerText()).toContain(said);
    expect(await canvasSize()).toBe('317×211');
    expect(await studio.at('paint').isVisible()).toBe(true);
  });

  it('leave no error in the console behind', () => {
    expect(studio.errors).toEqual([]);
  });
});
