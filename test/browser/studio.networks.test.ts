/** Other networks to look through: their layers, and the names of the classes that one of them tells apart. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { weightPaths } from '../../shared/manifest';
import { defaultNetwork, kindsNetwork } from '../../shared/networks';
import { openStudio, type Studio } from './studio.page';

let studio: Studio;
beforeAll(async () => {
  studio = await openStudio();
  const listed = [defaultNetwork, 'squeezenet1_1', kindsNetwork].map((id) => ({ id, architecture: id, bytes: 1e6 }));
  await studio.page.route(`**${weightPaths.index}`, (route) => route.fulfill({ json: { networks: listed } }));
  await studio.at('technique-see').click();
  await studio.at('advanced').locator('summary').first().click();
});
afterAll(() => studio?.close());

/** The recipe as it would be passed on. */
async function recipe(): Promise<Record<string, unknown>> {
  const { page, at } = studio;
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.evaluate(() => navigator.clipboard.writeText(''));
  await at('copy-recipe').click();
  const text = () => page.evaluate(() => navigator.clipboard.readText());
  await expect.poll(text).not.toBe('');
  return JSON.parse(await text());
}

const fetched = (name: string) => studio.requests.some(({ path }) => path.startsWith(`/assets/${name}-`));

describe('another network', () => {
  it('is looked through at a layer of its own, and the first one at the layer it had', async () => {
    const { at } = studio;
    await at('network').selectOption('squeezenet1_1');
    expect(await at('see-layer').inputValue()).toBe('fire5');
    await at('network').selectOption(defaultNetwork);
    expect(await at('see-layer').inputValue()).toBe('relu4_1');
    await at('network').selectOption('squeezenet1_1');
  });

  it('that tells classes apart is asked for one by its name', async () => {
    const { at, page } = studio;
    await at('see-view').selectOption('saliency');
    await at('see-channel').waitFor();
    expect(fetched('classNames')).toBe(false);
    await at('see-layer').selectOption('classifier');
    const field = at('see-class');
    await field.waitFor();
    expect(fetched('classNames')).toBe(true);
    await field.fill('tabb');
    await at('see-class-281').waitFor();
    await page.keyboard.press('Enter');
    expect(await field.inputValue()).toBe('tabby');
    expect(await recipe()).toMatchObject({ layer: 'classifier', channel: 281 });
  });

  it('offers what fits what was typed, to keys and to fingers', async () => {
    const { at, page } = studio;
    const field = at('see-class');
    await field.fill('terrier');
    expect(await page.getByRole('option', { name: /terrier/ }).count()).toBeGreaterThan(5);
    await page.keyboard.press('ArrowDown');
    const second = page.locator('[role=option][aria-selected=true]');
    expect(await field.getAttribute('aria-activedescendant')).toBe(await second.getAttribute('id'));
    // Left undecided, nothing changes.
    await page.keyboard.press('Escape');
    expect(await field.inputValue()).toBe('tabby');
    await field.fill('zeb');
    await at('see-class-340').click();
    expect(await field.inputValue()).toBe('zebra');
    await field.fill('');
    await field.blur();
    expect('channel' in (await recipe())).toBe(false);
    expect(studio.errors).toEqual([]);
  });

  it('of kinds of things is asked by their names, and says how far to trust it', async () => {
    const { at, page } = studio;
    await at('network').selectOption(kindsNetwork);
    await at('see-layer').selectOption('classifier');
    await at('see-class').fill('do');
    await at('see-class-5').waitFor();
    await page.keyboard.press('Enter');
    expect(await at('see-class').inputValue()).toBe('dog');
    expect(await page.locator('.combo + .help').innerText()).toMatch(/^One of 37 kinds .* 70 % .* 42 %\.$/);
    expect(await recipe()).toMatchObject({ network: kindsNetwork, layer: 'classifier', channel: 5 });
  });
});
