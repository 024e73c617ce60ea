/** The views' own arithmetic against counting, differences and definitions; and each of them once on the embedded network. */
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { parseRecipe } from '../../../shared/recipe';
import type { RecipeInputOf } from '../../../shared/techniques';
import type { SeeRecipe } from '../../../shared/techniques/see/schema';
import type { Pixels } from '../../../web/engine/api';
import { rasterOf, tensorOf } from '../../../web/engine/images/pictures';
import { randomGenerator } from '../../../web/engine/images/random';
import { architectureOf } from '../../../web/engine/network/architectures';
import { Network } from '../../../web/engine/network/network';
import { see } from '../../../web/engine/techniques/see';
import { grabCut } from '../../../web/engine/techniques/see/grabCut';
import { kernelAt } from '../../../web/engine/techniques/see/kernel';
import { jointAffinities, pca, tsne, tsneGradient } from '../../../web/engine/techniques/see/layout';
import { directions, minCut } from '../../../web/engine/techniques/see/minCut';
import { nearestTo } from '../../../web/engine/techniques/see/neighbours';
import type { FilterData, MapData, NeighbourData, PatchData, RunControl } from '../../../web/engine/types';
import { alive, useBackend } from '../../support/backends';
import { at, finiteDifferences } from '../../support/float64/grid';
import { servedParameters } from '../../support/networks';
import { numbers, relativeError } from '../device/numbers';
import { difference, flat, landscape, painting } from './pictures';

describe('the least cut', () => {
  const [width, height] = [4, 3];
  const n = width * height;
  const costOf = (side: (i: number) => number, terminals: Float64Array, links: Float64Array) => {
    let cost = 0;
    for (let i = 0; i < n; i++) {
      const value = at(terminals, i);
      if (side(i) === (value > 0 ? 0 : 1)) cost += Math.abs(value);
      directions.forEach(([dx, dy], d) => {
        const [x, y] = [(i % width) + dx, Math.floor(i / width) + dy];
        if (x >= 0 && x < width && y >= 0 && y < height && side(i) === 1 && side(y * width + x) === 0)
          cost += at(links, i * 8 + d);
      });
    }
    return cost;
  };

  it.each([1, 2, 3, 4, 5, 6])('costs as little as the best of all 4,096 ways, grid %i', (seed) => {
    const random = randomGenerator(seed);
    const terminals = Float64Array.from({ length: n }, () => 8 * random() - 4);
    const links = new Float64Array(n * 8);
    for (let i = 0; i < n; i++) {
      directions.forEach(([dx, dy], d) => {
        const [x, y] = [(i % width) + dx, Math.floor(i / width) + dy];
        if (x >= 0 && x < width && y >= 0 && y < height) links[i * 8 + d] = 2 * random();
      });
    }
    const found = minCut(width, terminals.slice(), links.slice());
    const all = Array.from({ length: 2 ** n }, (_, bits) => costOf((i) => (bits >> i) & 1, terminals, links));
    expect(costOf((i) => at(found, i), terminals, links)).toBeCloseTo(Math.min(...all), 9);
  });

  it('cuts a disc out along its edge, from a guess that is only near it', () => {
    const side = 40;
    const inDisc = (i: number) => ((i % side) - 22) ** 2 + (Math.floor(i / side) - 18) ** 2 < 100;
    const noise = numbers(side * side * 3, 4);
    const values = Float32Array.from(noise, (value, i) => (inDisc(Math.floor(i / 3)) ? 0.7 : 0.4) + 0.08 * value);
    const guess = Float32Array.from({ length: side * side }, (_, i) =>
      Math.abs((i % side) - 20) < 8 && Math.abs(Math.floor(i / side) - 20) < 8 ? 0.9 : 0.2,
    );
    const photo = { width: side, height: side, channels: 3, values };
    const front = grabCut(photo, { prior: guess, sure: new Uint8Array(side * side) });
    const wrong = Array.from(front).filter((value, i) => value !== Number(inDisc(i))).length;
    expect(wrong).toBeLessThan(16);
    // A stroke says otherwise.
    const sure = Uint8Array.from({ length: side * side }, (_, i) => (inDisc(i) && i % side > 22 ? 2 : 0));
    const mended = grabCut(photo, { prior: guess, sure });
    expect(sure.every((value, i) => value === 0 || mended[i] === 0)).toBe(true);
  });
});

describe('layouts', () => {
  const clusters = Array.from({ length: 24 }, (_, i) =>
    Float32Array.from(numbers(6, i + 1), (value, k) => 0.1 * value + (k === i % 3 ? 1 : 0)),
  );

  it('finds the direction in which vectors differ most, first', () => {
    const along = [0.6, 0, 0.8, 0];
    const vectors = Array.from({ length: 9 }, (_, i) =>
      Float32Array.from(along, (value, k) => value * (i - 4) + (k === 1 ? 0.2 * (i % 2) : 3)),
    );
    const found = pca(vectors, 2).map((vector) => at(vector, 0));
    const sign = Math.sign(found[8] ?? 1);
    for (const [i, value] of found.entries()) expect(sign * value).toBeCloseTo(i - 4, 1);
  });

  it('gives every vector neighbours as many as it is asked for', () => {
    const affinities = jointAffinities(clusters, 5);
    expect(affinities.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 4);
    expect(at(affinities, 1)).toBe(at(affinities, 24));
    expect(at(affinities, 3)).toBeGreaterThan(5 * at(affinities, 1));
  });

  it("has the gradient of t-SNE's divergence", () => {
    const affinities = jointAffinities(clusters.slice(0, 8), 2);
    const points = Float64Array.from(numbers(16, 9));
    const divergence = (y: Float64Array) => {
      const q = Array.from({ length: 64 }, (_, k) => {
        const [i, j] = [Math.floor(k / 8), k % 8];
        return i === j ? 0 : 1 / (1 + (at(y, 2 * i) - at(y, 2 * j)) ** 2 + (at(y, 2 * i + 1) - at(y, 2 * j + 1)) ** 2);
      });
      const total = q.reduce((a, b) => a + b, 0);
      return q.reduce((sum, value, k) => {
        const p = at(affinities, k);
        return value > 0 && p > 0 ? sum + p * Math.log(p / (value / total)) : sum;
      }, 0);
    };
    const gradient = new Float64Array(16);
    tsneGradient(affinities, Float32Array.from(points), 1, gradient);
    expect(relativeError(gradient, finiteDifferences(divergence, points))).toBeLessThan(1e-3);
  });

  it('lays clusters apart', () => {
    const points = Float32Array.from(pca(clusters, 2).flatMap((vector) => [...vector]));
    for (const step of tsne(clusters, points, 250)) expect(step).toBeGreaterThan(0);
    const away = (i: number, j: number) =>
      Math.hypot(at(points, 2 * i) - at(points, 2 * j), at(points, 2 * i + 1) - at(points, 2 * j + 1));
    const pairs = Array.from({ length: 24 * 24 }, (_, k) => [Math.floor(k / 24), k % 24] as const).filter(
      ([i, j]) => i < j,
    );
    const within = pairs.filter(([i, j]) => (i - j) % 3 === 0).map(([i, j]) => away(i, j));
    const between = pairs.filter(([i, j]) => (i - j) % 3 !== 0).map(([i, j]) => away(i, j));
    const mean = (of: number[]) => of.reduce((a, b) => a + b, 0) / of.length;
    expect(mean(within)).toBeLessThan(0.5 * mean(between));
  });

  it('names what is nearest, nothing over another', () => {
    const places = Array.from({ length: 6 }, (_, i) => ({ photo: 0, x: i === 5 ? 1 : 10 * i, y: 0, side: 8 }));
    const vectors = [0, 3, 1, 2, 9, 0].map((value) => Float32Array.of(value));
    expect(nearestTo({ places }, vectors, 0).map(({ x }) => x)).toEqual([20, 30, 10, 40]);
  });
});

describe('views of the embedded network', () => {
  useBackend('wasm');
  let network: Network;
  beforeAll(async () => {
    network = Network.create(architectureOf('reverie-vgg'), await servedParameters('reverie-vgg'));
  });
  class Control implements RunControl {
    steps = 0;
    constructor(private readonly stopAfter = Number.POSITIVE_INFINITY) {}
    proceed = async () => ++this.steps < this.stopAfter;
    report = () => undefined;
    wantsPreview = () => false;
    preview = () => undefined;
  }
  const recipeOf = (more: Partial<RecipeInputOf<'see'>>): SeeRecipe =>
    parseRecipe({ technique: 'see', version: 2, size: 64, layer: 'relu3_1', ...more });
  const run = (
    more: Partial<RecipeInputOf<'see'>>,
    {
      content = landscape() as Pixels | null,
      guide,
      photos,
      control = new Control(),
    }: {
      readonly content?: Pixels | null;
      readonly guide?: Pixels;
      readonly photos?: readonly Pixels[];
      readonly control?: RunControl;
    } = {},
  ) => see.run({ recipe: recipeOf(more), network, content, guide, photos, styles: [], control });

  const featuresOf = async (layer: string, pixels: Pixels) => {
    const image = tensorOf(rasterOf(pixels));
    const activations = network.forward(image, [layer], 'features');
    const features = activations.at(layer);
    const [shape, values] = [features.shape, await features.data()];
    activations.dispose();
    image.dispose();
    return { shape, values };
  };

  it.each(['relu1_1', 'relu2_1'])("follows a kernel by hand to the engine's own answer, %s", async (layer) => {
    const { data } = await run({ view: 'filters', layer });
    const filters = data as FilterData;
    const { shape, values } = await featuresOf(layer, landscape());
    const [, rows, columns, channels] = shape as [number, number, number, number];
    for (const [row, column, channel] of [
      [0, 0, 3],
      [5, 7, 1],
      [rows - 1, columns - 1, 8],
      [0, columns - 1, 11],
    ] as const) {
      const { answer, sum, products } = kernelAt(filters, channel, row, column);
      expect(answer).toBeCloseTo(at(values, (row * columns + column) * channels + channel), 3);
      expect(products.reduce((a, b) => a + b, at(filters.bias, channel))).toBeCloseTo(sum, 4);
    }
  });

  it('cuts the nine strongest places of a channel out of many photos, as large as it sees', async () => {
    const photos = [painting(64, 64), landscape(80, 60)];
    const { data, frames = [] } = await run({ view: 'patches', channel: 9, photos: [null, null] }, { photos });
    const [row] = (data as PatchData).rows;
    expect([row?.channel, frames.length]).toEqual([9, 1]);
    const all = await Promise.all([landscape(), ...photos].map((photo) => featuresOf('relu3_1', photo)));
    const most = Math.max(
      ...all.map(({ values }) =>
        Float32Array.from(values).reduce((top, v, i) => (i % 64 === 9 ? Math.max(top, v) : top), 0),
      ),
    );
    const answers = row?.answers ?? [];
    expect(
      at(
        answers.map(({ answer }) => answer),
        0,
      ),
    ).toBeCloseTo(most, 4);
    expect(answers.map(({ answer }) => answer)).toEqual(answers.map(({ answer }) => answer).sort((a, b) => b - a));
    expect(new Set(answers.map(({ side }) => side))).toEqual(
      new Set(network.geometry('relu3_1').receptiveField.slice(0, 1)),
    );
  });

  it('finds neighbours and lays patches of one photo out, or photos', async () => {
    const rows = ((await run({ view: 'neighbours' })).data as NeighbourData).rows;
    expect(rows.length).toBe(6);
    expect(rows.every(({ byFeatures, byPixels }) => byFeatures.length === 5 && byPixels.length === 5)).toBe(true);
    for (const layout of ['pca', 'tsne', 'umap'] as const) {
      const { points, places } = (await run({ view: 'map', layout, steps: 12 })).data as MapData;
      expect(points.length).toBe(2 * places.length);
      expect(points.every((value) => value >= 0 && value <= 1)).toBe(true);
    }
    const photos = [painting(), flat([20, 90, 40]), flat([200, 90, 40]), landscape(80, 60)];
    const { places } = (await run({ view: 'map', steps: 4, photos: photos.map(() => null) }, { photos, content: null }))
      .data as MapData;
    expect(places.map(({ photo }) => photo)).toEqual([0, 1, 2, 3]);
    const few = run({ view: 'map', photos: [null, null] }, { photos: photos.slice(0, 2), content: null });
    await expect(few).rejects.toMatchObject({ code: 'pictures-too-few' });
  });

  it('fools with a change that survives eight bits, no longer than it must be', async () => {
    const guide = painting(64, 48);
    const { pixels, frames = [], measured } = await run({ view: 'fooling', guide: null, steps: 150 }, { guide });
    const [fooled, own, wanted] = await Promise.all(
      [pixels, landscape(), guide].map(async (each) => (await featuresOf('relu3_1', each)).values),
    );
    const away = (a: ArrayLike<number>, b: ArrayLike<number>) =>
      Array.from(a).reduce((sum, value, i) => sum + (value - at(b, i)) ** 2, 0);
    expect(away(fooled ?? [], wanted ?? [])).toBeLessThan(away(fooled ?? [], own ?? []));
    expect(away(fooled ?? [], wanted ?? [])).toBeGreaterThan(0.9 * away(fooled ?? [], own ?? []));
    expect(frames[0]?.label).toMatch(/^step \d+ · rms \d+\.\d\/255$/);
    const levels = Array.from(pixels.data, (value, i) => (i % 4 === 3 ? 0 : value - at(landscape().data, i)));
    const rms = Math.sqrt(levels.reduce((sum, level) => sum + level * level, 0) / (levels.length * 0.75));
    expect(measured?.change).toBeCloseTo(rms, 3);
    expect(difference(pixels, landscape())).toBeLessThan(0.5 * difference(guide, landscape()));
    const classless = see.run({
      recipe: recipeOf({ view: 'fooling', channel: 3 }),
      network,
      content: landscape(),
      styles: [],
      control: new Control(),
    });
    await expect(classless).rejects.toMatchObject({ code: 'classes-missing' });
  });

  it.each([
    ['ascent', ['none', 'L2', 'blur', 'jitter', 'total variation', 'Fourier']],
    ['apart', ['all', 'no octaves', 'no jitter', 'no normalisation', 'no clipping']],
  ] as const)('shows every rule by itself: %s', async (view, labels) => {
    const before = alive();
    const recipe = { view, size: 224, layer: 'relu2_1', steps: 4 } as const;
    const { frames = [], complete } = await run(recipe, { content: landscape(224, 168) });
    expect([complete, frames.map(({ label }) => label)]).toEqual([true, labels]);
    const first = frames[0];
    for (const { pixels } of frames.slice(1)) expect(first && difference(pixels, first.pixels)).toBeGreaterThan(0.05);
    const stopped = await run(recipe, { content: landscape(224, 168), control: new Control(5) });
    expect([stopped.complete, stopped.steps]).toEqual([false, 5]);
    expect(alive()).toEqual(before);
  });

  it('cuts out and obeys strokes', async () => {
    const smooth = { samples: 1, noise: 0 };
    const plain = await run({ view: 'segmentation', smooth });
    expect(plain.frames?.map(({ label }) => label)).toEqual(['mask', 'cut', 'saliency', 'photo']);
    const strokes = flat([0, 0, 0]);
    for (let i = 0; i < 64 * 48; i++) if (i % 64 > 40 && i % 64 < 56 && i < 64 * 20) strokes.data[4 * i + 1] = 255;
    const { frames = [] } = await run({ view: 'segmentation', smooth, guide: null }, { guide: strokes });
    const mask = frames[0]?.pixels.data ?? [];
    expect(at(mask as ArrayLike<number>, 4 * (10 * 64 + 48))).toBe(255);
  });

  it('leaves nothing on the device', async () => {
    const before = alive();
    await run({ view: 'segmentation', smooth: { samples: 1, noise: 0 } });
    await run({ view: 'filters' });
    await run({ view: 'fooling', guide: null, steps: 2 }, { guide: painting(64, 48) });
    expect(alive()).toEqual(before);
    expect(tf.memory().numTensors).toBe(before.tensors);
  });
});
