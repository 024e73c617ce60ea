/** The self-test's yardstick against the definition of an adjoint: ⟨forward(u), v⟩ = ⟨u, adjoint(v)⟩. */
import { describe, expect, it } from 'vitest';
import * as reference from '../../../web/engine/device/selfTest/reference';
import { numbers } from './numbers';

const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, value, i) => sum + value * (b[i] ?? Number.NaN), 0);

const filled = (height: number, width: number, channels: number, seed: number): reference.Volume => ({
  ...reference.volume(height, width, channels),
  data: numbers(height * width * channels, seed),
});

describe('the reference convolution', () => {
  it.each(['reflect', 'replicate', 'zero', 'circular'] as const)('has its adjoint, padding by %s', (mode) => {
    for (const stride of [1, 2]) {
      const convolution: reference.Convolution = {
        size: 3,
        inputChannels: 2,
        outputChannels: 3,
        filter: numbers(54, 1),
        // So large that no output is cut off by the ReLU: forward is then linear but for this constant.
        bias: new Float32Array(3).fill(100),
        stride,
        padding: { mode, top: 1, bottom: 1, left: 1, right: 1 },
      };
      const x = filled(5, 7, 2, 2);
      const y = reference.convolve(x, convolution);
      const dy = filled(y.height, y.width, y.channels, 3);
      const linear = y.data.map((value) => value - 100);
      const adjoint = reference.convolveAdjoint(x, y, dy, convolution);
      expect(dot(linear, dy.data)).toBeCloseTo(dot(x.data, adjoint.data), 3);
    }
  });

  it('cuts off what is negative, and lets no gradient through there', () => {
    const convolution: reference.Convolution = {
      size: 1,
      inputChannels: 1,
      outputChannels: 1,
      filter: Float32Array.of(2),
      bias: Float32Array.of(-1),
      stride: 1,
      padding: { mode: 'zero', top: 0, bottom: 0, left: 0, right: 0 },
    };
    const x = { height: 1, width: 3, channels: 1, data: Float32Array.of(-1, 0.25, 2) };
    const y = reference.convolve(x, convolution);
    expect([...y.data]).toEqual([0, 0, 3]);
    const dy = { ...x, data: Float32Array.of(1, 1, 1) };
    expect([...reference.convolveAdjoint(x, y, dy, convolution).data]).toEqual([0, 0, 2]);
  });
});

describe('the reference pooling gradients', () => {
  const x = { height: 3, width: 2, channels: 1, data: Float32Array.of(1, 4, 3, 2, 9, 9) };
  const dy = { height: 1, width: 1, channels: 1, data: Float32Array.of(8) };

  it('give everything to the largest, or a quarter to each, and nothing to a row left over', () => {
    expect([...reference.poolAdjoint(x, dy, 'max').data]).toEqual([0, 8, 0, 0, 0, 0]);
    expect([...reference.poolAdjoint(x, dy, 'average').data]).toEqual([2, 2, 2, 2, 0, 0]);
  });
});

describe('the reference moments', () => {
  it('are means over positions', () => {
    const { mean, gram } = reference.momentsOf({ height: 1, width: 2, channels: 2, data: Float32Array.of(1, 2, 3, 4) });
    expect([...mean]).toEqual([2, 3]);
    expect([...gram]).toEqual([5, 7, 7, 10]);
  });
});
