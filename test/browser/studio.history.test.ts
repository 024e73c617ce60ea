/** Nothing is lost: results with their recipes, the photo, the settings and the tab, over a reload; undo; two results side by side. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStudio, type Studio } from './studio.page';
import { jpeg } from './studio.pictures';

let studio: Studio;
beforeAll(async () => {
  studio = await openStudio({ path: '/?backend=wasm', sketches: true, keeps: true });
});
afterAll(() => studio?.close());

const settled = () =>
  expect.poll(() => studio.at('frame').getAttribute('data-state'), { timeout: 60_000 }).toBe('done');
const label = () => studio.at('painting-label').innerText();
const items = () => studio.at('history-item').count();

describe('what was made', () => {
  it('stays in a strip, one for every style of a photo, and hangs again with its recipe', async () => {
    const { at, page } = studio;
    await studio.hang(await jpeg(160, 120));
    await settled();
    await expect.poll(items).toBe(1);
    await at('style-the-scream').locator('input').check({ force: true });
    await expect.poll(label).toMatch(/scream/i);
    await settled();
    await expect.poll(items).toBe(2);
    // A setting is no other picture: undo leads back to it.
    await at('strength').fill('20');
    await expect.poll(() => at('undo').isEnabled()).toBe(true);
    await at('undo').click();
    expect(await at('strength').inputValue()).toBe('50');
    await at('redo').click();
    expect(await at('strength').inputValue()).toBe('20');
    await settled();
    expect(await items()).toBe(2);
    // Through all of it with the arrows, by itself on the screen.
    await at('viewer-open').click();
    await at('viewer-picture').waitFor();
    const heading = () => at('viewer').locator('h2').innerText();
    await page.keyboard.press('ArrowRight');
    await expect.poll(heading).toMatch(/starry/i);
    await page.keyboard.press('ArrowLeft');
    await expect.poll(heading).toMatch(/scream/i);
    await page.goBack();
    await at('viewer').waitFor({ state: 'detached' });
    await at('history-item').nth(1).click();
    await expect.poll(label).toMatch(/starry/i);
    expect(await at('style-starry-night').locator('input').isChecked()).toBe(true);
    expect(await at('strength').inputValue()).toBe('50');
  });

  it('is there after a reload: picture, photo, style, settings, tab; Back leads to the tab before', async () => {
    const { at, page } = studio;
    await at('strength').fill('70');
    await settled();
    await at('technique-dream').click();
    expect(new URL(page.url()).hash).toBe('#dream');
    await page.waitForTimeout(1500);
    await page.reload();
    await at('painting-canvas').waitFor();
    expect(await at('technique-dream').getAttribute('aria-selected')).toBe('true');
    expect(await label()).toMatch(/starry/i);
    expect(await items()).toBe(2);
    await at('technique-style').click();
    expect(await at('strength').inputValue()).toBe('70');
    await page.goBack();
    await expect.poll(() => at('technique-dream').getAttribute('aria-selected')).toBe('true');
    await page.goForward();
    await expect.poll(() => at('technique-style').getAttribute('aria-selected')).toBe('true');
  });

  it('is named, compared side by side, deleted and brought back; Back closes the dialog', async () => {
    const { at, page } = studio;
    await at('history-open').click();
    await at('history-name').first().fill('The one for grandma');
    await at('history-name').first().blur();
    for (const i of [0, 1]) await at('history-compare').nth(i).click();
    await expect.poll(() => at('history-pair').locator('img').count()).toBe(2);
    await at('history-delete').nth(1).click();
    expect(await at('history-entry').count()).toBe(1);
    await at('history-dialog').getByRole('button', { name: 'Undo' }).click();
    expect(await at('history-entry').count()).toBe(2);
    expect(await at('history-storage').innerText()).toMatch(/2 pictures, [\d.]+ [kM]B/);
    await page.goBack();
    await at('history-dialog').waitFor({ state: 'detached' });
    expect(await at('history-item').first().getAttribute('title')).toBe('The one for grandma');
  });

  it('is gone when the person does not want it kept', async () => {
    const { at, page } = studio;
    await at('history-open').click();
    await at('keep-work').uncheck();
    await expect.poll(() => at('history-entry').count()).toBe(0);
    await page.reload();
    await at('empty').waitFor();
    expect(studio.errors).toEqual([]);
  });
});
