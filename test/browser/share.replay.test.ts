/**
 * A share whose inputs were ticked, opened by somebody else: the recipe run again on the same backend gives the picture
 * again, with all that the run had besides its photo. What may differ is the stored picture's compression.
 */
import { randomBytes } from 'node:crypto';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { limits } from '../../shared/limits';
import { stylesOf } from '../../shared/recipe/about';
import { type PublicShare, sharePaths } from '../../shared/share';
import { openStudio, type Studio } from './studio.page';
import { png, type Upload } from './studio.pictures';
import { launch, type Session } from './support/chromium';
import { newNetwork } from './support/share';

const edge = inject('edgeUrl');
const shots = process.env.SCREENSHOTS;
let studio: Studio;
let visitor: Session | undefined;

beforeAll(async () => {
  studio = await openStudio({ path: '/?backend=wasm' });
  await studio.context.setExtraHTTPHeaders(newNetwork());
  // Larger than the run looks at: who shrinks it, and how, decides whether the picture comes again.
  await studio.at('sample').click();
  await studio.at('photo-canvas').waitFor();
});
afterAll(() => studio?.close());
afterEach(() => visitor?.close());

async function paintAndShare(): Promise<PublicShare> {
  const { at } = studio;
  await studio.paint();
  await at('share').click();
  await at('share-inputs').check();
  return send();
}

/** The form as it is. */
async function send(): Promise<PublicShare> {
  const { at } = studio;
  await at('share-submit').click();
  await at('share-done').waitFor({ timeout: 60_000 });
  const id = ((await at('share-link').getAttribute('href')) ?? '').split('/').at(-1) ?? '';
  await at('share-close').click();
  return (await (await fetch(edge + sharePaths.record(id))).json()) as PublicShare;
}

/** Structural similarity of the replay to the shared picture, as the page tells it. */
async function replay(share: PublicShare): Promise<number> {
  visitor = await launch();
  const { page, errors } = visitor;
  await page.goto(`${edge}${sharePaths.page(share.id)}?backend=wasm`);
  await page.getByTestId('run-live').click();
  const figures = page.getByTestId('likeness');
  await figures.waitFor({ timeout: 120_000 });
  expect(await figures.getAttribute('data-likeness')).toBe('same');
  expect(errors).toEqual([]);
  if (shots) await page.screenshot({ path: `${shots}/replay-${share.recipe.technique}.png`, fullPage: true });
  return Number(await figures.getAttribute('data-ssim'));
}

const roles = ({ inputs }: PublicShare) => inputs.map(({ role, index }) => `${role} ${index}`).sort();

it('replays two styles, one of them a picture, each where its mask lets it', async () => {
  const { at, page, load } = studio;
  await load({
    technique: 'style',
    styles: [{ preset: 'starry-night' }],
    size: 128,
    seed: 5,
    schedule: { minSize: 64, firstSteps: 12, steps: 8 },
  });
  await at('style-input').setInputFiles(await png(300, 200));
  await at('style-own-picture').waitFor();
  await page.locator('[data-testid=advanced] > summary').click();
  await at('mix-add').selectOption({ index: 1 });
  await expect.poll(() => at('mix-weight-1').count()).toBe(1);
  await at('mask-0').click();
  await at('mask-left').click();
  await at('mask-done').click();
  await at('mask-editor').waitFor({ state: 'detached' });
  const share = await paintAndShare();
  expect(roles(share)).toEqual(['content 0', 'mask 0', 'style 0']);
  expect(stylesOf(share.recipe).map((style) => 'image' in style)).toEqual([true, false]);
  expect(share.inputs.find(({ role }) => role === 'content')?.picture).toMatchObject({ width: 128, type: 'image/png' });
  expect(await replay(share)).toBeGreaterThan(0.97);
});

it('replays a dream that a guide led', async () => {
  const { at, load } = studio;
  await load({ technique: 'dream', layers: [{ layer: 'relu3_1' }], size: 128, octaves: 2, steps: 6, guide: null });
  await at('guide-input').setInputFiles(await png(300, 200));
  await at('guide-canvas').waitFor();
  const share = await paintAndShare();
  expect(roles(share)).toEqual(['content 0', 'guide 0']);
  expect(await replay(share)).toBeGreaterThan(0.97);
});

describe('a photo whose PNG is too large to be shared', () => {
  const [width, height] = [1024, 1024];

  /** Noise of every colour by itself, or nearly the same in all three, which WebP sees and no filter of PNG does. */
  async function noise(alike: boolean) {
    const data = randomBytes(width * height * 3);
    if (alike) {
      for (let i = 0; i < data.length; i += 3) {
        const [red = 0, green = 0, blue = 0] = data.subarray(i, i + 3);
        data[i] = green + (red & 7);
        data[i + 2] = green + (blue & 7);
      }
    }
    const buffer = await sharp(data, { raw: { width, height, channels: 3 } })
      .png()
      .toBuffer();
    expect(buffer.length).toBeGreaterThan(limits.share.maxPictureBytes);
    return { data, file: { name: 'noise.png', mimeType: 'image/png', buffer } };
  }

  async function paintAndTick(file: Upload): Promise<{ readonly exact: string | null; readonly told: string }> {
    const { at, load, hang } = studio;
    await hang(file);
    await load({ technique: 'fast', styles: [{ style: 'starry-night' }], size: width });
    await studio.paint();
    await at('share').click();
    await at('share-inputs').check();
    const fidelity = at('share-inputs-fidelity');
    await expect.poll(() => fidelity.getAttribute('data-exact'), { timeout: 60_000 }).not.toBeNull();
    return { exact: await fidelity.getAttribute('data-exact'), told: await fidelity.innerText() };
  }

  it('comes without loss all the same where WebP makes it small enough', async () => {
    const { data, file } = await noise(true);
    const { exact, told } = await paintAndTick(file);
    expect([exact, told]).toEqual(['true', expect.stringContaining('without loss')]);
    const share = await send();
    const [content] = share.inputs;
    expect(content?.picture).toMatchObject({ type: 'image/webp', width, height });
    const bytes = await (await fetch(edge + content?.picture.url)).arrayBuffer();
    const decoded = await sharp(Buffer.from(bytes)).removeAlpha().raw().toBuffer();
    expect(decoded.equals(data)).toBe(true);
  });

  it('is said to be compressed where it must be, before it is sent and beside what is painted from it', async () => {
    const { exact, told } = await paintAndTick((await noise(false)).file);
    expect([exact, told]).toEqual(['false', expect.stringContaining('compressed')]);
    const share = await send();
    expect(share.inputs[0]?.picture.type).toBe('image/webp');
    visitor = await launch();
    const { page } = visitor;
    await page.goto(`${edge}${sharePaths.page(share.id)}?backend=wasm`);
    await page.getByTestId('run-live').click();
    const figures = page.getByTestId('likeness');
    await figures.waitFor({ timeout: 120_000 });
    expect(await figures.getAttribute('data-exact-inputs')).toBe('false');
    expect(await figures.innerText()).toContain('came compressed');
  });
});
