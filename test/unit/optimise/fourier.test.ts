/** The Fourier image: its basis against its definition, its adjoint, and what its scaling makes of noise. */
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { normalNoise, randomGenerator } from '../../../web/engine/images/random';
import { DecorrelatedImage, FourierTransform, realBasis } from '../../../web/engine/optimise/decorrelatedImage';
import { alive, cpuBackends, numbersOf, useBackend } from '../../support/backends';
import { at, dot, finiteDifferences } from '../../support/float64/grid';
import { numbers, relativeError } from '../device/numbers';

type Shape = [number, number, number, number];

/** The coefficients' picture by its definition, in double precision. */
function synthesised(coefficients: ArrayLike<number>, channels: number, height: number, width: number): Float64Array {
  const wave = (k: number, t: number, length: number) => {
    const cycles = Math.ceil(k / 2);
    const turn = (2 * Math.PI * cycles * t) / length;
    if (k === 0) return 1 / Math.sqrt(length);
    if (2 * cycles === length) return Math.cos(turn) / Math.sqrt(length);
    return Math.sqrt(2 / length) * (k % 2 === 1 ? Math.cos(turn) : Math.sin(turn));
  };
  const pixels = new Float64Array(height * width * channels);
  for (let c = 0; c < channels; c++) {
    for (let k = 0; k < height; k++) {
      for (let l = 0; l < width; l++) {
        const [fy, fx] = [Math.ceil(k / 2) / height, Math.ceil(l / 2) / width];
        const f = Math.sqrt(fy * fy + fx * fx);
        const fall = f <= 0.25 ? 1 : f >= 0.5 ? 0 : Math.cos((f - 0.25) * 4 * Math.PI) / 2 + 0.5;
        // cos² of half the angle, written the other way.
        const scale = (0.25 / Math.max(f, 1 / Math.max(height, width))) * fall;
        const value = at(coefficients, (c * height + k) * width + l) * scale;
        for (let y = 0; y < height; y++) {
          for (let x = 0; x < width; x++) {
            const i = (y * width + x) * channels + c;
            pixels[i] = at(pixels, i) + value * wave(k, y, height) * wave(l, x, width);
          }
        }
      }
    }
  }
  return pixels;
}

describe('the real Fourier basis', () => {
  it.each([1, 2, 7, 8])('is orthonormal at length %i', (length) => {
    const basis = realBasis(length);
    for (let i = 0; i < length; i++) {
      for (let j = 0; j < length; j++) {
        const product = dot(basis.subarray(i * length, (i + 1) * length), basis.subarray(j * length, (j + 1) * length));
        expect(product).toBeCloseTo(i === j ? 1 : 0, 5);
      }
    }
  });
});

describe.each(cpuBackends)('on %s', (backend) => {
  useBackend(backend);

  it.each([
    [6, 9],
    [7, 4],
  ])('a Fourier image of %i×%i is what its definition says', async (height, width) => {
    const coefficients = numbers(3 * height * width, 1);
    const transform = new FourierTransform(height, width);
    const [pixels = []] = await numbersOf(() => transform.pixels(tf.tensor4d(coefficients, [1, 3, height, width])));
    transform.dispose();
    expect(relativeError(pixels, synthesised(coefficients, 3, height, width))).toBeLessThan(1e-5);
  });

  it.each([
    [6, 9],
    [16, 16],
  ])('the adjoint at %i×%i satisfies ⟨Ax, y⟩ = ⟨x, Aᵀy⟩', async (height, width) => {
    const [x, y] = [numbers(3 * height * width, 2), numbers(3 * height * width, 3)];
    const before = alive();
    const transform = new FourierTransform(height, width);
    const shape: Shape = [1, height, width, 3];
    const [ax = [], aty = []] = await numbersOf(() => [
      transform.pixels(tf.tensor4d(x, [1, 3, height, width])),
      transform.adjoint(tf.tensor4d(y, shape)),
    ]);
    transform.dispose();
    expect(alive()).toEqual(before);
    expect(Math.abs(dot(ax, y) - dot(x, aty)) / Math.abs(dot(ax, y))).toBeLessThan(1e-4);
  });

  it('a decorrelated image and its gradient are those of their formula', async () => {
    const [height, width] = [4, 5];
    const before = alive();
    const image = DecorrelatedImage.fromNoise(height, width, 0.4, randomGenerator(4));
    const start = normalNoise(3 * height * width, randomGenerator(4)).map((value) => 0.4 * value);
    const pull = numbers(3 * height * width, 6);
    expect(relativeError(await image.x.data(), decorrelated(start, height, width))).toBeLessThan(1e-5);
    const differences = finiteDifferences((values) => dot(decorrelated(values, height, width), pull), start);
    const [gradient = []] = await numbersOf(() => image.adjoint(tf.tensor4d(pull, [1, height, width, 3])));
    expect(relativeError(gradient, differences)).toBeLessThan(1e-3);
    image.dispose();
    expect(alive()).toEqual(before);
  });

  it.each([
    [6, 9],
    [7, 4],
    [16, 16],
  ])('a decorrelated image of %i×%i that begins with a picture is that picture', async (height, width) => {
    const before = alive();
    const coefficients = normalNoise(3 * height * width, randomGenerator(8)).map((value) => 0.1 * value);
    const picture = {
      width,
      height,
      channels: 3,
      values: Float32Array.from(decorrelated(coefficients, height, width)),
    };
    const image = DecorrelatedImage.fromPicture(picture);
    // But for the very finest of its frequencies, where both sides are even.
    expect(relativeError(await image.x.data(), picture.values)).toBeLessThan(3e-4);
    image.dispose();
    // Black and white are as far as the sigmoid goes.
    for (const [given, shown] of [
      [0, 0.005],
      [1, 0.995],
    ] as const) {
      const flat = DecorrelatedImage.fromPicture({ ...picture, values: picture.values.map(() => given) });
      for (const value of await flat.x.data()) expect(value).toBeCloseTo(shown, 4);
      flat.dispose();
    }
    expect(alive()).toEqual(before);
  });

  it('a decorrelated image climbs down to a picture, and stays in 0..1', async () => {
    const before = alive();
    const image = DecorrelatedImage.fromNoise(12, 10, 0.01, randomGenerator(1));
    const target = tf.tensor4d(
      Float32Array.from({ length: 360 }, (_, i) => 0.5 + 0.3 * Math.sin(i / 40)),
      [1, 12, 10, 3],
    );
    const distance = async () => {
      const [values = []] = await numbersOf(() => tf.sum(tf.square(tf.sub(image.x, target))));
      return at(values, 0);
    };
    const start = await distance();
    for (let step = 0; step < 100; step++) {
      const gradient = tf.sub<tf.Tensor4D>(image.x, target);
      image.update(gradient, 0.05);
      gradient.dispose();
    }
    expect(await distance()).toBeLessThan(0.1 * start);
    expect((await image.x.data()).every((value) => value > 0 && value < 1)).toBe(true);
    image.dispose();
    target.dispose();
    expect(alive()).toEqual(before);
  });
});

/** sigmoid(colours · Fourier image), in double precision; the colours are lucid's. */
function decorrelated(coefficients: ArrayLike<number>, height: number, width: number): Float64Array {
  const root = [0.26, 0.09, 0.02, 0.27, 0, -0.05, 0.27, -0.09, 0.03];
  const norm = Math.sqrt(0.26 ** 2 + 2 * 0.27 ** 2);
  const plain = synthesised(coefficients, 3, height, width);
  return plain.map((_, i) => {
    const sum = [0, 1, 2].reduce(
      (total, axis) => total + at(root, 3 * (i % 3) + axis) * at(plain, i - (i % 3) + axis),
      0,
    );
    return 1 / (1 + Math.exp(-sum / norm));
  });
}
