/** Visits without a network: the edge is stopped, not simulated away. */
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RecipeInput } from '../../shared/techniques';
import { freePort, startEdge } from '../../tools/setup/edge.mjs';
import { readPicture } from './journey.pictures';
import { launch, type Session } from './support/chromium';
import { noteRuns, paint } from './support/runs';

const recipe: RecipeInput = {
  technique: 'style',
  version: 2,
  styles: [{ preset: 'starry-night' }],
  size: 64,
  schedule: { minSize: 64, firstSteps: 6, steps: 6 },
};

let state: string;
let port: number;
let edge: Awaited<ReturnType<typeof startEdge>> | null;
let session: Session;
const at = (testId: string) => session.page.getByTestId(testId);

beforeAll(async () => {
  state = await mkdtemp(path.join(tmpdir(), 'reverie-offline-'));
  port = await freePort();
  edge = await startEdge({ port, state });
  session = await launch({ offline: true });
  await noteRuns(session.page);
  await session.page.addInitScript(
    "for (const key of ['sketch', 'keep-work']) localStorage.setItem('reverie.' + key, 'off')",
  );
}, 120_000);

afterAll(async () => {
  await session?.close();
  await edge?.stop();
  await rm(state, { recursive: true, force: true });
});

async function loadRecipe(of: object) {
  await at('load-recipe').click();
  await at('recipe-text').fill(JSON.stringify(of));
  await at('apply-recipe').click();
}

async function paintSample() {
  await at('sample').click();
  await at('photo-canvas').waitFor();
  await at('advanced').locator('summary').first().click();
  await loadRecipe(recipe);
  await paint(session.page);
  const [download] = await Promise.all([session.page.waitForEvent('download'), at('save-png').click()]);
  return (await readPicture(await download.path())).values;
}

/** The same server after a deploy: only the build's id in the service worker differs, which is all a browser compares. */
function nextBuild(origin: string): Server {
  return createServer(async ({ url = '/' }, response) => {
    const answer = await fetch(origin + url);
    const body = Buffer.from(await answer.arrayBuffer());
    response.setHeader('Content-Type', answer.headers.get('Content-Type') ?? '');
    const isWorker = url === '/service-worker.js';
    response.end(isWorker ? body.toString().replace(/"id":"[0-9a-f]+"/, '"id":"0123456789abcdef"') : body);
  });
}

const kept = () =>
  session.page.evaluate(async () => {
    const found: string[] = [];
    for (const name of await caches.keys()) {
      for (const { url } of await (await caches.open(name)).keys()) found.push(new URL(url).pathname);
    }
    return found;
  });

/** One pass of the network that has learned its painters. */
async function paintAtOnce() {
  await loadRecipe({ technique: 'fast', version: 2, styles: [{ style: 'starry-night' }] });
  await paint(session.page);
  expect(await at('frame').getAttribute('data-state')).toBe('done');
}

/** One pass of the network for any painting. */
async function paintAfter(preset: string) {
  await loadRecipe({ technique: 'any', version: 2, size: 128, styles: [{ preset }] });
  await paint(session.page);
  expect(await at('frame').getAttribute('data-state')).toBe('done');
}

describe('the app', () => {
  it('can be installed: manifest, icons of the sizes that it says, and a service worker that answers offline', async () => {
    await session.page.goto(`http://localhost:${port}/`);
    await session.page.evaluate(() => navigator.serviceWorker.ready);
    const devtools = await session.context.newCDPSession(session.page);
    const { url, errors } = await devtools.send('Page.getAppManifest');
    expect(errors).toEqual([]);
    // Chromium's own judgement, on the page's terms; headless has no window to install into, which is not the page's.
    const { installabilityErrors } = await devtools.send('Page.getInstallabilityErrors');
    expect(installabilityErrors.map(({ errorId }) => errorId).filter((id) => id !== 'in-incognito')).toEqual([]);
    await devtools.detach();

    const manifest = (await (await fetch(url)).json()) as {
      icons: { src: string; sizes: string; type: string; purpose?: string }[];
    };
    expect(manifest).toMatchObject({ name: 'Reverie', start_url: '/', scope: '/', display: 'standalone' });
    for (const { src, sizes, type } of manifest.icons) {
      const answer = await fetch(new URL(src, url));
      expect(answer.headers.get('Content-Type'), src).toBe(type);
      if (sizes === 'any') continue;
      const { width, height } = await sharp(Buffer.from(await answer.arrayBuffer())).metadata();
      expect(`${width}x${height}`, src).toBe(sizes);
    }
    const raster = manifest.icons.filter(({ type }) => type === 'image/png');
    expect(raster.map(({ sizes, purpose }) => [sizes, purpose ?? 'any'])).toEqual(
      expect.arrayContaining([
        ['192x192', 'any'],
        ['512x512', 'any'],
        ['512x512', 'maskable'],
      ]),
    );
  });
});

describe('the studio', { timeout: 180_000 }, () => {
  let before: Awaited<ReturnType<typeof paintSample>>;

  it('is kept by the first visit, its engine by the first use, and no weights at all', async () => {
    await session.page.goto(`http://localhost:${port}/`);
    await session.page.evaluate(() => navigator.serviceWorker.ready);
    expect(await kept()).toEqual(expect.arrayContaining(['/', '/api/presets', '/presets/starry-night.webp']));
    expect((await kept()).filter((file) => file.endsWith('.wasm'))).toEqual([]);
    before = await paintSample();
    await expect.poll(kept).toContainEqual(expect.stringMatching(/simd.*\.wasm$/));
    expect((await kept()).filter((file) => file.includes('/weights/') || file.includes('heic-worker'))).toEqual([]);
    await paintAtOnce();
    await paintAfter('udnie');
    // Of every preset what one pass needs, and the sample.
    const { presets } = (await (await fetch(`http://localhost:${port}/api/presets`)).json()) as {
      presets: { statistics: { network: string; sha256: string }[] }[];
    };
    const small = presets.flatMap(({ statistics }) =>
      statistics.flatMap(({ network, sha256 }) => (network === 'reverie-any' ? [`/presets/${sha256}.bin`] : [])),
    );
    await expect.poll(kept).toEqual(expect.arrayContaining([...small, '/sample.jpg']));
    expect(session.errors).toEqual([]);
  });

  it('opens and paints the same picture after the server has gone', async () => {
    await edge?.stop();
    edge = null;
    await session.page.goto(`http://localhost:${port}/`);
    const thumbnail = at('style-starry-night').locator('img');
    await expect.poll(() => thumbnail.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(0);
    expect(await paintSample()).toEqual(before);
  });

  it('paints after a preset that was never chosen before', async () => {
    await paintAfter('the-kiss');
    expect(await at('painting-label').innerText()).toMatch(/kiss/i);
  });

  it('says by its name what is not there: a painting for the slow painter, a network', async () => {
    const missing = async (of: object) => {
      await loadRecipe({ version: 2, ...of });
      await at('paint').click();
      await expect
        .poll(
          () =>
            at('notice')
              .getAttribute('data-code')
              .catch(() => null),
          { timeout: 60_000 },
        )
        .toBe('weights-network');
      const said = await at('notice').innerText();
      await at('notice').getByRole('button', { name: 'Dismiss' }).click();
      return said;
    };
    expect(await missing({ ...recipe, styles: [{ preset: 'the-scream' }] })).toMatch(/The Scream/);
    expect(await missing({ technique: 'see', network: 'squeezenet1_1', layer: 'fire5' })).toMatch(/squeezenet1_1/);
  });

  it('paints at once without a server too, and keeps what is shared until it is back', async () => {
    await paintAtOnce();
    await at('share').click();
    await at('share-title').fill('Made far away');
    await at('share-submit').click();
    await at('share-waiting').waitFor();
    await at('share-close').click();
    // A closed dialog goes back in the address's history, and a reload in its midst would be undone by that.
    await expect.poll(() => session.page.evaluate(() => history.state?.over)).toBeUndefined();
    // The next visit, still without a server, has it still.
    await session.page.reload();
    await at('shares-open').click();
    await expect.poll(() => at('share-outbox').locator('.share-name').allInnerTexts()).toEqual(['Made far away']);
    await at('share-close').click();

    edge = await startEdge({ port, state });
    await at('shares-open').click();
    await at('share-send-waiting').click();
    await at('share-done').waitFor({ timeout: 30_000 });
    const link = (await at('share-link').getAttribute('href')) ?? '';
    expect(await (await fetch(link)).text()).toContain('Made far away');
    await at('share-close').click();
    await edge.stop();
    edge = null;
  });

  it('is given a photo that another app shares, and opened at what an icon’s shortcut names', async () => {
    const { page } = session;
    await page.evaluate(async () => {
      const canvas = new OffscreenCanvas(90, 60);
      canvas.getContext('2d')?.fillRect(0, 0, 90, 60);
      const form = document.createElement('form');
      Object.assign(form, { method: 'post', action: '/shared-photo', enctype: 'multipart/form-data' });
      const input = Object.assign(document.createElement('input'), { type: 'file', name: 'photo' });
      const files = new DataTransfer();
      files.items.add(new File([await canvas.convertToBlob()], 'From elsewhere.png', { type: 'image/png' }));
      input.files = files.files;
      form.append(input);
      document.body.append(form);
      form.submit();
    });
    await at('photo-label').waitFor();
    expect(await at('photo-label').innerText()).toMatch(/From elsewhere/);
    expect(new URL(page.url()).search).toBe('');
    await page.goto(`http://localhost:${port}/?open=many`);
    await at('many-dialog').waitFor();
    await page.goto(`http://localhost:${port}/?shared`);
    await at('notice').waitFor();
    expect(await at('notice').getAttribute('data-code')).toBe('not-found');
  });

  it('opens the file that the system opens with it, and says when that may not be read', async () => {
    const { page } = session;
    // As in an installed app's window.
    await page.addInitScript(() => {
      const asked = window.matchMedia.bind(window);
      window.matchMedia = (query) => asked(query.includes('standalone') ? 'all' : query);
      const setConsumer = (take: (launched: object) => void) => Object.assign(window, { take });
      Object.defineProperty(window, 'launchQueue', { configurable: true, value: { setConsumer } });
    });
    await page.goto(`http://localhost:${port}/`);
    await page.waitForFunction(() => 'take' in window);
    const launch = (name: string) =>
      page.evaluate(async (name) => {
        const canvas = new OffscreenCanvas(90, 60);
        canvas.getContext('2d')?.fillRect(0, 0, 90, 60);
        const file = new File([await canvas.convertToBlob()], name, { type: 'image/png' });
        const getFile = async () => {
          if (!name) throw new DOMException('The request is not allowed.', 'NotAllowedError');
          return file;
        };
        (window as unknown as { take: (launched: object) => void }).take({ files: [{ getFile }] });
      }, name);
    await launch('');
    await at('notice').waitFor();
    expect(await at('notice').getAttribute('data-code')).toBe('image-unreadable');
    await launch('Opened with it.png');
    await at('photo-label').waitFor();
    expect(await at('photo-label').innerText()).toMatch(/Opened with it/);
  });

  it('says when the device has no network', async () => {
    await session.context.setOffline(true);
    await at('offline').waitFor();
    expect(await at('offline').innerText()).toBe('Offline');
    await session.context.setOffline(false);
    await at('offline').waitFor({ state: 'detached' });
  });

  it('takes a new build only when the person says so', async () => {
    edge = await startEdge({ port: await freePort(), state });
    const server = nextBuild(edge.url).listen(port);
    await once(server, 'listening');
    await session.page.reload();
    await session.page.evaluate(async () => (await navigator.serviceWorker.getRegistration())?.update());
    await at('notice').waitFor();
    expect(await at('notice').innerText()).toContain('new version');
    const cacheNames = () => session.page.evaluate(() => caches.keys());
    expect((await cacheNames()).filter((name) => name.startsWith('reverie-build-'))).toHaveLength(2);
    await Promise.all([
      session.page.waitForEvent('load'),
      at('notice').getByRole('button', { name: 'Reload' }).click(),
    ]);
    await expect.poll(cacheNames).toEqual(expect.arrayContaining(['reverie-build-0123456789abcdef', 'reverie-seen']));
    await expect.poll(async () => (await cacheNames()).length).toBe(2);
    await at('action-bar').waitFor();
    server.closeAllConnections();
    server.close();
  });
});
