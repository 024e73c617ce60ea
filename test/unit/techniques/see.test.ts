/** What a layer sees: each view on WASM, against oracles in double precision where there is arithmetic. */
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { parseRecipe } from '../../../shared/recipe';
import { needsPhoto } from '../../../shared/recipe/about';
import type { RecipeInputOf } from '../../../shared/techniques';
import { growsFromNoise, type SeeRecipe, seeViews } from '../../../shared/techniques/see/schema';
import type { Pixels, Progress } from '../../../web/engine/api';
import { magma } from '../../../web/engine/images/colourMap';
import { rasterOf, tensorOf } from '../../../web/engine/images/pictures';
import { architectureOf } from '../../../web/engine/network/architectures';
import { Network } from '../../../web/engine/network/network';
import { headOf, type Objective } from '../../../web/engine/objectives/objective';
import { see } from '../../../web/engine/techniques/see';
import { mosaic, normalised, rankChannels } from '../../../web/engine/techniques/see/activations';
import { strongestPairs } from '../../../web/engine/techniques/see/gram';
import { channelResponse, layerResponse } from '../../../web/engine/techniques/see/response';
import { saliencyMap } from '../../../web/engine/techniques/see/saliency';
import type { RunControl, TechniqueResult } from '../../../web/engine/types';
import { alive, cpuBackends, useBackend } from '../../support/backends';
import { at, finiteDifferences, grid, shapeOf } from '../../support/float64/grid';
import { runNetwork } from '../../support/float64/layers';
import { madeUpParameters, servedParameters } from '../../support/networks';
import { chain } from '../../support/smallNetworks';
import { numbers, relativeError } from '../device/numbers';
import { difference, flat, landscape } from './pictures';

const recipeOf = (more: Partial<RecipeInputOf<'see'>> = {}): SeeRecipe =>
  parseRecipe({ technique: 'see', version: 2, size: 64, layer: 'relu3_1', ...more });

class FakeControl implements RunControl {
  readonly reports: Progress[] = [];
  readonly previews: Pixels[] = [];
  asked = 0;
  constructor(
    private readonly stopAfter = Number.POSITIVE_INFINITY,
    private readonly curious = false,
  ) {}
  async proceed() {
    return ++this.asked < this.stopAfter;
  }
  report(progress: Progress) {
    this.reports.push(progress);
  }
  wantsPreview() {
    return this.curious;
  }
  preview(pixels: Pixels) {
    this.previews.push(pixels);
  }
}

describe.each(cpuBackends)('on %s', (backend) => {
  useBackend(backend);
  const parameters = madeUpParameters(chain());
  const picture = grid(
    9,
    8,
    3,
    numbers(216, 3).map((value) => (value + 1) / 2),
  );

  const layer = (a: ArrayLike<number>) => Array.from(a).reduce((sum, value) => sum + (value * value) / 2, 0);
  const channel = (a: ArrayLike<number>) =>
    Array.from(a).reduce((sum, value, i) => sum + (i % 5 === 2 ? 0.7 * value : 0), 0);
  it.each<[string, () => Objective, (a: ArrayLike<number>) => number]>([
    ['a whole layer', () => layerResponse('relu2'), layer],
    ['one channel', () => channelResponse('relu2', 2, 5, 0.7), channel],
  ])('the response of %s and its gradient at the pixels are those of its formula', async (_, create, formula) => {
    const response = (values: Float64Array) => {
      const features = runNetwork(chain(), parameters, { ...picture, values }).get('relu2');
      return formula(features?.values ?? []);
    };
    const before = alive();
    const network = Network.create(chain(), parameters);
    const objective = create();
    const input = tf.tensor4d(Float32Array.from(picture.values), shapeOf(picture));
    const losses: tf.Tensor[] = [];
    const gradient = network.forward(input, ['relu2']).backward(headOf([objective], (loss) => losses.push(loss)));
    const values = (await gradient?.data()) ?? [];
    const [loss = Number.NaN] = (await losses[0]?.data()) ?? [];
    expect(relativeError(values, finiteDifferences(response, picture.values))).toBeLessThan(1e-3);
    expect(Math.abs(loss / response(picture.values) - 1)).toBeLessThan(1e-4);
    tf.dispose([input, ...losses, ...(gradient ? [gradient] : [])]);
    objective.dispose();
    network.dispose();
    expect(alive()).toEqual(before);
  });

  it('past its ReLU a tap has what the ReLU cuts off, and everything else is as it was', async () => {
    const before = alive();
    const network = Network.create(chain(), parameters);
    const past = network.with({ linear: 'relu2' });
    const input = tf.tensor4d(Float32Array.from(picture.values), shapeOf(picture));
    const featuresOf = async (of: Network, tap: string) => {
      const activations = of.forward(input, [tap], 'features');
      const values = await activations.at(tap).data();
      activations.dispose();
      return values;
    };
    const whole = await featuresOf(past, 'relu2');
    expect(whole.some((value) => value < 0)).toBe(true);
    const cut = whole.map((value) => Math.max(0, value));
    expect(relativeError(await featuresOf(network, 'relu2'), cut)).toBeLessThan(1e-5);
    expect(await featuresOf(past, 'relu1')).toEqual(await featuresOf(network, 'relu1'));
    past.dispose();
    network.dispose();
    input.dispose();
    expect(alive()).toEqual(before);
  });
});

describe('the arithmetic of the views', () => {
  const features = { width: 2, height: 1, channels: 3, values: Float32Array.of(1, 5, 0, 2, 1, 0) };

  it('ranks channels by mean response, ties by number', () => {
    expect(rankChannels(features)).toEqual([1, 0, 2]);
    expect(rankChannels({ ...features, values: new Float32Array(6) })).toEqual([0, 1, 2]);
  });

  it('stretches a channel from its least to its most, and shows an even one as nothing', () => {
    expect([...normalised(features, 1).values]).toEqual([1, 0]);
    expect([...normalised(features, 2).values]).toEqual([0, 0]);
  });

  it('lays cells out in reading order, within the size, with no row nearly empty', () => {
    const even = (value: number) => ({ width: 4, height: 3, channels: 1, values: new Float32Array(12).fill(value) });
    const picture = mosaic(
      Array.from({ length: 64 }, (_, i) => even(i === 0 ? 1 : i === 9 ? 0.5 : 0)),
      4 / 3,
      320,
    );
    expect(Math.max(picture.width, picture.height)).toBeLessThanOrEqual(320);
    const cell = { width: (picture.width + 2) / 8, height: (picture.height + 2) / 8 };
    expect(cell.width).toBeGreaterThan(35);
    const colourAt = (column: number, row: number) => {
      const pixel = (row * cell.height + 5) * picture.width + column * cell.width + 5;
      return Array.from(picture.values.subarray(pixel * 3, pixel * 3 + 3));
    };
    for (const [value, column, row] of [
      [1, 0, 0],
      [0.5, 1, 1],
      [0, 7, 7],
    ] as const) {
      expect(relativeError(colourAt(column, row), magma(value))).toBeLessThan(0.02);
    }
  });

  it('draws saliency as the largest of three colours, whatever the sign, bright at the 99th percentile', () => {
    const gradient = new Float32Array(3 * 200);
    for (let i = 0; i < 200; i++) gradient[3 * i + (i % 3)] = (i % 2 ? -1 : 1) * (i + 1);
    const { values } = saliencyMap(gradient, { width: 20, height: 10 });
    expect(at(values, 98)).toBeCloseTo(99 / 198, 5);
    expect([at(values, 197), at(values, 199)]).toEqual([1, 1]);
    const single = saliencyMap(
      Float32Array.from({ length: 600 }, (_, i) => (i === 4 ? -7 : 0)),
      { width: 20, height: 10 },
    );
    expect([at(single.values, 0), at(single.values, 1)]).toEqual([0, 1]);
    expect(saliencyMap(new Float32Array(600), { width: 20, height: 10 }).values.every((value) => value === 0)).toBe(
      true,
    );
  });

  it('names the strongest pairs of channels, of one channel if asked', () => {
    const cosines = [
      [1, 0.9, 0.1],
      [0.9, 1, 0.5],
      [0.1, 0.5, 1],
    ];
    const gram = Float32Array.from(cosines.flat());
    expect(strongestPairs(gram, 3).map(({ i, j }) => [i, j])).toEqual([
      [0, 1],
      [1, 2],
      [0, 2],
    ]);
    expect(strongestPairs(gram, 3, 2).map(({ i, j }) => [i, j])).toEqual([
      [1, 2],
      [0, 2],
    ]);
  });

  it('has a colour map that grows lighter all the way', () => {
    const lightness = Array.from({ length: 21 }, (_, i) => {
      const [r, g, b] = magma(i / 20);
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    });
    expect(lightness.every((value, i) => i === 0 || value > at(lightness, i - 1))).toBe(true);
    expect([magma(-1), magma(2)]).toEqual([magma(0), magma(1)]);
  });
});

describe('seeing', () => {
  useBackend('wasm');

  let network: Network;
  beforeAll(async () => {
    network = Network.create(architectureOf('reverie-vgg'), await servedParameters('reverie-vgg'));
  });

  const run = (
    recipe: SeeRecipe,
    {
      content = landscape(),
      control = new FakeControl(),
      start,
    }: { content?: Pixels | null; control?: RunControl; start?: Pixels } = {},
  ): Promise<TechniqueResult> => see.run({ recipe, network, content, start, styles: [], control });

  it('shows the channels of a layer, those that respond most, a frame each', async () => {
    const image = tensorOf(rasterOf(landscape()));
    const activations = network.forward(image, ['relu3_1'], 'features');
    const means = await tf.tidy(() => tf.mean(activations.at('relu3_1'), [1, 2])).data();
    activations.dispose();
    image.dispose();
    const { pixels, frames = [], complete, steps } = await run(recipeOf({ maxChannels: 12 }));
    expect([complete, steps, frames.length]).toEqual([true, 1, 12]);
    expect(Math.max(pixels.width, pixels.height)).toBeLessThanOrEqual(64);
    const shown = frames.map(({ label }) => Number(label.split(' · ')[1]));
    const ranked = Array.from(means.keys()).sort((a, b) => at(means, b) - at(means, a));
    expect(shown.map((c) => at(means, c))).toEqual(ranked.slice(0, 12).map((c) => at(means, c)));
    const single = await run(recipeOf({ channel: 5 }));
    expect(single.frames?.map(({ label }) => label)).toEqual(['relu3_1 · 5']);
  });

  it('averages gradients over noisy copies: many samples agree better than few', async () => {
    const recipe = (samples: number, seed: number) =>
      recipeOf({ view: 'saliency', overlay: 1, smooth: { samples }, seed });
    const apart = async (samples: number) =>
      difference((await run(recipe(samples, 1))).pixels, (await run(recipe(samples, 2))).pixels);
    expect(await apart(24)).toBeLessThan(0.7 * (await apart(3)));
    // A single sample is the gradient of the photo itself: no noise, no seed.
    expect(await apart(1)).toBe(0);
  });

  it('lays the saliency over the photo as far as asked', async () => {
    const at0 = await run(recipeOf({ view: 'saliency', overlay: 0, smooth: { samples: 1 } }));
    expect(difference(at0.pixels, landscape())).toBeLessThan(1);
    const { pixels, frames = [] } = await run(recipeOf({ view: 'saliency', overlay: 1, smooth: { samples: 1 } }));
    expect(frames.map(({ label }) => label)).toEqual(['saliency', 'overlay', 'photo']);
    expect(frames[0]?.pixels.data).toEqual(pixels.data);
    expect(frames[2] && difference(frames[2].pixels, landscape())).toBe(0);
  });

  it("climbs: a feature's response rises, and another channel's picture is another", async () => {
    const recipe = recipeOf({ view: 'feature', layer: 'relu2_2', channel: 3, steps: 24 });
    const { losses, steps, pixels } = await run(recipe, { content: null });
    expect(steps).toBe(24);
    expect([pixels.width, pixels.height]).toEqual([64, 64]);
    expect(-(losses.at(-1)?.loss ?? 0)).toBeGreaterThan(-1.5 * (losses[0]?.loss ?? 0));
    const other = await run({ ...recipe, channel: 4 }, { content: null });
    expect(difference(pixels, other.pixels)).toBeGreaterThan(10);
  });

  it('begins a feature with a picture that is given, and climbs from there', async () => {
    const recipe = recipeOf({ view: 'feature', layer: 'relu2_2', channel: 3, steps: 1, stepSize: 1e-5 });
    const start = landscape(64, 64);
    const still = await run({ ...recipe, startImage: null }, { content: null, start });
    const [apart, fromNoise] = [still.pixels, (await run(recipe, { content: null })).pixels].map((pixels) =>
      difference(pixels, start),
    );
    // What is lost are the finest frequencies.
    expect(apart).toBeLessThan(4);
    expect(fromNoise).toBeGreaterThan(8 * (apart ?? 0));
    const climbed = await run({ ...recipe, startImage: null, steps: 24, stepSize: 0.05 }, { content: null, start });
    expect(climbed.losses.at(-1)?.loss).toBeLessThan((climbed.losses[0]?.loss ?? 0) - 0.1);
  });

  it('finds a picture even for a channel that does not answer to the start', async () => {
    const { losses } = await run(recipeOf({ view: 'feature', layer: 'relu5_1', channel: 20, steps: 48 }), {
      content: null,
    });
    // Past the ReLU the response was below 0.
    expect(losses[0]?.loss).toBeGreaterThan(0);
    expect(losses.at(-1)?.loss).toBeLessThan(-0.1);
  });

  it('shows the Gram matrix, and patches of the strongest pairs', async () => {
    const { pixels, frames = [] } = await run(recipeOf({ view: 'gram', layer: 'relu2_1' }));
    expect([pixels.width, pixels.height]).toEqual([64, 64]);
    expect(frames.length).toBeGreaterThan(3);
    expect(frames[0]?.label).toMatch(/^relu2_1 · \d+ × \d+ · 0\.\d\d$/);
  });

  const few = { steps: 6, smooth: { samples: 6 } };
  /** Those that need more than a photo have tests of their own (seeViews.test.ts). */
  const alone = seeViews.filter((view) => view !== 'fooling');
  it.each(alone)('gives the same bits for the same recipe and seed, %s', async (view) => {
    const before = alive();
    const [first, second] = [await run(recipeOf({ view, ...few })), await run(recipeOf({ view, ...few }))];
    expect(second.pixels.data).toEqual(first.pixels.data);
    expect(alive()).toEqual(before);
  });

  it.each(['saliency', 'feature'] as const)('stops within a step and keeps the picture, %s', async (view) => {
    const before = alive();
    const control = new FakeControl(3, true);
    const { complete, steps, pixels } = await run(recipeOf({ view, ...few }), { control });
    expect([complete, steps, control.previews.length]).toEqual([false, 3, 3]);
    expect(pixels.data.some((value, i) => i % 4 !== 3 && value > 0)).toBe(true);
    expect(control.reports.map(({ step }) => step)).toEqual([0, 1, 2, 3]);
    expect(alive()).toEqual(before);
  });

  it.each(alone)('gives a picture for a photo of one colour, %s', async (view) => {
    for (const grey of [0, 128, 255]) {
      const { pixels, losses } = await run(recipeOf({ view, ...few }), { content: flat([grey, grey, grey]) });
      expect(pixels.data.length).toBe(4 * pixels.width * pixels.height);
      expect(losses.every(({ loss }) => Number.isFinite(loss))).toBe(true);
    }
  });

  it.each(seeViews)('refuses a layer or channel that is not there, before it allocates anything, %s', async (view) => {
    const before = alive();
    await expect(run(recipeOf({ view, layer: 'fire9' }))).rejects.toMatchObject({ code: 'layer-unknown' });
    await expect(run(recipeOf({ view, channel: 64 }))).rejects.toMatchObject({
      code: 'layer-unknown',
      message: expect.stringMatching(/relu3_1 has no channel 64; it has 64, from 0 to 63/),
    });
    expect(alive()).toEqual(before);
  });

  it.each(alone)('needs a photo unless it grows a picture, %s', async (view) => {
    const recipe = recipeOf({ view, ...few });
    expect(needsPhoto(recipe)).toBe(!growsFromNoise(view));
    if (!growsFromNoise(view))
      await expect(run(recipe, { content: null })).rejects.toMatchObject({ code: 'recipe-invalid' });
  });

  it.each(alone)('estimates its peak of memory on the safe side, and not by far, %s', async (view) => {
    const recipe = recipeOf({ view, size: 96, steps: 2, smooth: { samples: 2 } });
    const before = alive();
    const estimate = see.estimateBytes(recipe, network, 96, 72);
    expect(alive()).toEqual(before);
    const { peakBytes } = await run(recipe, { content: landscape(96, 72) });
    const peak = peakBytes - before.bytes;
    expect(estimate).toBeGreaterThan(peak);
    // Without a gradient what is left after the pass is little beside what it took.
    if (view === 'saliency' || view === 'feature') expect(estimate).toBeLessThan(3 * peak);
  });
});
