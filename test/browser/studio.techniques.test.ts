/**
 * Every technique once from the studio, small and short, through the real worker on WASM: the controls give the run
 * what it needs, and what comes back is shown as what it is.
 */
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStudio, type Studio } from './studio.page';
import { jpeg, png } from './studio.pictures';

let studio: Studio;
beforeAll(async () => {
  studio = await openStudio({ path: '/?backend=wasm' });
});
afterAll(() => studio?.close());

/** As a person does it: a recipe pasted anywhere on the page. */
const load = (recipe: object) => studio.load({ size: 64, ...recipe });

async function run(): Promise<void> {
  const { at } = studio;
  await studio.paint();
  if (await at('notice').count()) {
    const code = await at('notice').getAttribute('data-code');
    if (code) throw new Error(`${code}: ${await at('notice').innerText()}`);
  }
  expect(await at('frame').getAttribute('data-state')).toBe('done');
}

/** Colours of the picture that hangs, as a measure of whether there is one. */
const colours = () =>
  studio.at('painting-canvas').evaluate((canvas: HTMLCanvasElement) => {
    const { data } = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height) ?? { data: [] };
    return new Set(data).size;
  });

/** From one place of the page to another. */
async function fingerStroke(from: { x: number; y: number }, to: { x: number; y: number }): Promise<void> {
  const chromium = await studio.page.context().newCDPSession(studio.page);
  const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', touchPoints: (typeof from)[]) =>
    chromium.send('Input.dispatchTouchEvent', { type, touchPoints });
  await touch('touchStart', [from]);
  await touch('touchMove', [to]);
  await touch('touchEnd', []);
  await chromium.detach();
}

const chosen = (name: string) => studio.at(`technique-${name}`).getAttribute('aria-selected');

describe('the switch', () => {
  it('goes by keyboard, shows each technique’s controls and keeps what was set', async () => {
    const { page, at } = studio;
    await at('technique-style').focus();
    await page.keyboard.press('ArrowRight');
    expect(await chosen('dream')).toBe('true');
    expect(await at('gallery').count()).toBe(0);
    await at('dream-octaves').focus();
    await page.keyboard.press('ArrowRight');
    const octaves = await at('dream-octaves').inputValue();
    // What people ask for by name sets the layer, in small print under Advanced, and leaves the rest.
    await at('advanced').locator('summary').first().click();
    await at('example-strokes').click();
    expect(await at('dream-layer').inputValue()).toBe('relu3_1');
    expect(await at('example-strokes').getAttribute('aria-pressed')).toBe('true');
    expect(await at('example-strokes').innerText()).toMatch(/^Strokes\s+dreamt by relu3_1$/);
    await at('example-eyes').click();
    expect(await at('dream-layer').inputValue()).toBe('relu4_3');
    expect(await at('dream-octaves').inputValue()).toBe(octaves);
    await at('technique-dream').focus();
    await page.keyboard.press('End');
    expect(await chosen('see')).toBe('true');
    await page.keyboard.press('ArrowRight');
    expect(await chosen('style')).toBe('true');
    await at('gallery').waitFor();
    await at('technique-dream').click();
    expect(await at('dream-octaves').inputValue()).toBe(octaves);
  });

  it('refuses channels that the layer does not have', async () => {
    const { at } = studio;
    await at('dream-channels').fill('3, 5000');
    await at('dream-channels').blur();
    expect(await at('dream-channels').inputValue()).toBe('');
    await at('dream-channels').fill('3 5');
    await at('dream-channels').blur();
    await expect.poll(() => at('dream-channels').inputValue()).toBe('3, 5');
  });
});

describe('see', () => {
  it('grows a feature without a photo', async () => {
    const { at } = studio;
    await load({ technique: 'see', view: 'feature', layer: 'relu2_1', channel: 3, steps: 6 });
    await expect.poll(() => chosen('see')).toBe('true');
    expect(await at('empty').count()).toBe(1);
    await run();
    expect(await colours()).toBeGreaterThan(20);
    expect(await at('divider').count()).toBe(0);
    expect(await at('painting-label').innerText()).toContain('relu2_1:3');
  });

  it('shows a layer’s channels as a mosaic, each of which can be hung and saved', async () => {
    const { page, at, hang } = studio;
    await hang(await jpeg(160, 120));
    await at('photo-canvas').waitFor();
    await load({ technique: 'see', layer: 'relu2_1', maxChannels: 6 });
    await run();
    // The strip is a part of its own, which comes after the picture.
    await expect.poll(() => at('frames').locator('.strip-label').count()).toBe(6);
    expect(await at('label-reads').innerText()).toContain('the brighter, the stronger');
    const whole = await colours();
    expect(whole).toBeGreaterThan(20);
    await at('frame-2').click();
    await expect.poll(() => at('frame-2').getAttribute('aria-pressed')).toBe('true');
    const label = await at('frame-2').innerText();
    expect(await at('frame-label').innerText()).toContain(label);
    const [download] = await Promise.all([page.waitForEvent('download'), at('save-png').click()]);
    expect(download.suggestedFilename()).toMatch(/relu2-1.*\.png$/);
  });
});

describe('dream', () => {
  it('changes the photo and is compared with it', async () => {
    const { at } = studio;
    await load({ technique: 'dream', layers: [{ layer: 'relu3_1' }], octaves: 2, steps: 2, jitter: 4 });
    await run();
    expect(await colours()).toBeGreaterThan(20);
    expect(await at('divider').count()).toBe(1);
    expect(await at('painting-label').innerText()).toContain('dreamt by relu3_1');
  });

  it('waits for its guide', async () => {
    const { at } = studio;
    await load({ technique: 'dream', layers: [{ layer: 'relu3_1' }], octaves: 1, steps: 2, jitter: 0, guide: null });
    await expect.poll(() => at('paint').innerText()).toContain('guide');
    await at('guide-input').setInputFiles(await png(80, 60));
    await run();
    await at('guide-drop').click();
    expect(await at('guide-canvas').count()).toBe(0);
  });

  it('plays its film', async () => {
    const { at } = studio;
    const film = { frames: 4, zoom: 1.05 };
    await load({ technique: 'dream', layers: [{ layer: 'relu2_1' }], octaves: 1, steps: 1, jitter: 0, film });
    await run();
    await at('film').waitFor();
    const frame = () => at('film-frame').inputValue();
    const first = await frame();
    await expect.poll(frame).not.toBe(first);
    await at('film-play').click();
    const stopped = await frame();
    await studio.page.waitForTimeout(400);
    expect(await frame()).toBe(stopped);
  });
});

describe('invert', () => {
  it('makes the ladder of the layers that are ticked', async () => {
    const { at } = studio;
    await load({ technique: 'invert', layers: ['relu1_1'], steps: 4 });
    await at('invert-layers').getByLabel('relu2_1').check();
    await run();
    expect(await at('frames').locator('.strip-label').allInnerTexts()).toEqual(['Photo', 'relu1_1', 'relu2_1']);
    // The sheet of all is no picture of the photo; a rung is.
    expect(await at('divider').count()).toBe(0);
    await at('frame-1').click();
    await expect.poll(() => at('divider').count()).toBe(1);
    expect(await colours()).toBeGreaterThan(20);
  });
});

describe('a result', () => {
  it('leaves a record that says how it was made, and becomes the next photo', async () => {
    const { page, at } = studio;
    await at('more').click();
    const [download] = await Promise.all([page.waitForEvent('download'), at('save-record').click()]);
    const record = JSON.parse(await readFile(await download.path(), 'utf8'));
    expect(record).toMatchObject({ recipe: { technique: 'invert', size: 64 }, device: { backend: 'wasm' } });
    await at('more').click();
    await at('use-as-photo').click();
    await at('photo-label').waitFor();
    expect(await at('photo-label').innerText()).toContain('64 × 48');
  });
});

describe('texture', () => {
  it('grows a seamless one and lays it three by three', async () => {
    const { at } = studio;
    const layers = [{ layer: 'relu1_1', weight: 1 }];
    await load({ technique: 'texture', sampleSize: 64, layers, steps: 4, seamless: true });
    await run();
    expect(await at('divider').count()).toBe(0);
    await at('tiled').click();
    const side = await at('tiled-canvas').evaluate((canvas: HTMLCanvasElement) => canvas.width);
    expect(side).toBe(3 * 64);
  });
});

describe('style', () => {
  it('mixes styles by weight and draws where each paints', async () => {
    const { page, at } = studio;
    await at('technique-style').click();
    await at('style-input').setInputFiles(await png(96, 96));
    await at('style-own-picture').waitFor();
    await at('mix-add').selectOption({ index: 1 });
    await expect.poll(() => at('mix-weight-1').count()).toBe(1);
    await at('mask-0').click();
    await at('mask-softness').fill('0');
    await at('mask-left').click();
    const box = await at('mask-canvas').boundingBox();
    if (!box) throw new Error('no mask');
    await page.mouse.move(box.x + box.width * 0.8, box.y + box.height * 0.5);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.8, box.y + box.height * 0.6, { steps: 3 });
    await page.mouse.up();
    const alpha = (x: number, y: number) =>
      at('mask-canvas').evaluate(
        (canvas: HTMLCanvasElement, [fx, fy]) =>
          canvas.getContext('2d')?.getImageData(canvas.width * fx, canvas.height * fy, 1, 1).data[3],
        [x, y] as const,
      );
    expect(await alpha(0.1, 0.5)).toBe(255);
    expect(await alpha(0.8, 0.55)).toBeGreaterThan(200);
    expect(await alpha(0.95, 0.05)).toBe(0);
    // Cut out by the network: what was drawn is surely part of it, and it keeps off the photo's border elsewhere.
    await at('mask-cut').click();
    await expect.poll(() => at('mask-cut').isEnabled(), { timeout: 60_000 }).toBe(true);
    expect(await alpha(0.1, 0.5)).toBeGreaterThan(200);
    expect(await alpha(0.8, 0.55)).toBeGreaterThan(200);
    expect(await alpha(0.995, 0.02)).toBeLessThan(60);
    // A finger's stroke that erases says what is not part of it, whatever the scissors find; what was drawn stays.
    await at('mask-erase').check();
    await at('mask-canvas').scrollIntoViewIfNeeded();
    const there = (await at('mask-canvas').boundingBox()) ?? box;
    const y = there.y + there.height * 0.5;
    await fingerStroke({ x: there.x + there.width * 0.05, y }, { x: there.x + there.width * 0.3, y });
    expect(await alpha(0.15, 0.5)).toBeLessThan(60);
    await at('mask-cut').click();
    await expect.poll(() => at('mask-cut').isEnabled(), { timeout: 60_000 }).toBe(true);
    expect(await alpha(0.15, 0.5)).toBeLessThan(60);
    expect(await alpha(0.4, 0.9)).toBeGreaterThan(200);
    expect(await alpha(0.8, 0.55)).toBeGreaterThan(200);
    await at('mask-done').click();
    await at('mask-editor').waitFor({ state: 'detached' });
    const text = await at('mask-0').innerText();
    expect(text).toContain('Change');
  });

  it('leaves no error in the console behind', () => {
    expect(studio.errors).toEqual([]);
  });
});
