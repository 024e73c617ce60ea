/** Visits without a network: the edge is stopped, not simulated away. */
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RecipeInput } from '../../shared/recipe';
import { freePort, startEdge } from '../../tools/setup/edge.mjs';
import { readPicture } from './journey.pictures';
import { launch, type Session } from './support/chromium';

const recipe: RecipeInput = {
  technique: 'style',
  version: 1,
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
}, 120_000);

afterAll(async () => {
  await session?.close();
  await edge?.stop();
  await rm(state, { recursive: true, force: true });
});

async function paintSample() {
  await at('sample').click();
  await at('photo-canvas').waitFor();
  await at('advanced').locator('summary').first().click();
  await at('load-recipe').click();
  await at('recipe-text').fill(JSON.stringify(recipe));
  await at('apply-recipe').click();
  await at('paint').click();
  const frame = () => at('frame').getAttribute('data-state');
  await expect.poll(frame, { timeout: 90_000 }).toBe('done');
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

describe('the studio', { timeout: 180_000 }, () => {
  let before: Awaited<ReturnType<typeof paintSample>>;

  it('is kept by the first visit, its engine by the first use, and no weights at all', async () => {
    await session.page.goto(`http://localhost:${port}/`);
    await session.page.evaluate(() => navigator.serviceWorker.ready);
    expect(await kept()).toEqual(expect.arrayContaining(['/', '/api/presets', '/presets/starry-night.webp']));
    expect((await kept()).filter((file) => file.endsWith('.wasm'))).toEqual([]);
    before = await paintSample();
    await expect.poll(kept, { timeout: 30_000 }).toContainEqual(expect.stringMatching(/simd.*\.wasm$/));
    expect((await kept()).filter((file) => file.endsWith('.bin') || file.includes('heic-worker'))).toEqual([]);
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
    await at('paint').waitFor();
    server.closeAllConnections();
    server.close();
  });
});
