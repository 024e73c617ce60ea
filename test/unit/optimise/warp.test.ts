/** Warps: where a pixel is seen, against plain bilinear sampling, and the exact adjoint. */
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { type Motion, Warp } from '../../../web/engine/optimise/warp';
import { alive, cpuBackends, numbersOf, useBackend } from '../../support/backends';
import { at, dot } from '../../support/float64/grid';
import { numbers, relativeError } from '../device/numbers';

const still: Motion = { angle: 0, zoom: 1, right: 0, down: 0 };
const motions: [string, Motion][] = [
  ['none', still],
  ['a shift', { ...still, right: 2.3, down: -1.7 }],
  ['the widest turn and zoom', { angle: Math.PI / 18, zoom: 1.1, right: -3.2, down: 0.4 }],
  ['the widest turn the other way, seen small', { angle: -Math.PI / 18, zoom: 0.9, right: 1, down: 2 }],
];
const from = { height: 11, width: 13 };
const to = { height: 15, width: 14 };
const channels = 2;

/** Bilinear sampling by its definition; grey beyond the border. */
function sampled(picture: ArrayLike<number>, { angle, zoom, right, down }: Motion): Float64Array {
  const pixel = (x: number, y: number, c: number) =>
    x >= 0 && y >= 0 && x < from.width && y < from.height ? at(picture, (y * from.width + x) * channels + c) : 0.5;
  const seen = new Float64Array(to.height * to.width * channels);
  for (let i = 0; i < seen.length; i++) {
    const c = i % channels;
    const [u, v] = [
      (Math.floor(i / channels) % to.width) - (to.width - 1) / 2,
      Math.floor(i / channels / to.width) - (to.height - 1) / 2,
    ];
    const x = (Math.cos(angle) * u - Math.sin(angle) * v) / zoom + (from.width - 1) / 2 - right;
    const y = (Math.sin(angle) * u + Math.cos(angle) * v) / zoom + (from.height - 1) / 2 - down;
    const [x0, y0] = [Math.floor(x), Math.floor(y)];
    const [fx, fy] = [x - x0, y - y0];
    seen[i] =
      (1 - fy) * ((1 - fx) * pixel(x0, y0, c) + fx * pixel(x0 + 1, y0, c)) +
      fy * ((1 - fx) * pixel(x0, y0 + 1, c) + fx * pixel(x0 + 1, y0 + 1, c));
  }
  return seen;
}

describe.each(cpuBackends)('on %s', (backend) => {
  useBackend(backend);
  const picture = numbers(from.height * from.width * channels, 1);
  const input = () => tf.tensor4d(picture, [1, from.height, from.width, channels]);

  it.each(motions)('a warp by %s samples as its definition says', async (_, motion) => {
    const warp = new Warp(motion, from, to);
    const [seen = []] = await numbersOf(() => warp.apply(input()));
    warp.dispose();
    expect(relativeError(seen, sampled(picture, motion))).toBeLessThan(1e-4);
  });

  it.each(motions)('the adjoint of a warp by %s satisfies ⟨Ax, y⟩ = ⟨x, Aᵀy⟩', async (_, motion) => {
    const before = alive();
    const warp = new Warp(motion, from, to);
    const y = numbers(to.height * to.width * channels, 7);
    const [moved = [], rest = [], back = []] = await numbersOf(() => [
      warp.apply(input()),
      warp.apply(tf.zeros([1, from.height, from.width, channels])),
      warp.adjoint(tf.tensor4d(y, [1, to.height, to.width, channels])),
    ]);
    warp.dispose();
    expect(alive()).toEqual(before);
    // What is affine about it is the grey around the picture.
    const linear = Array.from(moved, (value, i) => value - at(rest, i));
    expect(Math.abs(dot(linear, y) - dot(picture, back))).toBeLessThan(1e-4 * Math.abs(dot(linear, y)));
  });
});

describe('a motion', () => {
  useBackend('cpu');

  it('so strong that the adjoint would miss samples is refused', () => {
    expect(() => new Warp({ ...still, zoom: 1.6 }, from, to)).toThrow(expect.objectContaining({ code: 'internal' }));
  });
});
