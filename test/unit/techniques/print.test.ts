/** Prints: bands of tiles that show no seam, made of no more at once than a row of them. */
import { describe, expect, it } from 'vitest';
import { parseRecipe } from '../../../shared/recipe';
import { recipeVersion } from '../../../shared/recipe/version';
import type { RecipeOf } from '../../../shared/techniques';
import { readStored } from '../../../tools/weights/stored';
import type { Pixels } from '../../../web/engine/api';
import { pixelsOf, rasterOf } from '../../../web/engine/images/pictures';
import { bicubic, resample, resamplePart } from '../../../web/engine/images/resample';
import { architectureOf } from '../../../web/engine/network/architectures';
import { Network } from '../../../web/engine/network/network';
import { any } from '../../../web/engine/techniques/any';
import { dream } from '../../../web/engine/techniques/dream';
import { targetsFromImage } from '../../../web/engine/techniques/style/targets';
import { AnyStyleNetwork } from '../../../web/engine/transformer/any/network';
import type { PrintJob, RunControl, TechniqueResult } from '../../../web/engine/types';
import { alive, useBackend } from '../../support/backends';
import { servedParameters } from '../../support/networks';
import { landscape, painting } from './pictures';

const open = async () => AnyStyleNetwork.create((await readStored('web/public/weights/reverie-any.json')).parameters);

/** What hangs: the photo in other colours. */
const hungOver = (photo: Pixels): Pixels => ({
  ...photo,
  data: photo.data.map((value, i) => (i % 4 === 3 ? 255 : i % 4 === 0 ? 255 - value : 0.7 * value)),
});

/** White on the left, black on the right. */
const leftHalf = (width: number, height: number): Pixels => ({
  ...{ width, height },
  data: Uint8ClampedArray.from({ length: 4 * width * height }, (_, i) =>
    i % 4 === 3 || ((i / 4) | 0) % width < width / 2 ? 255 : 0,
  ),
});

/** The bands of a print, one under the other. */
async function printOf(
  run: (print: PrintJob, control: RunControl) => Promise<TechniqueResult>,
  width: number,
  height: number,
) {
  const bands: Pixels[] = [];
  const control = {
    ...{ proceed: async () => true, report: () => {}, wantsPreview: () => false, preview: () => {} },
    band: async (pixels: Pixels) => {
      bands.push(pixels);
    },
  };
  const photo = landscape(120, 90);
  const job = { photo, base: hungOver(photo), width, height, done: { rows: 0 } };
  const { complete, peakBytes } = await run(job, control);
  const data = new Uint8ClampedArray(4 * width * height);
  let at = 0;
  for (const band of bands) {
    data.set(band.data, at);
    at += band.data.length;
  }
  expect([complete, at, job.done.rows]).toEqual([true, data.length, height]);
  return { pixels: { width, height, data }, bands: bands.map((band) => band.height), peakBytes };
}

const content = landscape(120, 90);

/** In one pass. */
async function print(width: number, height: number, tile: number, fields: object = {}, more: object = {}) {
  const network = await open();
  const recipe = parseRecipe({
    ...{ technique: 'any', version: recipeVersion, size: 120, styles: [{ image: null }], tile },
    ...fields,
  }) as RecipeOf<'any'>;
  const styles = [targetsFromImage(painting(96, 80)), targetsFromImage(landscape(96, 80))].slice(
    0,
    recipe.styles.length,
  );
  try {
    return await printOf(
      (job, control) => any.run({ recipe, network, content, styles, control, print: job, ...more }),
      ...([width, height] as const),
    );
  } finally {
    network.dispose();
  }
}

async function printDream(width: number, height: number, tile: number, fields: object = {}) {
  const network = Network.create(architectureOf('reverie-vgg'), await servedParameters('reverie-vgg'));
  const recipe = parseRecipe({
    ...{ technique: 'dream', version: recipeVersion, size: 120, steps: 4, tile },
    ...fields,
  }) as RecipeOf<'dream'>;
  try {
    return await printOf(
      (job, control) => dream.run({ recipe, network, content, styles: [], control, print: job }),
      ...([width, height] as const),
    );
  } finally {
    network.dispose();
  }
}

/** How far two pictures are from each other, levels: at most, and on the mean, within these columns. */
function apart(a: Pixels, b: Pixels, from = 0, to = a.width) {
  let [most, sum, count] = [0, 0, 0];
  for (let i = 0; i < a.data.length; i++) {
    const x = ((i / 4) | 0) % a.width;
    if (x < from || x >= to) continue;
    const difference = Math.abs((a.data[i] ?? 0) - (b.data[i] ?? 0));
    most = Math.max(most, difference);
    sum += difference;
    count++;
  }
  return { most, mean: sum / count };
}

/** Mean step across the columns where tiles of this side meet, levels. */
function stepsAt({ width, height, data }: Pixels, tile: number): number {
  let [sum, count] = [0, 0];
  for (let y = 0; y < height; y++) {
    for (let x = tile; x < width; x += tile) {
      const at = 4 * (y * width + x);
      for (let c = at; c < at + 3; c++) sum += Math.abs((data[c] ?? 0) - (data[c - 4] ?? 0));
      count += 3;
    }
  }
  return sum / count;
}

describe('a print', () => {
  useBackend('wasm');

  it('should be the same in tiles as in one piece, to less than a level of its noise', async () => {
    const before = alive();
    const [whole, tiled] = [await print(316, 280, 768), await print(316, 280, 256)];
    expect(whole.bands).toEqual([280]);
    expect(tiled.bands).toEqual([256, 24]);
    expect(apart(whole.pixels, tiled.pixels).most).toBeLessThanOrEqual(1);
    expect(alive()).toEqual(before);
  }, 60_000);

  it('should take no more tensors for twelve tiles than for four', async () => {
    const few = await print(512, 512, 256);
    const many = await print(1024, 768, 256);
    expect(many.peakBytes).toBeLessThan(1.05 * few.peakBytes + 65_536);
  }, 60_000);

  it('should have each style where its mask is, and the photo where the strength map is black', async () => {
    const masked = { styles: [{ image: null }, { image: null, mask: null }] };
    const masks = [null, leftHalf(60, 45)];
    const [one, other, both] = [
      await print(316, 280, 256),
      await print(316, 280, 256, { styles: [{ image: null, weight: 0 }, { image: null }] }),
      await print(316, 280, 256, masked, { masks }),
    ];
    const half = await print(316, 280, 256, {}, { strengthMap: leftHalf(60, 45) });
    expect(apart(both.pixels, other.pixels, 0, 90).most).toBeLessThanOrEqual(1);
    expect(apart(both.pixels, one.pixels, 226).most).toBeLessThanOrEqual(1);
    expect(apart(one.pixels, other.pixels, 0, 90).most).toBeGreaterThan(20);
    expect(apart(half.pixels, one.pixels, 0, 90).mean).toBeLessThan(1);
    expect(apart(half.pixels, one.pixels, 226).mean).toBeGreaterThan(10);
  }, 60_000);

  it('should look like what hangs, and be given its colours where the photo’s are kept', async () => {
    const { pixels } = await print(360, 270, 256, { strength: 40 });
    const hung = resample(rasterOf(hungOver(landscape(120, 90))), 360, 270, bicubic);
    const photo = resample(rasterOf(landscape(120, 90)), 360, 270, bicubic);
    expect(apart(pixels, pixelsOf(hung)).mean).toBeLessThan(apart(pixels, pixelsOf(photo)).mean);
  }, 60_000);
});

describe('a dream’s print', () => {
  useBackend('wasm');

  it('should be the same in tiles as in one piece', async () => {
    const before = alive();
    const [whole, tiled] = [await printDream(360, 270, 512), await printDream(360, 270, 128)];
    expect([whole.bands, tiled.bands]).toEqual([[270], [128, 128, 14]]);
    expect(apart(whole.pixels, tiled.pixels, 120, 136).mean).toBeLessThan(0.5);
    expect(stepsAt(tiled.pixels, 128)).toBeLessThan(1.05 * stepsAt(whole.pixels, 128));
    expect(alive()).toEqual(before);
  }, 60_000);
});

it('should resample a part as that part of the whole', () => {
  const source = rasterOf(landscape(40, 30));
  for (const [width, height] of [
    [130, 90],
    [21, 17],
  ] as const) {
    const whole = resample(source, width, height, bicubic);
    const part = { top: 5, left: 7, width: 9, height: 8 };
    const { values } = resamplePart(source, whole, part, bicubic);
    const expected = Array.from({ length: 8 }, (_, y) => {
      const from = ((5 + y) * width + 7) * 3;
      return [...whole.values.subarray(from, from + 27)];
    }).flat();
    for (const [i, value] of values.entries()) expect(value).toBeCloseTo(expected[i] ?? 0, 5);
  }
});
