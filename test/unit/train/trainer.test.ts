/** The training loop with gradients that are known, and with the real ones on a small scale. */
import { describe, expect, it } from 'vitest';
import { rasterOf, readRaster, tensorOf } from '../../../web/engine/images/pictures';
import { architectureOf } from '../../../web/engine/network/architectures';
import { Network } from '../../../web/engine/network/network';
import { targetsFromImage } from '../../../web/engine/techniques/style/targets';
import { stepSize } from '../../../web/engine/train/adam';
import { decodeCheckpoint, encodeCheckpoint } from '../../../web/engine/train/checkpoint';
import { PerceptualGradient } from '../../../web/engine/train/gradient';
import { parseTrainOptions, type TrainOptionsInput } from '../../../web/engine/train/options';
import { type PhotoSource, samplesOf } from '../../../web/engine/train/samples';
import type { GradientSource } from '../../../web/engine/train/sources';
import { startTraining, type TrainState, train, trainedParameters } from '../../../web/engine/train/trainer';
import { Transformer } from '../../../web/engine/transformer/transformer';
import { alive, useBackend } from '../../support/backends';
import { servedParameters } from '../../support/networks';
import { landscape, painting } from '../techniques/pictures';

const network = { width: 2, blocks: 1, norm: 'instance', upsampling: 'resize', styles: ['one', 'two'] } as const;
const optionsOf = (more: Partial<TrainOptionsInput> = {}) =>
  parseTrainOptions({ network: { ...network, styles: [...network.styles] }, crop: 64, batch: 2, steps: 6, ...more });

const photos: PhotoSource = {
  count: 3,
  square: async ({ photo }, side) => {
    const raster = rasterOf(landscape(side, side));
    return { ...raster, values: raster.values.map((value) => value * (1 - photo / 8)) };
  },
};

const untilDone = { onStep: () => true };

describe('the order of the data', () => {
  it('should be a function of seed and number, whatever came before', () => {
    const options = optionsOf({ batch: 4 });
    expect(samplesOf(options, 10, 7)).toEqual(samplesOf(options, 10, 7));
    expect(samplesOf(options, 10, 7)).not.toEqual(samplesOf(options, 10, 8));
    expect(samplesOf({ ...options, seed: 2 }, 10, 7)).not.toEqual(samplesOf(options, 10, 7));
  });

  it('should give every style its turn, and batch norm one style at a time', () => {
    const options = optionsOf({ batch: 4 });
    expect(samplesOf(options, 10, 0).map(({ style }) => style)).toEqual([0, 1, 0, 1]);
    const batch = { ...options, network: { ...options.network, norm: 'batch' as const } };
    expect([0, 1].map((step) => samplesOf(batch, 10, step).map(({ style }) => style))).toEqual([
      [0, 0, 0, 0],
      [1, 1, 1, 1],
    ]);
  });
});

describe('the loop', () => {
  /** Pulls every number towards 3: the gradient of ½ (x − 3)². */
  const towardsThree: GradientSource = {
    gradient: async ({ values }) => ({
      gradient: values.map((value) => value - 3) as Float32Array<ArrayBuffer>,
      losses: { content: 1, style: 1, variation: 0 },
      statistics: null,
      peakBytes: 0,
    }),
  };

  it('should find what the gradient points to, and keep the average on the way', async () => {
    const options = optionsOf({ steps: 600, optimiser: { stepSize: 0.05, styleGain: 1, averaging: 0.9 } });
    const { values } = trainedParameters(await train(startTraining(options), photos.count, [towardsThree], untilDone));
    for (const value of values) expect(value).toBeCloseTo(3, 1);
  });

  it('should stop when told to, and say so by its step', async () => {
    const state = await train(startTraining(optionsOf()), photos.count, [towardsThree], {
      onStep: ({ step }) => step < 2,
    });
    expect([state.step, state.losses.length]).toEqual([2, 2]);
  });

  it('should refuse to go on with what is no number, and leave the state as it was', async () => {
    const broken: GradientSource = {
      gradient: async ({ values }) => ({
        gradient: values.map(() => Number.NaN) as Float32Array<ArrayBuffer>,
        losses: { content: Number.NaN, style: 1, variation: 0 },
        statistics: null,
        peakBytes: 0,
      }),
    };
    const state = startTraining(optionsOf());
    const before = state.values.slice();
    await expect(train(state, photos.count, [broken], untilDone)).rejects.toMatchObject({ code: 'numeric-failure' });
    expect(state.values).toEqual(before);
  });

  it('should raise its step size over the warm-up and let it fall to nothing', () => {
    const options = optionsOf({ steps: 100, optimiser: { stepSize: 1, warmUp: 10 } });
    expect(stepSize(options, 0)).toBeCloseTo(0.1, 2);
    expect(stepSize(options, 9)).toBeGreaterThan(0.95);
    expect(stepSize(options, 99)).toBeLessThan(0.01);
  });
});

describe('training on WASM', () => {
  useBackend('wasm');

  const paintings = [painting(96, 96), landscape(96, 96)].map(targetsFromImage);
  async function source(options = optionsOf(), shown = paintings): Promise<PerceptualGradient> {
    const perceptual = Network.create(architectureOf('reverie-vgg'), await servedParameters('reverie-vgg'));
    return PerceptualGradient.create(options, perceptual, photos, shown);
  }

  it('should bring the loss down, and leave no tensor behind', async () => {
    const options = optionsOf({ steps: 40, optimiser: { stepSize: 0.02, warmUp: 5 } });
    const gradients = await source(options);
    const before = alive();
    const { losses } = await train(startTraining(options), photos.count, [gradients], untilDone);
    expect(alive()).toEqual(before);
    const mean = (part: typeof losses) => part.reduce((sum, { style }) => sum + style, 0) / part.length;
    expect(mean(losses.slice(-8))).toBeLessThan(0.7 * mean(losses.slice(0, 8)));
  });

  it('should pull by grain and palette, too, where they count, tell the other losses alone, and leave no tensor', async () => {
    const options = optionsOf();
    const pulled = { ...options, grain: 1, palette: 3 };
    const { values } = startTraining(options);
    const samples = samplesOf(options, photos.count, 0).slice(0, 1);
    const [without, withBoth] = [await source(options), await source(pulled)];
    const before = alive();
    const plain = await without.gradient({ values, running: null }, samples);
    const more = await withBoth.gradient({ values, running: null }, samples);
    expect(alive()).toEqual(before);
    expect(more.losses).toEqual(plain.losses);
    expect(more.gradient).not.toEqual(plain.gradient);
  });

  it('should learn the colours of a drawing in one ink by the palette', async () => {
    const { width, height, data } = painting(96, 96);
    const ink = { width, height, data: data.map((_, i) => (i % 4 === 3 ? 255 : (data[i - (i % 4)] ?? 0))) };
    const one = { network: { ...network, styles: ['ink'] }, steps: 40, optimiser: { stepSize: 0.02, warmUp: 5 } };
    const chromaWith = async (palette: number) => {
      const options = optionsOf({ ...one, palette });
      const gradients = await source(options, [targetsFromImage(ink)]);
      const state = await train(startTraining(options), photos.count, [gradients], untilDone);
      const transformer = new Transformer(options.network, trainedParameters(state));
      const image = tensorOf(rasterOf(landscape(64, 64)));
      const { values } = await readRaster(transformer.paint(image, transformer.blend([1])));
      return values.reduce((sum, red, i) => sum + (i % 3 === 0 ? Math.abs(red - (values[i + 2] ?? 0)) : 0), 0);
    };
    expect(await chromaWith(3)).toBeLessThan(0.75 * (await chromaWith(0)));
  });

  it('should come to the same numbers in one go, in two with a checkpoint between, and with two sources', async () => {
    const options = optionsOf();
    const [first, second] = [await source(options), await source(options)];
    const whole = await train(startTraining(options), photos.count, [first], untilDone);
    const half = await train(startTraining(options), photos.count, [first], { onStep: ({ step }) => step < 3 });
    const resumed: TrainState = decodeCheckpoint(encodeCheckpoint(half));
    const rest = await train(resumed, photos.count, [first], untilDone);
    const shared = await train(startTraining(options), photos.count, [first, second], untilDone);
    expect(rest.values).toEqual(whole.values);
    expect(shared.values).toEqual(whole.values);
    expect(shared.losses).toEqual(whole.losses);
  });
});
