/** Live figures and the atlas: frames of the edge on another site, and pages of its own. */
import { afterAll, afterEach, beforeAll, expect, inject, it } from 'vitest';
import { figures } from '../../shared/figures';
import { growsFromNoise, type SeeView } from '../../shared/techniques/see/schema';
import { startDemo } from '../../tools/setup/demo.mjs';
import { type LaunchOptions, launch, type Session } from './support/chromium';
import { layoutShift, valuesOn } from './support/page';

const edge = inject('edgeUrl');
const shots = process.env.SCREENSHOTS;
let demo: Awaited<ReturnType<typeof startDemo>>;
let session: Session | undefined;
beforeAll(async () => {
  demo = await startDemo({ port: 0, edge });
});
afterAll(() => demo.stop());
afterEach(() => session?.close());

async function visit(url: string, options: LaunchOptions = {}) {
  session = await launch({ blockThirdPartyStorage: true, viewport: { width: 390, height: 844 }, ...options });
  await session.page.goto(url);
  return session;
}

it('a figure loads a picture and little script until it is pressed; then it runs, is looked into, and takes a control', async () => {
  const { page, requests, errors } = await visit(`${edge}/figure/occlusion?squares=5&size=96&backend=wasm`);
  await page.locator('#start').waitFor();
  expect(requests.filter(({ path }) => path.endsWith('.js')).length).toBeLessThanOrEqual(2);
  await page.locator('#start').click();
  const said = page.getByTestId('figure-said');
  await expect.poll(() => said.textContent(), { timeout: 60_000 }).toBe('Done.');
  const look = page.getByTestId('look-photo');
  await look.waitFor();
  await look.focus();
  const told = page.getByTestId('look-said');
  await expect.poll(() => told.textContent()).toMatch(/^Covered here, (the answer falls|it rises) by \d+ %\.$/);
  const before = await page.locator('.look-square').getAttribute('style');
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ArrowUp');
  await expect.poll(() => page.locator('.look-square').getAttribute('style')).not.toBe(before);
  if (shots) await page.screenshot({ path: `${shots}/figure-occlusion.png` });
  expect(errors).toEqual([]);
});

it('a kernel is followed under the pointer', async () => {
  const { page, errors } = await visit(`${edge}/figure/filters?size=96&backend=wasm`);
  await page.locator('#start').click();
  const told = page.getByTestId('look-said');
  await expect
    .poll(() => told.textContent({ timeout: 60_000 }), { timeout: 60_000 })
    .toMatch(/^Sum -?\d+\.\d\d, after the ReLU \d+\.\d\d$/);
  await page.getByTestId('look-photo').hover({ position: { x: 20, y: 15 } });
  const here = await told.textContent();
  await page.getByTestId('look-photo').hover({ position: { x: 60, y: 60 } });
  await expect.poll(() => told.textContent()).not.toBe(here);
  if (shots) await page.screenshot({ path: `${shots}/figure-filters.png` });
  expect(errors).toEqual([]);
});

it('says in words what an address asks for in vain, and has no blank frame', async () => {
  const { page } = await visit(`${edge}/figure/gradcam?layer=relu9_9&backend=wasm`);
  await page.locator('#start').click();
  await expect.poll(() => page.getByTestId('figure-said').textContent(), { timeout: 60_000 }).toContain('relu9_9');
  expect(await page.locator('#figure img').count()).toBe(1);
  await page.goto(`${edge}/figure/gradcam?square=many`);
  await page.locator('#start').click();
  await expect.poll(() => page.getByTestId('figure-said').textContent()).toContain('square');
  const missing = await page.goto(`${edge}/figure/no-such-figure`);
  expect(missing?.status()).toBe(404);
});

it('the atlas has a page for a channel, and leads into the studio with it', async () => {
  const { page, errors } = await visit(`${edge}/atlas/relu4_1/20?lang=ko`);
  await page.getByTestId('atlas-channel').waitFor();
  expect(await page.getByTestId('atlas-cells').locator('a').count()).toBe(128);
  expect(await page.locator('.places img').count()).toBeGreaterThan(0);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  if (shots) await page.screenshot({ path: `${shots}/atlas-390.png` });
  await page.getByRole('button', { name: '내 사진은 어디에서 반응할까?' }).click();
  await page.getByTestId('advanced').locator('summary').first().click();
  await expect
    .poll(() =>
      page
        .getByTestId('see-channel')
        .inputValue({ timeout: 30_000 })
        .catch(() => ''),
    )
    .toBe('20');
  await page.goto(`${edge}/atlas/relu4_1/999`);
  await page.getByTestId('atlas-missing').waitFor();
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.goto(`${edge}/atlas/relu3_1/7`);
  await page.getByTestId('atlas-channel').waitFor();
  if (shots) await page.screenshot({ path: `${shots}/atlas-1280.png` });
  expect(errors).toEqual([]);
});

it('the lecture stands still until a figure is touched, then runs one of them at a time', async () => {
  for (const path of ['/', '/ko']) {
    const { page, requests, errors } = await visit(demo.url + path, { viewport: { width: 1280, height: 900 } });
    const figures = page.locator('reverie-embed');
    await figures.first().locator('button').waitFor();
    expect(await figures.count()).toBeGreaterThanOrEqual(12);
    expect(await page.locator('math').count()).toBeGreaterThan(5);
    expect(await layoutShift(page)).toBe(0);
    // What is cited is listed, and what is listed is cited.
    const cited = await page.locator('.cite a').evaluateAll((all) => all.map((each) => each.getAttribute('href')));
    const listed = await page.locator('.references li').evaluateAll((all) => all.map(({ id }) => `#${id}`));
    expect([...new Set(cited)]).toEqual(listed);
    expect(requests.filter(({ url }) => url.startsWith(edge) && !/\/(embed\.js|figures\/)/.test(url))).toEqual([]);
    expect(errors).toEqual([]);
    if (shots) await page.screenshot({ path: `${shots}/lecture${path === '/' ? '-en' : '-ko'}.png`, fullPage: true });
    await session?.close();
  }
  const { page } = await visit(demo.url);
  await page.setViewportSize({ width: 390, height: 844 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  const formulas = page.locator('math[display=block]');
  const cut = await formulas.evaluateAll((all) => all.filter((each) => each.scrollWidth > each.clientWidth).length);
  expect(cut).toBe(0);
  const first = page.locator('reverie-embed[figure=filters]');
  await first.scrollIntoViewIfNeeded();
  await first.locator('button').click();
  const frame = page.frameLocator('reverie-embed[figure=filters] iframe');
  await expect
    .poll(() => frame.getByTestId('look-said').textContent({ timeout: 60_000 }), { timeout: 60_000 })
    .toContain('Sum');
  // A frame that is taken away in mid-run leaves nothing behind.
  await first.evaluate((element) => element.remove());
  if (shots) await page.screenshot({ path: `${shots}/lecture-390.png` });
});

/** In the lecture's page, whose policy is strict: what runs in it, small. */
async function embedded(page: Session['page'], name: string, params: string) {
  await page.evaluate(
    (attributes) => {
      const element = document.createElement('reverie-embed');
      for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
      document.querySelector('main')?.prepend(element);
      scrollTo(0, 0);
    },
    { figure: name, id: name, params: `${params}&backend=wasm`, width: '360', height: '400' },
  );
  const element = page.locator(`#${name}`);
  await element.locator('button').click();
  const frame = page.frameLocator(`#${name} iframe`);
  const said = () => frame.getByTestId('figure-said').textContent({ timeout: 60_000 });
  return { frame, said, poster: element.locator('button'), remove: () => element.evaluate((each) => each.remove()) };
}

/** A layer, a number, a measure; everything else is a word, and no word is English. */
const notWords = /relu\d_\d|classifier|rms|L2|[-ρ×·−/.\d\s]/g;

it('every figure runs when it is pressed, in the reader’s language, on another site with storage blocked', async () => {
  const { page, errors } = await visit(`${demo.url}/ko`);
  for (const [name, fields] of Object.entries(figures)) {
    const steps = 'steps' in fields ? '&steps=2' : '';
    const { frame, said, remove } = await embedded(page, name, `size=96${steps}`);
    await expect.poll(said, { timeout: 60_000, message: name }).toBe('다 되었습니다.');
    const drawn = frame.locator('[data-testid=figure-picture], [data-testid=look-plane] canvas').first();
    await expect.poll(async () => (await valuesOn(drawn)) > 2, { message: name }).toBe(true);
    const fromNoise = growsFromNoise(fields.view as SeeView);
    expect([name, await frame.getByTestId('figure-own').count()]).toEqual([name, fromNoise ? 0 : 1]);
    // The page has made room: nobody scrolls in a frame.
    const hidden = () => frame.locator('html').evaluate((html) => html.scrollHeight - html.clientHeight);
    await expect.poll(hidden, { message: name }).toBe(0);
    for (const label of await frame.locator('.look-frames button').allInnerTexts())
      expect([name, label.replace(notWords, '')]).toEqual([name, expect.stringMatching(/^[가-힣]*$/)]);
    await remove();
  }
  expect(errors).toEqual([]);
});

it('of two figures the last one that is pressed runs, and one that is taken away leaves nothing behind', async () => {
  const { page, errors } = await visit(demo.url);
  const long = await embedded(page, 'feature', 'size=192&steps=768');
  await expect.poll(long.said, { timeout: 60_000 }).toMatch(/^Step \d+ of 768$/);
  // What was pressed is behind the frame now, where no key may find it.
  await expect.poll(() => long.poster.count()).toBe(0);
  const other = await embedded(page, 'gradcam', 'size=96');
  await expect.poll(other.said, { timeout: 60_000 }).toBe('Done.');
  expect(await long.said()).toBe('Another figure runs: this one was stopped.');
  // One engine: that of the figure that ran last.
  await expect.poll(() => page.workers().length).toBe(1);
  await long.frame.getByTestId('figure-run').click();
  await expect.poll(long.said, { timeout: 60_000 }).toMatch(/^Step \d+ of 768$/);
  await long.remove();
  await expect.poll(() => page.workers().length).toBe(0);
  await other.frame.getByTestId('figure-run').click();
  await expect.poll(other.said, { timeout: 60_000 }).toBe('Done.');
  expect(errors).toEqual([]);
});
