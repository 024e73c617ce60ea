/** Dreams of large pictures in tiles, places that stay where they are, and what is refused. */
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it, vi } from 'vitest';
import { parseRecipe } from '../../../shared/recipe';
import type { DreamRecipe } from '../../../shared/techniques/dream/schema';
import type { Pixels } from '../../../web/engine/api';
import { rasterOf, tensorOf } from '../../../web/engine/images/pictures';
import { architectureOf } from '../../../web/engine/network/architectures';
import { Network } from '../../../web/engine/network/network';
import { amplifyObjective } from '../../../web/engine/objectives/amplify';
import { headOf } from '../../../web/engine/objectives/objective';
import { dream } from '../../../web/engine/techniques/dream';
import { type Reach, reachOf, tiledGradient } from '../../../web/engine/techniques/dream/tiles';
import { useBackend } from '../../support/backends';
import { servedParameters } from '../../support/networks';
import { difference, grain, landscape } from './pictures';

const recipeOf = (fields: object): DreamRecipe =>
  parseRecipe({
    technique: 'dream',
    version: 2,
    octaves: 1,
    steps: 1,
    jitter: 0,
    stepSize: 0.05,
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

  it('should be the same in tiles as in one piece, but for rounding', async () => {
    const photo = landscape(330, 150);
    const recipe = { size: 330, layers: [{ layer: 'relu4_3' }, { layer: 'relu2_2' }], jitter: 16 };
    const tiled = await run(photo, recipeOf({ ...recipe, tile: 128 }));
    const whole = await run(photo, recipeOf({ ...recipe, tile: 512 }));
    const moved = difference(whole, photo);
    expect(moved).toBeGreaterThan(5);
    // Column by column: a seam would be a line, wherever it was cut.
    const apart = Array.from({ length: 330 }, (_, x) => difference(columns(tiled, x, 1), columns(whole, x, 1)));
    expect(Math.max(...apart)).toBeLessThan(0.03 * moved);
  });

  it.each(['relu3_3', 'relu4_3', 'relu5_1'])(
    'should have the gradient of the whole picture at every cut, %s',
    async (layer) => {
      const network = Network.create(architectureOf('reverie-vgg'), await servedParameters('reverie-vgg'));
      const picture = tensorOf(rasterOf(landscape(400, 150)));
      const channels = network.featureShapes([layer], 150, 400).get(network.nodeOf(layer))?.[2] ?? 0;
      const gradientOf = (part: tf.Tensor4D) => {
        const positions = (height: number, width: number) => {
          const [h, w] = network.featureShapes([layer], height, width).get(network.nodeOf(layer)) ?? [0, 0];
          return h * w;
        };
        const share = () => positions(part.shape[1], part.shape[2]) / positions(150, 400);
        const objective = amplifyObjective(layer, channels, 1, { share });
        return network.forward(part, [layer]).backward(headOf([objective])) ?? tf.zerosLike(part);
      };
      const whole = await gradientOf(picture).data<'float32'>();
      /** Of the worst column, relative to the columns' mean. */
      const worst = async (reach: Reach) => {
        const tiled = await tiledGradient(picture, 128, { x: 0.7, y: 0.3 }, reach, gradientOf).data();
        const squares = new Float64Array(400);
        const energy = whole.reduce((sum, value) => sum + value ** 2, 0) / 400;
        for (let i = 0; i < whole.length; i++) {
          const x = Math.floor(i / 3) % 400;
          squares[x] = (squares[x] ?? 0) + ((tiled[i] ?? 0) - (whole[i] ?? 0)) ** 2;
        }
        return Math.sqrt(Math.max(...squares) / energy);
      };
      const reach = reachOf(network, [layer]);
      expect(await worst(reach)).toBeLessThan(0.005);
      // What the lattice is worth: off it, pools see other windows.
      expect(await worst({ ...reach, lattice: 1 })).toBeGreaterThan(0.1);
      network.dispose();
    },
  );

  it.each([undefined, null])(
    'should estimate its peak of memory on the safe side, and not by far, guide %s',
    async (guide) => {
      const network = Network.create(architectureOf('reverie-vgg'), await servedParameters('reverie-vgg'));
      const recipe = recipeOf({ size: 200, layers: [{ layer: 'relu2_2' }], jitter: 8, steps: 2, guide });
      const content = landscape(200, 150);
      const before = tf.memory().numBytes;
      const estimate = dream.estimateBytes(recipe, network, 200, 150);
      const peak = await peakBytes(() =>
        dream.run({ recipe, network, content, guide: guide === null ? content : undefined, styles: [], control }),
      );
      network.dispose();
      expect(estimate).toBeGreaterThan(peak - before);
      expect(estimate).toBeLessThan(2 * (peak - before));
    },
  );

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

/** The most that tensors held at once. */
async function peakBytes(task: () => Promise<unknown>): Promise<number> {
  let peak = 0;
  const engine = tf.engine();
  const track = engine.trackTensor.bind(engine);
  const spy = vi.spyOn(engine, 'trackTensor').mockImplementation((...tensor) => {
    track(...tensor);
    peak = Math.max(peak, tf.memory().numBytes);
  });
  try {
    await task();
  } finally {
    spy.mockRestore();
  }
  return peak;
}

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
