/**
 * The promise of the README, technique by technique: a recipe and a seed are a picture, the same again bit for bit, also
 * over a pause and over a device that failed; on another kind of device within a tolerance. And a run that is stopped
 * gives its last image as large as the result.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ReverieError } from '../../../shared/errors';
import { limits } from '../../../shared/limits';
import { parseRecipe } from '../../../shared/recipe';
import type { Job, RunResult } from '../../../web/engine/api';
import { type SmallEngine, smallEngine } from '../../support/smallEngine';
import { gpu } from '../device/gpu';
import { difference, landscape, painting } from '../techniques/pictures';
import { sleep } from './fakes';

const small = { version: 2, size: 90, seed: 3 } as const;
const layers = [
  { layer: 'relu1', weight: 1 },
  { layer: 'relu2', weight: 1 },
];
const style = {
  ...small,
  technique: 'style',
  styles: [{ image: null }],
  styleLayers: layers,
  contentLayers: [{ layer: 'relu2', weight: 1 }],
  schedule: { minSize: 64, firstSteps: 4, steps: 4 },
} as const;
const fast = { ...small, technique: 'fast', network: 'reverie-fast', styles: [{ style: 'waves' }] } as const;
/** Plain JavaScript takes minutes for it. */
const tiles = 'one pass in tiles';
/** `steps` in all, where there is more than one. */
const recipes: Record<string, { recipe: object; steps: number }> = {
  'style by Adam': { recipe: style, steps: 8 },
  'style by L-BFGS': { recipe: { ...style, optimiser: { method: 'lbfgs', history: 5 } }, steps: 8 },
  'one pass': { recipe: { ...fast, size: 64 }, steps: 1 },
  [tiles]: { recipe: { ...fast, size: 400, tile: 256 }, steps: 6 },
  dream: { recipe: { ...small, technique: 'dream', layers: [{ layer: 'relu2' }], steps: 4, octaves: 2 }, steps: 8 },
  'a film of a dream': {
    recipe: {
      ...small,
      technique: 'dream',
      layers: [{ layer: 'relu2' }],
      steps: 2,
      octaves: 1,
      film: { frames: 3, zoom: 1.1, rotate: 3 },
    },
    steps: 6,
  },
  inversion: { recipe: { ...small, technique: 'invert', layers: ['relu2'], steps: 6 }, steps: 6 },
  'a ladder of inversions': {
    recipe: { ...small, technique: 'invert', layers: ['relu1', 'relu2'], steps: 4 },
    steps: 8,
  },
  texture: { recipe: { ...small, technique: 'texture', sampleSize: 64, layers, steps: 4 }, steps: 8 },
  'a ladder of textures': {
    recipe: { ...small, technique: 'texture', size: 64, sampleSize: 64, layers, ladder: true, steps: 4 },
    steps: 8,
  },
  'what a channel likes best': {
    recipe: { ...small, technique: 'see', view: 'feature', size: 64, layer: 'relu2', channel: 1, steps: 6 },
    steps: 6,
  },
  saliency: {
    recipe: { ...small, technique: 'see', view: 'saliency', layer: 'relu2', smooth: { samples: 4 } },
    steps: 4,
  },
  activations: { recipe: { ...small, technique: 'see', layer: 'relu2' }, steps: 1 },
};
/** For plain JavaScript: the same techniques, smaller and shorter. */
const quick = { steps: 2, octaves: 1, smooth: { samples: 2 }, schedule: { minSize: 64, firstSteps: 2 } };
const allNames = Object.keys(recipes);
const comparable = allNames.filter((name) => name !== tiles);
/** What is through in one step cannot be paused in it, and keeps nothing. */
const stepped = allNames.filter((name) => name !== 'one pass' && name !== 'activations');
const caseOf = (name: string, short = false) => {
  const found = recipes[name];
  if (!found) throw new Error(name);
  const { recipe, steps } = found;
  const shorter = Object.fromEntries(Object.entries(quick).filter(([field]) => field in recipe));
  const run: unknown = short ? { ...recipe, size: 64, ...shorter } : recipe;
  return { recipe: parseRecipe(run), steps };
};

function start(engine: SmallEngine, name: string, short = false): Job<RunResult> {
  const { recipe } = caseOf(name, short);
  const content = recipe.technique === 'see' && recipe.view === 'feature' ? null : landscape(90, 66);
  const styles = recipe.technique === 'style' ? [painting()] : [];
  return engine.engine.run({ recipe, inputs: { content, styles } });
}

/** Runs to the end, and does something once, after so many steps. */
async function runWith(
  engine: SmallEngine,
  name: string,
  at: number,
  act: (run: Job<RunResult>) => unknown,
): Promise<RunResult> {
  let acted = false;
  engine.onStep = async (step) => {
    if (acted || step < at) return;
    acted = true;
    await act(run);
  };
  const run = start(engine, name);
  const result = await run.result;
  engine.onStep = () => {};
  expect(acted).toBe(true);
  return result;
}

function expectSame(first: RunResult, second: RunResult): void {
  expect(first.complete).toBe(true);
  expect(second.pixels.data).toEqual(first.pixels.data);
  expect(second.record.result).toBe(first.record.result);
  expect(second.frames).toEqual(first.frames);
}

describe('on wasm', () => {
  const backend = 'wasm';
  let engine: SmallEngine;
  beforeAll(() => {
    engine = smallEngine(backend);
  });
  afterAll(() => engine.engine.dispose());

  const plain = new Map<string, RunResult>();
  /** Without anything happening; made once for each. */
  const whole = async (name: string): Promise<RunResult> => {
    const made = plain.get(name) ?? (await start(engine, name).result);
    plain.set(name, made);
    return made;
  };

  it.each(allNames)('%s comes out the same again', async (name) => {
    expectSame(await whole(name), await start(engine, name).result);
  });

  it.each(stepped)('%s comes out the same over a pause', async (name) => {
    const expected = await whole(name);
    const result = await runWith(engine, name, Math.min(2, caseOf(name).steps), (run) => {
      run.pause();
      setTimeout(() => run.resume(), 60);
      // A pause takes hold when the thread is next let go.
      return sleep(20);
    });
    expect([result.complete, result.record.result]).toEqual([true, expected.record.result]);
  });

  it.each(stepped)(
    '%s comes out the same when the device is lost on the way, without beginning again',
    async (name) => {
      const expected = await whole(name);
      const at = Math.ceil(caseOf(name).steps / 2);
      const lost = new ReverieError('device-lost', 'The driver restarted.');
      const { record, frames } = await runWith(engine, name, at, () => engine.lose(lost));
      expect(record.troubles).toMatchObject([{ code: 'device-lost', backend }]);
      expect(record.troubles?.[0]?.step).toBeGreaterThanOrEqual(name === 'style by L-BFGS' ? 1 : at - 1);
      expect(record.result).toBe(expected.record.result);
      expect([record.complete, record.steps, frames.length]).toEqual([
        true,
        expected.record.steps,
        expected.frames.length,
      ]);
    },
  );

  it.each(stepped)('%s, stopped, leaves its last image as large as the result', async (name) => {
    const { pixels } = await whole(name);
    const { steps } = caseOf(name);
    const stopped = await runWith(engine, name, Math.min(2, steps), (run) => run.cancel());
    expect([stopped.pixels.width, stopped.pixels.height]).toEqual([pixels.width, pixels.height]);
    expect(stopped.complete).toBe(stopped.record.complete);
    expect([stopped.complete, stopped.record.steps < steps]).toEqual([false, true]);
    expect(stopped.record.failure).toBeUndefined();
  });
});

/** The first opens its device: a processor that plays a GPU compiles all that such a run needs. */
const patience = { timeout: 240_000 };

/** Of short runs, by backend and name. */
const short = new Map<string, RunResult>();

describe.each(gpu ? (['cpu', 'wasm', 'webgpu'] as const) : (['cpu', 'wasm'] as const))(
  'a short run on %s',
  (backend) => {
    let engine: SmallEngine;
    beforeAll(() => {
      engine = smallEngine(backend);
    });
    afterAll(() => engine.engine.dispose());

    it.each(comparable)(
      'of %s comes out the same again, and close to what the CPU makes of it',
      patience,
      async (name) => {
        const result = await start(engine, name, true).result;
        short.set(`${backend} ${name}`, result);
        // The order in which a GPU adds up is its own affair.
        if (backend !== 'webgpu') expectSame(result, await start(engine, name, true).result);
        const onCpu = short.get(`cpu ${name}`);
        if (!onCpu) throw new Error('Run the whole file.');
        const apart = difference(result.pixels, onCpu.pixels);
        if (process.env.REVERIE_MEASURE) console.info(`apart on ${backend}, ${name}: ${apart.toFixed(4)}`);
        expect(apart).toBeLessThan(limits.run.backendTolerance);
      },
    );
  },
);
