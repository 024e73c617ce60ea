/** Pictures twice as large, and the adjoints of that. */
import * as tf from '@tensorflow/tfjs-core';
import { filtered, linear as interpolated, spline as smoothed } from '../kernels/spline';

type Tensor4D = tf.Tensor4D;

interface Enlargement {
  /** `[1, H, W, C]` to `[1, 2H, 2W, C]`, a new tensor. */
  readonly forward: (x: Tensor4D) => Tensor4D;
  /** From the gradient of what was made to that of what it was made of, inside a tidy. */
  readonly adjoint: (dy: Tensor4D) => Tensor4D;
}

/** Every pixel becomes two by two. */
const nearest: Enlargement = {
  forward: (x) => tf.image.resizeNearestNeighbor(x, [2 * x.shape[1], 2 * x.shape[2]]),
  adjoint: (dy) => tf.mul<Tensor4D>(tf.avgPool(dy, 2, 2, 'valid'), 4),
};

/** The middles of pixels are interpolated. */
const linear: Enlargement = {
  forward: interpolated,
  adjoint: (dy) => filtered(withBorder(withBorder(dy, 1), 2), [0.25, 0.75, 0.75, 0.25], 2, 'valid'),
};

/**
 * Pixels are squares whose middles are interpolated, then smoothed by 1 2 1; beyond the border is nothing to that. Linear alone
 * has its kinks on a lattice, which what follows makes visible.
 */
const spline: Enlargement = {
  forward: (x) => smoothed(x),
  adjoint: (dy) => linear.adjoint(filtered(dy, [0.25, 0.5, 0.25], 1, 'same')),
};

/** A quadratic spline: linear, and smoothed by 1 6 1, which is its own adjoint where borders go on. */
const quadratic: Enlargement = {
  forward: (x) => tf.tidy(() => smooth(interpolated(x))),
  adjoint: (dy) => linear.adjoint(smooth(dy)),
};

const smooth = (x: Tensor4D) => filtered(withBorder(withBorder(x, 1), 2), [0.125, 0.75, 0.125], 1, 'valid');

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

export const enlargements = { spline, linear, quadratic, resize: nearest } as const;
