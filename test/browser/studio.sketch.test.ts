/** Fast first, fine after: one pass hangs by itself, follows the choice of painting, and leaves what took its time alone until there is another. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStudio, type Studio } from './studio.page';
import { jpeg, png } from './studio.pictures';

let studio: Studio;
beforeAll(async () => {
  studio = await openStudio({
    path: '/?backend=wasm',
    sketches: true,
    hasTouch: true,
    viewport: { width: 360, height: 640 },
  });
});
afterAll(() => studio?.close());

const facts = () => studio.at('painting-label').innerText();
const settled = () => expect.poll(() => studio.at('frame').getAttribute('data-state')).toBe('done');

describe('from the link to a saved picture', () => {
  const saves = async (act: () => Promise<unknown>) => {
    await expect.poll(() => studio.at('frame').getAttribute('data-state'), { timeout: 60_000 }).toBe('done');
    const [download] = await Promise.all([studio.page.waitForEvent('download'), act()]);
    expect(download.suggestedFilename()).toMatch(/starry-night\.png$/);
  };

  it('it is two taps', async () => {
    await studio.at('sample').tap();
    await saves(() => studio.at('save-png').tap());
  });

  it('it is done by keys alone, with a painting that is finer at Enter', async () => {
    const { at, page } = studio;
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.reload();
    await at('sample').waitFor();
    const focused = () => page.evaluate(() => document.activeElement?.getAttribute('data-testid'));
    for (let i = 0; i < 20 && (await focused()) !== 'sample'; i++) await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await saves(() => page.keyboard.press('s'));
    await page.keyboard.press('Enter');
    await at('run-status').waitFor();
    await page.keyboard.press('Escape');
    await settled();
    await page.keyboard.press('?');
    await at('help').waitFor();
    // Where fingers are at hand they are not shown.
    expect(await at('help').locator('kbd').allTextContents()).toEqual(expect.arrayContaining(['Enter', 'Esc', '?']));
    await page.goBack();
    await at('help').waitFor({ state: 'detached' });
    await page.reload();
    await at('sample').waitFor();
  });
});

describe('the first sketch', () => {
  it('hangs without being asked for, once there are photo and painting', async () => {
    await studio.hang(await jpeg(160, 120));
    await settled();
    expect(await facts()).toMatch(/512 × 384.*in one pass/);
    expect(await studio.at('paint').isEnabled()).toBe(true);
  });

  it('follows the choice of another painting', async () => {
    const before = await facts();
    await studio.at('style-the-scream').locator('input').check({ force: true });
    await expect.poll(facts).not.toBe(before);
    expect(await facts()).toMatch(/scream[\s\S]*in one pass/i);
  });

  it('is of a painting of one’s own, too, which no network was taught', async () => {
    const before = await facts();
    await studio.at('style-input').setInputFiles(await png(200, 300));
    await expect.poll(facts).not.toBe(before);
    expect(await facts()).toMatch(/in one pass/);
    expect(studio.errors).toEqual([]);
  });

  it('is gone on from by the slow painter, and replaces what that one made only when something else is chosen', async () => {
    const { at, page } = studio;
    await at('paint').click();
    await at('run-status').waitFor();
    await page.locator('[data-testid=run-status][data-phase=optimise]').waitFor({ timeout: 30_000 });
    await expect.poll(() => at('run-facts').textContent()).toMatch(/step [1-9]/);
    await at('cancel').click();
    await settled();
    const made = await facts();
    expect(made).not.toContain('in one pass');
    await page.waitForTimeout(1500);
    expect(await facts()).toBe(made);
    await at('style-udnie').locator('input').check({ force: true });
    await expect.poll(facts).toMatch(/udnie[\s\S]*in one pass/i);
    expect(studio.errors).toEqual([]);
  });

  it('stays away once it is switched off', async () => {
    const { at, page } = studio;
    await at('advanced').locator('summary').first().click();
    await at('sketches').uncheck();
    await studio.hang(await jpeg(120, 160));
    await expect.poll(() => at('frame').getAttribute('data-state')).toBe('photo');
    await page.waitForTimeout(1500);
    expect(await at('frame').getAttribute('data-state')).toBe('photo');
  });
});
