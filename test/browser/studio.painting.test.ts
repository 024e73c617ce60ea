/**
 * A painting from the person's side, through the real worker with weights from the real edge: small and short,
 * in a style of one's own. What the pictures are worth is tested elsewhere; here, that they are shown, compared,
 * saved, kept and refused rightly.
 */
import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parts } from '../../shared/words/en/parts';
import { studio as en } from '../../shared/words/en/studio';
import { openStudio, type Studio } from './studio.page';
import { jpeg, png, text } from './studio.pictures';
import { hide, show } from './support/background';

let studio: Studio;
beforeAll(async () => {
  studio = await openStudio({ path: '/?backend=wasm' });
  await studio.at('style-input').setInputFiles(await png(96, 96));
  await studio.at('style-own-picture').waitFor();
});
afterAll(() => studio?.close());

/** @param steps at each of the scales, of which 64 pixels have one. */
const load = (steps: number) =>
  studio.load({
    technique: 'style',
    styles: [{ image: null }],
    size: 64,
    schedule: { minSize: 64, firstSteps: steps, steps },
  });

const state = () => studio.at('frame').getAttribute('data-state');

/** The whole painting as numbers. */
const painted = () =>
  studio.at('painting-canvas').evaluate((canvas: HTMLCanvasElement) => {
    const { data } = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height) ?? { data: [] };
    return [...data];
  });

describe('painting', () => {
  it('goes from a photo to a painting and says where it was computed', async () => {
    const { at } = studio;
    await studio.hang(await jpeg(320, 200));
    await at('photo-canvas').waitFor();
    await load(6);
    await studio.paint();
    expect(await state()).toBe('done');
    expect(await at('device').getAttribute('data-backend')).toBe('wasm');
    const label = await at('painting-label').innerText();
    expect(label).toContain('64 × 40');
    expect(label).toContain('6 steps');
    expect(new Set(await painted()).size).toBeGreaterThan(20);
    expect(await at('live').innerText()).toContain('done');
  });

  it('is compared with the photo by keyboard, in steps of 1 and 10', async () => {
    const { page, at } = studio;
    const slider = at('compare');
    expect(await slider.count()).toBe(0);
    await at('divider').click();
    expect(await slider.inputValue()).toBe('50');
    await slider.fill('0');
    const value = () => slider.inputValue();
    await slider.focus();
    expect(await value()).toBe('0');
    await page.keyboard.press('ArrowRight');
    expect(await value()).toBe('1');
    await page.keyboard.press('PageUp');
    expect(await value()).toBe('11');
    await page.keyboard.press('Shift+ArrowRight');
    expect(await value()).toBe('21');
    await page.keyboard.press('PageDown');
    expect(await value()).toBe('11');
    expect(await slider.getAttribute('aria-valuetext')).toBe('photo 11%, painting 89%');
    await page.keyboard.press('End');
    expect(await value()).toBe('100');
    await page.keyboard.press('c');
    expect(await value()).toBe('0');
  });

  it('is compared with the photo by touch or mouse, exactly where the finger is', async () => {
    const { page, at } = studio;
    const box = await at('frame').boundingBox();
    if (!box) throw new Error('no frame');
    await page.mouse.click(box.x + box.width * 0.3, box.y + box.height / 2);
    const value = Number(await at('compare').inputValue());
    expect(Math.abs(value - 30)).toBeLessThanOrEqual(1);
  });

  it('is saved as PNG and JPEG of the pixels that are shown', async () => {
    const { page, at } = studio;
    const shown = await painted();
    for (const format of ['png', 'jpeg'] as const) {
      if (format === 'jpeg') await at('more').click();
      const [download] = await Promise.all([page.waitForEvent('download'), at(`save-${format}`).click()]);
      const image = sharp(await readFile(await download.path()));
      expect(await image.metadata()).toMatchObject({ format, width: 64, height: 40 });
      if (format === 'png') expect([...(await image.ensureAlpha().raw().toBuffer())]).toEqual(shown);
    }
  });

  it.each([
    [1280, 800],
    [390, 844],
  ])('has what fewer people want in a menu beside it, at %i×%i', async (width, height) => {
    const { page, at } = studio;
    await page.setViewportSize({ width, height });
    const menu = at('more-actions');
    const bar = await at('caption').locator('.caption-actions').boundingBox();
    const buttons = await at('caption').locator('.caption-actions > button').all();
    for (const button of [...buttons, at('more')]) {
      const box = await button.boundingBox();
      expect([await button.innerText(), box && box.x + box.width <= width]).toEqual([await button.innerText(), true]);
      // The ring of a focused one is not cut off: 2 pixels, 2 away.
      expect(bar && box && box.y - bar.y >= 4 && bar.y + bar.height - box.y - box.height >= 4).toBe(true);
    }
    expect(await menu.isVisible()).toBe(false);
    await at('more').focus();
    await page.keyboard.press('Enter');
    const box = await menu.boundingBox();
    expect(box && box.x >= 0 && box.x + box.width <= width && box.y >= 0 && box.y + box.height <= height).toBe(true);
    await page.keyboard.press('Escape');
    await menu.waitFor({ state: 'hidden' });
    expect(await at('more').evaluate((button) => button === document.activeElement)).toBe(true);
    // What is done closes it, and it can be opened again.
    await at('more').click();
    const [download] = await Promise.all([page.waitForEvent('download'), at('save-record').click()]);
    expect(download.suggestedFilename()).toMatch(/\.json$/);
    await menu.waitFor({ state: 'hidden' });
    await page.setViewportSize({ width: 1280, height: 800 });
  });

  it('stays in sight beside the controls below it, on a narrow screen', async () => {
    const { page, at } = studio;
    await page.setViewportSize({ width: 390, height: 844 });
    // The styles are directly under it.
    const [stage, strip] = [await at('stage').boundingBox(), await at('gallery').boundingBox()];
    expect(stage && strip && strip.y - stage.y - stage.height).toBeLessThan(24);
    await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
    const frame = await at('frame').boundingBox();
    const last = await at('shares-open').boundingBox();
    const bar = await at('action-bar').boundingBox();
    expect(
      frame && last && bar && [frame.y >= 0, frame.y + frame.height <= last.y, last.y + last.height <= bar.y],
    ).toEqual([true, true, true]);
    await page.setViewportSize({ width: 1280, height: 800 });
  });

  it('and photo stay when a bad file is brought', async () => {
    const { at } = studio;
    const before = await painted();
    await studio.hang(text);
    await at('notice').waitFor();
    expect(await state()).toBe('done');
    expect(await painted()).toEqual(before);
  });

  it('is the same again from the same seed', async () => {
    const before = await painted();
    await studio.paint();
    expect(await state()).toBe('done');
    expect(await painted()).toEqual(before);
  });

  it('pauses with Space and stops with Escape, keeping the last image', async () => {
    const { page, at } = studio;
    await load(4000);
    await at('paint').click();
    await page.locator('[data-testid=run-status][data-phase=optimise]').waitFor();
    await at('painting-canvas').waitFor();
    await at('stage').focus();
    await page.keyboard.press('Space');
    await page.locator('[data-testid=run-status][data-status=paused]').waitFor();
    // The step under way is still finished and told.
    await page.waitForTimeout(500);
    const paused = await at('run-facts').textContent();
    await page.waitForTimeout(700);
    expect(await at('run-facts').textContent()).toBe(paused);
    await page.keyboard.press('Space');
    await expect.poll(() => at('run-facts').textContent()).not.toBe(paused);
    expect(await page.title()).toMatch(/%/);
    await page.keyboard.press('Escape');
    await expect.poll(state).toBe('done');
    expect(await at('painting-label').innerText()).toContain('unfinished');
    expect(await at('notice').count()).toBe(0);
  });

  it('goes on to its end in the background, where timers are late and nothing is drawn, and says so', async () => {
    const { page, at } = studio;
    const paused = page.locator('[data-testid=run-status][data-status=paused]');
    await load(150);
    await at('paint').click();
    await page.locator('[data-testid=run-status][data-phase=optimise]').waitFor();
    await at('stage').focus();
    await page.keyboard.press('Space');
    await paused.waitFor();
    await hide(page);
    await expect.poll(() => at('run-status').innerText()).toContain(parts.status.hidden);
    expect(await state()).toBe('painting');
    await page.keyboard.press('Space');
    // The title is all that is seen of it there.
    await expect.poll(() => page.title(), { timeout: 200_000 }).toBe(en.run.doneTitle);
    expect(await state()).toBe('done');
    expect(await at('painting-label').innerText()).toContain('150 steps');
    await show(page);
    await expect.poll(() => page.title()).toBe(en.title);
    expect(new Set(await painted()).size).toBeGreaterThan(20);
    expect(await at('notice').count()).toBe(0);
  });

  it('moves nothing on the page from start to end, on a narrow screen', async () => {
    const { page, at } = studio;
    await page.setViewportSize({ width: 390, height: 844 });
    await load(30);
    // The new width itself moves everything, once it is drawn: that is not what is measured.
    await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
    await page.waitForTimeout(300);
    await page.evaluate(() => {
      const shifts: number[] = [];
      Object.assign(window, { shifts });
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) shifts.push((entry as PerformanceEntry & { value: number }).value);
      }).observe({ type: 'layout-shift' });
    });
    const gallery = () => at('gallery').evaluate((element) => element.getBoundingClientRect().top + scrollY);
    const before = await gallery();
    await at('paint').click();
    await at('run-status').waitFor();
    expect(await gallery()).toBe(before);
    await expect.poll(state, { timeout: 60_000 }).toBe('done');
    expect(await gallery()).toBe(before);
    expect(await page.evaluate(() => (window as unknown as { shifts: number[] }).shifts)).toEqual([]);
  });

  it('leaves no error in the console behind', () => {
    expect(studio.errors).toEqual([]);
  });
});
