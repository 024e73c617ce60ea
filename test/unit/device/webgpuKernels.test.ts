/** Every WGSL kernel against the composition over stock kernels on the CPU backend, on many odd shapes. */
import '@tensorflow/tfjs-backend-cpu';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it, vi } from 'vitest';
import { landscape, picturesOf, recipeFor } from '../../../tools/bench/engine/problem';
import { manifestOf } from '../../../tools/files';
import { readStored } from '../../../tools/weights/stored';
import { useSubgroups } from '../../../web/engine/device/webgpu/subgroups';
import { useWinograd } from '../../../web/engine/device/webgpu/tiles';
import { rasterOf, tensorOf } from '../../../web/engine/images/pictures';
import * as kernels from '../../../web/engine/kernels';
import * as composed from '../../../web/engine/kernels/composed';
import { totalOf } from '../../../web/engine/kernels/fused';
import { architectureOf } from '../../../web/engine/network/architectures';
import { Network } from '../../../web/engine/network/network';
import { amplifyObjective, guidedObjective } from '../../../web/engine/objectives/amplify';
import { contentObjective } from '../../../web/engine/objectives/content';
import { addPixelTaps, pixelNetwork } from '../../../web/engine/objectives/grain';
import { headOf, type Objective } from '../../../web/engine/objectives/objective';
import { addTotalVariation } from '../../../web/engine/objectives/regularisation';
import { styleObjective } from '../../../web/engine/objectives/style';
import { PyramidAdam } from '../../../web/engine/optimise/pyramidAdam';
import { contentObjectives, styleObjectives, tapsOfRecipe } from '../../../web/engine/techniques/style/objectives';
import { targetsFromImage } from '../../../web/engine/techniques/style/targets';
import { normalise, statisticsOf } from '../../../web/engine/transformer/normalisation';
import { gpu } from './gpu';
import { numbers, relativeError } from './numbers';
import {
  checkDevice,
  errorOf,
  even,
  features,
  type Implementation,
  on,
  tensor,
  tolerance,
  useDevice,
  type Volume,
} from './onWebgpu';

/** Symmetric, and nothing below 0. */
function metricOf(channels: number): Float32Array {
  const root = numbers(channels * channels, 7);
  const at = (row: number, k: number) => root[row * channels + k] ?? 0;
  return root.map((_, i) => {
    const [row, column] = [Math.floor(i / channels), i % channels];
    return Array.from({ length: channels }, (_, k) => at(row, k) * at(column, k)).reduce((a, b) => a + b) / channels;
  });
}

describe.skipIf(!gpu)('WebGPU kernels', () => {
  useDevice();

  it.each([1, 3, 5, 16, 20, 30, 32, 64, 65, 130])('take the moments of %i channels', async (channels) => {
    const x = () => features([19, 17, channels], channels);
    const list = ({ mean, gram }: ReturnType<typeof kernels.moments>) => [mean, gram];
    const own = () => list(kernels.moments(x()));
    expect(await errorOf(own, () => list(composed.moments(x())))).toBeLessThan(tolerance);
  });

  it.each([1, 3, 5, 16, 30, 64])('take means of %i channels and scale them', async (channels) => {
    const volume: Volume = [19, 17, channels];
    const run = (implementation: Implementation) => () => {
      const [x, other] = [features(volume, 1), features(volume, 2)];
      const vector = (seed: number) => tensor([channels], seed) as tf.Tensor1D;
      const [own, cross] = [implementation.channelMoments(x, null), implementation.channelMoments(x, other)];
      const affine = (addend: composed.Addend | null, relu: boolean) =>
        implementation.channelAffine(x, vector(3), vector(4), addend, { relu });
      return [
        ...[own.mean, own.product, cross.mean, cross.product],
        ...[affine(null, true), affine({ other }, false), affine({ other, gain: vector(5) }, true)],
      ];
    };
    expect(await errorOf(run(kernels), run(composed))).toBeLessThan(tolerance);
  });

  it('take moments over one position and over many slices', async () => {
    for (const [height, width, channels] of [
      [1, 1, 5],
      [1, 3, 64],
      [183, 201, 6],
    ] as Volume[]) {
      const own = () => kernels.moments(features([height, width, channels], 1)).gram;
      const oracle = () => composed.moments(features([height, width, channels], 1)).gram;
      expect(await errorOf(own, oracle)).toBeLessThan(tolerance);
    }
  });

  it('give the same bits for the same moments and filter gradients', async () => {
    const own = () => {
      const x = features([61, 53, 12], 1);
      const attributes = { stride: 1, padding: even('reflect', 1), relu: false, kernel: [3, 3] } as const;
      return [kernels.moments(x).gram, kernels.conv2dFilterGrad(x, x, null, attributes).filter];
    };
    expect(await on('webgpu', own)).toEqual(await on('webgpu', own));
  });

  it.each([1, 3, 5, 16, 30, 64])('map %i channels affinely, with and without dy', async (channels) => {
    for (const withDy of [true, false]) {
      const run = (implementation: Implementation) => () =>
        implementation.affine(
          features([9, 15, channels], 1),
          tensor([channels, channels], 2) as tf.Tensor2D,
          tensor([channels], 3) as tf.Tensor1D,
          withDy ? features([9, 15, channels], 4) : null,
        );
      expect(await errorOf(run(kernels), run(composed))).toBeLessThan(tolerance);
    }
  });

  it.each([0, 7, 500])('step by Adam after %i steps', async (step) => {
    const attributes = {
      stepSize: 0.3,
      beta1: 0.9,
      beta2: 0.99,
      epsilon: 1e-8,
      step,
      averaging: 0.9,
      min: -0.5,
      max: 0.5,
    };
    const run = (implementation: Implementation) => () => {
      const volume: Volume = [31, 37, 3];
      const state = {
        x: features(volume, 1),
        first: features(volume, 2),
        second: tf.abs(features(volume, 3)) as tf.Tensor4D,
        average: features(volume, 4),
      };
      const next = implementation.adam(state, features(volume, 5), attributes);
      return [next.x, next.first, next.second, next.average];
    };
    expect(await errorOf(run(kernels), run(composed))).toBeLessThan(tolerance);
  });

  it.each([
    ['a metric, few channels', 'covariance', 16, true],
    ['a metric, many channels', 'covariance', 70, true],
    ['no metric', 'covariance', 26, false],
    ['colours', 'palette', 3, false],
  ] as const)('take a loss on moments at once: %s', async (_, kind, channels, withMetric) => {
    const target = { channels, mean: numbers(channels, 8), covariance: metricOf(channels) };
    const objectiveOf = () => styleObjective('relu', kind, target, 3, withMetric ? target.covariance : null);
    const run = () => {
      const objective = objectiveOf();
      const losses: tf.Tensor[] = [];
      const volume: Volume = [13, 15, channels];
      const alone = objective.gradient(features(volume, 1), null);
      const gradient = objective.gradient(features(volume, 1), features(volume, 2), (loss) => losses.push(loss));
      return [alone, gradient, ...losses.map((loss) => tf.sum(loss))];
    };
    expect(await errorOf(run, run)).toBeLessThan(tolerance);
    // What a GPU is told: the way over the features, over the matrices, and back.
    await tf.setBackend('webgpu');
    const objective = objectiveOf();
    const told = vi.spyOn(GPUComputePassEncoder.prototype, 'dispatchWorkgroups');
    tf.tidy(() => objective.gradient(features([13, 15, channels], 1), null));
    expect(told.mock.calls.length).toBeLessThanOrEqual(4);
    told.mockRestore();
    objective.dispose();
  });

  it.each([3, 5, 16])('take a loss of squares at once: %i channels', async (channels) => {
    const volume: Volume = [19, 23, channels];
    const run = () => {
      const losses: tf.Tensor[] = [];
      const objectives = [
        contentObjective('relu', features(volume, 1), 3),
        contentObjective('relu', features(volume, 1), 3, metricOf(channels)),
        amplifyObjective('relu', channels, 2),
        amplifyObjective('relu', channels, 2, { channels: [0, 2], at: () => ({ x: 0.5, y: 0.2 }) }),
      ];
      const gradients = objectives.flatMap((objective) => [
        objective.gradient(features(volume, 2), null),
        objective.gradient(features(volume, 2), features(volume, 3), (loss) => losses.push(loss)),
      ]);
      for (const objective of objectives) objective.dispose();
      return [...gradients, ...losses.map((loss) => tf.sum(loss))];
    };
    expect(await errorOf(run, run)).toBeLessThan(tolerance);
  });

  it.each([
    [3, 1, 13],
    [16, 9, 15],
    [20, 40, 70],
  ])('draw %i channels towards a guide at once', async (channels, height, width) => {
    const guidedBy = () => guidedObjective('relu', features([height, width, channels], 5), 3, () => 0.7);
    const looked = (objective: Objective) => {
      const losses: tf.Tensor[] = [];
      const alone = objective.gradient(features([11, 13, channels], 1), null);
      const gradient = objective.gradient(features([11, 13, channels], 1), features([11, 13, channels], 2), (loss) =>
        losses.push(loss),
      );
      return [alone, gradient, ...losses.map((loss) => tf.sum(loss))];
    };
    const run = () => {
      const objective = guidedBy();
      const results = looked(objective);
      objective.dispose();
      return results;
    };
    expect(await errorOf(run, run)).toBeLessThan(tolerance);
    await tf.setBackend('webgpu');
    const objective = guidedBy();
    const x = features([11, 13, channels], 1);
    const told = vi.spyOn(GPUComputePassEncoder.prototype, 'dispatchWorkgroups');
    tf.tidy(() => objective.gradient(x, null));
    expect(told).toHaveBeenCalledTimes(1);
    told.mockRestore();
    tf.dispose(x);
    objective.dispose();
  });

  it.each([1, 7, 8, 20])('add up the numbers of %i tensors', async (count) => {
    const run = () => totalOf(Array.from({ length: count }, (_, n) => tensor(n % 3 === 0 ? [] : [7 * n, 3], n + 1)));
    expect(await errorOf(run, run)).toBeLessThan(tolerance);
  });

  it('add up by subgroups what they add up without', async (context) => {
    await tf.setBackend('webgpu');
    const backend = tf.backend() as WebGPUBackend;
    const size = (await gpu?.requestAdapter())?.info.subgroupMinSize ?? 1;
    if (!backend.device.features.has('subgroups')) context.skip('This device has no subgroups.');
    const compiled = vi.spyOn(backend.device, 'createShaderModule');
    useSubgroups(backend, size);
    try {
      for (const channels of [3, 16, 64]) {
        const target = { channels, mean: numbers(channels, 8), covariance: metricOf(channels) };
        const volume: Volume = [13, 15, channels];
        const run = () => {
          const losses: tf.Tensor[] = [];
          const objectives = [
            styleObjective('relu', 'covariance', target, 3, target.covariance),
            styleObjective('relu', 'covariance', target, 3, null),
            contentObjective('relu', features(volume, 3), 2),
          ];
          const gradients = objectives.map((objective) =>
            objective.gradient(features(volume, 1), features(volume, 2), (loss) => losses.push(loss)),
          );
          for (const objective of objectives) objective.dispose();
          const { out, loss } = kernels.totalVariation(features(volume, 1), features(volume, 2), {
            straight: 0.3,
            diagonal: 0.1,
          });
          const { mean, gram } = kernels.moments(features(volume, 1));
          return [...gradients, out, mean, gram, totalOf([...losses, loss])];
        };
        expect(await errorOf(run, run), `${channels} channels`).toBeLessThan(tolerance);
        expect(await on('webgpu', run)).toEqual(await on('webgpu', run));
      }
    } finally {
      useSubgroups(backend, 1);
    }
    const texts = compiled.mock.calls.map(([{ code }]) => code);
    compiled.mockRestore();
    expect(texts.filter((text) => text.includes('subgroupShuffleXor')).length).toBeGreaterThan(4);
  });

  it('step a picture at several sizes as every backend does, odd ones too', async () => {
    const settings = { stepSize: 0.1, beta1: 0.9, beta2: 0.99, averaging: 0.9, levels: 3, levelGain: 2 };
    const raster = { width: 23, height: 17, channels: 3, values: numbers(23 * 17 * 3, 1).map(Math.abs) };
    const run = () => {
      const optimiser = PyramidAdam.start(raster, settings);
      for (const seed of [2, 3]) optimiser.update(features([17, 23, 3], seed));
      return optimiser.x;
    };
    expect(await errorOf(run, run)).toBeLessThan(tolerance);
  });

  it('add up the variation of pictures and give a pooling back, of any size', async () => {
    for (const volume of [
      [1, 1, 3],
      [1, 7, 3],
      [19, 23, 3],
      [9, 7, 8],
    ] as Volume[]) {
      const inputShape = [1, 2 * volume[0] + 1, 2 * volume[1], volume[2]] as const;
      const run = (implementation: Implementation) => () => {
        const [image, gradient] = [features(volume, 1), features(volume, 2)];
        const { out, loss } = implementation.totalVariation(image, gradient, { straight: 0.3, diagonal: 0.1 });
        const pooled = implementation.averagePool(features([inputShape[1], inputShape[2], volume[2]], 3), { size: 2 });
        return [out, tf.sum(loss), pooled, implementation.averagePoolGrad(gradient, { size: 2, inputShape })];
      };
      expect(await errorOf(run(kernels), run(composed)), volume.join('×')).toBeLessThan(tolerance);
    }
  });

  it('normalise as every backend does, a flat channel too', async () => {
    const run = () => {
      const flat = tf.concat([features([9, 11, 12], 1), tf.fill([1, 9, 11, 4], 0.7)], 3) as tf.Tensor4D;
      const [scale, shift] = [2, 3].map((seed) => tensor([16], seed)) as [tf.Tensor1D, tf.Tensor1D];
      const statistics = statisticsOf([flat]);
      return [
        statistics.variance,
        normalise(flat, statistics, { scale, shift }, { added: features([9, 11, 16], 4), relu: true }),
      ];
    };
    expect(await errorOf(run, run)).toBeLessThan(tolerance);
  });

  it('have the image gradient of style transfer by the embedded network as the CPU has it', async () => {
    const recipe = recipeFor(64);
    const { parameters } = await readStored(manifestOf(recipe.network));
    const { painting: style, content } = picturesOf(landscape(28, 24));
    const lookOn = async (backend: 'cpu' | 'webgpu') => {
      await tf.setBackend(backend);
      const network = Network.create(architectureOf(recipe.network), parameters);
      const grain = pixelNetwork(recipe);
      const styles = await styleObjectives(recipe, network, [targetsFromImage(style)], 28);
      const seen = tensorOf(rasterOf(content));
      const [, height, width] = seen.shape;
      const objectives = [...styles, ...contentObjectives(recipe, network, tf.zeros([1, height, width, 3]))];
      const terms: tf.Tensor[] = [];
      const measure = (loss: tf.Tensor) => terms.push(loss);
      const arrived = network.forward(seen, tapsOfRecipe(recipe)).backward(headOf(objectives, measure));
      const gradient = addTotalVariation(
        seen,
        addPixelTaps(grain, seen, arrived as tf.Tensor4D, objectives, measure),
        10,
      );
      const values = await Promise.all([gradient.data<'float32'>(), totalOf(terms).data<'float32'>()]);
      network.dispose();
      return values;
    };
    const [gradient, loss] = await lookOn('cpu');
    for (const winograd of [false, 'everywhere'] as const) {
      useWinograd('', winograd);
      const [own, ownLoss] = await lookOn('webgpu');
      useWinograd('', false);
      checkDevice();
      expect(relativeError(own, gradient)).toBeLessThan(1e-2);
      expect(relativeError(ownLoss, loss)).toBeLessThan(1e-2);
    }
  }, 240_000);
});
