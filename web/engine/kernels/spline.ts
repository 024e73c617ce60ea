/**
 * A picture twice as large: the middles of its pixels are interpolated, then smoothed by 1 2 1; beyond the border is nothing to
 * that. Along either axis each new pixel is three old ones by their weights: 5 10 1 and 1 10 5 sixteenths in turns.
 */

import * as tf from '@tensorflow/tfjs-core';

type Tensor4D = tf.Tensor4D;

/** Three indices and three weights for each new pixel. */
export interface SplineTaps {
  readonly from: readonly [number, number, number];
  readonly weights: readonly [number, number, number];
}

/** @param size of the axis before it is enlarged */
export function splineTaps(size: number): SplineTaps[] {
  const inside = (index: number) => Math.min(size - 1, Math.max(0, index));
  return Array.from({ length: 2 * size }, (_, at) => {
    const middle = at >> 1;
    const from = [inside(middle - 1), middle, inside(middle + 1)] as const;
    const weights: [number, number, number] = [0, 0, 0];
    for (const [step, share] of [
      [-1, 0.25],
      [0, 0.5],
      [1, 0.25],
    ] as const) {
      const linear = at + step;
      if (linear < 0 || linear >= 2 * size) continue;
      // Of the two pixels around it, its own counts three quarters.
      const own = linear >> 1;
      for (const [index, weight] of [
        [own, 0.75],
        [linear % 2 ? own + 1 : own - 1, 0.25],
      ] as const) {
        const place = inside(index) - middle + 1;
        weights[place] = (weights[place] ?? 0) + share * weight;
      }
    }
    return { from, weights };
  });
}

/**
 * The same of stock kernels: by linear interpolation, then 1 2 1.
 * @param onPeak called when most is held on the device
 */
export function spline(x: Tensor4D, onPeak?: () => void): Tensor4D {
  const large = linear(x);
  const y = tf.tidy(() => filtered(large, [0.25, 0.5, 0.25], 1, 'same'));
  onPeak?.();
  large.dispose();
  return y;
}

/** Twice as large: the middles of pixels are interpolated. */
export const linear = (x: Tensor4D): Tensor4D =>
  tf.image.resizeBilinear(x, [2 * x.shape[1], 2 * x.shape[2]], false, true);

/** Every channel by itself through a filter that is the same along both axes. */
export function filtered(x: Tensor4D, line: readonly number[], stride: number, padding: 'same' | 'valid'): Tensor4D {
  const size = line.length;
  const square = tf.mul(tf.tensor2d([...line], [size, 1]), tf.tensor2d([...line], [1, size]));
  const filter = tf.tile(tf.reshape(square, [size, size, 1, 1]), [1, 1, x.shape[3], 1]) as Tensor4D;
  return tf.depthwiseConv2d(x, filter, stride, padding);
}
