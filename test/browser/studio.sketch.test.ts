/** Fast first, fine after: one pass hangs by itself, follows the choice of painting, and never replaces what took its time. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStudio, type Studio } from './studio.page';
import { jpeg, png } from './studio.pictures';

let studio: Studio;
beforeAll(async () => {
  studio = await openStudio({ path: '/?backend=wasm', sketches: true });
});
afterAll(() => studio?.close());

const facts = () => studio.at('painting-label').innerText();
const settled = () =>
  expect.poll(() => studio.at('frame').getAttribute('data-state'), { timeout: 30_000 }).toBe('done');

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
    await expect.poll(facts, { timeout: 30_000 }).not.toBe(before);
    expect(await facts()).toMatch(/scream[\s\S]*in one pass/i);
  });

  it('is of a painting of one’s own, too, which no network was taught', async () => {
    const before = await facts();
    await studio.at('style-input').setInputFiles(await png(200, 300));
    await expect.poll(facts, { timeout: 30_000 }).not.toBe(before);
    expect(await facts()).toMatch(/in one pass/);
    expect(studio.errors).toEqual([]);
  });

  it('gives way to the slow painter and does not replace what that one made', async () => {
    const { at, page } = studio;
    await at('size')
      .fill('64')
      .catch(() => undefined);
    await at('paint').click();
    await at('run-status').waitFor();
    await expect
      .poll(async () => (await at('cancel').count()) === 0 || (await at('run-status').getAttribute('data-phase')), {
        timeout: 30_000,
      })
      .toBe('optimise');
    await page.waitForTimeout(500);
    if (await at('cancel').count()) await at('cancel').click();
    await settled();
    const made = await facts();
    expect(made).not.toContain('in one pass');
    await at('style-udnie').locator('input').check({ force: true });
    await page.waitForTimeout(1500);
    expect(await facts()).toBe(made);
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
