/** Prints: bands of tiles that show no seam, made of no more at once than a row of them. */
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { parseWeightsManifest } from '../../../shared/manifest';
import { parseRecipe } from '../../../shared/recipe';
import { recipeVersion } from '../../../shared/recipe/version';
import type { RecipeOf } from '../../../shared/techniques';
import { readStored } from '../../../tools/weights/stored';
import type { Pixels } from '../../../web/engine/api';
import { pixelsOf, rasterOf } from '../../../web/engine/images/pictures';
import { bicubic, resample, resamplePart } from '../../../web/engine/images/resample';
import { architectureOf } from '../../../web/engine/network/architectures';
import { Network } from '../../../web/engine/network/network';
import { given } from '../../../web/engine/network/operator';
import { any } from '../../../web/engine/techniques/any';
import { dream } from '../../../web/engine/techniques/dream';
import { fast } from '../../../web/engine/techniques/fast';
import { printTiles, type TilePainter } from '../../../web/engine/techniques/print';
import { printStyle } from '../../../web/engine/techniques/style/print';
import { targetsFromImage } from '../../../web/engine/techniques/style/targets';
import type { TechniqueContext } from '../../../web/engine/techniques/technique';
import { AnyStyleNetwork } from '../../../web/engine/transformer/any/network';
import { gatherParameters } from '../../../web/engine/transformer/parameters';
import { Transformer } from '../../../web/engine/transformer/transformer';
import type { PrintJob, Progress, RunControl, TechniqueResult } from '../../../web/engine/types';
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
  width,
  height,
  data: Uint8ClampedArray.from({ length: 4 * width * height }, (_, i) =>
    i % 4 === 3 || ((i / 4) | 0) % width < width / 2 ? 255 : 0,
  ),
});

const content = landscape(120, 90);
/** For what takes steps: nearly three times as large, so that there is a size between. */
const smallPhoto = landscape(80, 60);

/** The bands of a print, one under the other. */
async function printOf(
  run: (print: PrintJob, control: RunControl) => Promise<TechniqueResult>,
  width: number,
  height: number,
  photo = content,
) {
  const bands: Pixels[] = [];
  const control = {
    proceed: async () => true,
    report: () => {},
    wantsPreview: () => false,
    preview: () => {},
    band: async (pixels: Pixels) => {
      bands.push(pixels);
    },
  };
  const job = { photo, base: hungOver(photo), width, height, done: { rows: 0, begun: null } };
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

/** In one pass. */
async function print(width: number, height: number, tile: number, fields: object = {}, more: object = {}) {
  const network = await open();
  const recipe = parseRecipe({
    technique: 'any',
    version: recipeVersion,
    size: 120,
    styles: [{ image: null }],
    tile,
    ...fields,
  }) as RecipeOf<'any'>;
  const styles = [targetsFromImage(painting(96, 80)), targetsFromImage(landscape(96, 80))].slice(
    0,
    recipe.styles.length,
  );
  try {
    return await printOf(
      (job, control) => any.run({ recipe, network, content, styles, control, print: job, ...more }),
      width,
      height,
    );
  } finally {
    network.dispose();
  }
}

/** Step by step, with the embedded network. */
async function printSteps(
  recipe: object,
  [width, height]: readonly [number, number],
  run: (context: Omit<TechniqueContext, 'print'>, job: PrintJob) => Promise<TechniqueResult>,
) {
  const network = Network.create(architectureOf('reverie-vgg'), await servedParameters('reverie-vgg'));
  const parsed = parseRecipe({ version: recipeVersion, size: 80, ...recipe });
  const styles = [targetsFromImage(painting(200, 160))];
  try {
    return await printOf(
      (job, control) => run({ recipe: parsed, network, content: smallPhoto, styles, control }, job),
      width,
      height,
      smallPhoto,
    );
  } finally {
    network.dispose();
  }
}
type DreamContext = TechniqueContext<RecipeOf<'dream'>>;
type StyleContext = TechniqueContext<RecipeOf<'style'>>;
const printDream = (size: readonly [number, number], tile: number) =>
  printSteps({ technique: 'dream', steps: 2, tile }, size, (context, print) =>
    dream.run({ ...context, print } as DreamContext),
  );
const printStyled = (size: readonly [number, number], tile: number, fields: object = {}) =>
  printSteps(
    { technique: 'style', styles: [{ image: null }], schedule: { steps: 2 }, ...fields },
    size,
    (context, print) => printStyle(context as StyleContext, print, tile),
  );

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

describe('tiles', () => {
  const [width, height] = [300, 230];
  /** What a painter makes of each place, whatever tile it is in. */
  const valueAt = (x: number, y: number, c: number) => ((7 * x + 13 * y + 29 * c) % 256) / 255;
  const painter = (fields: Partial<TilePainter> = {}): TilePainter => ({
    tile: 64,
    around: 32,
    async paint({ left, top, width: across, height: down }, step) {
      const values = Float32Array.from({ length: across * down * 3 }, (_, i) => {
        const pixel = Math.floor(i / 3);
        return valueAt(left + (pixel % across), top + Math.floor(pixel / across), i % 3);
      });
      if (fields.steps && !(await step())) return null;
      return { width: across, height: down, channels: 3, values };
    },
    ...fields,
  });
  const expected = Uint8ClampedArray.from({ length: 4 * width * height }, (_, i) => {
    const pixel = Math.floor(i / 4);
    return i % 4 === 3 ? 255 : 255 * valueAt(pixel % width, Math.floor(pixel / width), i % 4);
  });
  const ended = { complete: true, losses: [], steps: 1, msPerStep: 1, peakBytes: 0 };

  it.each([
    ['meet', {}, [64, 64, 64, 38]],
    ['turn into each other', { blend: 16 }, [48, 64, 64, 54]],
    ['take steps', { blend: 16, steps: 1 }, [48, 64, 64, 54]],
    ['end shorter than they blend', { tile: 224, blend: 16 }, [208, 22]],
  ])('should cover all of it where they %s', async (_, fields, bands) => {
    const made = await printOf(
      async (print, control) => ({
        ...ended,
        pixels: print.base,
        complete: await printTiles(print, control, painter(fields)),
      }),
      width,
      height,
    );
    expect(made.bands).toEqual(bands);
    expect(apart(made.pixels, { width, height, data: expected }).most).toBe(0);
  });

  it('should go on from the rows that were given away when a device fails', async () => {
    let left = 9;
    const made = await printOf(
      async (print, control) => {
        const failing = painter({ blend: 16 });
        const paint: TilePainter['paint'] = (part, step) =>
          left-- === 0 ? Promise.reject(new Error('lost')) : failing.paint(part, step);
        await expect(printTiles(print, control, { ...failing, paint })).rejects.toThrow('lost');
        expect(print.done.rows).toBe(48);
        return {
          ...ended,
          pixels: print.base,
          complete: await printTiles(print, control, painter({ tile: 128, blend: 16 })),
        };
      },
      width,
      height,
    );
    expect(made.bands).toEqual([48, 128, 54]);
    expect(apart(made.pixels, { width, height, data: expected }).most).toBe(0);
  });

  it('should stop where they are told to', async () => {
    const told: Progress[] = [];
    const control: RunControl = {
      proceed: async () => told.length < 3,
      report: (progress) => told.push(progress),
      wantsPreview: () => false,
      preview: () => {},
      band: () => Promise.reject(new Error('none is whole')),
    };
    const job = { photo: content, base: content, width, height, done: { rows: 0, begun: null } };
    expect(await printTiles(job, control, painter())).toBe(false);
    expect(told.map(({ step, steps }) => [step, steps])).toEqual([
      [1, 20],
      [2, 20],
      [3, 20],
    ]);
  });
});

describe('a print', () => {
  useBackend('wasm');

  it('should be the same in tiles as in one piece, to less than a level of its noise', async () => {
    const before = alive();
    const [whole, tiled] = [await print(316, 280, 768), await print(316, 280, 256)];
    expect(whole.bands).toEqual([280]);
    expect(tiled.bands).toEqual([256, 24]);
    expect(apart(whole.pixels, tiled.pixels).most).toBeLessThanOrEqual(1);
    expect(alive()).toEqual(before);
  }, 180_000);

  it('should take no more tensors for twelve tiles than for four', async () => {
    const few = await print(512, 512, 256);
    const many = await print(1024, 768, 256);
    expect(many.peakBytes).toBeLessThan(1.05 * few.peakBytes + 65_536);
  }, 180_000);

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
  }, 180_000);

  it('should look like what hangs, and be given its colours where the photo’s are kept', async () => {
    const { pixels } = await print(360, 270, 256, { strength: 40 });
    const hung = resample(rasterOf(hungOver(landscape(120, 90))), 360, 270, bicubic);
    const photo = resample(rasterOf(landscape(120, 90)), 360, 270, bicubic);
    expect(apart(pixels, pixelsOf(hung)).mean).toBeLessThan(apart(pixels, pixelsOf(photo)).mean);
  }, 180_000);
});

describe('a print in a learned style', () => {
  useBackend('wasm');

  it('should be the same in tiles as in one piece', async () => {
    const manifest = parseWeightsManifest(JSON.parse(await readFile('web/public/weights/reverie-fast.json', 'utf8')));
    const configuration = given(manifest.transformer);
    const network = new Transformer(
      configuration,
      gatherParameters(configuration, await servedParameters('reverie-fast')),
    );
    const recipe = { technique: 'fast', styles: [{ style: 'udnie' }], strength: 60 };
    const print = (tile: number) =>
      printSteps({ ...recipe, tile }, [320, 240], (context, job) =>
        fast.run({ ...context, network, print: job } as TechniqueContext<RecipeOf<'fast'>, Transformer>),
      );
    const [whole, tiled] = [await print(320), await print(256)];
    expect([whole.bands, tiled.bands]).toEqual([[240], [240]]);
    expect(apart(whole.pixels, tiled.pixels).most).toBeLessThanOrEqual(1);
    const start = resample(rasterOf(hungOver(smallPhoto)), 320, 240, bicubic);
    expect(apart(whole.pixels, pixelsOf(start)).mean).toBeGreaterThan(8);
    network.dispose();
  }, 180_000);
});

describe('a dream’s print', () => {
  useBackend('wasm');

  it('should be the same in tiles as in one piece', async () => {
    const before = alive();
    const [whole, tiled] = [await printDream([228, 171], 512), await printDream([228, 171], 128)];
    expect([whole.bands, tiled.bands]).toEqual([[171], [112, 59]]);
    expect(apart(whole.pixels, tiled.pixels, 120, 136).mean).toBeLessThan(0.5);
    expect(stepsAt(tiled.pixels, 128)).toBeLessThan(1.05 * stepsAt(whole.pixels, 128));
    expect(alive()).toEqual(before);
  }, 180_000);
});

describe('a print by optimisation', () => {
  useBackend('wasm');

  it('should be the same in tiles as in one piece, paint, and leave nothing behind', async () => {
    const before = alive();
    const [whole, tiled] = [await printStyled([228, 171], 384), await printStyled([228, 171], 128)];
    expect([whole.bands, tiled.bands]).toEqual([[171], [112, 59]]);
    expect(apart(whole.pixels, tiled.pixels).mean).toBeLessThan(0.2);
    expect(stepsAt(tiled.pixels, 128)).toBeLessThan(1.01 * stepsAt(whole.pixels, 128));
    expect(tiled.peakBytes).toBeLessThanOrEqual(whole.peakBytes);
    // Nearer to the painting's colours than the photo and what hangs are.
    const start = pixelsOf(resample(rasterOf(hungOver(smallPhoto)), 228, 171, bicubic));
    const meanOf = ({ data }: Pixels, c: number) =>
      data.reduce((sum, value, i) => sum + (i % 4 === c ? value : 0), 0) / (data.length / 4);
    const goal = painting(200, 160);
    const offOf = (of: Pixels) => [0, 1, 2].reduce((sum, c) => sum + Math.abs(meanOf(of, c) - meanOf(goal, c)), 0);
    expect(offOf(whole.pixels)).toBeLessThan(offOf(start) - 1);
    expect(alive()).toEqual(before);
  }, 180_000);
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
