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

/** Pixels are squares whose middles are interpolated; beyond the border the border's own goes on. */
const bilinear: Enlargement = {
  forward: (x) => tf.image.resizeBilinear(x, twice(x), false, true),
  adjoint: (dy) => {
    const channels = dy.shape[3];
    const line = tf.tensor1d([0.25, 0.75, 0.75, 0.25]);
    const square = tf.reshape(tf.mul(tf.expandDims(line, 1), line), [4, 4, 1, 1]);
    const filter = tf.tile(square, [1, 1, channels, 1]) as Tensor4D;
    return tf.depthwiseConv2d(withBorder(withBorder(dy, 1), 2), filter, 2, 'valid');
  },
};

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

export const enlargements = { bilinear, resize: nearest } as const;
