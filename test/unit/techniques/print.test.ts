/** Prints: bands of tiles that show no seam, made of no more at once than a row of them. */
import { describe, expect, it } from 'vitest';
import { parseRecipe } from '../../../shared/recipe';
import { recipeVersion } from '../../../shared/recipe/version';
import type { RecipeOf } from '../../../shared/techniques';
import { readStored } from '../../../tools/weights/stored';
import type { Pixels } from '../../../web/engine/api';
import { pixelsOf, rasterOf } from '../../../web/engine/images/pictures';
import { bicubic, resample, resamplePart } from '../../../web/engine/images/resample';
import { any } from '../../../web/engine/techniques/any';
import { targetsFromImage } from '../../../web/engine/techniques/style/targets';
import { AnyStyleNetwork } from '../../../web/engine/transformer/any/network';
import { alive, useBackend } from '../../support/backends';
import { landscape, painting } from './pictures';

const open = async () => AnyStyleNetwork.create((await readStored('web/public/weights/reverie-any.json')).parameters);

/** What hangs: the photo in other colours. */
const hungOver = (photo: Pixels): Pixels => ({
  ...photo,
  data: photo.data.map((value, i) => (i % 4 === 3 ? 255 : i % 4 === 0 ? 255 - value : 0.7 * value)),
});

async function print(width: number, height: number, tile: number, fields: object = {}) {
  const network = await open();
  const photo = landscape(120, 90);
  const recipe = parseRecipe({
    ...{ technique: 'any', version: recipeVersion, size: 120, styles: [{ image: null }], tile },
    ...fields,
  }) as RecipeOf<'any'>;
  const bands: Pixels[] = [];
  const control = {
    ...{ proceed: async () => true, report: () => {}, wantsPreview: () => false, preview: () => {} },
    band: async (pixels: Pixels) => {
      bands.push(pixels);
    },
  };
  const job = { photo, base: hungOver(photo), width, height, done: { rows: 0 } };
  const styles = [targetsFromImage(painting(96, 80))];
  const { complete, peakBytes } = await any.run({ recipe, network, content: photo, styles, control, print: job });
  network.dispose();
  const data = new Uint8ClampedArray(4 * width * height);
  let at = 0;
  for (const band of bands) {
    data.set(band.data, at);
    at += band.data.length;
  }
  expect([complete, at, job.done.rows]).toEqual([true, data.length, height]);
  return { pixels: { width, height, data }, bands: bands.map((band) => band.height), peakBytes };
}

describe('a print', () => {
  useBackend('wasm');

  it('should be the same in tiles as in one piece, to less than a level of its noise', async () => {
    const before = alive();
    const [whole, tiled] = [await print(316, 280, 768), await print(316, 280, 256)];
    expect(whole.bands).toEqual([280]);
    expect(tiled.bands).toEqual([256, 24]);
    const furthest = whole.pixels.data.reduce(
      (most, v, i) => Math.max(most, Math.abs(v - (tiled.pixels.data[i] ?? 0))),
      0,
    );
    expect(furthest).toBeLessThanOrEqual(1);
    expect(alive()).toEqual(before);
  }, 60_000);

  it('should take no more tensors for twelve tiles than for four', async () => {
    const few = await print(512, 512, 256);
    const many = await print(1024, 768, 256);
    expect(many.peakBytes).toBeLessThan(1.05 * few.peakBytes + 65_536);
  }, 60_000);

  it('should look like what hangs, and be given its colours where the photo’s are kept', async () => {
    const { pixels } = await print(360, 270, 256, { strength: 40 });
    const hung = resample(rasterOf(hungOver(landscape(120, 90))), 360, 270, bicubic);
    const apart = (of: Pixels) => of.data.reduce((sum, v, i) => sum + Math.abs(v - (pixels.data[i] ?? 0)), 0);
    expect(apart(pixelsOf(hung))).toBeLessThan(
      apart(pixelsOf(resample(rasterOf(landscape(120, 90)), 360, 270, bicubic))),
    );
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
