/** The page of a share as its readers meet it: without JavaScript, in a fresh profile, replayed, painted again, deleted. */
import sharp from 'sharp';
import { afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { parseRecipe } from '../../shared/recipe';
import { type CreatedShare, type PublicShare, sharePaths } from '../../shared/share';
import { type LaunchOptions, launch, type Session } from './support/chromium';
import { faintTexts, layoutShift } from './support/page';
import { createShare, newNetwork, size } from './support/share';

const edge = inject('edgeUrl');
const shots = process.env.SCREENSHOTS;
let share: CreatedShare;
let session: Session | undefined;

beforeAll(async () => {
  share = await createShare(edge);
});
afterEach(() => session?.close());

async function open(options: LaunchOptions & { query?: string; of?: CreatedShare; hash?: string } = {}) {
  session = await launch(options);
  const { page } = session;
  await page.goto(`${edge}/s/${(options.of ?? share).id}${options.query ?? ''}${options.hash ?? ''}`);
  if (options.javaScript !== false) await page.waitForSelector('html[data-ready]');
  return { ...session, at: (id: string) => page.getByTestId(id) };
}

describe('without JavaScript', () => {
  it('shows the picture and the recipe in words after one document and one picture', async () => {
    const { page, requests } = await open({ javaScript: false });
    expect(await page.locator('h1').textContent()).toBe('A shore <b>at dusk</b>');
    expect(await page.locator('.made').textContent()).toContain('The Starry Night by Vincent van Gogh');
    expect(await page.locator('#picture').evaluate((image: HTMLImageElement) => image.complete)).toBe(true);
    expect(await page.locator('noscript').isVisible()).toBe(true);
    const needed = requests.filter(({ path }) => !/icon|favicon|assets/.test(path));
    expect(needed.map(({ path }) => path.split('/')[1])).toEqual(['s', 'i']);
    expect(await page.getByRole('link', { name: 'Remix in the studio' }).getAttribute('href')).toBe(
      `/#remix=${share.id}`,
    );
  });
});

describe('where module scripts never run', () => {
  it('shows picture, title, words and links all the same, after one document and one picture', async () => {
    session = await launch();
    const { page, requests } = session;
    // An in-app browser's old engine, or a connection that breaks after the page.
    await page.route('**/assets/**', (route) => route.abort());
    await page.goto(`${edge}/s/${share.id}`);
    const picture = page.locator('#picture');
    await expect.poll(() => picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(size.width);
    expect(await picture.isVisible()).toBe(true);
    expect(requests.filter(({ path }) => path !== '/icon.svg').map(({ path }) => path.split('/')[1])).toEqual([
      's',
      'i',
    ]);
    expect(await page.locator('h1').isVisible()).toBe(true);
    expect(await page.locator('.made').textContent()).toContain('The Starry Night');
    expect(await page.locator('.recipe dt').count()).toBeGreaterThan(8);
    for (const name of ['Remix in the studio', 'Open the picture alone', 'Make your own']) {
      expect(await page.getByRole('link', { name }).isVisible()).toBe(true);
    }
  });
});

describe('with JavaScript', () => {
  it('speaks the language of its reader', async () => {
    const { page, at } = await open({ locale: 'ko-KR' });
    expect(await page.locator('html').getAttribute('lang')).toBe('ko');
    expect(await at('run-live').textContent()).toBe('지금 그려 보기');
    if (shots) await page.screenshot({ path: `${shots}/share-ko.png`, fullPage: true });
  });

  it.each([390, 1280])('moves nothing while it arrives, at %i pixels', async (width) => {
    const { page, errors } = await open({ viewport: { width, height: 900 } });
    expect(await layoutShift(page)).toBeLessThan(0.01);
    expect(errors).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0);
    expect(await faintTexts(page)).toEqual([]);
    if (shots) await page.screenshot({ path: `${shots}/share-${width}.png`, fullPage: true });
  });

  it('is dark for those who like it dark, and readable', async () => {
    const { page, at } = await open({ colorScheme: 'dark', viewport: { width: 390, height: 844 } });
    const paper = await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    expect(paper).toBe('rgb(22, 22, 22)');
    await at('view-compare').check();
    await at('report').click();
    expect(await faintTexts(page)).toEqual([]);
    if (shots) await page.screenshot({ path: `${shots}/share-dark.png`, fullPage: true });
  });

  it('replays the film, stands still where it is scrubbed to, and tells the loss there', async () => {
    const { page, at } = await open();
    await at('film-play').click();
    await expect.poll(() => at('layers').getAttribute('data-view')).toBe('film');
    await expect.poll(() => at('film-frame').inputValue()).toBe('5');
    await at('film-frame').focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    expect(await at('film-frame').getAttribute('aria-valuetext')).toBe('step 4 of 12, loss 100');
    const grey = await at('film-layer').evaluate((canvas: HTMLCanvasElement) =>
      canvas.getContext('2d')?.getImageData(40, 30, 1, 1).data.at(0),
    );
    expect(grey).toBe(80);
    await page.keyboard.press('Escape');
    expect(await at('layers').getAttribute('data-view')).toBe('picture');
  });

  it('compares before and after by keyboard', async () => {
    const { page, at } = await open();
    await at('view-compare').check();
    await at('compare').focus();
    await page.keyboard.press('PageUp');
    expect(await at('compare').inputValue()).toBe('60');
    expect(await at('compare').getAttribute('aria-valuetext')).toBe('Before 60%, After 40%');
    await expect.poll(() => at('before').evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(96);
  });

  it('paints it again: the very picture that the same recipe and seed made before', async () => {
    const first = await open({ query: '?backend=wasm' });
    await first.at('run-live').click();
    await first.at('done').waitFor({ timeout: 120_000 });
    // This share holds the photo's negative, which nobody painted.
    expect(Number(await first.at('likeness').getAttribute('data-ssim'))).toBeLessThan(0.5);
    const url = await first.at('mine').evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL('image/png'));
    await session?.close();
    const result = new Uint8Array(Buffer.from(url.split(',')[1] ?? '', 'base64'));

    const of = await createShare(edge, { result });
    const again = await open({ of, query: '?backend=wasm', viewport: { width: 390, height: 844 } });
    await again.at('run-live').click();
    await again.at('done').waitFor({ timeout: 120_000 });
    expect(await again.at('likeness').getAttribute('data-ssim')).toBe('1.0000');
    expect(await again.at('likeness').textContent()).toContain('equal to the bit');
    if (shots) await again.page.screenshot({ path: `${shots}/share-live.png`, fullPage: true });
    await again.at('show-difference').click();
    const black = await again.at('difference').evaluate((canvas: HTMLCanvasElement) =>
      canvas
        .getContext('2d')
        ?.getImageData(0, 0, canvas.width, canvas.height)
        .data.every((v, i) => i % 4 === 3 || v === 0),
    );
    expect(black).toBe(true);
    expect(again.errors).toEqual([]);
  });

  it('shows what a view leaves to be looked into; of several photos, that one may be looked at', async () => {
    const see = (more: object) => parseRecipe({ technique: 'see', version: 2, size: 96, ...more });
    const occlusion = see({ view: 'occlusion', squares: 4 });
    const { at, page, errors } = await open({
      of: await createShare(edge, { recipe: occlusion }),
      query: '?backend=wasm',
    });
    await at('run-live').click();
    await at('look-photo').waitFor({ timeout: 120_000 });
    await expect.poll(() => at('look-said').textContent()).toContain('Covered here');
    expect(await at('look-frames').locator('canvas').count()).toBeGreaterThan(1);
    if (shots) await page.screenshot({ path: `${shots}/share-look.png`, fullPage: true });

    const compared = see({ view: 'neighbours', photos: [null, null] });
    const { id } = await createShare(edge, { recipe: compared, withPhoto: false });
    await page.goto(`${edge}${sharePaths.page(id)}?backend=wasm`);
    await expect.poll(() => page.locator('#live').textContent()).toContain('It compares several photos.');
    expect(await at('run-live').count()).toBe(0);
    await at('own-photo').setInputFiles('web/public/sample.jpg');
    await at('done').waitFor({ timeout: 120_000 });
    expect(errors).toEqual([]);
  });

  it('deletes by the key in the link, and is gone', async () => {
    // A picture that no other share has: theirs would stay.
    const pixels = { width: size.width, height: size.height, channels: 3 as const, background: '#c0ffee' };
    const result = new Uint8Array(await sharp({ create: pixels }).png().toBuffer());
    const of = await createShare(edge, { title: 'To be deleted', withPhoto: false, result });
    const known = (await (await fetch(edge + sharePaths.record(of.id))).json()) as PublicShare;
    const picture = edge + known.result.url;
    expect((await fetch(picture)).status).toBe(200);
    const wrong = await open({ of, hash: `#key=${'A'.repeat(43)}` });
    await wrong.at('remove-ask').click();
    await wrong.at('remove-really').click();
    await wrong.at('complaint').waitFor();
    await session?.close();
    const { page, at } = await open({ of, hash: `#key=${of.deleteKey}` });
    await at('remove-ask').click();
    await at('remove-really').click();
    await expect.poll(() => at('remove').getAttribute('data-stage')).toBe('gone');
    const answer = await page.goto(`${edge}/s/${of.id}`);
    expect(answer?.status()).toBe(410);
    expect(await page.locator('h1').textContent()).toBe('This picture was taken down');
    expect((await fetch(picture)).status).toBe(410);
    if (shots) await page.screenshot({ path: `${shots}/share-gone.png` });
  });

  it('takes reports, and is covered once several networks have reported it', async () => {
    const of = await createShare(edge, { title: 'Reported' });
    const { page, context, at } = await open({ of });
    await context.setExtraHTTPHeaders(newNetwork());
    await at('report').focus();
    await page.keyboard.press('Enter');
    // By keyboard: the form's heading is read, the reason is next.
    await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).toBe('H2');
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.getAttribute('data-testid'))).toBe('report-reason');
    await at('report-reason').selectOption('copyright');
    await page.getByLabel('Anything to add').fill('It is mine.');
    await at('report-send').click();
    await at('reported').waitFor();
    const report = () =>
      fetch(edge + sharePaths.reports(of.id), {
        method: 'POST',
        headers: { ...newNetwork(), 'Content-Type': 'application/json' },
        body: JSON.stringify({ reason: 'other' }),
      });
    expect([(await report()).status, (await report()).status]).toEqual([202, 202]);

    await page.reload();
    expect(await page.locator('h1').textContent()).toBe('This picture is covered');
    expect(await page.locator('img').count()).toBe(0);
    await page.goto(`${edge}/embed/${of.id}`);
    expect(await page.locator('img').count()).toBe(0);
    await page.goto(`${edge}/s/${of.id}`);
    await page.getByRole('link', { name: 'Show it anyway' }).click();
    await expect
      .poll(() => page.locator('#picture').evaluate((image: HTMLImageElement) => image.naturalWidth))
      .toBe(size.width);
  });
});
