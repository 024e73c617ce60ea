/** Painting in one pass: the whole picture, tiles of it, mixtures of styles, and what is refused. */
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { parseWeightsManifest } from '../../../shared/manifest';
import { parseRecipe } from '../../../shared/recipe';
import type { FastRecipe } from '../../../shared/techniques/fast/schema';
import { photoStyle, type TransformerConfiguration } from '../../../shared/transformer';
import type { Pixels } from '../../../web/engine/api';
import { fast } from '../../../web/engine/techniques/fast';
import { fastMargin } from '../../../web/engine/techniques/fast/run';
import { styleWeights } from '../../../web/engine/techniques/fast/styles';
import { reachOf, tilesOf } from '../../../web/engine/techniques/fast/tiles';
import { gatherParameters, initialParameters } from '../../../web/engine/transformer/parameters';
import { stagesOf } from '../../../web/engine/transformer/stages';
import { Transformer } from '../../../web/engine/transformer/transformer';
import type { RunControl } from '../../../web/engine/types';
import { alive, useBackend } from '../../support/backends';
import { servedParameters } from '../../support/networks';
import { difference, landscape, painting } from './pictures';

const configuration: TransformerConfiguration = {
  width: 4,
  blocks: 1,
  norm: 'instance',
  upsampling: 'resize',
  styles: ['waves', 'dots', photoStyle],
};

/** Styles that differ: all scales and shifts of the second are doubled, of the third halved. */
function transformer(): Transformer {
  const parameters = initialParameters(configuration, 5);
  const network = new Transformer(configuration, parameters);
  const { styles, channels } = network.layout;
  for (let i = 0; i < 2 * channels; i++) {
    const at = (style: number) => styles.offset + style * 2 * channels + i;
    parameters.values[at(1)] = 2 * (parameters.values[at(1)] ?? 0) + 0.1;
    parameters.values[at(2)] = 0.5 * (parameters.values[at(2)] ?? 0);
  }
  return network;
}

const recipeOf = (fields: Partial<FastRecipe> = {}): FastRecipe =>
  parseRecipe({ technique: 'fast', version: 2, styles: [{ style: 'waves', weight: 1 }], ...fields }) as FastRecipe;

const control = (proceeds = Number.POSITIVE_INFINITY): RunControl => {
  let left = proceeds;
  return { proceed: async () => left-- > 0, report: () => {}, wantsPreview: () => false, preview: () => {} };
};

describe('a fast style', () => {
  useBackend('wasm');

  const paint = async (content: Pixels, recipe: FastRecipe, proceeds?: number) => {
    const network = transformer();
    const run = { recipe, network, content, styles: [], control: control(proceeds) };
    const result = await fast.run(run);
    network.dispose();
    return result;
  };

  it('should paint every size, odd ones too, at the size asked for, and leave no tensor', async () => {
    const before = alive();
    for (const [width, height, size] of [
      [64, 48, 64],
      [67, 45, 67],
      [130, 90, 101],
    ] as const) {
      const { pixels, complete, steps } = await paint(landscape(width, height), recipeOf({ size }));
      expect([pixels.width, pixels.height]).toEqual([size, Math.round((size * height) / width)]);
      expect([complete, steps]).toEqual([true, 1]);
    }
    expect(alive()).toEqual(before);
  });

  it('should paint in tiles as it does in one piece, but for statistics of a smaller picture, and show no seam', async () => {
    const photo = landscape(600, 300);
    const whole = await paint(photo, recipeOf({ size: 600, tile: 768 }));
    const tiled = await paint(photo, recipeOf({ size: 600, tile: 256 }));
    expect([whole.steps, tiled.steps]).toEqual([1, 6]);
    // Of untrained filters, which answer to noise most, the statistics of a smaller picture are furthest off.
    expect(difference(whole.pixels, tiled.pixels)).toBeLessThan(12);
    // A seam would be a step from one column to the next that the whole picture does not have.
    const core = 256 + 2 * fastMargin - 2 * reachOf(stagesOf(configuration)) - fastMargin;
    const step = ({ data, width, height }: Pixels, x: number) => {
      let sum = 0;
      for (let y = 0; y < height; y++) sum += (data[4 * (y * width + x)] ?? 0) - (data[4 * (y * width + x - 1)] ?? 0);
      return sum / height;
    };
    expect(Math.abs(step(tiled.pixels, core) - step(whole.pixels, core))).toBeLessThan(0.5);
  });

  it('should paint the border as calmly as the rest', async () => {
    const manifest = JSON.parse(await readFile('web/public/weights/reverie-fast.json', 'utf8'));
    const { transformer: served } = parseWeightsManifest(manifest);
    if (!served) throw new Error('no fast-style network');
    const network = new Transformer(served, gatherParameters(served, await servedParameters('reverie-fast')));
    const recipe = recipeOf({ size: 160, styles: [{ style: 'great-wave', weight: 1 }] });
    const run = { recipe, network, content: painting(160, 120), styles: [], control: control() };
    const { pixels } = await fast.run(run);
    network.dispose();
    // Mean contrast between neighbours; a border that is seen from one side only has a fifth more.
    const contrast = (from: number, to: number) => {
      const { width, height, data } = pixels;
      let [sum, count] = [0, 0];
      for (let y = 1; y < height; y++) {
        for (let x = 1; x < width; x++) {
          const border = Math.min(x, y, width - 1 - x, height - 1 - y);
          if (border < from || border >= to) continue;
          const at = 4 * (y * width + x) + 1;
          const here = data[at] ?? 0;
          sum += Math.abs(here - (data[at - 4] ?? 0)) + Math.abs(here - (data[at - 4 * width] ?? 0));
          count += 1;
        }
      }
      return sum / count;
    };
    expect(contrast(0, 6) / contrast(12, 36)).toBeLessThan(1.1);
  });

  it('should follow its seed where the network paints on noise, and only there', async () => {
    const painted = async (noise: number, seed: number) => {
      const network = new Transformer({ ...configuration, noise }, initialParameters(configuration, 5));
      const run = { recipe: recipeOf({ size: 64, seed }), network, content: landscape(64, 48), styles: [] };
      const { pixels } = await fast.run({ ...run, control: control() });
      network.dispose();
      return pixels;
    };
    expect(await painted(0.1, 1)).toEqual(await painted(0.1, 1));
    expect(difference(await painted(0.1, 1), await painted(0.1, 2))).toBeGreaterThan(1);
    expect(await painted(0, 1)).toEqual(await painted(0, 2));
  });

  it('should paint a style with filters of its own as it was taught, whatever the network is today', async () => {
    const make: TransformerConfiguration = {
      ...configuration,
      width: 2,
      upsampling: 'spline',
      styles: ['own', photoStyle],
    };
    const { values } = initialParameters(make, 9);
    const { styles: _, ...transformer } = make;
    const about = { id: 'own-0123456789abcdef', network: 'reverie-fast', weights: '0'.repeat(64) };
    const mine = { ...about, trains: 'all', transformer, values: Float32Array.from(values) } as const;
    const recipe = recipeOf({ size: 64, styles: [{ style: mine.id, weight: 1 }] });
    const run = { recipe, content: landscape(64, 48), styles: [], control: control() };
    const [today, then] = [
      new Transformer(configuration, initialParameters(configuration, 5)),
      new Transformer(make, { values, running: null }),
    ];
    const { pixels } = await fast.run({ ...run, network: today, own: [mine] });
    const own = { ...run, recipe: recipeOf({ size: 64, styles: [{ style: 'own', weight: 1 }] }) };
    expect(pixels).toEqual((await fast.run({ ...own, network: then })).pixels);
    today.dispose();
    then.dispose();
  });

  it('should keep what was painted when it is cancelled between tiles', async () => {
    const { complete, steps, pixels } = await paint(landscape(600, 300), recipeOf({ size: 600, tile: 256 }), 2);
    expect([complete, steps, pixels.width]).toEqual([false, 3, 600]);
  });

  it('should mix styles by their weights, and with the photo by strength', async () => {
    const photo = landscape();
    const of = async (fields: Partial<FastRecipe>) => (await paint(photo, recipeOf({ size: 64, ...fields }))).pixels;
    const waves = await of({});
    const dots = await of({ styles: [{ style: 'dots', weight: 3 }] });
    const even = await of({
      styles: [
        { style: 'waves', weight: 1 },
        { style: 'dots', weight: 1 },
      ],
    });
    expect(difference(waves, dots)).toBeGreaterThan(2);
    expect(difference(even, waves)).toBeGreaterThan(0.5);
    expect(difference(even, dots)).toBeLessThan(difference(waves, dots));
    expect(difference(await of({ strength: 50 }), waves)).toBeGreaterThan(0.5);
  });

  it('should leave the photo its colours at no strength, and some of them in between', async () => {
    const photo = landscape();
    const mean = ({ data }: Pixels) =>
      [0, 1, 2].map(
        (c) => data.filter((_, i) => i % 4 === c).reduce((sum, value) => sum + value, 0) / (data.length / 4),
      );
    const off = async (strength: number) => {
      const painted = mean((await paint(photo, recipeOf({ size: 64, strength }))).pixels);
      return Math.hypot(...mean(photo).map((value, c) => value - (painted[c] ?? 0)));
    };
    const [none, half, full] = [await off(0), await off(50), await off(100)];
    expect(none).toBeLessThan(6);
    expect(none).toBeLessThan(half);
    expect(half).toBeLessThan(full);
  });

  it('should estimate more memory for more pixels, but bound it by the tile', () => {
    const network = transformer();
    const bytes = (side: number) => fast.estimateBytes(recipeOf({ tile: 512 }), network, side, side);
    expect(bytes(512)).toBeGreaterThan(2 * bytes(256));
    expect(bytes(2048)).toBeLessThan(4 * bytes(1024));
    network.dispose();
  });
});

describe('the weights of styles', () => {
  const recipe = recipeOf({
    styles: [
      { style: 'dots', weight: 3 },
      { style: 'waves', weight: 1 },
    ],
    strength: 80,
  });

  it('should sum to 1, with what strength leaves for the photo', () => {
    expect(styleWeights(recipe, configuration)).toEqual([0.2, 0.6000000000000001, expect.closeTo(0.2)]);
  });

  it.each([
    ['an unknown style', { styles: [{ style: 'nobody', weight: 1 }] }, configuration, 'preset-unknown'],
    ['weights that are all 0', { styles: [{ style: 'dots', weight: 0 }] }, configuration, 'recipe-invalid'],
    ['a strength that it cannot mix', { strength: 50 }, { ...configuration, styles: ['waves'] }, 'recipe-invalid'],
  ])('should refuse %s', (_, fields, known, code) => {
    expect(() => styleWeights(recipeOf(fields), known)).toThrow(expect.objectContaining({ code }));
  });
});

describe('tiles', () => {
  it('should cover a side once, see their reach around them, and stay on the lattice', () => {
    const tiles = tilesOf(1000, 400, 60);
    expect(tiles.map(({ start, end }) => [start, end])).toEqual([
      [0, 280],
      [280, 560],
      [560, 840],
      [840, 1000],
    ]);
    for (const { from, to, start, end } of tiles) {
      expect(from).toBe(Math.max(0, start - 60));
      expect(to).toBe(Math.min(1000, end + 60));
      expect([from % 4, to % 4]).toEqual([0, 0]);
    }
  });
});
