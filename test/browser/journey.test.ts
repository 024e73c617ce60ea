/**
 * The whole way of a visitor, unattended: the built site from the real edge in a real Chromium, a photograph, a
 * painting's preset, the real worker. On the processor at a useful size, again in the same profile without fetching
 * weights or without a network at all, and on a software GPU at a small one.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Worker } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RecipeInput } from '../../shared/techniques';
import { cellContrast } from '../support/cellContrast';
import {
  colourOf,
  distance,
  Judge,
  meanColour,
  meanDifference,
  photograph,
  presetNamed,
  readPicture,
} from './journey.pictures';
import { openStudio, type Studio } from './studio.page';

const style = 'starry-night';

/** Short enough for a busy machine, long enough to look like the painting. */
const useful: RecipeInput = {
  technique: 'style',
  version: 2,
  styles: [{ preset: style }],
  size: 256,
  schedule: { minSize: 96, firstSteps: 40, steps: 24 },
};
const small: RecipeInput = { ...useful, size: 64, schedule: { minSize: 64, firstSteps: 8, steps: 8 } };
const endless: RecipeInput = { ...small, size: 96, schedule: { minSize: 96, firstSteps: 5000, steps: 0 } };

/** As the person does it: Advanced, Load recipe, paste, use. */
async function loadRecipe({ at }: Studio, recipe: RecipeInput): Promise<void> {
  if (!(await at('load-recipe').isVisible())) await at('advanced').locator('summary').first().click();
  if (!(await at('recipe-text').isVisible())) await at('load-recipe').click();
  await at('recipe-text').fill(JSON.stringify(recipe));
  await at('apply-recipe').click();
  await at('recipe-text').waitFor({ state: 'detached' });
  expect(await at('notice').getAttribute('data-code')).toBeNull();
}

async function hang(studio: Studio): Promise<void> {
  await studio.hang({ name: path.basename(photograph), mimeType: 'image/jpeg', buffer: await readFile(photograph) });
  await studio.at('photo-canvas').waitFor();
}

/** Keeps every phase that the page shows and every different picture on the painting's canvas. */
async function watch({ page }: Studio): Promise<void> {
  await page.evaluate(() => {
    const seen = { phases: [] as string[], pictures: [] as string[] };
    Object.assign(window, { seen });
    new MutationObserver(() => {
      const phase = document.querySelector('[data-testid=run-status]')?.getAttribute('data-phase');
      if (phase && seen.phases.at(-1) !== phase) seen.phases.push(phase);
    }).observe(document.body, { subtree: true, childList: true, attributes: true });
    setInterval(() => {
      if (document.querySelector('[data-testid=frame]')?.getAttribute('data-state') !== 'painting') return;
      const canvas = document.querySelector<HTMLCanvasElement>('[data-testid=painting-canvas]');
      const picture = canvas?.toDataURL('image/jpeg', 0.5);
      if (picture && seen.pictures.at(-1) !== picture) seen.pictures.push(picture);
    }, 200);
  });
}
const seen = ({ page }: Studio) =>
  page.evaluate(() => (window as unknown as { seen: { phases: string[]; pictures: string[] } }).seen);

const state = ({ at }: Studio) => at('frame').getAttribute('data-state');

/** Presses Paint and waits for the end of it; says what the page complains of instead of waiting for nothing. */
async function paint(studio: Studio): Promise<void> {
  await studio.paint();
  expect(await complaint(studio)).toBeNull();
  expect(await state(studio)).toBe('done');
}

/** The code and the English reason, as under "Technical details". */
async function complaint({ at }: Studio): Promise<string | null> {
  const details = at('notice').locator('code');
  return (await details.count()) > 0 ? details.textContent() : null;
}

async function saved({ page, at }: Studio) {
  const [download] = await Promise.all([page.waitForEvent('download'), at('save-png').click()]);
  return readPicture(await download.path());
}

/** Sixteen pixels, about what the deepest layer sees beyond the border. */
const isRing = (border: number) => border < 16;
const isInside = (border: number) => border >= 16;

const requestsBelow = ({ requests }: Studio, prefix: string) => requests.filter((each) => each.path.startsWith(prefix));

async function engineWorker({ page }: Studio): Promise<Worker> {
  const [worker] = page.workers();
  return worker ?? page.waitForEvent('worker');
}

describe('a visitor without a GPU', () => {
  let studio: Studio;
  beforeAll(async () => {
    studio = await openStudio();
  });
  afterAll(() => studio?.close());

  it('paints a photograph in the style of a preset, and watches', async () => {
    const { at } = studio;
    await watch(studio);
    await hang(studio);
    await at(`style-${style}`).locator('input').check();
    await loadRecipe(studio, useful);
    expect(await at(`style-${style}`).locator('input').isChecked()).toBe(true);
    await paint(studio);
    const { phases, pictures } = await seen(studio);
    const order = ['device', 'weights', 'warm-up', 'style', 'optimise', 'finish'];
    expect(phases).toEqual(order.filter((phase) => phases.includes(phase)));
    expect(phases).toEqual(expect.arrayContaining(['weights', 'optimise']));
    expect(pictures.length).toBeGreaterThan(3);
    expect(await at('device').getAttribute('data-backend')).toBe('wasm');
    expect(await at('painting-label').innerText()).toContain('The Starry Night');
    expect(requestsBelow(studio, '/weights/').map(({ status }) => status)).toContain(200);
    expect(requestsBelow(studio, '/presets/').map(({ path: of }) => of)).toContainEqual(
      expect.stringMatching(/\.bin$/),
    );
  });

  it('compares it with the photograph: the slider uncovers one and the other', async () => {
    const { page, at } = studio;
    const box = await at('frame').boundingBox();
    if (!box) throw new Error('no frame');
    // Away from the handle and the tags.
    const patch = { x: box.x + box.width * 0.3, y: box.y + box.height * 0.3, width: 24, height: 24 };
    const look = async () => readPicture(await page.screenshot({ clip: patch }));
    const slide = (percent: number) => at('compare').fill(String(percent));
    const painting = await look();
    await at('divider').click();
    await slide(60);
    const photo = await look();
    expect(meanDifference(painting.values, photo.values)).toBeGreaterThan(0.03);
    await slide(10);
    expect(meanDifference((await look()).values, painting.values)).toBeLessThan(0.005);
    await at('divider').click();
  });

  it('saves a picture that has the painting’s colours and strokes, without a border or a checkerboard', async () => {
    const picture = await saved(studio);
    expect(Math.max(picture.width, picture.height)).toBe(256);
    const photo = await readPicture(photograph, picture);
    expect(meanDifference(picture.values, photo.values)).toBeGreaterThan(0.05);

    const preset = presetNamed(style);
    const colour = colourOf(preset.colour);
    expect(distance(meanColour(picture), colour)).toBeLessThan(distance(meanColour(photo), colour));
    const judge = await Judge.open();
    try {
      const [before, after] = [await judge.styleDistance(photo, preset), await judge.styleDistance(picture, preset)];
      expect(after).toBeLessThan(0.25 * before);
    } finally {
      judge.close();
    }

    const [ring, inside] = [cellContrast(picture, isRing), cellContrast(picture, isInside)];
    expect(ring.straight).toBeLessThan(1.3 * inside.straight);
    // The painting's own, at this size: 0.66.
    for (const part of [ring, inside]) expect(part.diagonal).toBeLessThan(0.7 * part.straight);
  });

  it('leaves no error and no violation of the content security policy behind', () => {
    expect(studio.errors).toEqual([]);
  });

  it('fetches no weights on the second visit', async () => {
    const { page, at, requests } = studio;
    requests.length = 0;
    await page.reload();
    await at('action-bar').waitFor();
    await hang(studio);
    await loadRecipe(studio, small);
    await paint(studio);
    expect(requestsBelow(studio, '/weights/')).toEqual([]);
    expect(requestsBelow(studio, '/presets/').filter(({ path: of }) => of.endsWith('.bin'))).toEqual([]);
    // The record does see what a worker fetches.
    expect(requestsBelow(studio, '/assets/').map(({ path: of }) => of)).toContainEqual(
      expect.stringMatching(/\.wasm$/),
    );
    expect(studio.errors).toEqual([]);
  });

  it('paints without a network, from what is stored', async () => {
    const { page, context, at } = studio;
    await page.reload();
    await at('action-bar').waitFor();
    await hang(studio);
    await loadRecipe(studio, small);
    await expect.poll(() => at('device').getAttribute('data-backend')).toBe('wasm');
    await context.setOffline(true);
    try {
      const worker = await engineWorker(studio);
      const reach = () =>
        fetch('/api/health').then(
          ({ status }) => status,
          () => 'cut',
        );
      expect([await page.evaluate(reach), await worker.evaluate(reach)]).toEqual(['cut', 'cut']);
      await paint(studio);
    } finally {
      await context.setOffline(false);
      studio.errors.length = 0;
    }
  });

  it('pauses and goes on, and the page scrolls smoothly meanwhile', async () => {
    const { page, at } = studio;
    await page.setViewportSize({ width: 390, height: 844 });
    await loadRecipe(studio, endless);
    await at('paint').click();
    await at('painting-canvas').waitFor();
    const facts = () => at('run-facts').textContent();

    const before = await facts();
    // Other processes may hold both cores for a moment; a page that is blocked by the run is so in every window.
    const windows: number[][] = [];
    do windows.push(await page.evaluate(scrollForASecond));
    while (windows.length < 8 && Math.max(...(windows.at(-1) ?? [])) >= 100);
    expect(Math.max(...(windows.at(-1) ?? []))).toBeLessThan(100);
    expect(await facts()).not.toBe(before);

    await at('pause').click();
    await page.locator('[data-testid=run-status][data-status=paused]').waitFor();
    // The step under way ends first, which takes as long as other processes let it.
    const stands = async () => {
      const now = await facts();
      await page.waitForTimeout(500);
      return (await facts()) === now;
    };
    await expect.poll(stands).toBe(true);
    const paused = await facts();
    await at('pause').click();
    await expect.poll(facts).not.toBe(paused);
  });

  it('stops and keeps the last image', async () => {
    const { at } = studio;
    await at('cancel').click();
    await expect.poll(() => state(studio)).toBe('done');
    expect(await at('painting-label').innerText()).toContain('unfinished');
    expect(await complaint(studio)).toBeNull();
    const picture = await saved(studio);
    expect(Math.max(picture.width, picture.height)).toBe(96);
    const inside = cellContrast(picture, isInside);
    expect(inside.straight).toBeGreaterThan(0.005);
  });

  it('is told in plain words when the worker dies, keeps the image, and tries again', async () => {
    const { page, at } = studio;
    await at('language-toggle').click();
    await loadRecipe(studio, endless);
    await at('paint').click();
    await at('painting-canvas').waitFor();
    await (await engineWorker(studio)).evaluate(() => globalThis.close());
    await expect.poll(() => complaint(studio)).toContain('worker-died');
    expect(await at('notice').innerText()).toContain('그리던 프로세스가 갑자기 멈췄습니다');
    expect(await state(studio)).toBe('done');
    await at('notice').getByRole('button', { name: '다시 시도' }).click();
    await at('painting-canvas').waitFor();
    await page.locator('[data-testid=run-status][data-phase=optimise]').waitFor();
    await at('cancel').click();
    await expect.poll(() => state(studio)).toBe('done');
    expect(await complaint(studio)).toBeNull();
    await at('language-toggle').click();
    expect(await page.evaluate(() => document.documentElement.lang)).toBe('en');
  });

  it('leaves no error behind at the end either', () => {
    expect(studio.errors).toEqual([]);
  });
});

/** Runs in the page. @returns milliseconds between frames while it scrolls down and up. */
function scrollForASecond(): Promise<number[]> {
  const gaps: number[] = [];
  const begun = performance.now();
  let last = begun;
  return new Promise((resolve) => {
    requestAnimationFrame(function frame(now) {
      gaps.push(now - last);
      last = now;
      window.scrollTo(0, 400 * Math.abs(Math.sin((now - begun) / 300)));
      if (now - begun < 1000) requestAnimationFrame(frame);
      else resolve(gaps);
    });
  });
}

describe('a visitor with a GPU', () => {
  it('is told so, and gets the picture that the processor would paint', async () => {
    const pictures: Record<string, Float32Array> = {};
    for (const backend of ['webgpu', 'wasm'] as const) {
      // Left to itself the studio would take no GPU that the processor plays.
      const studio = await openStudio({ webgpu: true, path: `/?backend=${backend}` });
      try {
        const { at } = studio;
        await hang(studio);
        await loadRecipe(studio, small);
        await paint(studio);
        expect(await at('device').getAttribute('data-backend')).toBe(backend);
        if (backend === 'webgpu')
          expect(await at('device').innerText()).toMatch(/GPU in software \(.*swiftshader.*\)/i);
        const picture = await saved(studio);
        expect(Math.max(picture.width, picture.height)).toBe(64);
        pictures[backend] = picture.values;
        expect(studio.errors).toEqual([]);
      } finally {
        await studio.close();
      }
    }
    const [gpu, processor] = [pictures.webgpu ?? [], pictures.wasm ?? []];
    const difference = meanDifference(gpu, processor);
    expect(gpu.length).toBe(processor.length);
    expect(difference).toBeLessThan(0.005);
    const photo = await readPicture(photograph, { width: 64, height: 48 });
    expect(meanDifference(gpu, photo.values)).toBeGreaterThan(4 * difference);
  });
});
