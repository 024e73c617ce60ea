/** The finer controls: what they are set to is what the run's record says, and what a Gram matrix or a film gives away. */
import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunRecord } from '../../web/engine/api';
import { openStudio, type Studio } from './studio.page';
import { jpeg, png } from './studio.pictures';

let studio: Studio;
beforeAll(async () => {
  studio = await openStudio({ path: '/?backend=wasm' });
  await studio.hang(await jpeg(160, 120));
  await studio.at('photo-canvas').waitFor();
  await studio.at('advanced').locator('summary').first().click();
});
afterAll(() => studio?.close());

const load = (recipe: object) => studio.load({ size: 64, ...recipe });

async function run(): Promise<RunRecord> {
  const { at, page } = studio;
  await studio.paint();
  await at('more').click();
  const [download] = await Promise.all([page.waitForEvent('download'), at('save-record').click()]);
  return JSON.parse(await readFile(await download.path(), 'utf8'));
}

describe('a dream', () => {
  it('is of several layers by weight, and of one neuron where the photo is pressed', async () => {
    const { at } = studio;
    await load({ technique: 'dream', layers: [{ layer: 'relu3_1' }], octaves: 1, steps: 2, jitter: 0 });
    await expect.poll(() => at('dream-layer').inputValue()).toBe('relu3_1');
    await at('dream-channels').fill('5');
    await at('dream-channels').blur();
    await at('dream-add').click();
    await at('dream-layer-1').selectOption('relu4_1');
    await at('dream-weight-1').fill('2.5');
    await at('dream-place').check();
    const box = await at('dream-place-photo').boundingBox();
    if (!box) throw new Error('no photo');
    await at('dream-place-photo').click({ position: { x: box.width * 0.25, y: box.height * 0.75 } });
    await at('dream-place-photo').press('ArrowRight');
    const { recipe } = await run();
    const at_ = { x: expect.closeTo(0.27, 1), y: expect.closeTo(0.75, 1) };
    expect(recipe).toMatchObject({
      layers: [
        { layer: 'relu3_1', weight: 1, channels: [5], at: at_ },
        { layer: 'relu4_1', weight: 2.5, at: at_ },
      ],
    });
    await at('dream-remove-1').click();
    await at('dream-place').uncheck();
    expect(await at('dream-layer-1').count()).toBe(0);
  });

  it('follows a guide with whole layers, whatever was chosen before', async () => {
    const { at } = studio;
    await at('guide-input').setInputFiles(await png(80, 60));
    await at('guide-canvas').waitFor();
    const { recipe } = await run();
    expect(recipe).toMatchObject({
      layers: [{ layer: 'relu3_1', weight: 1 }],
      guide: expect.stringMatching(/^\w{64}$/),
    });
    await at('guide-drop').click();
  });

  it('is saved as a film that a player takes', async () => {
    const { page } = studio;
    const film = { frames: 5, zoom: 1.05 };
    await load({ technique: 'dream', layers: [{ layer: 'relu2_1' }], octaves: 1, steps: 1, jitter: 0, film });
    await run();
    const button = page.locator('[data-testid^=save-film-]').first();
    const format = ((await button.getAttribute('data-testid')) ?? '').split('-').at(-1);
    const [download] = await Promise.all([page.waitForEvent('download'), button.click()]);
    const bytes = [...(await readFile(await download.path()))];
    expect(download.suggestedFilename()).toMatch(new RegExp(`\\.${format}$`));
    const seen = await page.evaluate(
      async ([data, type]) => {
        const video = document.createElement('video');
        video.muted = true;
        video.src = URL.createObjectURL(new Blob([Uint8Array.from(data)], { type }));
        await video.play();
        const size = [video.videoWidth, video.videoHeight];
        const end = await new Promise<number>((resolve) => {
          video.onended = () => resolve(video.currentTime);
        });
        return { size, end };
      },
      [bytes, `video/${format}`] as const,
    );
    expect(seen.size).toEqual([64, 48]);
    // Five frames at twelve a second.
    expect(seen.end).toBeGreaterThan(0.3);
  });
});

describe('a film', () => {
  it('is saved as an animated picture where the browser cannot record', async () => {
    const { at, page } = studio;
    const [download] = await Promise.all([page.waitForEvent('download'), at('save-film-webp').click()]);
    const bytes = await readFile(await download.path());
    expect(await sharp(bytes, { animated: true }).metadata()).toMatchObject({
      format: 'webp',
      pages: 5,
      pageHeight: 48,
    });
  });
});

describe('a texture', () => {
  it('has the shape and the sample size that were chosen', async () => {
    const { at } = studio;
    await load({ technique: 'texture', layers: [{ layer: 'relu1_1', weight: 1 }], steps: 3 });
    await expect.poll(() => at('texture-aspect').count()).toBe(1);
    await at('texture-aspect').selectOption({ label: '2 : 1' });
    await at('texture-sample-size').selectOption('96');
    const { recipe, width, height } = await run();
    expect([width, height]).toEqual([64, 32]);
    expect(recipe).toMatchObject({ aspect: 2, sampleSize: 96 });
  });
});

describe('a style', () => {
  it('takes and keeps the layers that were chosen, and starts from a picture of one’s own', async () => {
    const { at, page } = studio;
    await load({ technique: 'style', styles: [{ preset: 'great-wave' }], schedule: { firstSteps: 3, steps: 1 } });
    await page.locator('[data-testid=style-layers-open] > summary').click();
    await at('style-layers-remove-relu1_2').click();
    await at('style-layers-relu5_1').fill('0.5');
    await at('content-layers-add').selectOption('relu3_1');
    await at('start-input').setInputFiles(await png(80, 60));
    await expect.poll(() => at('start').locator('input:checked').inputValue()).toBe('image');
    const { recipe } = await run();
    expect(recipe).toMatchObject({
      start: 'image',
      startImage: expect.stringMatching(/^\w{64}$/),
      contentLayers: [
        { layer: 'relu3_1', weight: 1 },
        { layer: 'relu4_2', weight: 1 },
      ],
    });
    if (recipe.technique !== 'style') throw new Error('another technique');
    expect(recipe.styleLayers.map(({ layer }) => layer)).not.toContain('relu1_2');
    expect(recipe.styleLayers.at(-1)).toEqual({ layer: 'relu5_1', weight: 0.5 });
  });
});

describe('a Gram matrix', () => {
  it('tells of every cell its channels, and shows where in the photo both answer', async () => {
    const { at, page } = studio;
    await load({ technique: 'see', view: 'gram', layer: 'relu2_1', size: 128 });
    await run();
    await at('gram-panel').waitFor();
    const told = () => at('gram-pair').innerText();
    const strongest = await told();
    expect(strongest).toMatch(/^Channels \d+ and \d+, together [01]\.\d+$/);
    expect(await at('gram-patches').locator('canvas').count()).toBeGreaterThan(0);

    const box = await at('gram-cells').boundingBox();
    if (!box) throw new Error('no matrix');
    await page.mouse.move(box.x + box.width * 0.1, box.y + box.height * 0.8);
    const hovered = await told();
    await page.mouse.move(box.x + box.width * 0.1, box.y + box.height * 0.1);
    await expect.poll(told).toMatch(/with itself/);
    expect(hovered).not.toMatch(/with itself/);

    await at('gram-cells').focus();
    await page.keyboard.press('ArrowDown');
    const below = await told();
    expect(below).not.toMatch(/with itself/);
    await page.keyboard.press('ArrowRight');
    expect(await told()).toMatch(/with itself/);
    await at('gram-strongest').selectOption({ index: 1 });
    expect(await told()).toBe(strongest);
  });

  it('leaves no error in the console behind', () => {
    expect(studio.errors).toEqual([]);
  });
});

describe('a view that is looked into', () => {
  const shots = process.env.SCREENSHOTS;
  const picture = (name: string) => (shots ? studio.page.screenshot({ path: `${shots}/${name}.png` }) : null);

  it('covers a square, follows a kernel, and moves over a map, in the studio', async () => {
    const { at, page } = studio;
    await load({ technique: 'see', view: 'occlusion', layer: 'relu3_1', channel: 9, size: 96, squares: 4 });
    await run();
    await at('look-photo').waitFor();
    await at('look-photo').focus();
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => at('look-said').innerText()).toMatch(/Covered here/);
    await picture('studio-occlusion');
    await load({ technique: 'see', view: 'filters', layer: 'relu2_1', size: 96 });
    await run();
    await expect.poll(() => at('look-said').innerText()).toMatch(/^Sum /);
    await at('look-channel').fill('5');
    await picture('studio-filters');
    await load({ technique: 'see', view: 'map', layer: 'relu4_1', size: 128, steps: 32 });
    await run();
    await at('look-plane').focus();
    await page.keyboard.press('+');
    await expect.poll(() => at('look-plane').getAttribute('data-zoom')).toBe('1.40');
    await picture('studio-map');
    expect(studio.errors).toEqual([]);
  });

  it('takes a second picture and more photos where a view wants them', async () => {
    const { at } = studio;
    await load({ technique: 'see', view: 'fooling', layer: 'relu3_1', size: 96 });
    await at('see-guide').waitFor();
    expect(await at('paint').isDisabled()).toBe(true);
    await at('see-view').selectOption('patches');
    await at('see-photos').waitFor();
    await picture('studio-patches');
  });
});
