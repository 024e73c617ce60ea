/** Paintings of one's own: dropped once, tiles like the others from then on, also after a reload; alone, mixed, renamed, removed, as a file. */
import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStudio, type Studio } from './studio.page';
import { jpeg, type Upload } from './studio.pictures';

let studio: Studio;
beforeAll(async () => {
  studio = await openStudio({ path: '/?backend=wasm', sketches: true, keeps: true });
});
afterAll(() => studio?.close());

const settled = () =>
  expect.poll(() => studio.at('frame').getAttribute('data-state'), { timeout: 60_000 }).toBe('done');
const label = () => studio.at('painting-label').innerText();
const tiles = () => studio.at('style-own-picture');
const names = () => tiles().locator('.card-work').allInnerTexts();

/** Strokes of two colours, as no photo has them. */
async function painting(name: string, hue: string, other: string): Promise<Upload> {
  const strokes = Array.from(
    { length: 60 },
    (_, i) =>
      `<path d="M${(i * 37) % 320} ${(i * 53) % 240} q20 -30 60 -5" stroke="${i % 2 ? hue : other}" stroke-width="9" fill="none"/>`,
  );
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="320" height="240"><rect width="320" height="240" fill="${other}"/>${strokes.join('')}</svg>`;
  return { name, mimeType: 'image/jpeg', buffer: await sharp(Buffer.from(svg)).jpeg().toBuffer() };
}

/** As a person drags a file from a window onto the styles. @returns milliseconds until the photo hangs painted by it, large */
async function drop({ name, mimeType, buffer }: Upload): Promise<number> {
  const data = buffer.toString('base64');
  return studio.page.evaluate(
    async ({ name, mimeType, data }) => {
      const bytes = Uint8Array.from(atob(data), (character) => character.charCodeAt(0));
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File([bytes], name, { type: mimeType }));
      const begun = performance.now();
      document
        .querySelector('[data-testid=gallery]')
        ?.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
      const work = name.replace(/\.jpg$/, '');
      const isPainted = () =>
        document.querySelector('[data-testid=frame]')?.getAttribute('data-state') === 'done' &&
        document.querySelector('[data-testid=painting-label]')?.textContent?.includes(work);
      while (!isPainted()) await new Promise((resolve) => setTimeout(resolve, 10));
      return performance.now() - begun;
    },
    { name, mimeType, data },
  );
}

describe('a painting of one’s own', () => {
  it('paints the photo when it is dropped, and is a tile', async () => {
    await studio.hang(await jpeg(160, 120));
    await settled();
    const ms = await drop(await painting('waves.jpg', '#f05a28', '#123a63'));
    console.info(`From the drop to the painted photo: ${Math.round(ms)} ms`);
    expect(await label()).toMatch(/waves[\s\S]*in one pass/);
    expect(await tiles().locator('input').isChecked()).toBe(true);
    await expect.poll(() => tiles().getAttribute('data-painted')).toBe('true');
  });

  it('is one of several, which are mixed', async () => {
    const { at, page } = studio;
    await drop(await painting('meadow.jpg', '#d8e04a', '#1f5a2a'));
    expect(await names()).toEqual(['meadow.jpg', 'waves.jpg']);
    await page.locator('[data-testid=advanced] > summary').click();
    await at('mix-add').selectOption({ label: 'waves.jpg' });
    await expect.poll(label, { timeout: 60_000 }).toMatch(/meadow[\s\S]*waves[\s\S]*in one pass/);
    await at('mix-remove-0').click();
    await expect.poll(label, { timeout: 60_000 }).not.toMatch(/meadow/);
  });

  it('is renamed, and there after a reload, painted with as before', async () => {
    const { at, page } = studio;
    await at('own-name').fill('Waves at night');
    await at('own-name').blur();
    await expect.poll(names).toEqual(['meadow.jpg', 'Waves at night']);
    await settled();
    await page.waitForTimeout(1500);
    await page.reload();
    await expect.poll(names).toEqual(['meadow.jpg', 'Waves at night']);
    await expect.poll(() => tiles().nth(1).locator('input').isChecked()).toBe(true);
    // The picture hangs again after that, and moves what lies below it: a click is aimed once all of it is back.
    await at('painting-canvas').waitFor();
    await settled();
    const first = tiles().first().locator('input');
    await expect
      .poll(async () => {
        await first.evaluate((input: HTMLInputElement) => input.click());
        return first.isChecked();
      })
      .toBe(true);
    await expect.poll(label, { timeout: 60_000 }).toMatch(/meadow[\s\S]*in one pass/);
    expect(await at('paint').getAttribute('data-finer')).toBe('true');
  });

  it('goes into a file and comes back from it without its painting; removing it can be undone', async () => {
    const { at, page } = studio;
    const saved = page.waitForEvent('download');
    await at('own-export').click();
    const download = await saved;
    expect(download.suggestedFilename()).toBe('meadow.reverie-style');
    const file = await readFile(await download.path());
    await at('own-delete').click();
    await expect.poll(names).toEqual(['Waves at night']);
    await at('notice').getByRole('button', { name: 'Undo' }).click();
    await expect.poll(names).toEqual(['meadow.jpg', 'Waves at night']);
    await at('own-delete').click();
    await expect.poll(names).toEqual(['Waves at night']);
    await at('style-input').setInputFiles({ name: 'meadow.reverie-style', mimeType: '', buffer: file });
    await expect.poll(names).toEqual(['meadow.jpg', 'Waves at night']);
    await expect.poll(label, { timeout: 60_000 }).toMatch(/meadow[\s\S]*in one pass/);
    await settled();
    // There is nothing to look at for the slow painter.
    expect(await at('paint').isEnabled()).toBe(false);
    expect(await at('paint').innerText()).toMatch(/one pass only/);
    expect(studio.errors).toEqual([]);
  });
});
