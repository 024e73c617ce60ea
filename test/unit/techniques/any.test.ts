/** Any painting's style in one pass, with the network that is shipped: what each control does, and what a painting may be. */
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { encodeStyle, readStyleText, styleText } from '../../../shared/anyStyle/statistics';
import { parseRecipe } from '../../../shared/recipe';
import { recipeVersion } from '../../../shared/recipe/version';
import type { RecipeOf } from '../../../shared/techniques';
import { readStored } from '../../../tools/weights/stored';
import type { Pixels, RunResult } from '../../../web/engine/api';
import { rasterOf, resizeToLongSide, tensorOf } from '../../../web/engine/images/pictures';
import { architectureOf } from '../../../web/engine/network/architectures';
import { Network } from '../../../web/engine/network/network';
import { any } from '../../../web/engine/techniques/any';
import { targetsFromImage, targetsFromStatistics } from '../../../web/engine/techniques/style/targets';
import { AnyStyleNetwork } from '../../../web/engine/transformer/any/network';
import { measurePainting, paintScales } from '../../../web/engine/transformer/any/scales';
import { statisticsOf } from '../../../web/engine/transformer/normalisation';
import type { RunControl } from '../../../web/engine/types';
import { alive, useBackend } from '../../support/backends';
import { servedParameters } from '../../support/networks';
import { landscape, painted, painting } from './pictures';

type AnyStyleRecipe = RecipeOf<'any'>;
const styles = [{ image: null }];
const recipeOf = (fields: object = {}): AnyStyleRecipe =>
  parseRecipe({ technique: 'any', version: recipeVersion, size: 96, styles, ...fields }) as AnyStyleRecipe;

const control: RunControl = {
  proceed: async () => true,
  report: () => {},
  wantsPreview: () => false,
  preview: () => {},
};
const open = async () => AnyStyleNetwork.create((await readStored('web/public/weights/reverie-any.json')).parameters);

interface Given {
  readonly recipe?: object;
  readonly content?: Pixels;
  readonly paintings?: readonly Pixels[];
  readonly masks?: readonly (Pixels | null)[];
  readonly strengthMap?: Pixels;
}

async function paint({
  recipe,
  content = landscape(96, 72),
  paintings = [painting(96, 80)],
  masks = [],
  strengthMap,
}: Given) {
  const network = await open();
  const made = recipeOf(recipe);
  const run = { recipe: made, network, content, styles: paintings.map(targetsFromImage), masks, strengthMap, control };
  const result = await any.run(run);
  network.dispose();
  return result;
}

/** Mean absolute, in levels; of the part of the width that is named. */
function difference(a: Pixels, b: Pixels, [from, to]: readonly [number, number] = [0, 1]): number {
  let sum = 0;
  let count = 0;
  a.data.forEach((value, i) => {
    const x = (Math.floor(i / 4) % a.width) / a.width;
    if (i % 4 === 3 || x < from || x >= to) return;
    sum += Math.abs(value - (b.data[i] ?? 0));
    count++;
  });
  return sum / count;
}

/** The largest, in levels; of the part of the width that is named. */
const furthest = (a: Pixels, b: Pixels, [from, to]: readonly [number, number]): number =>
  a.data.reduce((most, value, i) => {
    const x = (Math.floor(i / 4) % a.width) / a.width;
    return x < from || x >= to ? most : Math.max(most, Math.abs(value - (b.data[i] ?? 0)));
  }, 0);

const flat = (r: number, g: number, b: number) => painted(40, 30, () => [r, g, b]);
const seeThrough = ({ width, height, data }: Pixels): Pixels => ({
  width,
  height,
  data: data.map((value, i) => (i % 4 === 3 && i < data.length / 2 ? 0 : value)),
});
const strip = painted(256, 16, (x) => [x, 255 - x, 128]);

describe('any painting', () => {
  useBackend('wasm');
  const photo = landscape(96, 72);

  it('leaves its mark at the size asked for, the same for the same seed, and no tensor', async () => {
    const before = alive();
    const { pixels, complete, steps } = await paint({ recipe: { size: 90 }, content: landscape(131, 77) });
    expect([pixels.width, pixels.height, complete, steps]).toEqual([90, 53, true, 1]);
    const again = await paint({ recipe: { size: 90 }, content: landscape(131, 77) });
    expect(again.pixels.data).toEqual(pixels.data);
    const other = await paint({ recipe: { size: 90, seed: 2 }, content: landscape(131, 77) });
    expect(other.pixels.data).not.toEqual(pixels.data);
    expect(alive()).toEqual(before);
  });

  it('is the photo at strength 0, and further from it the stronger it is', async () => {
    const at = async (strength: number) => difference((await paint({ recipe: { strength } })).pixels, photo);
    const distances = [await at(0), await at(20), await at(50), await at(100)];
    expect(distances[0]).toBe(0);
    expect(distances).toEqual([...distances].sort((a, b) => a - b));
    expect(distances[3]).toBeGreaterThan(10);
  });

  it('comes nearer to the style the stronger it is, in the eyes of the embedded network, and a mixture lies between', async () => {
    const [one, other] = [painting(96, 80), landscape(80, 96)];
    const judge = Network.create(architectureOf('reverie-vgg'), await servedParameters('reverie-vgg'));
    const looks = (pixels: Pixels): Promise<number[]> => {
      const read = tf.tidy(() => {
        const { mean, variance } = statisticsOf([
          judge.forward(tensorOf(rasterOf(pixels)), ['relu3_1'], 'features').at('relu3_1'),
        ]);
        return tf.concat([mean, tf.sqrt(variance)]);
      });
      return read
        .data()
        .then((values) => [...values])
        .finally(() => read.dispose());
    };
    const apart = async (pixels: Pixels, from: Pixels) => {
      const [a, b] = [await looks(pixels), await looks(from)];
      return (
        a.reduce((sum, value, i) => sum + (value - (b[i] ?? 0)) ** 2, 0) / b.reduce((sum, value) => sum + value ** 2, 0)
      );
    };
    const distances: number[] = [];
    for (const strength of [0, 25, 50, 75, 100])
      distances.push(await apart((await paint({ recipe: { strength } })).pixels, one));
    expect(distances).toEqual([...distances].sort((a, b) => b - a));
    const mixed = async (weights: readonly number[]) => {
      const styles = weights.map((weight) => ({ image: null, weight }));
      return apart((await paint({ recipe: { styles }, paintings: [one, other] })).pixels, one);
    };
    const mixtures = [await mixed([1, 0]), await mixed([1, 1]), await mixed([0, 1])];
    expect(mixtures).toEqual([...mixtures].sort((a, b) => a - b));
    judge.dispose();
  });

  it('keeps more of the photo with more detail', async () => {
    const large = landscape(192, 144);
    const at = async (detail: number) =>
      difference((await paint({ content: large, recipe: { detail, size: 192 } })).pixels, large);
    expect(await at(100)).toBeLessThan(await at(0));
  });

  it('gives a photo that is its own painting back nearly as it was', async () => {
    const own = await paint({ recipe: { detail: 100 }, paintings: [photo] });
    const other = await paint({ recipe: { detail: 100 } });
    expect(difference(own.pixels, photo)).toBeLessThan(0.4 * difference(other.pixels, photo));
  });

  it('mixes between two', async () => {
    const two = [painting(96, 80), flat(20, 40, 200)];
    const mixed = (weights: readonly number[]) =>
      paint({ recipe: { styles: weights.map((weight) => ({ image: null, weight })) }, paintings: two });
    const [one, half, other] = [await mixed([1, 0]), await mixed([1, 1]), await mixed([0, 1])];
    const whole = difference(one.pixels, other.pixels);
    expect(difference(one.pixels, half.pixels)).toBeLessThan(whole);
    expect(difference(other.pixels, half.pixels)).toBeLessThan(whole);
    await expect(mixed([0, 0])).rejects.toMatchObject({ code: 'recipe-invalid' });
  });

  it('paints only where its mask is white, and leaves the photo elsewhere', async () => {
    const mask = painted(96, 72, (x) => (x < 48 ? [255, 255, 255] : [0, 0, 0]));
    const { pixels } = await paint({ recipe: { styles: [{ image: null, mask: null }] }, masks: [mask] });
    expect(difference(pixels, photo, [0.6, 1])).toBe(0);
    expect(difference(pixels, photo, [0, 0.4])).toBeGreaterThan(5);
  });

  it('is painted in tiles without a seam, close to what it is in one piece', async () => {
    const network = await open();
    const large = resizeToLongSide(rasterOf(landscape(480, 360)), 480);
    const style = await measurePainting(network, rasterOf(painting(96, 80)));
    const options = { strength: 1, detail: 1, seed: 1 };
    const whole = await paintScales(network, large, style, options);
    const tiled = await paintScales(network, large, style, { ...options, tile: 256 });
    network.dispose();
    /** Mean step from a column to the next. */
    const stepAt = (x: number) => {
      let sum = 0;
      for (let y = 0; y < 360; y++) {
        const at = (y * 480 + x) * 3;
        sum += Math.abs((tiled.values[at] ?? 0) - (tiled.values[at - 3] ?? 0));
      }
      return sum / 360;
    };
    const usual = Array.from({ length: 100 }, (_, i) => stepAt(150 + i)).sort((a, b) => a - b);
    expect(stepAt(256)).toBeLessThan(2 * (usual[50] ?? 0) + 0.01);
    const apart = tiled.values.reduce((sum, v, i) => sum + Math.abs(v - (whole.values[i] ?? 0)), 0);
    expect(apart / tiled.values.length).toBeLessThan(0.12);
  });

  it.each([
    ['one colour', flat(200, 30, 30)],
    ['black', flat(0, 0, 0)],
    ['white', flat(255, 255, 255)],
    ['two colours', painted(32, 32, (x, y) => (x === 3 && y === 3 ? [255, 255, 255] : [0, 0, 0]))],
    ['two pixels', painted(2, 1, (x) => [255 * x, 80, 0])],
    ['nothing but transparency', { width: 32, height: 32, data: new Uint8ClampedArray(4 * 32 * 32) }],
    ['half of it transparent', seeThrough(painting(64, 64))],
    ['12,000 pixels a side', { width: 12_000, height: 750, data: new Uint8ClampedArray(4 * 12_000 * 750).fill(90) }],
    ['grey alone', painted(60, 50, (x, y) => [(x * y) % 256, (x * y) % 256, (x * y) % 256])],
    ['sixteen to one', strip],
  ])('may be of %s, and so may the photo', async (_, picture) => {
    await paint({ paintings: [picture] });
    // `pixelsOf` refuses what is no number.
    await paint({ content: picture, recipe: { size: 256 } });
  });

  it('is the same picture, to the bit, from the statistics that a share carries instead of the painting', async () => {
    const { pixels, styles: [seen] = [] } = await paint({
      recipe: { styleScale: 0.5 },
      paintings: [painting(120, 96)],
    });
    if (!seen) throw new Error('nothing was measured');
    expect(seen.longSide).toBe(48);
    const text = styleText(encodeStyle({ weights: 'c0ffee00c0ffee00', ...seen }));
    const network = await open();
    const shared = { recipe: recipeOf({ styleScale: 0.5, styles: [{ statistics: text }] }), network, content: photo };
    const again = await any.run({ ...shared, styles: [targetsFromStatistics(readStyleText(text))], control });
    network.dispose();
    expect(again.pixels.data).toEqual(pixels.data);
  });

  it('far from a border is what the whole would be in that style', async () => {
    const size = { recipe: { size: 768 }, content: landscape(768, 48) };
    const two = [painting(96, 80), painted(90, 90, (x, y) => [(7 * x) % 256, 40, (5 * y) % 256])];
    const both = [{ image: null, mask: null }, { image: null }];
    const right = painted(768, 48, (x) => (x < 384 ? [0, 0, 0] : [255, 255, 255]));
    const regions = await paint({ ...size, recipe: { size: 768, styles: both }, paintings: two, masks: [right, null] });
    const whole = [];
    for (const one of two) whole.push((await paint({ ...size, paintings: [one] })).pixels);
    const [inFirst, inSecond] = whole as [Pixels, Pixels];
    expect(difference(inFirst, inSecond)).toBeGreaterThan(20);
    expect(furthest(regions.pixels, inSecond, [0, 0.1])).toBeLessThanOrEqual(1);
    expect(furthest(regions.pixels, inFirst, [0.9, 1])).toBeLessThanOrEqual(1);
    expect(difference(regions.pixels, inFirst, [0.4, 0.6])).toBeGreaterThan(1);
  });

  it('paints as strongly as a map says: the photo where it is black, the style where it is white', async () => {
    const given = { recipe: { size: 768, strengthMap: null }, content: landscape(768, 48) };
    const map = (grey: (x: number) => number) => ({
      strengthMap: painted(768, 48, (x) => [grey(x), grey(x), grey(x)] as const),
    });
    const whole = await paint({ recipe: { size: 768 }, content: given.content });
    const half = await paint({ ...given, ...map((x) => (x < 384 ? 0 : 255)) });
    expect(difference(half.pixels, given.content, [0, 0.45])).toBe(0);
    expect(furthest(half.pixels, whole.pixels, [0.9, 1])).toBeLessThanOrEqual(1);
    const weak = await paint({ ...given, ...map(() => 100) });
    expect(difference(weak.pixels, given.content)).toBeLessThan(difference(whole.pixels, given.content));
    expect(difference(weak.pixels, given.content)).toBeGreaterThan(2);
  });

  it('holds for a film what its first frame measured, and begins anew with a cut', async () => {
    const network = await open();
    const frame = async (content: Pixels, film?: string, recipe = {}) =>
      (
        await any.run({
          recipe: recipeOf(recipe),
          network,
          content,
          styles: [targetsFromImage(painting(96, 80))],
          film,
          control,
        })
      ).pixels;
    // A bright thing comes in at the edge: what a frame by itself takes as another picture.
    const moved = painted(96, 72, (x, y) => {
      const at = 4 * (y * 96 + x);
      return x > 90 ? [255, 255, 255] : [photo.data[at] ?? 0, photo.data[at + 1] ?? 0, photo.data[at + 2] ?? 0];
    });
    const first = await frame(photo, 'clip');
    expect(difference(first, await frame(photo))).toBeLessThan(0.1);
    const rest = [0, 0.5] as const;
    const alone = difference(await frame(photo), await frame(moved), rest);
    expect(difference(first, await frame(moved, 'clip'), rest)).toBeLessThan(0.5 * alone);
    const cut = painted(96, 72, (x, y) => [x, 255 - y, 128]);
    expect(difference(await frame(cut, 'clip'), await frame(cut))).toBeLessThan(0.1);
    expect(
      difference(await frame(photo, 'other', { strength: 50 }), await frame(photo, undefined, { strength: 50 })),
    ).toBeLessThan(0.1);
    network.dispose();
  });

  it('keeps the photo’s colours, or their likes', async () => {
    const green = painted(96, 72, (x, y) => [20, 90 + ((x * y) % 120), 40]);
    const hue = ({ pixels: { data } }: Pick<RunResult, 'pixels'>, k: number) =>
      data.reduce((sum, value, i) => sum + (i % 4 === k ? value : 0), 0) / (data.length / 4);
    const [own, light, matched] = [
      await paint({ paintings: [green] }),
      await paint({ paintings: [green], recipe: { colours: 'luminance' } }),
      await paint({ paintings: [green], recipe: { colours: 'match' } }),
    ];
    expect(hue(own, 1) - hue(own, 0)).toBeGreaterThan(60);
    // Against each other: how light it is may be the painting's.
    const beyond = (of: Pick<RunResult, 'pixels'>, k: number) => hue(of, k) - hue(of, 0);
    for (const kept of [light, matched]) {
      for (const k of [1, 2]) expect(Math.abs(beyond(kept, k) - beyond({ pixels: photo }, k))).toBeLessThan(30);
    }
  });
});
