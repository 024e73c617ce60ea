/**
 * The client and its Web Worker in a real Chromium, with the real engine on WASM and the weights of the real
 * edge: handshake, run, pause, cancel, and everything that can happen to a worker.
 */
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { build, type Rolldown } from 'vite';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { limits } from '../../shared/limits';
import { launch, type Session } from './support/chromium';

const edge = inject('edgeUrl');
const base = '/worker-test/';
const types = { js: 'text/javascript', wasm: 'application/wasm', html: 'text/html' } as const;

let session: Session;
let page: Page;
/** A whole run is longer than any test needs. */
const long = limits.run.maxSteps;

beforeAll(async () => {
  const files = await bundle();
  session = await launch();
  await session.context.route(`**${base}**`, (route) => {
    const name = new URL(route.request().url()).pathname.slice(base.length);
    const body = files.get(name);
    if (body === undefined) return route.fulfill({ status: 404, body: 'not there' });
    return route.fulfill({ contentType: types[name.split('.').at(-1) as keyof typeof types], body });
  });
});
afterAll(() => session.close());

beforeEach(async () => {
  await page?.close();
  page = await session.context.newPage();
  await page.goto(`${edge}${base}index.html`);
  await page.waitForFunction(() => 'harness' in window);
});

/** The harness as the site is built: page, worker, a chunk per backend, WASM files. */
async function bundle(): Promise<Map<string, Buffer>> {
  const entry = fileURLToPath(new URL('worker.page.ts', import.meta.url));
  const built = await build({
    configFile: false,
    logLevel: 'error',
    base,
    build: { write: false, minify: false, target: 'es2022', assetsInlineLimit: 0, rolldownOptions: { input: entry } },
    worker: { format: 'es' },
  });
  const files = new Map<string, Buffer>();
  for (const output of ([built].flat() as Rolldown.RolldownOutput[]).flatMap(({ output }) => output)) {
    const content = output.type === 'chunk' ? output.code : output.source;
    files.set(output.fileName, Buffer.from(content));
    if (output.type === 'chunk' && output.isEntry) {
      const html = `<!doctype html><title>worker</title><script type="module" src="${base}${output.fileName}"></script>`;
      files.set('index.html', Buffer.from(html));
    }
  }
  return files;
}

/** Starts a run and waits until it has painted something. */
async function startPainting(): Promise<void> {
  await page.evaluate((steps) => void window.harness.start(steps), long);
  await page.waitForFunction(() => (window.harness.current?.previews.length ?? 0) >= 1, undefined, { timeout: 60_000 });
}
const end = () => page.evaluate(() => window.harness.current?.end);
const step = () => page.evaluate(() => window.harness.current?.progress.at(-1)?.step ?? 0);

describe('the engine in its worker', () => {
  it('starts on the first call and says what it runs on', async () => {
    expect(page.workers()).toHaveLength(0);
    const report = await page.evaluate(() => window.harness.engine.device());
    expect(report).toMatchObject({ backend: 'wasm', rejected: [] });
    expect(page.workers()).toHaveLength(1);
  });

  it('paints: phases in order, previews on the way, a picture at the end', async () => {
    const painted = await page.evaluate(async () => {
      const { end, progress, previews } = window.harness.start(12);
      const ended = await end;
      const phases = progress.map(({ phase }) => phase);
      return {
        ended,
        phases: phases.filter((phase, i) => phase !== phases[i - 1]),
        previews: previews.length,
        last: progress.at(-1),
      };
    });
    expect(painted.ended).toMatchObject({ complete: true, width: 96, steps: 12, backend: 'wasm' });
    expect('distinct' in painted.ended && painted.ended.distinct).toBeGreaterThan(50);
    expect(painted.phases).toEqual(['device', 'weights', 'warm-up', 'style', 'optimise', 'finish']);
    expect(painted.previews).toBeGreaterThan(0);
    expect(painted.last).toMatchObject({ phase: 'finish', step: 1, steps: 1 });
  });

  it('measures paintings of one’s own, which the browser keeps, and takes their statistics back from a file', async () => {
    const came = await page.evaluate(() => window.harness.ownPainting());
    expect(came).toMatchObject({
      kept: true,
      name: 'Mine.jpg',
      aspect: 1.5,
      again: true,
      smaller: true,
      listed: ['Waves', ['128', '512']],
      picture: [300, 200],
      thumbnail: 'image/jpeg',
      gone: 'not-found',
      damaged: 'training-file-invalid',
      other: ['Waves', null, true],
      full: [false, 1],
    });
    expect(came.file).toBeLessThan(64 * 1024);
    expect(came.painted).toBeGreaterThan(50);
  });

  it('holds after five runs what it held after the first', async () => {
    const bytes = await page.evaluate(async () => {
      const held: (number | undefined)[] = [];
      for (let i = 0; i < 5; i++) {
        const { end, progress } = window.harness.start(2);
        await end;
        held.push(progress.at(-1)?.memoryBytes);
      }
      return held;
    });
    expect(bytes[0]).toBeGreaterThan(0);
    expect(new Set(bytes).size).toBe(1);
  });

  it('keeps the page responsive while it paints', async () => {
    await startPainting();
    const before = await step();
    // Other processes may hold both cores for a moment; a page that is blocked by the run is so in every window.
    const windows: number[][] = [];
    do windows.push(await page.evaluate(() => window.harness.frameGaps(1_200)));
    while (windows.length < 8 && Math.max(...(windows.at(-1) ?? [])) >= 100);
    expect(await step()).toBeGreaterThan(before);
    const gaps = windows.at(-1) ?? [];
    expect(gaps.length).toBeGreaterThan(20);
    expect(Math.max(...gaps)).toBeLessThan(100);
  });

  it('pauses and resumes', async () => {
    await startPainting();
    await page.evaluate(() => window.harness.current?.run.pause());
    await page.waitForTimeout(500);
    const held = await step();
    await page.waitForTimeout(700);
    expect(await step()).toBe(held);
    await page.evaluate(() => window.harness.current?.run.resume());
    await page.waitForFunction((was) => (window.harness.current?.progress.at(-1)?.step ?? 0) > was, held);
  });

  it('cancels at once, keeps the image and the worker', async () => {
    await startPainting();
    const { ended, ms } = await page.evaluate(async () => {
      const begun = performance.now();
      window.harness.current?.run.cancel();
      return { ended: await window.harness.current?.end, ms: performance.now() - begun };
    });
    expect(ended).toMatchObject({ complete: false, width: 96 });
    expect(ms).toBeLessThan(1_500);
    expect(page.workers()).toHaveLength(1);
    const again = await page.evaluate(() => window.harness.start(2).end);
    expect(again).toMatchObject({ complete: true });
  });
});

describe('a worker that goes wrong', () => {
  it('and closes in silence in the middle of a run is noticed, and the next run has a new one', async () => {
    await startPainting();
    const [worker] = page.workers();
    await worker?.evaluate(() => globalThis.close());
    expect(await end()).toMatchObject({ code: 'worker-died' });
    expect(await page.evaluate(() => window.harness.start(2).end)).toMatchObject({ complete: true });
    expect(page.workers()).toHaveLength(1);
  });

  it('and throws what nobody catches is ended, with the reason', async () => {
    await startPainting();
    const [worker] = page.workers();
    await worker?.evaluate(() => {
      setTimeout(() => {
        throw new Error('the driver sneezed');
      });
    });
    expect(await end()).toMatchObject({ code: 'worker-died', message: expect.stringContaining('the driver sneezed') });
  });

  it('and hangs is terminated after a cancel, with the last preview kept', async () => {
    await startPainting();
    const [worker] = page.workers();
    await worker?.evaluate(() => {
      setTimeout(() => {
        for (;;);
      });
    });
    await page.waitForTimeout(300);
    const { ended, ms } = await page.evaluate(async () => {
      const begun = performance.now();
      window.harness.current?.run.cancel();
      return { ended: await window.harness.current?.end, ms: performance.now() - begun };
    });
    expect(ended).toMatchObject({ complete: false, width: 96, backend: 'wasm' });
    expect(ms).toBeGreaterThan(limits.worker.cancelGraceMs - 100);
    expect(ms).toBeLessThan(limits.worker.cancelGraceMs + 1_500);
    expect(await page.evaluate(() => window.harness.start(2).end)).toMatchObject({ complete: true });
  });

  it('and cannot be loaded is reported, and the page lives', async () => {
    const scripts = `**${base}assets/worker-*.js`;
    await page.route(scripts, (route) => route.fulfill({ status: 404, body: 'gone' }));
    const ended = await page.evaluate(() => window.harness.start(2).end);
    expect(ended).toMatchObject({ code: 'worker-died', message: expect.stringContaining('could not be loaded') });
    await page.unroute(scripts);
    expect(await page.evaluate(() => window.harness.start(2).end)).toMatchObject({ complete: true });
  });
});
