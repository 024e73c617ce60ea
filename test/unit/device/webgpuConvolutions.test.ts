/** Convolutions and their adjoints in WGSL against the composition over stock kernels on the CPU backend, on many odd shapes. */
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { useHalf } from '../../../web/engine/device/webgpu/half';
import { useWinograd } from '../../../web/engine/device/webgpu/tiles';
import * as kernels from '../../../web/engine/kernels';
import * as composed from '../../../web/engine/kernels/composed';
import type { Padding } from '../../../web/engine/kernels/contract';
import * as fused from '../../../web/engine/kernels/fused';
import { gpu } from './gpu';
import {
  backendOf,
  errorOf,
  even,
  features,
  type Implementation,
  modes,
  tensor,
  tolerance,
  useDevice,
  type Volume,
} from './onWebgpu';

interface ConvCase {
  readonly volume: Volume;
  readonly outputs: number;
  readonly size: readonly [number, number];
  readonly stride: number;
  readonly padding: Padding;
  readonly relu: boolean;
}

const shape = (volume: Volume, outputs: number, padding: Padding, more: Partial<ConvCase> = {}): ConvCase => ({
  volume,
  outputs,
  size: [3, 3],
  stride: 1,
  padding,
  relu: true,
  ...more,
});

const describeCase = ({ volume, outputs, size, stride, padding: p, relu }: ConvCase) =>
  `${volume.join('×')} → ${outputs}, ${size.join('×')} stride ${stride}, ${p.mode} ${[p.top, p.bottom, p.left, p.right]}${relu ? ', ReLU' : ''}`;

const channelCounts = [1, 3, 5, 16, 30, 64];

const cases: ConvCase[] = [
  ...channelCounts.map((channels, i) => shape([9, 11, channels], channelCounts.at(-1 - i) ?? 1, even('reflect', 1))),
  ...[3, 16, 30].map((channels) => shape([7, 6, channels], channels, even('replicate', 1), { stride: 2 })),
  ...modes.flatMap((mode) => [2, 3, 4, 5].map((side) => shape([side, 7 - side, 4], 8, even(mode, 1)))),
  ...modes.map((mode) => shape([13, 10, 5], 4, even(mode, 4), { size: [9, 9] })),
  shape([13, 10, 5], 4, even('reflect', 4), { size: [9, 9], stride: 2 }),
  // Pads longer than the picture: reflected to and fro, wrapped around more than once.
  ...modes.map((mode) => shape([2, 3, 5], 4, even(mode, 4), { size: [9, 9] })),
  ...modes.map((mode) => shape([1, 4, 4], 4, even(mode, 1))),
  ...modes.map((mode, i) =>
    shape([8, 9, 8], 12, { mode, top: 0, bottom: 1, left: 2, right: i }, { size: [2, 4], relu: i % 2 === 0 }),
  ),
  shape([12, 9, 16], 24, even('zero', 0), { size: [1, 1] }),
  shape([12, 9, 7], 33, even('zero', 0), { size: [1, 1], stride: 2, relu: false }),
  shape([14, 13, 3], 64, even('zero', 0), { size: [3, 3], stride: 2 }),
  // So many pixels that the tiles are the large ones, of every width, forwards and back.
  shape([91, 93, 4], 16, even('reflect', 1)),
  shape([91, 93, 16], 4, even('reflect', 1)),
  shape([89, 97, 4], 32, even('zero', 1)),
  shape([89, 97, 32], 4, even('zero', 1)),
  shape([67, 69, 4], 64, even('replicate', 1)),
  shape([67, 69, 64], 4, even('replicate', 1)),
  // More rows and columns than one small tile of every kind.
  shape([21, 23, 4], 3, even('reflect', 1), { relu: false }),
  shape([17, 23, 16], 20, even('reflect', 1)),
  shape([12, 13, 20], 68, even('reflect', 1)),
  shape([12, 11, 68], 128, even('reflect', 1)),
];

function thereAndBack(implementation: Implementation, one: ConvCase) {
  const { volume, outputs, size } = one;
  const filter = tensor([...size, volume[2], outputs], 2) as tf.Tensor4D;
  const x = features(volume, 1);
  const rotated = fused.stored(tf.transpose(tf.reverse(filter, [0, 1]), [0, 1, 3, 2]));
  const y = implementation.conv2d(x, fused.stored(filter), tensor([outputs], 3) as tf.Tensor1D, one);
  const dy = tensor(y.shape, 4) as tf.Tensor4D;
  const gradient = implementation.conv2dInputGrad(dy, y, rotated, { ...one, inputShape: [1, ...volume] });
  return { x, y, dy, gradient };
}

describe.skipIf(!gpu)('WebGPU convolutions', () => {
  useDevice();

  it.each(cases.map((one) => [describeCase(one), one] as const))('convolve %s', async (_, one) => {
    const run = (implementation: Implementation) => () => {
      const { x, dy, y, gradient } = thereAndBack(implementation, one);
      const { filter, bias } = implementation.conv2dFilterGrad(x, dy, y, { ...one, kernel: one.size });
      return [y, gradient, filter, bias];
    };
    expect(await errorOf(run(kernels), run(composed))).toBeLessThan(tolerance);
  });

  it.each(modes)('convolve an enlarged picture, padding by %s', async (mode) => {
    for (const [channels, outputs, stride] of [
      [3, 5, 1],
      [16, 8, 1],
      [8, 4, 2],
    ] as const) {
      const run = (implementation: Implementation) => () => {
        const filter = tensor([3, 3, channels, outputs], 2) as tf.Tensor4D;
        const attributes = { stride, padding: even(mode, 1), relu: true, enlarge: 2 } as const;
        return implementation.conv2d(
          features([7, 9, channels], 1),
          filter,
          tensor([outputs], 3) as tf.Tensor1D,
          attributes,
        );
      };
      expect(await errorOf(run(kernels), run(composed)), `${channels} → ${outputs}`).toBeLessThan(tolerance);
    }
  });

  // Mesa's lavapipe compiles such a shader for ten seconds and more.
  describe("by Winograd's way", { timeout: 240_000 }, () => {
    beforeAll(() => useWinograd('', 'everywhere'));
    afterAll(() => useWinograd('', false));

    const shapes = [
      shape([19, 23, 8], 16, even('reflect', 1)),
      // Borders that fold back into the last tile, wherever it begins, and more channels than a workgroup makes.
      ...[6, 7, 8, 9].map((side) => shape([side, side + 5, 4], 20, even('reflect', 1))),
      ...[6, 7, 8, 9].map((side) => shape([side + 5, side, 20], 4, even('replicate', 1), { relu: false })),
      ...[0, 1, 2].map((by) => shape([11, 10, 8], 12, even('zero', by))),
      // What is given back has too wide a border, and is made directly.
      shape([9, 10, 4], 8, even('reflect', 2)),
      shape([15, 14, 36], 68, even('reflect', 1)),
    ];
    const both = (one: ConvCase) => (implementation: Implementation) => () => {
      const { y, gradient } = thereAndBack(implementation, one);
      return [y, gradient];
    };

    it.each(shapes.map((one) => [describeCase(one), one] as const))('convolve %s', async (_, one) => {
      const made = vi.spyOn(GPUComputePassEncoder.prototype, 'setPipeline');
      expect(await errorOf(both(one)(kernels), both(one)(composed))).toBeLessThan(tolerance);
      const ways = made.mock.calls.map(([{ label }]) => label).filter((label) => label.includes('conv2d'));
      made.mockRestore();
      const isIt = (label = '') => label.startsWith('reverie:winograd');
      expect(ways.map(isIt)).toEqual([true, one.padding.mode !== 'reflect' || one.padding.top === 1]);
    });

    it('convolve directly what it is not for', async () => {
      const made = vi.spyOn(GPUComputePassEncoder.prototype, 'setPipeline');
      const others = [
        shape([9, 9, 3], 8, even('zero', 1)),
        shape([9, 9, 8], 6, even('zero', 1)),
        shape([5, 9, 8], 8, even('zero', 1)),
        shape([9, 9, 8], 8, even('zero', 1), { stride: 2 }),
        shape([9, 9, 8], 8, even('zero', 2), { size: [5, 5] }),
      ];
      for (const one of others) expect(await errorOf(both(one)(kernels), both(one)(composed))).toBeLessThan(tolerance);
      expect(made.mock.calls.filter(([{ label }]) => label.includes('winograd'))).toEqual([]);
      made.mockRestore();
    });

    it('convolve what is stored with half precision', async (context) => {
      const backend = await backendOf();
      if (!backend.device.features.has('shader-f16')) context.skip('This device has no half precision.');
      useHalf(backend, true);
      try {
        const one = shape([19, 23, 8], 16, even('reflect', 1));
        // Features and filters have eleven bits.
        expect(await errorOf(both(one)(kernels), both(one)(composed))).toBeLessThan(3e-3);
      } finally {
        useHalf(backend, false);
      }
    });
  });

  it('split work that one dispatch may not carry', async () => {
    const { device: gpuDevice } = await backendOf();
    // Four workgroups at most: these shapes need more tiles than that.
    const narrow = new Proxy(gpuDevice.limits, {
      get: (target, name) => (name === 'maxComputeWorkgroupsPerDimension' ? 4 : Reflect.get(target, name, target)),
    });
    Object.defineProperty(gpuDevice, 'limits', { value: narrow, configurable: true });
    try {
      const volume: Volume = [33, 35, 4];
      const run = (implementation: Implementation) => () => {
        const x = features(volume, 1);
        const filter = tensor([3, 3, 4, 4], 2) as tf.Tensor4D;
        const attributes = { stride: 1, padding: even('reflect', 1), relu: true };
        const y = implementation.conv2d(x, filter, tensor([4], 3) as tf.Tensor1D, attributes);
        const gradient = implementation.conv2dInputGrad(x, y, filter, { ...attributes, inputShape: [1, ...volume] });
        const state = { x, first: y, second: tf.abs(y) as tf.Tensor4D, average: x };
        const adam = { stepSize: 1, beta1: 0.9, beta2: 0.9, epsilon: 1, step: 1, averaging: 0.5, min: -1, max: 1 };
        const learned = implementation.conv2dFilterGrad(x, gradient, y, { ...attributes, kernel: [3, 3] });
        return [y, gradient, implementation.adam(state, gradient, adam).average, learned.filter, learned.bias];
      };
      for (const on of [false, 'everywhere'] as const) {
        useWinograd('', on);
        expect(await errorOf(run(kernels), run(composed))).toBeLessThan(tolerance);
      }
    } finally {
      Reflect.deleteProperty(gpuDevice, 'limits');
      useWinograd('', false);
    }
  });
});
