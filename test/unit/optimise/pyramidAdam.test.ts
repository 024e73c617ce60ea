/** Adam on a picture: plain Adam at one level, its memory across sizes, the average, several levels. */
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import type { Raster } from '../../../web/engine/images/resample';
import { type AdamSettings, PyramidAdam } from '../../../web/engine/optimise/pyramidAdam';
import { alive, cpuBackends, useBackend } from '../../support/backends';
import { at } from '../../support/float64/grid';
import { numbers, relativeError } from '../device/numbers';

const plain: AdamSettings = { stepSize: 0.02, beta1: 0.9, beta2: 0.99, averaging: 0, levels: 1, levelGain: 1 };

const raster = (width: number, height: number, values: Float32Array): Raster => ({
  width,
  height,
  channels: 3,
  values,
});
const grey = (width: number, height: number) => raster(width, height, new Float32Array(width * height * 3).fill(0.5));
const gradientAt = (step: number, size: number) => numbers(size, 40 + step);

/** Runs steps with known gradients; each is freed. */
function steps(adam: PyramidAdam, count: number, from = 0): void {
  for (let step = from; step < from + count; step++) {
    const gradient = tf.tensor4d(gradientAt(step, adam.x.size), adam.x.shape);
    adam.update(gradient);
    gradient.dispose();
  }
}

/** Algorithm 1 of Kingma & Ba 2015 from 0.5 with these gradients, in double precision, with every iterate. */
function reference(
  size: number,
  count: number,
): { iterates: Float64Array[]; first: Float64Array; second: Float64Array } {
  const x = new Float64Array(size).fill(0.5);
  const first = new Float64Array(size);
  const second = new Float64Array(size);
  const iterates: Float64Array[] = [];
  for (let t = 1; t <= count; t++) {
    const gradient = gradientAt(t - 1, size);
    for (let i = 0; i < size; i++) {
      const g = at(gradient, i);
      first[i] = plain.beta1 * at(first, i) + (1 - plain.beta1) * g;
      second[i] = plain.beta2 * at(second, i) + (1 - plain.beta2) * g * g;
      const m = at(first, i) / (1 - plain.beta1 ** t);
      const v = at(second, i) / (1 - plain.beta2 ** t);
      x[i] = Math.min(1, Math.max(0, at(x, i) - (plain.stepSize * m) / (Math.sqrt(v) + 1e-8)));
    }
    iterates.push(x.slice());
  }
  return { iterates, first, second };
}

describe.each(cpuBackends)('PyramidAdam on %s', (backend) => {
  useBackend(backend);

  it('says how many bytes its state is', async () => {
    for (const [width, height, levels] of [
      [7, 5, 1],
      [33, 21, 3],
      [16, 9, 8],
    ] as const) {
      const settings = { ...plain, levels };
      const adam = PyramidAdam.start(grey(width, height), settings);
      const { picture, iterate, levels: moments } = await adam.state();
      const rasters = [picture, iterate, ...moments.flatMap(({ first, second }) => [first, second])];
      const bytes = rasters.reduce((sum, { values }) => sum + values.byteLength, 0);
      expect(PyramidAdam.stateBytes({ width, height }, settings)).toBe(bytes);
      adam.dispose();
    }
  });

  it('is plain Adam at one level', async () => {
    const adam = PyramidAdam.start(grey(7, 5), plain);
    steps(adam, 20);
    const { iterates, first, second } = reference(105, 20);
    expect(relativeError(await adam.x.data(), iterates.at(-1) ?? [])).toBeLessThan(1e-4);
    const { picture, levels, step } = await adam.snapshot();
    expect(step).toBe(20);
    expect(relativeError(picture.values, iterates.at(-1) ?? [])).toBeLessThan(1e-4);
    expect(levels).toHaveLength(1);
    expect(relativeError(levels[0]?.first.values ?? [], first)).toBeLessThan(1e-4);
    expect(relativeError(levels[0]?.second.values ?? [], second)).toBeLessThan(1e-4);
    adam.dispose();
  });

  it('shows the average of iterates: the bias-corrected exponential one', async () => {
    const averaging = 0.8;
    const adam = PyramidAdam.start(grey(7, 5), { ...plain, averaging });
    steps(adam, 12);
    const { iterates } = reference(105, 12);
    const weights = iterates.map((_, i) => averaging ** (11 - i));
    const total = weights.reduce((a, b) => a + b, 0);
    const expected = Float64Array.from({ length: 105 }, (_, i) =>
      iterates.reduce((sum, x, t) => sum + ((weights[t] ?? 0) / total) * at(x, i), 0),
    );
    expect(relativeError((await adam.picture()).values, expected)).toBeLessThan(1e-4);
    adam.dispose();
  });

  it('goes on at the same size as if it had not stopped', async () => {
    const through = PyramidAdam.start(grey(7, 5), plain);
    steps(through, 10);
    const before = PyramidAdam.start(grey(7, 5), plain);
    steps(before, 6);
    const after = PyramidAdam.resume(await before.snapshot(), 7, 5, plain);
    before.dispose();
    steps(after, 4, 6);
    expect(relativeError(await after.x.data(), await through.x.data())).toBeLessThan(1e-6);
    expect((await after.snapshot()).step).toBe(10);
    through.dispose();
    after.dispose();
  });

  it('scales its memory with the number of positions that a loss is a mean over', async () => {
    const size = 16 * 12 * 3;
    const snapshot = {
      picture: grey(16, 12),
      levels: [
        {
          first: raster(16, 12, new Float32Array(size).fill(0.8)),
          second: raster(16, 12, new Float32Array(size).fill(3.2)),
        },
      ],
      step: 5,
    };
    const adam = PyramidAdam.resume(snapshot, 32, 24, plain);
    const { levels, picture, step } = await adam.snapshot();
    adam.dispose();
    expect(step).toBe(5);
    expect([picture.width, picture.height]).toEqual([32, 24]);
    for (const value of levels[0]?.first.values ?? []) expect(value).toBeCloseTo(0.2, 5);
    for (const value of levels[0]?.second.values ?? []) expect(value).toBeCloseTo(0.2, 5);
  });

  it('never has a negative second moment, whatever the resampling rings', async () => {
    const first = PyramidAdam.start(grey(9, 9), plain);
    // A line of single pixels: what rings most.
    const spike = tf.tidy(() => tf.mul<tf.Tensor4D>(tf.reshape(tf.eye(9), [1, 9, 9, 1]), 100));
    const gradient = tf.tile(spike, [1, 1, 1, 3]);
    first.update(gradient);
    const resumed = PyramidAdam.resume(await first.snapshot(), 23, 17, plain);
    const { levels } = await resumed.snapshot();
    tf.dispose([spike, gradient]);
    first.dispose();
    resumed.dispose();
    for (const value of levels[0]?.second.values ?? []) expect(value).toBeGreaterThanOrEqual(0);
  });

  it('keeps the picture between 0 and 1 however hard it is pushed', async () => {
    const adam = PyramidAdam.start(grey(8, 8), { ...plain, stepSize: 1, levels: 2 });
    steps(adam, 5);
    const values = await adam.x.data();
    expect(values.every((value) => value >= 0 && value <= 1)).toBe(true);
    adam.dispose();
  });

  it.each([1, 2, 4])('shares the step size among %i levels: roots of squares that add up to it', async (levels) => {
    const levelGain = 1.25;
    const firstStep = async (values: Float32Array) => {
      const adam = PyramidAdam.start(grey(64, 64), { ...plain, levels, levelGain });
      const gradient = tf.tensor4d(values, adam.x.shape);
      adam.update(gradient);
      const moved = await adam.x.data<'float32'>();
      gradient.dispose();
      adam.dispose();
      return Math.sqrt(moved.reduce((sum, value) => sum + (value - 0.5) ** 2, 0) / moved.length) / plain.stepSize;
    };
    const gains = Array.from({ length: levels }, (_, k) => levelGain ** k);
    const norm = Math.hypot(...gains);
    // All levels agree where the gradient is the same everywhere, and their steps simply add up.
    const agreed = gains.reduce((sum, gain) => sum + gain / norm, 0);
    expect(await firstStep(new Float32Array(64 * 64 * 3).fill(1))).toBeCloseTo(agreed, 3);
    // For noise they go each their own way; enlarging smooths coarse steps, which costs them some of their size.
    const noise = await firstStep(numbers(64 * 64 * 3, 1));
    expect(noise).toBeLessThan(1.05);
    expect(noise).toBeGreaterThan(1 / norm - 0.05);
  });

  it('moves broad shapes further than fine noise with more levels', async () => {
    const moved = async (levels: number) => {
      const adam = PyramidAdam.start(grey(32, 32), { ...plain, levels, levelGain: 1.25 });
      const gradient = tf.tidy(() => {
        const noise = tf.tensor4d(numbers(32 * 32 * 3, 3), [1, 32, 32, 3]);
        return tf.add<tf.Tensor4D>(noise, 0.3);
      });
      adam.update(gradient);
      const values = await adam.x.data<'float32'>();
      tf.dispose(gradient);
      adam.dispose();
      const mean = values.reduce((sum, value) => sum + value - 0.5, 0) / values.length;
      const rms = Math.sqrt(values.reduce((sum, value) => sum + (value - 0.5) ** 2, 0) / values.length);
      return -mean / rms;
    };
    expect(await moved(4)).toBeGreaterThan(1.3 * (await moved(1)));
  });

  it('works at odd sizes, with fewer levels where there is nothing left to halve', async () => {
    for (const [width, height] of [
      [33, 17],
      [9, 5],
      [5, 70],
      [1, 1],
    ] as const) {
      const adam = PyramidAdam.start(grey(width, height), { ...plain, levels: 4, levelGain: 1.25 });
      steps(adam, 3);
      const { picture, levels } = await adam.snapshot();
      const resumed = PyramidAdam.resume({ picture, levels, step: 3 }, width * 2 + 1, height * 2, {
        ...plain,
        levels: 4,
        levelGain: 1.25,
      });
      steps(resumed, 2);
      const values = await resumed.x.data();
      expect(values).toHaveLength((width * 2 + 1) * height * 2 * 3);
      expect(values.every(Number.isFinite)).toBe(true);
      adam.dispose();
      resumed.dispose();
    }
  });

  it('stands still without a gradient', async () => {
    const adam = PyramidAdam.start(grey(8, 8), { ...plain, levels: 2, averaging: 0.9 });
    const none = tf.zerosLike(adam.x);
    adam.update(none);
    expect((await adam.x.data()).every((value) => value === 0.5)).toBe(true);
    none.dispose();
    adam.dispose();
  });

  it('holds the same from step to step, and nothing in the end', async () => {
    const start = alive();
    const adam = PyramidAdam.start(grey(16, 12), { ...plain, levels: 3, averaging: 0.9 });
    steps(adam, 1);
    const one = alive();
    steps(adam, 10);
    expect(alive()).toEqual(one);
    await adam.snapshot();
    await adam.picture();
    expect(alive()).toEqual(one);
    adam.dispose();
    expect(alive()).toEqual(start);
  });
});
