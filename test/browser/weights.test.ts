/**
 * The weights loader in a real Web Worker, with the real IndexedDB, against the real edge. It has a page of
 * its own, so that no request but the loader's can be among those that are counted.
 */
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { build, type Rolldown } from 'vite';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { type WeightsManifest, weightPaths } from '../../shared/manifest';
import { launch, type Session } from './support/chromium';
import type { LoadReport } from './weights.worker';

const edge = inject('edgeUrl');
const id = 'reverie-vgg';
const pagePath = '/weights-test.html';
const workerPath = '/weights-test.js';

let session: Session;
let manifest: WeightsManifest;

beforeAll(async () => {
  manifest = (await (await fetch(`${edge}${weightPaths.manifest(id)}`)).json()) as WeightsManifest;
  const bundle = await bundleWorker();
  session = await launch();
  await session.context.route(`**${pagePath}`, (route) =>
    route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>weights</title>' }),
  );
  await session.context.route(`**${workerPath}`, (route) =>
    route.fulfill({ contentType: 'text/javascript', body: bundle }),
  );
});
afterAll(() => session.close());

async function bundleWorker(): Promise<string> {
  const entry = fileURLToPath(new URL('weights.worker.ts', import.meta.url));
  const built = await build({
    configFile: false,
    logLevel: 'error',
    build: { write: false, lib: { entry, formats: ['es'] }, minify: false },
  });
  const [output] = [built].flat() as Rolldown.RolldownOutput[];
  const code = output?.output[0]?.code;
  if (!code) throw new Error('the worker was not bundled');
  return code;
}

/** One visit in a fresh page and a fresh worker: storage is all that is left of the visits before. */
async function visit(): Promise<LoadReport & { weightRequests: string[] }> {
  const page = await session.context.newPage();
  session.requests.length = 0;
  await page.goto(edge + pagePath);
  const report = await load(page);
  await page.close();
  const weightRequests = session.requests.map(({ path }) => path).filter((path) => path.startsWith('/weights/'));
  return { ...report, weightRequests };
}

const load = (page: Page): Promise<LoadReport> =>
  page.evaluate(
    ([script, network]) =>
      new Promise<LoadReport>((resolve, reject) => {
        const worker = new Worker(script, { type: 'module' });
        worker.onmessage = ({ data }) => resolve(data);
        worker.onerror = (event) => reject(new Error(event.message || 'the worker did not start'));
        worker.postMessage(network);
      }),
    [workerPath, id] as const,
  );

/** Does to the stored shards what a browser or a disk may do. */
async function spoilStorage(how: 'delete' | 'damage'): Promise<void> {
  const page = await session.context.newPage();
  await page.goto(edge + pagePath);
  await page.evaluate(
    ([action, key]) =>
      new Promise<void>((resolve, reject) => {
        const opening = indexedDB.open('reverie-weights');
        opening.onerror = () => reject(opening.error);
        opening.onsuccess = () => {
          const transaction = opening.result.transaction('records', 'readwrite');
          const records = transaction.objectStore('records');
          if (action === 'delete') records.delete(key);
          else {
            const reading = records.get(key);
            reading.onsuccess = () => {
              const bytes = new Uint8Array(reading.result);
              bytes.set([(bytes[1000] ?? 0) ^ 0xff], 1000);
              records.put(reading.result, key);
            };
          }
          transaction.oncomplete = () => resolve();
          transaction.onabort = () => reject(transaction.error);
        };
      }),
    [how, `shard:${manifest.shards[0]?.sha256}`] as const,
  );
  await page.close();
}

const shardPaths = () => manifest.shards.map(({ sha256 }) => weightPaths.shard(sha256));

describe('loading the embedded network', () => {
  beforeEach(async () => {
    const cdp = await session.context.newCDPSession(session.page);
    await cdp.send('Storage.clearDataForOrigin', { origin: edge, storageTypes: 'all' });
    await cdp.send('Network.clearBrowserCache');
    await cdp.detach();
  });

  it('fetches the shards on the first visit and makes no weight request on the second', async () => {
    const first = await visit();
    expect(first).toMatchObject({ error: null, fromCache: false, parameters: manifest.parameters });
    expect([...first.weightRequests].sort()).toEqual([weightPaths.manifest(id), ...shardPaths()].sort());
    expect(first.magnitude).toBeGreaterThan(1000);
    expect(first.progress.at(-1)?.bytes).toEqual({ loaded: manifest.bytes, total: manifest.bytes, cached: false });

    const second = await visit();
    expect(second).toMatchObject({ error: null, fromCache: true, magnitude: first.magnitude });
    expect(second.weightRequests).toEqual([]);
    expect(second.progress.at(-1)?.bytes.cached).toBe(true);
  });

  it.each(['delete', 'damage'] as const)('fetches only a stored shard again after someone did %s it', async (how) => {
    const { magnitude } = await visit();
    await spoilStorage(how);
    const next = await visit();
    expect(next).toMatchObject({ error: null, fromCache: false, magnitude });
    expect(next.weightRequests).toEqual(shardPaths().slice(0, 1));
    expect((await visit()).weightRequests).toEqual([]);
  });

  it('fetches a shard that arrives damaged once more, then reports it and stores nothing', async () => {
    let answers = 0;
    const shards = '**/weights/*.bin';
    await session.context.route(shards, (route) => {
      answers++;
      return route.fulfill({ body: Buffer.alloc(manifest.shards[0]?.bytes ?? 0) });
    });
    expect(await visit()).toMatchObject({ error: 'weights-integrity' });
    expect(answers).toBe(2 * manifest.shards.length);
    await session.context.unroute(shards);
    expect(await visit()).toMatchObject({ error: null, fromCache: false });
  });
});
