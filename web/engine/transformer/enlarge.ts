/** Pictures twice as large, and the adjoints of that. */
import * as tf from '@tensorflow/tfjs-core';

type Tensor4D = tf.Tensor4D;

interface Enlargement {
  /** `[1, H, W, C]` to `[1, 2H, 2W, C]`, a new tensor. */
  readonly forward: (x: Tensor4D) => Tensor4D;
  /** From the gradient of what was made to that of what it was made of, inside a tidy. */
  readonly adjoint: (dy: Tensor4D) => Tensor4D;
}

const twice = ({ shape: [, height, width] }: Tensor4D): [number, number] => [2 * height, 2 * width];

/** Every pixel becomes two by two. */
const nearest: Enlargement = {
  forward: (x) => tf.image.resizeNearestNeighbor(x, twice(x)),
  adjoint: (dy) => {
    const attributes = { filterSize: [2, 2], strides: [2, 2], pad: 'valid' };
    return tf.mul<Tensor4D>(tf.engine().runKernel('AvgPool', { x: dy }, attributes) as Tensor4D, 4);
  },
};

/**
 * Pixels are squares whose middles are interpolated, then smoothed by 1 2 1; beyond the border the border's own goes on. Linear
 * alone has its kinks on a lattice, which what follows makes visible.
 */
const spline: Enlargement = {
  forward: (x) => tf.tidy(() => filtered(tf.image.resizeBilinear(x, twice(x), false, true), binomial, 1)),
  // Smoothing is its own adjoint, the border included.
  adjoint: (dy) => filtered(filtered(dy, binomial, 1), [0.25, 0.75, 0.75, 0.25], 2),
};

const binomial = [0.25, 0.5, 0.25];

/** Every channel by itself through a filter that is the same along both axes, over a picture with a border of one pixel. */
function filtered(x: Tensor4D, line: readonly number[], stride: number): Tensor4D {
  const size = line.length;
  const square = tf.mul(tf.tensor2d([...line], [size, 1]), tf.tensor2d([...line], [1, size]));
  const filter = tf.tile(tf.reshape(square, [size, size, 1, 1]), [1, 1, x.shape[3], 1]) as Tensor4D;
  return tf.depthwiseConv2d(withBorder(withBorder(x, 1), 2), filter, stride, 'valid');
}

/** The first and the last row (axis 1) or column (axis 2) once more. */
function withBorder(x: Tensor4D, axis: 1 | 2): Tensor4D {
  const size = x.shape[axis];
  const one = (index: number) => {
    const begin = [0, 0, 0, 0];
    const length = [...x.shape];
    begin[axis] = index;
    length[axis] = 1;
    return tf.slice(x, begin, length);
  };
  return tf.concat([one(0), x, one(size - 1)], axis) as Tensor4D;
}

export const enlargements = { spline, resize: nearest } as const;
