/** Style transfer from end to end on WASM, with the network that is served and pictures made here. */
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { parseRecipe } from '../../../shared/recipe';
import type { RecipeInputOf } from '../../../shared/techniques';
import { type StyleRecipe, styleLosses } from '../../../shared/techniques/style/schema';
import type { Pixels, Progress } from '../../../web/engine/api';
import { rasterOf, resizeToLongSide, tensorOf } from '../../../web/engine/images/pictures';
import { architectureOf } from '../../../web/engine/network/architectures';
import { pixelTaps } from '../../../web/engine/network/grain';
import { Network } from '../../../web/engine/network/network';
import { style } from '../../../web/engine/techniques/style';
import {
  measureStyle,
  type StyleTargets,
  targetsFromImage,
  targetsFromScales,
} from '../../../web/engine/techniques/style/targets';
import type { RunControl, TechniqueResult } from '../../../web/engine/types';
import { alive, useBackend } from '../../support/backends';
import { cellContrast } from '../../support/cellContrast';
import { contentLoss } from '../../support/float64/losses';
import { servedParameters } from '../../support/networks';
import { difference, flat, grain, landscape, painting } from './pictures';

const recipeOf = (more: Partial<RecipeInputOf<'style'>> = {}): StyleRecipe =>
  parseRecipe({
    technique: 'style',
    version: 2,
    size: 64,
    styles: [{ image: null }],
    schedule: { minSize: 64, firstSteps: 12, steps: 6 },
    ...more,
  });

class FakeControl implements RunControl {
  readonly reports: Progress[] = [];
  readonly previews: Pixels[] = [];
  asked = 0;
  constructor(
    private readonly stopAfter = Number.POSITIVE_INFINITY,
    private readonly previewEvery = 0,
  ) {}
  async proceed() {
    this.asked++;
    // A rehearsal of sizes that come asks as well, without a step.
    return (this.reports.at(-1)?.step ?? 0) < this.stopAfter;
  }
  report(progress: Progress) {
    this.reports.push(progress);
  }
  wantsPreview() {
    return this.previewEvery > 0 && this.asked % this.previewEvery === 0;
  }
  preview(pixels: Pixels) {
    this.previews.push(pixels);
  }
}

describe('style transfer', () => {
  useBackend('wasm');

  let network: Network;
  beforeAll(async () => {
    network = Network.create(architectureOf('reverie-vgg'), await servedParameters('reverie-vgg'));
  });

  const run = (
    recipe: StyleRecipe,
    {
      content = landscape(),
      styles = [targetsFromImage(painting())],
      control = new FakeControl(),
    }: { content?: Pixels; styles?: StyleTargets[]; control?: RunControl } = {},
  ): Promise<TechniqueResult> => style.run({ recipe, network, content, styles, control });

  /** Relative distance of the features that stand for content, from the photo's. */
  async function contentLost(pixels: Pixels): Promise<number> {
    const features = async (of: Pixels) => {
      const image = tensorOf(rasterOf(of));
      const activations = network.forward(image, ['relu4_2'], 'features');
      const values = await activations.at('relu4_2').data<'float32'>();
      activations.dispose();
      image.dispose();
      return values;
    };
    return contentLoss(await features(pixels), await features(landscape()));
  }

  it('brings the loss down, and paints something that is not the photo', async () => {
    const { pixels, complete, losses, steps } = await run(
      recipeOf({ schedule: { minSize: 64, firstSteps: 40, steps: 0 } }),
    );
    expect([complete, steps]).toEqual([true, 40]);
    expect([pixels.width, pixels.height, pixels.data.length]).toEqual([64, 48, 64 * 48 * 4]);
    const values = losses.map(({ loss }) => loss);
    const mean = (part: number[]) => part.reduce((a, b) => a + b, 0) / part.length;
    expect(mean(values.slice(-3))).toBeLessThan(0.6 * (values[0] ?? 0));
    expect(difference(pixels, landscape())).toBeGreaterThan(8);
    expect(pixels.data.every((value, i) => i % 4 !== 3 || value === 255)).toBe(true);
  });

  it.each(styleLosses)('falls with the %s loss, too', async (loss) => {
    const { losses } = await run(recipeOf({ loss, schedule: { minSize: 64, firstSteps: 24, steps: 0 } }));
    expect(losses.at(-1)?.loss).toBeLessThan(0.85 * (losses[0]?.loss ?? 0));
  });

  it('gives the same bits for the same recipe, over scales, jitter and noise', async () => {
    const recipe = recipeOf({ size: 90, start: 'noise', seed: 7 });
    const [first, second] = [await run(recipe), await run(recipe)];
    expect(second.pixels.data).toEqual(first.pixels.data);
    expect(second.losses.map(({ loss }) => loss)[0]).toBe(first.losses[0]?.loss);
  });

  it('starts elsewhere for another seed', async () => {
    const first = await run(recipeOf({ start: 'noise', seed: 1 }));
    const second = await run(recipeOf({ start: 'noise', seed: 2 }));
    expect(difference(first.pixels, second.pixels)).toBeGreaterThan(3);
  });

  it('goes through the scales of the pyramid and says so', async () => {
    const control = new FakeControl();
    const { pixels, steps } = await run(recipeOf({ size: 90 }), { control });
    expect(steps).toBe(24);
    expect(Math.max(pixels.width, pixels.height)).toBe(90);
    const [first, ...rest] = control.reports;
    expect(first).toMatchObject({ phase: 'optimise', step: 0, steps: 24 });
    expect(rest.map(({ step }) => step)).toEqual(Array.from({ length: 24 }, (_, i) => i + 1));
    const indices = [...new Array(12).fill(1), ...new Array(6).fill(2), ...new Array(6).fill(3)];
    expect(rest.map(({ scale }) => scale?.index)).toEqual(indices);
    expect(rest[0]?.scale).toEqual({ index: 1, count: 3, width: 64, height: 48 });
    // Painted larger than it will be.
    expect(rest.at(-1)?.scale).toEqual({ index: 3, count: 3, width: 127, height: 95 });
    expect(rest.at(-1)?.remainingMs).toBe(0);
    expect(rest.every(({ msPerStep, memoryBytes }) => (msPerStep ?? 0) > 0 && (memoryBytes ?? 0) > 0)).toBe(true);
  });

  it('keeps the picture as far as it came when cancelled, at any scale, as large as it was asked for', async () => {
    const recipe = recipeOf({ size: 90 });
    const [width, height] = [90, 68];
    for (const stopAfter of [5, 15]) {
      const { pixels, complete, steps } = await run(recipe, { control: new FakeControl(stopAfter) });
      expect([complete, steps]).toEqual([false, stopAfter]);
      expect([pixels.width, pixels.height]).toEqual([width, height]);
      expect(difference(pixels, landscape(width, height))).toBeGreaterThan(1);
    }
  });

  it('makes previews when asked, and only then', async () => {
    const silent = new FakeControl();
    const quiet = await run(recipeOf(), { control: silent });
    const curious = new FakeControl(Number.POSITIVE_INFINITY, 4);
    const watched = await run(recipeOf(), { control: curious });
    expect(silent.previews).toHaveLength(0);
    expect(curious.previews).toHaveLength(3);
    for (const { width, height } of curious.previews) expect([width, height]).toEqual([64, 48]);
    // Whoever looks on changes nothing.
    expect(watched.pixels.data).toEqual(quiet.pixels.data);
  });

  it('holds after twenty runs in a row what it held after one', async () => {
    const recipe = recipeOf({ schedule: { minSize: 64, firstSteps: 3, steps: 0 } });
    const before = alive();
    await run(recipe);
    expect(alive()).toEqual(before);
    for (let i = 0; i < 19; i++) await run({ ...recipe, seed: i });
    expect(alive()).toEqual(before);
  });

  it('holds nothing more after a run that was cancelled or that failed', async () => {
    const before = alive();
    await run(recipeOf(), { control: new FakeControl(2) });
    expect(alive()).toEqual(before);
    const control = new FakeControl();
    control.proceed = () => Promise.reject(new Error('gone'));
    await expect(run(recipeOf(), { control })).rejects.toThrow('gone');
    expect(alive()).toEqual(before);
  });

  it.each(styleLosses)('gives a picture for one colour as photo or as painting, %s loss', async (loss) => {
    const recipe = recipeOf({ loss, schedule: { minSize: 64, firstSteps: 8, steps: 0 } });
    for (const inputs of [
      { content: flat([90, 140, 200]) },
      { styles: [targetsFromImage(flat([200, 60, 40]))] },
      { content: flat([0, 0, 0]), styles: [targetsFromImage(flat([0, 0, 0]))] },
      { content: flat([255, 255, 255]), styles: [targetsFromImage(flat([255, 255, 255]))] },
    ]) {
      const { losses, pixels } = await run(recipe, inputs);
      expect(losses.every(({ loss: value }) => Number.isFinite(value))).toBe(true);
      // A picture of NaN would be black.
      const mean =
        pixels.data.reduce((sum, value, i) => sum + (i % 4 === 3 ? 0 : value), 0) / (0.75 * pixels.data.length);
      const given = (inputs.content ?? landscape()).data[0] ?? 0;
      expect(given === 0 || mean > 20).toBe(true);
    }
  });

  it('keeps what is in the photo at strength 0, and lets go of it towards 100', async () => {
    const at = async (strength: number) => {
      const { pixels } = await run(recipeOf({ strength, schedule: { minSize: 64, firstSteps: 40, steps: 0 } }));
      return { content: await contentLost(pixels), colours: difference(pixels, landscape()) };
    };
    const [weak, middle, strong] = [await at(0), await at(50), await at(100)];
    expect(weak.content).toBeLessThan(0.2);
    expect(middle.content).toBeGreaterThan(2 * weak.content);
    expect(strong.content).toBeGreaterThan(2 * weak.content);
    expect(weak.colours).toBeLessThan(0.85 * middle.colours);
    expect(weak.colours).toBeLessThan(25);
  });

  it('paints the border as it paints the middle', async () => {
    const { pixels } = await run(recipeOf({ size: 96, schedule: { minSize: 96, firstSteps: 40, steps: 0 } }), {
      content: grain(96, 96),
      styles: [targetsFromImage(painting(96, 96))],
    });
    const { values } = rasterOf(pixels);
    const [ring, middle] = [
      [0, 0],
      [0, 0],
    ] as [[number, number], [number, number]];
    for (let y = 0; y < 95; y++) {
      for (let x = 0; x < 95; x++) {
        const inRing = Math.min(x, y, 95 - x, 95 - y) < 16;
        const part = inRing ? ring : middle;
        for (let c = 0; c < 3; c++) {
          const value = (dx: number, dy: number) => values[((y + dy) * 96 + x + dx) * 3 + c] ?? 0;
          part[0] += (value(1, 0) - value(0, 0)) ** 2 + (value(0, 1) - value(0, 0)) ** 2;
          part[1]++;
        }
      }
    }
    const ratio = ring[0] / ring[1] / (middle[0] / middle[1]);
    expect(ratio).toBeGreaterThan(0.6);
    expect(ratio).toBeLessThan(1.6);
  });

  it('lets fine marks grow in every direction, not along the axes alone, where the photo is smooth', async () => {
    const schedule = { minSize: 64, firstSteps: 30, steps: 30 };
    const speckled = grain(96, 96);
    const { pixels } = await run(recipeOf({ size: 96, schedule }), { styles: [targetsFromImage(speckled)] });
    const found = cellContrast(rasterOf(pixels), () => true);
    const wanted = cellContrast(rasterOf(speckled), () => true);
    expect(found.diagonal / found.straight).toBeGreaterThan((0.5 * wanted.diagonal) / wanted.straight);
  });

  it('takes statistics for a picture: a preset of one scale paints as its painting does', async () => {
    const recipe = recipeOf();
    const layers = [...recipe.styleLayers.map(({ layer }) => layer), ...pixelTaps];
    const measured = await measureStyle(network, layers, rasterOf(painting()));
    const preset = await run(recipe, { styles: [targetsFromScales('painting', [64], [measured])] });
    const picture = await run(recipe);
    expect(preset.pixels.data).toEqual(picture.pixels.data);
  });

  it('stays in one ink where the painting has one', async () => {
    const { width, height, data } = painting();
    const grey = data.map((_, i) => (i % 4 === 3 ? 255 : (data[i - (i % 4)] ?? 0)));
    const ink = { styles: [targetsFromImage({ width, height, data: grey })] };
    const chroma = ({ pixels }: TechniqueResult) =>
      pixels.data.reduce((sum, red, i) => sum + (i % 4 === 0 ? Math.abs(red - (pixels.data[i + 2] ?? 0)) : 0), 0);
    const steps = { schedule: { minSize: 64, firstSteps: 40, steps: 0 } };
    const free = chroma(await run(recipeOf({ ...steps, palette: 0 }), ink));
    expect(chroma(await run(recipeOf(steps), ink))).toBeLessThan(0.5 * free);
  });

  it('blends styles by weight: one of weight 0 is not there, equal ones are one', async () => {
    const one = await run(recipeOf());
    const other = targetsFromImage(flat([10, 200, 30], 64, 64));
    const ignored = await run(recipeOf({ styles: [{ image: null }, { image: null, weight: 0 }] }), {
      styles: [targetsFromImage(painting()), other],
    });
    expect(ignored.pixels.data).toEqual(one.pixels.data);
    const blended = await run(recipeOf({ styles: [{ image: null }, { image: null }] }), {
      styles: [targetsFromImage(painting()), other],
    });
    expect(difference(blended.pixels, one.pixels)).toBeGreaterThan(2);
  });

  it('refuses a recipe whose styles or style layers all weigh nothing', async () => {
    const before = alive();
    const invalid = expect.objectContaining({ code: 'recipe-invalid' });
    await expect(run(recipeOf({ styles: [{ image: null, weight: 0 }] }))).rejects.toThrow(invalid);
    await expect(run(recipeOf({ styleLayers: [{ layer: 'relu1_1', weight: 0 }] }))).rejects.toThrow(invalid);
    expect(alive()).toEqual(before);
  });

  it('refuses a layer that the network has not, and leaves nothing that its scope does not free', async () => {
    const before = alive();
    const layers = [{ layer: 'fire9', weight: 1 }];
    for (const recipe of [recipeOf({ styleLayers: layers }), recipeOf({ contentLayers: layers })]) {
      tf.engine().startScope('run');
      await expect(run(recipe)).rejects.toThrow(expect.objectContaining({ code: 'layer-unknown' }));
      tf.engine().endScope();
      expect(alive()).toEqual(before);
    }
  });

  it('is its size of photo when there is nothing to do', async () => {
    const { pixels, complete, steps } = await run(recipeOf({ schedule: { minSize: 64, firstSteps: 0, steps: 0 } }));
    expect([complete, steps]).toEqual([true, 0]);
    expect(difference(pixels, landscape())).toBeLessThan(1);
  });

  it('looks alike small and large, brought to one size', async () => {
    const [content, styles] = [landscape(240, 180), [targetsFromImage(painting(240, 240))]];
    const taps = ['relu1_1', 'relu1_2', 'relu2_1', 'relu2_2'];
    const look = async (pixels: Pixels) => {
      const picture = resizeToLongSide(rasterOf(pixels), 80);
      const measured = await measureStyle(network, taps, picture);
      return taps.map((tap) => {
        const { channels = 0, mean = [], covariance = [] } = measured.get(tap) ?? {};
        return [...mean, ...Array.from({ length: channels }, (_, c) => Math.sqrt(covariance[c * (channels + 1)] ?? 0))];
      });
    };
    const apart = (one: readonly number[][], other: readonly number[][]) =>
      one.map((values, tap) => {
        const squares = values.map((value, i) => (value - (other[tap]?.[i] ?? 0)) ** 2);
        return squares.reduce((a, b) => a + b, 0) / values.reduce((sum, value) => sum + value ** 2, 0);
      });
    const schedule = { minSize: 64, firstSteps: 24, steps: 12 };
    const at = async (size: number, more: object = {}) =>
      look((await run(recipeOf({ size, schedule, ...more }), { content, styles })).pixels);
    const [small, large, soft] = [
      await at(80),
      await at(160),
      await at(80, { schedule: { ...schedule, minSize: 80 } }),
    ];
    const photo = await look(content);
    /** Of the way from the photo to the result, tap by tap. */
    const share = (one: readonly number[][]) => {
      const way = apart(photo, one);
      return apart(large, one).map((distance, i) => distance / (way[i] ?? 1));
    };
    const [near, far] = [Math.max(...share(small)), Math.max(...share(soft))];
    expect(near).toBeLessThan(0.4);
    // Painted at its own size only, a small result is further from a large one.
    expect(far).toBeGreaterThan(1.5 * near);
  });

  it('comes lower by L-BFGS than by Adam, after as many looks at the network', async () => {
    const cases = [
      { content: landscape(), styles: [targetsFromImage(painting())] },
      { content: painting(64, 48), styles: [targetsFromImage(landscape(64, 64))] },
      { content: grain(64, 48), styles: [targetsFromImage(painting())] },
    ];
    const schedule = { minSize: 64, firstSteps: 40, steps: 0 };
    for (const given of cases) {
      const lowest = async (optimiser: RecipeInputOf<'style'>['optimiser']) => {
        const { losses, steps } = await run(recipeOf({ schedule, jitter: 0, optimiser }), given);
        expect(steps).toBe(schedule.firstSteps);
        return Math.min(...losses.map(({ loss }) => loss));
      };
      const [adam, lbfgs] = [await lowest({ method: 'adam' }), await lowest({ method: 'lbfgs' })];
      expect(lbfgs).toBeLessThan(adam);
    }
  });

  it('estimates its peak of memory without allocating, on the safe side, and not by far', async () => {
    const recipe = recipeOf({ size: 128, schedule: { minSize: 128, firstSteps: 2, steps: 0 } });
    const before = alive();
    const estimate = style.estimateBytes(recipe, network, 128, 96);
    expect(alive()).toEqual(before);
    const { peakBytes } = await run(recipe);
    // What the network itself holds is there before and after.
    const peak = peakBytes - before.bytes;
    expect(estimate).toBeGreaterThan(peak);
    expect(estimate).toBeLessThan(2.5 * peak);
  });

  describe('of a painting without grain', () => {
    const made = (colourAt: (x: number, y: number) => readonly [number, number, number]): Pixels => {
      const data = new Uint8ClampedArray(80 * 60 * 4).fill(255);
      for (let i = 0; i < 80 * 60; i++) data.set(colourAt((i % 80) / 79, Math.floor(i / 80) / 59), 4 * i);
      return { width: 80, height: 60, data };
    };
    const paintings: Readonly<Record<string, Pixels>> = {
      'one colour': made(() => [200, 30, 40]),
      'a gradient': made((x) => [220 - 200 * x, 30, 40 + 180 * x]),
    };
    const meanOf = ({ data }: Pixels): number[] =>
      [0, 1, 2].map((c) => data.reduce((sum, value, i) => sum + (i % 4 === c ? (4 * value) / data.length : 0), 0));

    it.each([...styleLosses.map((loss) => ['one colour', loss] as const), ['a gradient', 'covariance'] as const])(
      'gives its colours, grain or not: %s, %s',
      async (name, loss) => {
        const styles = [targetsFromImage(paintings[name] as Pixels)];
        const schedule = { minSize: 64, firstSteps: 40, steps: 0 };
        const [grainy, plain] = [
          await run(recipeOf({ loss, schedule }), { styles }),
          await run(recipeOf({ loss, schedule, grain: 0 }), { styles }),
        ].map(({ pixels }) => meanOf(pixels));
        const apart = (a: readonly number[] = [], b: readonly number[] = []) =>
          Math.max(...a.map((value, c) => Math.abs(value - (b[c] ?? 0))));
        expect(apart(grainy, plain)).toBeLessThan(12);
        if (name === 'one colour') expect(apart(plain, [200, 30, 40])).toBeLessThan(50);
      },
    );
  });
});
