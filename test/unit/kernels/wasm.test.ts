/** The SIMD kernels against the composition of stock kernels, on shapes that leave lanes, tiles and blocks half full. */
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { covarianceLossOf } from '../../../web/engine/device/selfTest/referenceLosses';
import * as kernels from '../../../web/engine/kernels';
import * as composed from '../../../web/engine/kernels/composed';
import { covarianceLoss } from '../../../web/engine/kernels/fused';
import { spline } from '../../../web/engine/kernels/spline';
import { numbersOf, useBackend } from '../../support/backends';
import { numbers, relativeError } from '../device/numbers';

const channelCounts = [1, 3, 4, 5, 7, 12, 16, 30, 64];
const modes = ['reflect', 'replicate', 'zero', 'circular'] as const;

const tensor4d = (shape: [number, number, number, number], seed: number) =>
  tf.tensor4d(
    numbers(
      shape.reduce((a, b) => a * b, 1),
      seed,
    ),
    shape,
  );

/** Largest relative error over all outputs of the two. */
async function errorOf(run: (implementation: typeof composed) => tf.Tensor[]): Promise<number> {
  const expected = await numbersOf(() => run(composed));
  const actual = await numbersOf(() => run(kernels));
  return Math.max(...actual.map((values, i) => relativeError(values, expected[i] ?? [])));
}

const convolution =
  (side: readonly [number, number], [ci, co]: readonly [number, number], mode: kernels.PaddingMode, relu: boolean) =>
  (implementation: typeof composed): tf.Tensor[] => {
    const padding = { mode, top: 1, bottom: 1, left: 1, right: 1 };
    const filter = tensor4d([3, 3, ci, co], 2);
    const x = tensor4d([1, ...side, ci], 1);
    const y = implementation.conv2d(x, filter, tf.tensor1d(numbers(co, 3)), { stride: 1, padding, relu });
    const rotated = tf.transpose(tf.reverse(filter, [0, 1]), [0, 1, 3, 2]);
    const dy = tensor4d(y.shape, 4);
    // One mask for both: where y is 0 but for rounding, theirs would differ.
    const mask = tensor4d(y.shape, 5);
    const attributes = { stride: 1, padding, relu, inputShape: x.shape };
    const learned = implementation.conv2dFilterGrad(x, dy, mask, { ...attributes, kernel: [3, 3] });
    return [y, implementation.conv2dInputGrad(dy, mask, rotated, attributes), learned.filter, learned.bias];
  };

describe('the WASM kernels', () => {
  useBackend('wasm');

  it('are in place', () => {
    const { stored, squaresLoss, guidedLoss, total, ...fused } = kernels.fusedNames;
    for (const name of [...Object.values(kernels.kernelNames), ...Object.values(fused)])
      expect(tf.getKernel(name, 'wasm'), name).toBeDefined();
    // A GPU's: what is told in one go saves nothing here.
    for (const name of [stored, squaresLoss, guidedLoss, total]) expect(tf.getKernel(name, 'wasm')).toBeUndefined();
  });

  it.each(channelCounts)('convolve %i channels as stock kernels do', async (channels) => {
    for (const [i, outputs] of channelCounts.entries()) {
      const mode = modes[(i + channels) % 4] ?? 'reflect';
      const run = convolution([9 + (i % 3), 7 + i], [channels, outputs], mode, i % 2 === 0);
      expect(await errorOf(run), `→ ${outputs}, ${mode}`).toBeLessThan(2e-5);
    }
  });

  it.each(modes)('convolve every side from 1 to 20, padding by %s', async (mode) => {
    for (let side = 1; side <= 20; side++) {
      const run = convolution([side, ((side * 7) % 20) + 1], [3, 5], mode, side % 2 === 0);
      expect(await errorOf(run), `side ${side}`).toBeLessThan(2e-5);
    }
  });

  it('convolve more tiles than one block holds', async () => {
    expect(await errorOf(convolution([70, 81], [7, 5], 'reflect', true))).toBeLessThan(2e-5);
    expect(await errorOf(convolution([41, 33], [64, 128], 'circular', true))).toBeLessThan(2e-5);
  });

  it('convolve what a spline enlarges in more than one strip', async () => {
    const padding = { mode: 'reflect', top: 1, bottom: 1, left: 1, right: 1 } as const;
    const [x, filter] = [tensor4d([1, 40, 100, 64], 1), tensor4d([3, 3, 64, 5], 2)];
    const bias = tf.tensor1d(numbers(5, 3));
    const attributes = { stride: 1, padding, relu: true };
    const [actual = [], expected = []] = await numbersOf(() => [
      kernels.conv2dSpline(x, filter, bias, attributes),
      composed.conv2d(spline(x), filter, bias, attributes),
    ]);
    expect(relativeError(actual, expected)).toBeLessThan(2e-5);
    tf.dispose([x, filter, bias]);
  });

  it('map what nobody else reads where it lies', async () => {
    const x = tensor4d([1, 5, 6, 7], 1);
    const [gain, offset] = [tf.tensor1d(numbers(7, 2)), tf.tensor1d(numbers(7, 3))];
    const expected = kernels.channelAffine(x, gain, offset, null, { relu: true });
    const before = tf.memory();
    const actual = kernels.channelAffine(x, gain, offset, null, { relu: true, consumes: true });
    expect(tf.memory().numDataBuffers).toBe(before.numDataBuffers);
    x.dispose();
    expect(await actual.data()).toEqual(await expected.data());
    const speckle = tensor4d([1, 5, 6, 1], 4);
    const product = tf.mul<tf.Tensor4D>(expected, speckle);
    expect(await kernels.positionGain(actual, speckle).data()).toEqual(await product.data());
    expect(actual.isDisposed).toBe(true);
    tf.dispose([product, speckle, expected, gain, offset]);
  });

  it('leave alone what somebody else has by another name', async () => {
    const x = tensor4d([1, 5, 6, 7], 1);
    const kept = tf.clone(x);
    expect(tf.memory().numDataBuffers).toBe(tf.memory().numTensors - 1);
    const [gain, offset, speckle] = [tf.ones([7]), tf.zeros([7]), tf.fill([1, 5, 6, 1], 3)] as const;
    const scaled = kernels.channelAffine(x, gain as tf.Tensor1D, offset as tf.Tensor1D, null, {
      relu: true,
      consumes: true,
    });
    const product = kernels.positionGain(x, speckle as tf.Tensor4D);
    expect(await kept.data()).toEqual(numbers(5 * 6 * 7, 1));
    expect(await product.data()).toEqual(numbers(5 * 6 * 7, 1).map((value) => 3 * value));
    tf.dispose([kept, scaled, product, gain, offset, speckle]);
  });

  it.each(channelCounts)('take moments of %i channels and map them as stock kernels do', async (channels) => {
    for (const side of [1, 2, 3, 5, 16, 17, 20]) {
      const shape: [number, number, number, number] = [1, side, 21 - side, channels];
      const error = await errorOf((implementation) => {
        const x = tensor4d(shape, 1);
        const { mean, gram } = implementation.moments(x);
        const matrix = tf.tensor2d(numbers(channels ** 2, 2), [channels, channels]);
        const vector = tf.tensor1d(numbers(channels, 3));
        return [
          mean,
          gram,
          implementation.affine(x, matrix, vector, tensor4d(shape, 4)),
          implementation.affine(x, matrix, vector, null),
        ];
      });
      expect(error, `side ${side}`).toBeLessThan(2e-5);
    }
  });

  it.each(channelCounts)('leave 0 where a ReLU of %i channels gave nothing, if that is wanted', async (channels) => {
    const shape: [number, number, number, number] = [1, 5, 7, channels];
    const [x, whole, masked] = await numbersOf(() => {
      const given = tensor4d(shape, 1);
      const matrix = tf.tensor2d(numbers(channels ** 2, 2), [channels, channels]);
      const of = (relu: boolean) => kernels.affine(given, matrix, tf.tensor1d(numbers(channels, 3)), null, { relu });
      return [given, of(false), of(true)];
    });
    expect(masked).toEqual(whole?.map((value, i) => ((x?.[i] ?? 0) > 0 ? value : 0)));
    expect(masked).not.toEqual(whole);
  });

  it.each(channelCounts)('take losses on the moments of %i channels as they are defined', async (channels) => {
    // So many positions that they are summed in slices, and so few that they are not.
    for (const [height, width] of [
      [channels < 16 ? 61 : 45, 43],
      [3, 2],
    ] as const) {
      const size = height * width * channels;
      const volume = (seed: number) => ({ height, width, channels, data: numbers(size, seed) });
      const [x, dy] = [volume(1), volume(2)];
      const half = numbers(channels ** 2, 3);
      const metric = half.map((value, i) => value + (half[(i % channels) * channels + Math.floor(i / channels)] ?? 0));
      const goal = Float32Array.from([...metric, ...numbers(channels, 4), 0.7, 1.3]);
      const picture = (data: Float32Array) => tf.tensor4d(data, [1, height, width, channels]);
      for (const weighed of [true, false]) {
        const expected = covarianceLossOf(x, goal, weighed ? metric : null, dy, 40);
        const [gradient = [], loss = [], masked = []] = await numbersOf(() => {
          const weighing = weighed ? tf.tensor2d(metric, [channels, channels]) : null;
          const inputs = { x: picture(x.data), goal: tf.tensor1d(goal), metric: weighing, dy: picture(dy.data) };
          const outputs = [false, true].map((relu) => covarianceLoss(inputs, { weight: 40, relu }));
          return outputs.flatMap((fused) => (fused ? [fused.gradient, fused.loss] : []));
        });
        expect(relativeError(gradient, expected.gradient), `${height}×${width}`).toBeLessThan(2e-5);
        expect((loss[0] ?? 0) / expected.loss).toBeCloseTo(1, 4);
        expect(masked).toEqual(gradient.map((value, i) => ((x.data[i] ?? 0) > 0 ? value : 0)));
      }
    }
  });

  it('ask for a ReLU once, and again where something was added since, or by another', async () => {
    const shape: [number, number, number, number] = [1, 13, 11, 12];
    const padding = { mode: 'reflect', top: 1, bottom: 1, left: 1, right: 1 } as const;
    const attributes = { stride: 1, padding, relu: true, inputShape: [1, 13, 11, 5] as const };
    const [once = [], twice = [], added = [], stock = [], other = [], stockOther = []] = await numbersOf(() => {
      const [x, dy, y, rotated] = [
        tensor4d(shape, 1),
        tensor4d(shape, 2),
        tensor4d(shape, 3),
        tensor4d([3, 3, 12, 5], 4),
      ];
      const goal = tf.tensor1d(numbers(12 * 13 + 2, 5));
      const gradientOf = (relu: boolean) => {
        const fused = covarianceLoss({ x, goal, metric: null, dy }, { weight: 3, relu });
        if (!fused) throw new Error('There is no such kernel.');
        return fused.gradient;
      };
      const [masked, whole] = [gradientOf(true), gradientOf(false)];
      return [
        ...[masked, whole].map((each) => kernels.conv2dInputGrad(each, x, rotated, attributes)),
        ...[kernels, composed].map((each) => each.conv2dInputGrad(tf.add(masked, dy), x, rotated, attributes)),
        ...[kernels, composed].map((each) => each.conv2dInputGrad(masked, y, rotated, attributes)),
      ];
    });
    expect(once).toEqual(twice);
    expect(relativeError(added, stock)).toBeLessThan(2e-5);
    expect(relativeError(other, stockOther)).toBeLessThan(2e-5);
  });

  it.each(channelCounts)('take means of %i channels and scale them as stock kernels do', async (channels) => {
    for (const [height, width] of [
      [1, 1],
      [3, 1],
      [5, 7],
      [16, 17],
      [93, 101],
    ] as const) {
      const shape: [number, number, number, number] = [1, height, width, channels];
      const error = await errorOf((implementation) => {
        const [x, other] = [tensor4d(shape, 1), tensor4d(shape, 2)];
        const [gain, offset, otherGain] = [3, 4, 5].map((seed) => tf.tensor1d(numbers(channels, seed)));
        if (!gain || !offset || !otherGain) return [];
        const [own, cross] = [implementation.channelMoments(x, null), implementation.channelMoments(x, other)];
        const affine = (addend: composed.Addend | null, relu: boolean) =>
          implementation.channelAffine(x, gain, offset, addend, { relu });
        return [
          ...[own.mean, own.product, cross.mean, cross.product],
          ...[affine(null, false), affine(null, true), affine({ other }, false), affine({ other }, true)],
          affine({ other, gain: otherGain }, true),
        ];
      });
      expect(error, `${height}×${width}`).toBeLessThan(2e-5);
    }
  });

  it('keep the mean of many large numbers', async () => {
    const [mean = [], product = []] = await numbersOf(() => {
      const x = tf.fill<tf.Rank.R4>([1, 1000, 1000, 1], 1000.1);
      const result = kernels.channelMoments(x);
      return [result.mean, result.product];
    });
    const value = Math.fround(1000.1);
    expect(Math.abs((mean[0] ?? 0) / value - 1)).toBeLessThan(5e-6);
    expect(Math.abs((product[0] ?? 0) / value ** 2 - 1)).toBeLessThan(5e-6);
  });

  it.each([1, 2, 3, 4, 5, 7, 63, 64])('step %i values as stock kernels do', async (size) => {
    const attributes = { stepSize: 0.3, beta1: 0.8, beta2: 0.9, epsilon: 1e-8, averaging: 0.7, min: -0.5, max: 0.5 };
    const shape: [number, number, number, number] = [1, 1, 1, size];
    const error = await errorOf((implementation) => {
      const [x, first, average] = [tensor4d(shape, 1), tensor4d(shape, 2), tensor4d(shape, 4)];
      const state = { x, first, second: tf.abs<tf.Tensor4D>(tensor4d(shape, 3)), average };
      const next = implementation.adam(state, tensor4d(shape, 5), { ...attributes, step: 4 });
      return [next.x, next.first, next.second, next.average];
    });
    expect(error).toBeLessThan(1e-5);
  });

  it.each([1, 2, 3, 4, 5, 8, 13, 20])(
    'take the variation of pictures %i pixels wide as stock kernels do',
    async (width) => {
      for (const [height, channels] of [
        [1, 3],
        [2, 1],
        [7, 3],
        [21 - width, 4],
      ] as const) {
        const error = await errorOf((implementation) => {
          const shape: [number, number, number, number] = [1, height, width, channels];
          const [image, gradient] = [tensor4d(shape, 1), tensor4d(shape, 2)];
          const { out, loss } = implementation.totalVariation(image, gradient, { straight: 0.7, diagonal: 0.2 });
          return [out, loss];
        });
        expect(error, `${height} high, ${channels} channels`).toBeLessThan(2e-5);
      }
    },
  );

  it('give the same bits twice', async () => {
    const run = () => convolution([31, 29], [16, 16], 'reflect', true)(kernels as typeof composed);
    const [first, second] = [await numbersOf(run), await numbersOf(run)];
    expect(first).toEqual(second);
    const gram = () => kernels.moments(tensor4d([1, 61, 53, 12], 1)).gram;
    expect(await numbersOf(gram)).toEqual(await numbersOf(gram));
  });

  it('see numbers after the heap has grown', async () => {
    const before = await errorOf(convolution([12, 12], [8, 8], 'reflect', true));
    const large = Array.from({ length: 6 }, () => tf.zeros([1024, 1024, 4]));
    const after = await errorOf(convolution([12, 12], [8, 8], 'reflect', true));
    tf.dispose(large);
    expect(before).toBeLessThan(2e-5);
    expect(after).toBe(before);
  });
});
