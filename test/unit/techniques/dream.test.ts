/** Dreams of large pictures in tiles, places that stay where they are, and what is refused. */
import { describe, expect, it } from 'vitest';
import { type DreamRecipe, parseRecipe } from '../../../shared/recipe';
import type { Pixels } from '../../../web/engine/api';
import { architectureOf } from '../../../web/engine/network/architectures';
import { Network } from '../../../web/engine/network/network';
import { dream } from '../../../web/engine/techniques/dream';
import { useBackend } from '../../support/backends';
import { servedParameters } from '../../support/networks';
import { difference, grain, landscape } from './pictures';

const recipeOf = (fields: object): DreamRecipe =>
  parseRecipe({
    ...{ technique: 'dream', version: 1, octaves: 1, steps: 1, jitter: 0, stepSize: 0.05 },
    ...fields,
  } as { technique: 'dream' });
const control = { proceed: async () => true, report: () => {}, wantsPreview: () => false, preview: () => {} };

describe('a dream', () => {
  useBackend('wasm');

  const run = async (content: Pixels, recipe: DreamRecipe, guide?: Pixels) => {
    const network = Network.create(architectureOf('reverie-vgg'), await servedParameters('reverie-vgg'));
    try {
      return (await dream.run({ recipe, network, content, guide, styles: [], control })).pixels;
    } finally {
      network.dispose();
    }
  };

  it('should move a picture as much in small tiles as in large ones', async () => {
    const photo = grain(420, 140);
    const layers = [{ layer: 'relu2_2' }];
    const tiled = await run(photo, recipeOf({ size: 420, tile: 128, layers }));
    /** Mean change of each stretch of 35 columns. */
    const moved = (of: Pixels) =>
      Array.from({ length: 12 }, (_, i) => difference(columns(of, 35 * i, 35), columns(photo, 35 * i, 35)));
    const changes = moved(tiled);
    const whole = moved(await run(photo, recipeOf({ size: 420, tile: 512, layers })));
    const spread = (values: readonly number[]) => Math.max(...values) / Math.min(...values);
    expect(spread(changes)).toBeLessThan(1.25 * spread(whole));
  });

  it('should refuse a guide for single channels or places', async () => {
    const layers = [{ layer: 'relu3_1', channels: [1] }];
    const refused = run(landscape(), recipeOf({ size: 64, layers, guide: null }), landscape());
    await expect(refused).rejects.toMatchObject({ code: 'recipe-invalid' });
  });

  it('should push one place only where a neuron is, whatever the jitter', async () => {
    const photo = landscape(128, 128);
    const layers = [{ layer: 'relu2_1', channels: [3, 5, 7, 11, 13], at: { x: 0.75, y: 0.25 } }];
    const steps = 12;
    const dreamt = await run(photo, recipeOf({ size: 128, layers, jitter: 32, steps, stepSize: 0.02 }));
    const there = difference(patch(dreamt, 84, 20), patch(photo, 84, 20));
    const elsewhere = difference(patch(dreamt, 10, 90), patch(photo, 10, 90));
    expect(there).toBeGreaterThan(5 * elsewhere);
  });
});

function crop({ width, data }: Pixels, left: number, top: number, w: number, h: number): Pixels {
  const out = new Uint8ClampedArray(4 * w * h);
  for (let y = 0; y < h; y++) {
    const from = 4 * ((top + y) * width + left);
    out.set(data.subarray(from, from + 4 * w), 4 * y * w);
  }
  return { width: w, height: h, data: out };
}
const columns = (of: Pixels, left: number, width: number) => crop(of, left, 0, width, of.height);
const patch = (of: Pixels, left: number, top: number) => crop(of, left, top, 24, 24);
