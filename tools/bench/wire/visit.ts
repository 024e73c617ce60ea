/**
 * A first visit in a real Chromium with an empty profile and WebGPU (SwiftShader) to the real edge: the page, a
 * photo, a style, a first stylization. Everything is done through the page, as a person does it.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import type { Page, Request } from 'playwright-core';
import { type Preset, type PresetIndex, presetPaths } from '../../../shared/preset';
import { recipeVersion } from '../../../shared/recipe/version';
import type { RecipeInput } from '../../../shared/techniques';
import { styleDefaults } from '../../../shared/techniques/style/schema';
import { launch } from '../../../test/browser/support/chromium';
import { ensureBuilt } from '../../setup/built.mjs';
import { freePort, startEdge } from '../../setup/edge.mjs';
import { hasEngineCode, type Transfer } from './transfer';

interface Visit {
  /** Until the optimised painting; those of the first picture, which one pass paints, come first. */
  readonly transfers: readonly Transfer[];
  /** How many of them were needed until the first picture. */
  readonly untilFirstPicture: number;
  /** And until the page took a photo. */
  readonly untilUsable: number;
  /** The heaviest preset of the server. */
  readonly preset: string;
  readonly backend: string;
  /** As the page names it. */
  readonly device: string;
  /** From the start of the navigation until the page took a photo, and until its first request of the engine. */
  readonly usableMs: number;
  readonly engineAskedMs: number;
  /** Scripts of the first load that have code of the engine in them: there must be none. */
  readonly engineInFirstLoad: readonly string[];
  /** Web Workers before the photo: there must be none. */
  readonly workersBeforePhoto: number;
  /** Whether this edge compresses what it sends. */
  readonly compressed: boolean;
  /** From the click on the sample photo to the first picture, with an empty profile and with what a visit has left. */
  readonly waits: readonly Wait[];
  readonly errors: readonly string[];
}

export interface Wait {
  readonly backend: string;
  readonly coldMs: number;
  readonly warmMs: number;
  readonly warmRequests: number;
}

const runTimeoutMs = 240_000;
/** No new request for this long means that a phase of the visit has loaded everything. */
const quietMs = 1_000;

export const firstVisit = (): Promise<Visit> => withEdge(visit);

/** The built site on an edge of its own with an empty storage, for as long as `work` takes. */
export async function withEdge<T>(work: (url: string) => Promise<T>): Promise<T> {
  await ensureBuilt('site');
  const state = await mkdtemp(path.join(tmpdir(), 'reverie-bench-'));
  const edge = await startEdge({ port: await freePort(), state });
  try {
    return await work(edge.url);
  } finally {
    await edge.stop();
    await rm(state, { recursive: true, force: true });
  }
}

async function visit(url: string): Promise<Visit> {
  const session = await launch({ webgpu: true });
  try {
    const { page, context, errors } = session;
    const requests: { request: Request; firstLoad: boolean }[] = [];
    let firstLoad = true;
    context.on('request', (request) => requests.push({ request, firstLoad }));
    await page.addInitScript(noteMoments);

    // Left to itself the studio would not take a GPU made of software.
    await page.goto(`${url}/?backend=webgpu`, { waitUntil: 'load' });
    await page.getByTestId('photo-input').waitFor({ state: 'attached' });
    const quiet = () => untilQuiet(() => requests.length);
    await quiet();
    // The thumbnails load as they come into view: a visitor may look at all of them.
    await page.getByTestId('gallery').scrollIntoViewIfNeeded();
    await page.mouse.wheel(0, 10_000);
    await quiet();
    const usableMs = Number(await page.evaluate('globalThis.usableAt'));
    const workersBeforePhoto = page.workers().length;

    firstLoad = false;
    const actedAt = requests.length;
    const { presets } = (await (await fetch(url + presetPaths.index)).json()) as PresetIndex;
    const preset = heaviest(presets);
    // A visitor without a photo at hand loads more than one who has brought one.
    const coldMs = await firstPicture(page);
    await quiet();
    const paintedAt = Number(await page.evaluate('globalThis.paintedAt'));
    const usableSince = Number(await page.evaluate('performance.timeOrigin + globalThis.usableAt'));
    // A sketch of the recipe would be called off in the middle of its one long step, on a GPU made of software.
    await page.locator('[data-testid=advanced] > summary').click();
    await page.getByTestId('sketches').uncheck();
    await pasteRecipe(page, {
      technique: 'style',
      version: recipeVersion,
      styles: [{ preset }],
      size: 64,
      schedule: { ...styleDefaults.schedule, minSize: 64, firstSteps: 3, steps: 1 },
    });
    await page.getByTestId('paint').click();
    await page.getByTestId('run-status').waitFor();
    await untilPainted(page);
    await quiet();

    await page.getByTestId('sketches').check();
    const gpu = { backend: await backendOf(page), coldMs, ...(await warmVisit(page, requests)) };
    const seen = new Set<string>();
    const crossed = requests.filter(({ request }) => {
      // The page and its worker share a cache; a blob or data URL never leaves the browser.
      // What the page called off before it was answered has brought nothing.
      const first = request.url().startsWith(url) && !seen.has(request.url()) && request.failure() === null;
      if (first) seen.add(request.url());
      return first;
    });
    // What is asked for once it hangs is for what may come next.
    const startOf = ({ request }: (typeof crossed)[number]) => request.timing().startTime;
    const untilFirstPicture = crossed.filter((each) => startOf(each) < paintedAt).length;
    const untilUsable = crossed.filter((each) => startOf(each) <= usableSince).length;
    const measured = await Promise.all(crossed.map(({ request, firstLoad }) => measure(request, firstLoad)));
    const withEngine = measured.filter(({ script }) => hasEngineCode(script)).map(({ transfer }) => transfer);
    if (withEngine.length === 0) throw new Error('The names by which engine code is known are in no script at all.');
    const engineRequest = requests.slice(actedAt).find(({ request }) => request.url().endsWith('.js'))?.request;
    const opened = requests[0]?.request.timing().startTime ?? Number.NaN;
    return {
      transfers: measured.map(({ transfer }) => transfer),
      untilFirstPicture,
      untilUsable,
      preset,
      backend: await backendOf(page),
      device: await page.getByTestId('device').innerText(),
      usableMs,
      engineAskedMs: (engineRequest?.timing().startTime ?? Number.NaN) - opened,
      engineInFirstLoad: withEngine.filter(({ firstLoad }) => firstLoad).map(({ path }) => path),
      workersBeforePhoto,
      compressed: measured.some(({ encoding }) => encoding !== ''),
      waits: [gpu, await wasmVisits(url)],
      errors,
    };
  } finally {
    await session.close();
  }
}

const backendOf = async (page: Page) => (await page.getByTestId('device').getAttribute('data-backend')) ?? 'none';

/** @returns milliseconds from the click on the sample photo to what one pass makes of it */
async function firstPicture(page: Page): Promise<number> {
  const clickedAt = performance.now();
  await page.getByTestId('sample').click();
  await page.getByTestId('photo-canvas').waitFor();
  await untilPainted(page);
  return performance.now() - clickedAt;
}

async function warmVisit(page: Page, requests: readonly unknown[]): Promise<Pick<Wait, 'warmMs' | 'warmRequests'>> {
  // Work that is kept would come back, and there would be no photo to choose.
  await page.evaluate("localStorage.setItem('reverie.keep-work', 'off')");
  await page.reload({ waitUntil: 'load' });
  const before = requests.length;
  return { warmMs: await firstPicture(page), warmRequests: requests.length - before };
}

/** The same without a GPU. */
async function wasmVisits(url: string): Promise<Wait> {
  const { page, context, close } = await launch();
  const requests: unknown[] = [];
  context.on('request', (request) => requests.push(request));
  try {
    await page.goto(url, { waitUntil: 'load' });
    const coldMs = await firstPicture(page);
    return { backend: 'wasm', coldMs, ...(await warmVisit(page, requests)) };
  } finally {
    await close();
  }
}

/** Waits for the painting; says what the page complains of instead of waiting for nothing. */
export async function untilPainted(page: Page): Promise<void> {
  const complaint = page.locator('[data-testid=notice][data-code]');
  const painting = page.locator('[data-testid=frame][data-state=done]');
  try {
    await painting.or(complaint).first().waitFor({ timeout: runTimeoutMs });
  } catch (cause) {
    const status = await page.getByTestId('run-status').allInnerTexts();
    throw new Error(`No painting after ${runTimeoutMs / 1000} s; the page says: ${status.join(' ')}`, { cause });
  }
  if ((await complaint.count()) > 0) {
    throw new Error(
      `The page complains: ${await complaint.getAttribute('data-code')}, ${await complaint.textContent()}`,
    );
  }
}

/** Whatever a visitor chooses, it is not more than this. */
function heaviest(presets: readonly Preset[]): string {
  const bytes = ({ statistics }: Preset) => Math.max(0, ...statistics.map((own) => own.bytes));
  const [first] = presets.toSorted((a, b) => bytes(b) - bytes(a));
  if (first) return first.id;
  throw new Error('The server has no preset.');
}

/** Runs in the page before its own scripts: notes when it takes a photo and when its first picture hangs. */
const noteMoments = `(() => {
  const seen = new MutationObserver(() => {
    if (!document.querySelector('[data-testid=frame][data-state=done]')) return;
    globalThis.paintedAt = performance.timeOrigin + performance.now();
    seen.disconnect();
  });
  seen.observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ['data-state'] });
  const look = () => {
    if (document.querySelector('[data-testid=photo-input]')) globalThis.usableAt = performance.now();
    else requestAnimationFrame(look);
  };
  look();
})()`;

async function untilQuiet(count: () => number): Promise<void> {
  for (let seen = -1; seen !== count(); ) {
    seen = count();
    await sleep(quietMs);
  }
}

interface Measured {
  readonly transfer: Transfer;
  readonly script: string;
  readonly encoding: string;
}

/** What Chromium counted for this request, and the body asked for once more without compression. */
async function measure(request: Request, firstLoad: boolean): Promise<Measured> {
  const response = await request.response();
  if (!response) throw new Error(`${request.url()} was not answered.`);
  await response.finished();
  const { responseHeadersSize: headBytes, responseBodySize } = await request.sizes();
  const plain = await fetch(request.url(), { headers: { 'accept-encoding': 'identity' } });
  const body = Buffer.from(await plain.arrayBuffer());
  const { 'content-type': type = '', 'content-encoding': encoding = '' } = response.headers();
  const contentType = type.split(';')[0]?.trim() ?? '';
  // Chromium tells no size for the script that a worker starts from: its session begins too late.
  const sentBody = responseBodySize > 0 || body.length === 0 ? responseBodySize : await sentBytes(request.url());
  return {
    transfer: {
      path: new URL(request.url()).pathname,
      contentType,
      firstLoad,
      sentBytes: headBytes + sentBody,
      headBytes,
      bodyBytes: body.length,
      gzipBytes: gzipSync(body).length,
    },
    script: contentType.includes('javascript') ? body.toString() : '',
    encoding,
  };
}

/** Bytes of the body as the edge sends it to a browser. */
function sentBytes(url: string): Promise<number> {
  return new Promise((resolve, reject) => {
    get(url, { headers: { 'accept-encoding': 'gzip, deflate, br, zstd' } }, (response) => {
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
      });
      response.on('end', () => resolve(bytes)).on('error', reject);
    }).on('error', reject);
  });
}

/** A recipe may be pasted anywhere on the page; this one is small enough for a GPU made of software. */
async function pasteRecipe(page: Page, recipe: RecipeInput): Promise<void> {
  await page.evaluate(`(() => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/plain', ${JSON.stringify(JSON.stringify(recipe))});
    document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true }));
  })()`);
}
