/** The run's state machine with an engine made of promises that the test settles. */
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { type ErrorRecord, ReverieError } from '../../../shared/errors';
import { paintedSize } from '../../../shared/techniques/style/schema';
import { studioWords } from '../../../shared/words/studio';
import type { Engine, Pixels, RunListener, RunRequest, RunResult } from '../../../web/engine/api';
import * as drive from '../../../web/page/run/drive';
import { setEngineLoader } from '../../../web/page/run/engine';
import { device } from '../../../web/studio/state/engine';
import { guide } from '../../../web/studio/state/guide';
import { loadRecipe } from '../../../web/studio/state/loadRecipe';
import { dropMasks, setMask } from '../../../web/studio/state/masks';
import { dismissNotice, notice } from '../../../web/studio/state/notice';
import { ownPaintings } from '../../../web/studio/state/ownPaintings';
import { type Photo, photo } from '../../../web/studio/state/photo';
import {
  awaitRecipe,
  chooseOwn,
  choosePreset,
  chooseTechnique,
  edit,
  recipe,
  setSize,
} from '../../../web/studio/state/recipe';
import { canGoOn, goOn } from '../../../web/studio/state/resultActions';
import * as run from '../../../web/studio/state/run';
import { dropStart, startFrom } from '../../../web/studio/state/start';
import { selectedFrame } from '../../../web/studio/state/view';
import { eventually } from '../../support/eventually';

const en = await studioWords('en');

vi.stubGlobal('requestAnimationFrame', (callback: () => void) => setTimeout(callback));

function pixels(value: number): Pixels {
  return { width: 20, height: 16, data: new Uint8ClampedArray(20 * 16 * 4).fill(value) };
}

const hung = (value: number): Photo => ({
  pixels: pixels(value),
  original: { width: 20, height: 16 },
  notes: [],
  name: () => 'photo.jpg',
});

const mine = {
  id: 'own-1',
  image: 'c'.repeat(64),
  name: 'Mine',
  aspect: 1.25,
  addedAt: '',
  statistics: {},
  thumbnail: null,
  picture: new Blob(),
};
vi.mock('../../../web/page/paintings/store', () => ({
  withPaintings: async (_: Engine, recipe: object) => ({ recipe, styles: [pixels(9)] }),
}));

const report = { backend: 'wasm', description: 'WASM SIMD', rejected: [] } as const;

/** What the engine was asked, and the ends that the test pulls. */
interface Order {
  readonly request: RunRequest;
  readonly listener: RunListener;
  readonly calls: string[];
  finish(value: number, complete: boolean, more?: { failure?: ErrorRecord; frames?: RunResult['frames'] }): void;
  fail(error: ReverieError): void;
}
let orders: Order[];

function fakeEngine(): Engine {
  return {
    device: async () => report,
    prepare: () => {
      const result = Promise.reject(new Error('not asked for in these tests'));
      return { result, pause() {}, resume() {}, cancel() {} };
    },
    estimate: async () => ({ bytes: 1, budgetBytes: 2, fittingSize: 512 }),
    clearStorage: async () => {},
    dispose: async () => {},
    run(request, listener = {}) {
      const calls: string[] = [];
      const { promise, resolve, reject } = withResolvers<RunResult>();
      orders.push({
        request,
        listener,
        calls,
        fail: reject,
        finish: (value, complete, { failure, frames = [] } = {}) =>
          resolve({
            pixels: pixels(value),
            frames,
            complete,
            record: {
              version: 1,
              complete,
              ...(failure && { failure }),
              recipe: request.recipe,
              engine: 'test',
              device: report,
              width: 20,
              height: 16,
              losses: [],
              steps: 1,
              elapsedMs: 1,
              msPerStep: 1,
              peakBytes: 1,
            },
          }),
      });
      const note = (name: string) => () => void calls.push(name);
      return { result: promise, pause: note('pause'), resume: note('resume'), cancel: note('cancel') };
    },
  };
}

function withResolvers<T>() {
  let resolve: (value: T) => void = () => {};
  let reject: (error: Error) => void = () => {};
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}

/** Starts a run and waits until the engine has it. */
async function begin(): Promise<{ order: Order; ended: Promise<void> }> {
  const before = orders.length;
  const ended = run.paint();
  await eventually(() => expect(orders.length).toBe(before + 1));
  const order = orders.at(-1);
  if (!order) throw new Error('no run');
  return { order, ended };
}

beforeEach(() => {
  orders = [];
  setEngineLoader(async () => fakeEngine());
  device.value = { status: 'known', report };
  photo.value = hung(1);
  ownPaintings.value = [];
  run.painting.value = null;
  chooseTechnique('style');
  edit({ start: 'content' });
  choosePreset('starry-night');
  dismissNotice();
});

describe('paint', () => {
  it('does nothing without a photo or a style', async () => {
    photo.value = null;
    await run.paint();
    photo.value = hung(1);
    chooseOwn(mine.image); // but it is not here
    await run.paint();
    expect(orders).toHaveLength(0);
    expect(drive.runStatus.value).toBe('idle');
  });

  it('sends copies, shows progress and previews, and keeps the painting', async () => {
    ownPaintings.value = [mine];
    chooseOwn(mine.image);
    const { order, ended } = await begin();
    expect(order.request.recipe).toEqual(recipe.value);
    expect(order.request.inputs.styles?.map((style) => style.data[0])).toEqual([9]);
    expect(order.request.inputs.content?.data).not.toBe(photo.value?.pixels.data);
    order.listener.onProgress?.({ phase: 'optimise', step: 3, steps: 10 });
    expect(run.phase.value).toBe('optimise');
    await order.listener.onPreview?.(pixels(5));
    expect(run.shown.value?.data[0]).toBe(5);
    order.finish(7, true);
    await ended;
    expect(run.painting.value).toMatchObject({ complete: true, pixels: { width: 20 } });
    expect(run.shown.value?.data[0]).toBe(7);
    expect(drive.runStatus.value).toBe('idle');
  });

  it('paints the recipe that is just being taken in, not the one before it', async () => {
    let come = () => {};
    const fetched = new Promise<void>((resolve) => {
      come = resolve;
    });
    const taken = awaitRecipe(async () => {
      await fetched;
      loadRecipe(JSON.stringify({ version: 2, technique: 'see', view: 'saliency' }));
    });
    const ended = run.paint();
    expect(orders).toHaveLength(0);
    come();
    await taken;
    await eventually(() => expect(orders).toHaveLength(1));
    expect(orders[0]?.request.recipe).toMatchObject({ technique: 'see' });
    orders[0]?.finish(3, true);
    await ended;
  });

  it('starts no second run while one is under way', async () => {
    const { order, ended } = await begin();
    await run.paint();
    expect(orders).toHaveLength(1);
    order.finish(7, true);
    await ended;
  });

  it('pauses, goes on and stops', async () => {
    const { order, ended } = await begin();
    drive.togglePause();
    expect(drive.runStatus.value).toBe('paused');
    drive.togglePause();
    drive.cancel();
    drive.cancel();
    expect(order.calls).toEqual(['pause', 'resume', 'cancel']);
    expect(drive.runStatus.value).toBe('cancelling');
    order.finish(4, false);
    await ended;
    expect(run.painting.value).toMatchObject({ complete: false });
    expect(notice.value).toBeNull();
  });

  it('keeps the painting before when it is stopped before there is an image', async () => {
    const first = await begin();
    first.order.finish(7, true);
    await first.ended;
    const second = await begin();
    drive.cancel();
    second.order.fail(new ReverieError('aborted', 'no image yet'));
    await second.ended;
    expect(run.shown.value?.data[0]).toBe(7);
    expect(notice.value).toBeNull();
  });

  it('keeps the last image of a run that broke and offers ways out', async () => {
    setSize(512);
    const { order, ended } = await begin();
    await order.listener.onPreview?.(pixels(6));
    order.fail(new ReverieError('out-of-memory', 'the buffer of 1 GB was refused'));
    await ended;
    expect(run.painting.value).toMatchObject({ complete: false, record: null });
    expect(run.shown.value?.data[0]).toBe(6);
    expect(notice.value?.error?.code).toBe('out-of-memory');
    expect(notice.value?.actions.map((action) => action.label(en))).toEqual([en.run.smaller('384'), en.run.retry]);
    notice.value?.actions[0]?.act();
    await eventually(() => expect(orders).toHaveLength(2));
    expect(orders[1]?.request.recipe.size).toBe(384);
    orders[1]?.finish(1, true);
    await eventually(() => expect(drive.runStatus.value).toBe('idle'));
  });

  it('drops the painting of a photo that was taken down meanwhile', async () => {
    const { order, ended } = await begin();
    photo.value = hung(2);
    order.finish(7, false);
    await ended;
    expect(run.painting.value).toBeNull();
  });
});

describe('what a recipe needs', () => {
  const loaded = (fields: object) => loadRecipe(JSON.stringify({ version: 2, ...fields }));

  it('is a photo, unless it grows from nothing', async () => {
    photo.value = null;
    loaded({ technique: 'see', view: 'saliency' });
    expect(run.missing.value).toBe('photo');
    loaded({ technique: 'see', view: 'feature' });
    expect(run.missing.value).toBeNull();
    const { order, ended } = await begin();
    expect(order.request.inputs.content).toBeNull();
    order.finish(3, true);
    await ended;
    expect(run.painting.value).toMatchObject({ recipe: { technique: 'see' }, photo: null });
  });

  it('is a guide where it dreams towards one', async () => {
    loaded({ technique: 'dream', guide: null });
    expect(run.missing.value).toBe('guide');
    guide.value = hung(4);
    const { order, ended } = await begin();
    expect(order.request.inputs.guide?.data[0]).toBe(4);
    order.finish(3, true);
    await ended;
    guide.value = null;
  });

  it('is a mask for every style that has one, in the order of the styles', async () => {
    loaded({ technique: 'style', styles: [{ preset: 'a' }, { preset: 'b', mask: null }, { preset: 'c', mask: null }] });
    expect(run.missing.value).toBe('mask');
    setMask(2, pixels(30));
    expect(run.missing.value).toBe('mask');
    setMask(1, pixels(20));
    const { order, ended } = await begin();
    expect(order.request.inputs.masks?.map((mask) => mask.data[0])).toEqual([20, 30]);
    order.finish(3, true);
    await ended;
    dropMasks();
    expect(recipe.value).toMatchObject({ styles: [{ preset: 'a' }, { preset: 'b' }, { preset: 'c' }] });
    expect(run.missing.value).toBeNull();
  });

  it('is a picture to start from, which another photo takes away', () => {
    startFrom(pixels(8));
    expect(run.missing.value).toBeNull();
    expect(recipe.value).toMatchObject({ start: 'image' });
    dropStart();
    expect(recipe.value).toMatchObject({ start: 'content' });
    loaded({ technique: 'style', styles: [{ preset: 'a' }], start: 'image' });
    expect(run.missing.value).toBe('start');
  });

  it('stays as it is while a run goes on from a result', async () => {
    const first = await begin();
    first.order.finish(7, true);
    await first.ended;
    const before = recipe.value;
    const again = goOn();
    await eventually(() => expect(orders).toHaveLength(2));
    const order = orders[1];
    expect(order?.request.recipe).toMatchObject({ start: 'image', schedule: { minSize: paintedSize(before.size) } });
    expect(order?.request.inputs.start?.data[0]).toBe(7);
    expect(recipe.value).toBe(before);
    order?.finish(9, true);
    await again;
    expect(run.shown.value?.data[0]).toBe(9);
  });

  it.each(['dream', 'invert', 'texture', 'see'] as const)('goes on from what is shown of %s', async (technique) => {
    const view = technique === 'see' ? { view: 'feature' } : {};
    loaded({ technique, ...view });
    const first = await begin();
    const frames = [
      { label: 'relu1_1', pixels: pixels(1) },
      { label: 'relu2_1', pixels: pixels(2) },
    ];
    first.order.finish(7, true, technique === 'invert' ? { frames } : {});
    await first.ended;
    // A ladder as a whole has no next step; a rung of it has.
    expect(canGoOn.value).toBe(technique !== 'invert');
    if (technique === 'invert') selectedFrame.value = 1;
    const again = goOn();
    await eventually(() => expect(orders).toHaveLength(2));
    expect(orders[1]?.request.recipe).toMatchObject({ technique, startImage: null });
    expect(orders[1]?.request.inputs.start?.data[0]).toBe(technique === 'invert' ? 2 : 7);
    orders[1]?.finish(9, true);
    await again;
    selectedFrame.value = null;
  });
});

describe('a run that gave up', () => {
  it('leaves its last image with its record, and says why', async () => {
    const { order, ended } = await begin();
    const gpu = { backend: 'webgpu', description: 'a GPU', rejected: [] } as const;
    order.listener.onDevice?.(gpu);
    expect(device.value).toEqual({ status: 'known', report: gpu });
    order.finish(6, false, { failure: { code: 'device-lost', message: 'The driver restarted.' } });
    await ended;
    expect(run.painting.value).toMatchObject({ complete: false, record: { steps: 1 } });
    expect(run.shown.value?.data[0]).toBe(6);
    expect(notice.value?.error?.code).toBe('device-lost');
    expect(notice.value?.text(en)).toContain(en.run.kept);
    notice.value?.actions.find(({ label }) => label(en) === en.result.goOn)?.act();
    await eventually(() => expect(orders).toHaveLength(2));
    expect(orders[1]?.request.inputs.start?.data[0]).toBe(6);
    orders[1]?.finish(7, true);
    await eventually(() => expect(drive.runStatus.value).toBe('idle'));
  });

  it('says that it goes on when another device takes over', async () => {
    const { order, ended } = await begin();
    order.listener.onDevice?.(report);
    expect(notice.value).toBeNull();
    order.listener.onDevice?.(report);
    expect(notice.value?.text(en)).toBe(en.run.goesOn);
    order.finish(7, true);
    await ended;
  });

  it('promises no image where there is none', async () => {
    const { order, ended } = await begin();
    order.fail(new ReverieError('device-lost', 'The driver restarted.'));
    await ended;
    expect(notice.value?.text(en)).toBe(en.errors['device-lost']);
  });
});
