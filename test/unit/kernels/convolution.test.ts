/** The convolution against plain loops in double precision, and its adjoint against finite differences of them. */
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import type { Padding, PaddingMode } from '../../../web/engine/kernels';
import * as kernels from '../../../web/engine/kernels';
import { cpuBackends, numbersOf, useBackend } from '../../support/backends';
import { dot, finiteDifferences, type Grid, grid, shapeOf } from '../../support/float64/grid';
import { convolve } from '../../support/float64/layers';
import { numbers, relativeError } from '../device/numbers';

interface Case {
  readonly side: readonly [height: number, width: number];
  readonly channels: readonly [input: number, output: number];
  readonly kernel: readonly [height: number, width: number];
  readonly stride: number;
  readonly padding: Padding;
  readonly relu: boolean;
}

const modes: readonly PaddingMode[] = ['reflect', 'replicate', 'zero', 'circular'];
const even = (mode: PaddingMode, by: number): Padding => ({ mode, top: by, bottom: by, left: by, right: by });

const base: Case = {
  side: [7, 9],
  channels: [3, 5],
  kernel: [3, 3],
  stride: 1,
  padding: even('reflect', 1),
  relu: true,
};

const cases: Case[] = [
  ...modes.flatMap((mode) =>
    [1, 2].flatMap((stride) =>
      [true, false].map((relu) => ({ ...base, stride, relu, padding: even(mode, 1), channels: [4, 3] as const })),
    ),
  ),
  ...modes.flatMap((mode) =>
    [1, 2].flatMap((stride) => [
      { ...base, stride, padding: even(mode, 0), kernel: [1, 1] as const, channels: [8, 3] as const },
      { ...base, stride, padding: even(mode, 4), kernel: [9, 9] as const, channels: [3, 2] as const },
    ]),
  ),
  // Sides that are shorter than the kernel, its padding, or a tile of the Winograd form.
  ...modes.flatMap((mode) =>
    [2, 3, 4, 5].flatMap((side) =>
      [1, 2].map((stride) => ({ ...base, stride, side: [side, 7 - side] as const, padding: even(mode, 1) })),
    ),
  ),
  ...modes.map((mode) => ({ ...base, side: [1, 4] as const, padding: even(mode, 1) })),
  ...modes.map((mode) => ({ ...base, side: [2, 3] as const, padding: even(mode, 4), kernel: [9, 9] as const })),
  ...modes.flatMap((mode) =>
    [1, 2].flatMap((stride) => [
      { ...base, stride, padding: { mode, top: 0, bottom: 2, left: 1, right: 0 } },
      { ...base, stride, padding: { mode, top: 2, bottom: 1, left: 0, right: 3 }, relu: false },
      { ...base, stride, padding: { mode, top: 3, bottom: 0, left: 2, right: 2 }, kernel: [2, 4] as const },
    ]),
  ),
  // A valid convolution, and one output only.
  { ...base, padding: even('zero', 0) },
  { ...base, padding: even('zero', 0), stride: 2, side: [8, 6] },
  { ...base, padding: even('zero', 0), side: [3, 3] },
];

const name = ({ side, channels, kernel, stride, padding: p, relu }: Case) =>
  `${side.join('×')}×${channels.join(' → ')}, ${kernel.join('×')} stride ${stride}, ` +
  `${p.mode} ${[p.top, p.bottom, p.left, p.right]}${relu ? ', ReLU' : ''}`;

/** Twice as large: between the middles of pixels on a line, then smoothed by 1 2 1, nothing beyond the border. */
function splined(x: Grid): Grid {
  const twice = { height: 2 * x.height, width: 2 * x.width };
  const at = ({ height, width, channels, values }: Grid, row: number, column: number, channel: number) =>
    values[
      (Math.min(height - 1, Math.max(0, row)) * width + Math.min(width - 1, Math.max(0, column))) * channels + channel
    ] ?? 0;
  const make = (value: (row: number, column: number, channel: number) => number) => {
    const made = grid(twice.height, twice.width, x.channels);
    made.values.forEach((_, i) => {
      const pixel = Math.floor(i / x.channels);
      made.values[i] = value(Math.floor(pixel / twice.width), pixel % twice.width, i % x.channels);
    });
    return made;
  };
  const linear = make((row, column, channel) => {
    const [top, left] = [(row - 0.5) / 2, (column - 0.5) / 2];
    const [r, c] = [Math.floor(top), Math.floor(left)];
    const across = (line: number) =>
      (1 - (left - c)) * at(x, line, c, channel) + (left - c) * at(x, line, c + 1, channel);
    return (1 - (top - r)) * across(r) + (top - r) * across(r + 1);
  });
  return make((row, column, channel) => {
    let sum = 0;
    for (const dy of [-1, 0, 1]) {
      for (const dx of [-1, 0, 1]) {
        const [r, c] = [row + dy, column + dx];
        const inside = r >= 0 && c >= 0 && r < twice.height && c < twice.width;
        if (inside) sum += ((2 - Math.abs(dy)) * (2 - Math.abs(dx)) * at(linear, r, c, channel)) / 16;
      }
    }
    return sum;
  });
}

const filterOf = ({ kernel: [kh, kw], channels: [ci, co] }: Case) => numbers(kh * kw * ci * co, 2);
const biasOf = ({ channels: [, co] }: Case) => numbers(co, 3);
const inputOf = ({ side: [height, width], channels: [ci] }: Case) =>
  grid(height, width, ci, numbers(height * width * ci, 1));

interface Oracle {
  readonly y: Grid;
  readonly dy: Float32Array;
  readonly dx: Float64Array;
  readonly dFilter: Float64Array;
  readonly dBias: Float64Array;
}

const oracles = new Map<Case, Oracle>();

/** The same for every backend. */
function oracleOf(one: Case): Oracle {
  const known = oracles.get(one);
  if (known) return known;
  const x = inputOf(one);
  const forward = (values: Float64Array) => convolve({ ...x, values }, one, filterOf(one), biasOf(one));
  const y = forward(x.values);
  const dy = numbers(y.values.length, 4);
  const dx = finiteDifferences((values) => dot(forward(values).values, dy), x.values, 1e-6);
  const pulled = (filter: ArrayLike<number>, bias: ArrayLike<number>) => dot(convolve(x, one, filter, bias).values, dy);
  const dFilter = finiteDifferences((filter) => pulled(filter, biasOf(one)), filterOf(one), 1e-6);
  const dBias = finiteDifferences((bias) => pulled(filterOf(one), bias), biasOf(one), 1e-6);
  const oracle = { y, dy, dx, dFilter, dBias };
  oracles.set(one, oracle);
  return oracle;
}

describe.each(cpuBackends)('the convolution on %s', (backend) => {
  useBackend(backend);

  it.each(cases.map((one) => [name(one), one] as const))('%s', async (_, one) => {
    const { y, dy, dx, dFilter, dBias } = oracleOf(one);
    const { stride, padding, relu } = one;
    const x = inputOf(one);
    const [output = [], gradient = [], filterGradient = [], biasGradient = []] = await numbersOf(() => {
      const filter = tf.tensor4d(filterOf(one), [...one.kernel, ...one.channels]);
      const rotated = tf.transpose(tf.reverse(filter, [0, 1]), [0, 1, 3, 2]);
      const attributes = { stride, padding, relu };
      const input = tf.tensor4d(Float32Array.from(x.values), shapeOf(x));
      const out = kernels.conv2d(input, filter, tf.tensor1d(biasOf(one)), attributes);
      const own = tf.tensor4d(dy, shapeOf(y));
      expect(out.shape).toEqual(shapeOf(y));
      const learned = kernels.conv2dFilterGrad(input, own, out, { ...attributes, kernel: one.kernel });
      expect(learned.filter.shape).toEqual(filter.shape);
      expect(learned.bias.shape).toEqual([one.channels[1]]);
      return [
        out,
        kernels.conv2dInputGrad(own, out, rotated, { ...attributes, inputShape: shapeOf(x) }),
        learned.filter,
        learned.bias,
      ];
    });
    expect(relativeError(output, y.values)).toBeLessThan(1e-5);
    expect(relativeError(gradient, dx)).toBeLessThan(1e-4);
    expect(relativeError(filterGradient, dFilter)).toBeLessThan(1e-4);
    expect(relativeError(biasGradient, dBias)).toBeLessThan(1e-4);
  });

  const enlarged: readonly [string, Case][] = modes
    .flatMap((mode) => [
      { ...base, padding: even(mode, 1) },
      { ...base, padding: even(mode, 1), side: [2, 1] as const, relu: false },
      { ...base, padding: even(mode, 4), kernel: [9, 9] as const, channels: [3, 2] as const },
      { ...base, padding: { mode, top: 0, bottom: 2, left: 3, right: 1 }, stride: 2, channels: [4, 9] as const },
    ])
    .map((one) => [name(one), one] as const);

  it.each(enlarged)('of an enlarged picture, %s', async (_, one) => {
    const x = inputOf(one);
    const large = grid(2 * x.height, 2 * x.width, x.channels);
    large.values.forEach((_value, i) => {
      const [pixel, channel] = [Math.floor(i / x.channels), i % x.channels];
      const [row, column] = [Math.floor(pixel / large.width), pixel % large.width];
      large.values[i] = x.values[((row >> 1) * x.width + (column >> 1)) * x.channels + channel] ?? Number.NaN;
    });
    const expected = convolve(large, one, filterOf(one), biasOf(one));
    const [output = []] = await numbersOf(() => {
      const input = tf.tensor4d(Float32Array.from(x.values), shapeOf(x));
      const filter = tf.tensor4d(filterOf(one), [...one.kernel, ...one.channels]);
      const y = kernels.conv2d(input, filter, tf.tensor1d(biasOf(one)), { ...one, enlarge: 2 });
      expect(y.shape).toEqual(shapeOf(expected));
      return y;
    });
    expect(relativeError(output, expected.values)).toBeLessThan(1e-5);
  });

  it.each(enlarged)('of a picture that a spline enlarges, %s', async (_, one) => {
    const x = inputOf(one);
    const large = splined(x);
    const expected = convolve(large, one, filterOf(one), biasOf(one));
    const [output = []] = await numbersOf(() => {
      const input = tf.tensor4d(Float32Array.from(x.values), shapeOf(x));
      const filter = tf.tensor4d(filterOf(one), [...one.kernel, ...one.channels]);
      const y = kernels.conv2dSpline(input, filter, tf.tensor1d(biasOf(one)), one);
      expect(y.shape).toEqual(shapeOf(expected));
      return y;
    });
    expect(relativeError(output, expected.values)).toBeLessThan(1e-5);
  });

  it('leaves its inputs as they were', async () => {
    const values = numbers(7 * 9 * 3, 1);
    const [x = [], dy = []] = await numbersOf(() => {
      const input = tf.tensor4d(values, [1, 7, 9, 3]);
      const filter = tf.tensor4d(numbers(81, 2), [3, 3, 3, 3]);
      const attributes = { stride: 1, padding: even('reflect', 1), relu: true };
      const y = kernels.conv2d(input, filter, tf.zeros([3]), attributes);
      const above = tf.tensor4d(values, [1, 7, 9, 3]);
      kernels.conv2dInputGrad(above, y, filter, { ...attributes, inputShape: input.shape });
      kernels.conv2dFilterGrad(input, above, y, { ...attributes, kernel: [3, 3] });
      return [input, above];
    });
    expect(x).toEqual(values);
    expect(dy).toEqual(values);
  });
});
