/** The widget on a blog of another site, where third parties get no storage. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import type { CreatedShare } from '../../shared/share';
import { startDemo } from '../../tools/setup/demo.mjs';
import { root } from '../../tools/setup/process.mjs';
import { type LaunchOptions, launch, type Session } from './support/chromium';
import { layoutShift } from './support/page';
import { createShare, size } from './support/share';

const edge = inject('edgeUrl');
const shots = process.env.SCREENSHOTS;
let share: CreatedShare;
let demos: Awaited<ReturnType<typeof startDemo>>[];
let session: Session | undefined;

beforeAll(async () => {
  share = await createShare(edge, { title: 'On a blog' });
  const starting = [false, true].map((isolated) => startDemo({ port: 0, edge, isolated }));
  demos = await Promise.all(starting);
});
afterAll(() => {
  for (const demo of demos) demo.stop();
});
afterEach(() => session?.close());

async function visit({ isolated = false, ...options }: LaunchOptions & { isolated?: boolean } = {}) {
  session = await launch({ blockThirdPartyStorage: true, viewport: { width: 390, height: 800 }, ...options });
  const { page } = session;
  const query = `?share=${share.id}&width=${size.width}&height=${size.height}`;
  await page.goto(`${demos[isolated ? 1 : 0]?.url}/${query}`);
  await page.locator('reverie-embed button').waitFor();
  return { ...session, button: page.locator('reverie-embed button'), frame: page.frameLocator('reverie-embed iframe') };
}

/** Of the page or the worker in which it runs. */
const storage = () =>
  new Promise<string>((resolve) => {
    try {
      const opening = indexedDB.open('probe');
      opening.onsuccess = () => resolve('opened');
      opening.onerror = () => resolve('refused');
    } catch {
      resolve('refused');
    }
  });

it('weighs at most 3 KB compressed', async () => {
  const script = await readFile(path.join(root, 'web/dist/embed.js'));
  expect(gzipSync(script).length).toBeLessThanOrEqual(3 * 1024);
});

describe('untouched', () => {
  it('asks the edge for its script and one picture, and moves nothing', async () => {
    const { page, requests, errors, button } = await visit();
    await expect
      .poll(() => page.locator('reverie-embed img').evaluate((i: HTMLImageElement) => i.naturalWidth))
      .toBe(96);
    const asked = requests.filter(({ url }) => url.startsWith(edge)).map(({ path: name }) => name);
    expect(asked.sort()).toEqual(['/embed.js', `/embed/${share.id}/poster`]);
    expect(await layoutShift(page)).toBe(0);
    expect(await button.getAttribute('aria-label')).toBe('Watch it being painted: A picture made with Reverie');
    expect(errors).toEqual([]);
    if (shots) await page.screenshot({ path: `${shots}/embed-poster.png` });
  });

  it("leaves the author's link where the share is unknown", async () => {
    const { page } = await visit();
    await page.goto(`${demos[0]?.url}/?share=${'A'.repeat(22)}`);
    await expect.poll(() => page.locator('reverie-embed button').count()).toBe(0);
    expect(await page.locator('reverie-embed a').isVisible()).toBe(true);
  });
});

describe('touched', () => {
  // Words of other languages are on their way when the page says that it is there.
  it.each(['en', 'ko'])('opens by Enter in the same box, replays, and tells the page: %s', async (language) => {
    const { page, button, frame } = await visit();
    await page.evaluate((lang) => document.documentElement.setAttribute('lang', lang), language);
    const before = await page.locator('#after').boundingBox();
    await page.evaluate(() => {
      const heard: string[] = [];
      Object.assign(globalThis, { heard });
      for (const type of ['open', 'ready', 'play', 'ended', 'result']) {
        addEventListener(`reverie-${type}`, () => heard.push(type));
      }
    });
    await button.focus();
    await page.keyboard.press('Enter');
    await frame.getByTestId('film').waitFor();
    const heard = () => page.evaluate(() => (globalThis as unknown as { heard: string[] }).heard.join());
    await expect.poll(heard).toBe('open,ready,play,ended');
    expect(await page.locator('#after').boundingBox()).toEqual(before);
    if (shots) await page.screenshot({ path: `${shots}/embed-open.png` });
  });

  it.each([false, true])("paints the visitor's own photo without storage; host isolated: %s", async (isolated) => {
    const { page, button, frame, errors } = await visit({ isolated, viewport: { width: 1280, height: 900 } });
    await button.click();
    await frame.getByTestId('film').waitFor();
    const child = page.frames().find((candidate) => candidate.url().startsWith(edge));
    expect(await child?.evaluate(storage)).toBe('refused');
    await frame.getByTestId('own-photo').setInputFiles(path.join(root, 'web/public/sample.jpg'));
    await frame.getByTestId('done').waitFor({ timeout: 120_000 });
    expect(await frame.getByTestId('done').getAttribute('data-complete')).toBe('true');
    const engine = page.workers().find((worker) => worker.url().includes('/assets/worker-'));
    expect(await engine?.evaluate(storage)).toBe('refused');
    expect(await frame.getByTestId('mine').evaluate((canvas: HTMLCanvasElement) => canvas.width)).toBe(96);
    if (shots) await page.screenshot({ path: `${shots}/embed-own-${isolated}.png` });
    expect(errors.filter((text) => !/storage|IndexedDB|denied/i.test(text))).toEqual([]);
  });
});
