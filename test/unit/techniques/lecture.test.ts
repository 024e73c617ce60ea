/** What every technique of the lecture owes: its objective gets better, the seed repeats it, nothing is left behind. */
import { beforeAll, describe, expect, it } from 'vitest';
import { parseRecipe } from '../../../shared/recipe';
import type { RecipeInput } from '../../../shared/techniques';
import type { Pixels, Progress } from '../../../web/engine/api';
import { rasterOf } from '../../../web/engine/images/pictures';
import { architectureOf } from '../../../web/engine/network/architectures';
import { grainTaps } from '../../../web/engine/network/grain';
import { Network } from '../../../web/engine/network/network';
import type { StyleStatisticsByLayer } from '../../../web/engine/objectives/statistics';
import { techniqueOf } from '../../../web/engine/techniques';
import { measureStyle } from '../../../web/engine/techniques/style/targets';
import type { RunControl, TechniqueResult } from '../../../web/engine/types';
import { alive, useBackend } from '../../support/backends';
import { servedParameters } from '../../support/networks';
import { difference, flat, landscape, painting } from './pictures';

/** Squared distance of the covariances, relative, over all layers. */
function apart(measured: StyleStatisticsByLayer, wanted: StyleStatisticsByLayer): number {
  let [off, all] = [0, 0];
  for (const [layer, { covariance }] of wanted) {
    covariance.forEach((value, i) => {
      off += ((measured.get(layer)?.covariance[i] ?? Number.NaN) - value) ** 2;
      all += value ** 2;
    });
  }
  return off / all;
}

class FakeControl implements RunControl {
  readonly reports: Progress[] = [];
  private asked = 0;
  constructor(private readonly stopAfter = Number.POSITIVE_INFINITY) {}
  async proceed() {
    return ++this.asked < this.stopAfter;
  }
  report(progress: Progress) {
    this.reports.push(progress);
  }
  wantsPreview() {
    return false;
  }
  preview() {}
}

const small = { version: 2, size: 64 } as const;
const recipes = {
  dream: { ...small, technique: 'dream', steps: 40, octaves: 1, jitter: 4 },
  'guided dream': { ...small, technique: 'dream', steps: 40, octaves: 1, jitter: 4, guide: null },
  invert: { ...small, technique: 'invert', layers: ['relu3_1'], steps: 24 },
  texture: { ...small, technique: 'texture', sampleSize: 64, steps: 24 },
  'seamless texture': { ...small, technique: 'texture', sampleSize: 64, steps: 24, seamless: true },
} as const satisfies Record<string, RecipeInput>;
type Name = keyof typeof recipes;
const names = Object.keys(recipes) as Name[];

describe('the techniques of the lecture', () => {
  useBackend('wasm');
  let network: Network;
  beforeAll(async () => {
    network = Network.create(architectureOf('reverie-vgg'), await servedParameters('reverie-vgg'));
  });

  const run = (
    input: RecipeInput,
    content: Pixels = landscape(),
    control: RunControl = new FakeControl(),
  ): Promise<TechniqueResult> => {
    const recipe = parseRecipe(input as unknown);
    const guide = recipe.technique === 'dream' && recipe.guide !== undefined ? painting() : undefined;
    return techniqueOf(recipe).run({ recipe, network, content, styles: [], control, guide });
  };
  const failure = (input: RecipeInput, content?: Pixels) =>
    run(input, content).then(
      () => 'no error',
      (error: { code?: string }) => error.code,
    );

  it.each(names)('%s: the loss falls, and the same seed gives the same bytes', async (name) => {
    const [first, second] = [await run(recipes[name]), await run(recipes[name])];
    expect(first.complete).toBe(true);
    expect(first.losses.at(-1)?.loss).toBeLessThan(first.losses[0]?.loss ?? Number.NaN);
    expect(first.pixels.data).toEqual(second.pixels.data);
    expect(difference(first.pixels, (await run({ ...recipes[name], seed: 2 })).pixels)).toBeGreaterThan(0);
  });

  it.each(names)('%s leaves no tensor behind, finished or stopped', async (name) => {
    const before = alive();
    await run(recipes[name]);
    const stopped = await run(recipes[name], landscape(), new FakeControl(3));
    expect([stopped.complete, stopped.steps]).toEqual([false, 3]);
    expect(alive()).toEqual(before);
  });

  it.each(names)('%s of one colour is a picture, not noughts and noise without number', async (name) => {
    const { pixels, losses } = await run(recipes[name], flat([90, 120, 60]));
    expect(losses.every(({ loss }) => Number.isFinite(loss))).toBe(true);
    expect(pixels.data.every((value, i) => i % 4 !== 3 || value === 255)).toBe(true);
  });

  it('knows its layers and channels before anything is allocated', async () => {
    const before = alive();
    expect(await failure({ ...recipes.dream, layers: [{ layer: 'relu9_9' }] })).toBe('layer-unknown');
    expect(await failure({ ...recipes.dream, layers: [{ layer: 'relu4_3', channels: [104] }] })).toBe('layer-unknown');
    expect(await failure({ ...recipes.dream, layers: [{ layer: 'relu4_3', weight: 0 }] })).toBe('recipe-invalid');
    expect(await failure({ ...recipes.invert, layers: ['relu9_9'] })).toBe('layer-unknown');
    expect(await failure({ ...recipes.texture, layers: [{ layer: 'relu9_9', weight: 1 }] })).toBe('layer-unknown');
    expect(await failure({ ...recipes.texture, layers: [{ layer: 'relu1_1', weight: 0 }] })).toBe('recipe-invalid');
    expect(await failure(recipes.texture, flat([9, 9, 9], 64, 20))).toBe('image-too-small');
    expect(alive()).toEqual(before);
  });

  it('inversion: a shallow layer gives the photo back, a deep one does not', async () => {
    const psnr = async (layer: string) => {
      const { pixels } = await run({ ...recipes.invert, layers: [layer], steps: 80 });
      const photo = landscape().data;
      const squares = pixels.data.reduce((sum, value, i) => sum + (value - (photo[i] ?? 0)) ** 2, 0);
      return 10 * Math.log10((255 * 255) / (squares / ((photo.length * 3) / 4)));
    };
    const [shallow, deep] = [await psnr('relu1_1'), await psnr('relu5_1')];
    expect(shallow).toBeGreaterThan(24);
    expect(deep).toBeLessThan(shallow - 6);
  });

  it('inversion: a ladder has the photo and a rung for every layer, on one sheet', async () => {
    const { pixels, frames = [] } = await run({
      ...recipes.invert,
      layers: ['relu1_1', 'relu2_1', 'relu3_1'],
      steps: 2,
    });
    expect(frames.map(({ label }) => label)).toEqual(['', 'relu1_1', 'relu2_1', 'relu3_1']);
    expect([pixels.width, pixels.height]).toEqual([2 * 64 + 4, 2 * 48 + 4]);
  });

  it('texture: the finest marks are the sample’s where the grain counts, and the network’s own where it does not', async () => {
    const sample = painting(96, 96);
    const wanted = await measureStyle(network, grainTaps, rasterOf(sample));
    const apartWith = async (grain: number) => {
      const { pixels } = await run({ ...recipes.texture, sampleSize: 96, size: 96, steps: 60, grain }, sample);
      return apart(await measureStyle(network, grainTaps, rasterOf(pixels)), wanted);
    };
    expect(await apartWith(2)).toBeLessThan(0.5 * (await apartWith(0)));
  });

  it('texture: a ladder has a rung for every layer', async () => {
    const layers = [
      { layer: 'relu1_1', weight: 1 },
      { layer: 'relu2_1', weight: 1 },
    ];
    const { frames = [] } = await run({ ...recipes.texture, layers, ladder: true, steps: 3 });
    expect(frames.map(({ label }) => label)).toEqual(['relu1_1', 'relu2_1']);
  });

  it('texture: laid side by side, a seamless one shows its seam no more than its middle, another one does', async () => {
    const seamScore = async (name: 'texture' | 'seamless texture') => {
      const { pixels } = await run({ ...recipes[name], steps: 60 }, painting());
      const step = (a: number, b: number) => {
        let sum = 0;
        for (let y = 0; y < pixels.height; y++) {
          for (let c = 0; c < 3; c++) {
            const at = (x: number) => pixels.data[(y * pixels.width + x) * 4 + c] ?? 0;
            sum += Math.abs(at(a) - at(b));
          }
        }
        return sum;
      };
      let inside = 0;
      for (let x = 1; x < pixels.width; x++) inside += step(x - 1, x) / (pixels.width - 1);
      return step(pixels.width - 1, 0) / inside;
    };
    const [seamless, other] = [await seamScore('seamless texture'), await seamScore('texture')];
    expect(seamless).toBeLessThan(1.2);
    expect(other).toBeGreaterThan(1.2);
  });

  it('dream: a film has its frames, the last of them the picture', async () => {
    const { pixels, frames = [] } = await run({ ...recipes.dream, steps: 2, film: { frames: 3 } });
    expect(frames.map(({ label }) => label)).toEqual(['1', '2', '3']);
    expect(frames.at(-1)?.pixels.data).toEqual(pixels.data);
  });

  it('dream: tile by tile it comes out much as in one piece', async () => {
    const large = landscape(200, 150);
    const [whole, tiled] = [
      await run({ ...recipes.dream, size: 200, steps: 3, layers: [{ layer: 'relu3_3' }] }, large),
      await run({ ...recipes.dream, size: 200, steps: 3, layers: [{ layer: 'relu3_3' }], tile: 128 }, large),
    ];
    expect(difference(whole.pixels, tiled.pixels)).toBeLessThan(2);
    expect(difference(whole.pixels, large)).toBeGreaterThan(1);
    expect(tiled.peakBytes).toBeLessThan(whole.peakBytes);
  });

  it.each(['efros-leung', 'quilting'] as const)(
    'texture: %s copies colours of the sample and nothing else',
    async (method) => {
      const sample = painting(40, 40);
      const { pixels, complete } = await run({ ...recipes.texture, sampleSize: 64, size: 64, method }, sample);
      const colours = (of: Pixels) => {
        const seen = new Set<number>();
        for (let i = 0; i < of.data.length; i += 4) {
          seen.add(((of.data[i] ?? 0) << 16) | ((of.data[i + 1] ?? 0) << 8) | (of.data[i + 2] ?? 0));
        }
        return seen;
      };
      const known = colours(sample);
      expect([complete, pixels.width, pixels.height]).toEqual([true, 64, 64]);
      expect([...colours(pixels)].filter((colour) => !known.has(colour))).toEqual([]);
    },
  );
});
