/** A picture rolled about: what leaves at one side comes in at the other. The jitter of pictures that tile. */
import * as tf from '@tensorflow/tfjs-core';

type Tensor4D = tf.Tensor4D;

/** Down by `rows` and right by `columns`, which are not negative and below the sides; a new tensor. Its adjoint is `unroll`. */
export function roll(x: Tensor4D, rows: number, columns: number): Tensor4D {
  return tf.tidy(() => rollAxis(rollAxis(x, rows, 1), columns, 2));
}

export function unroll(x: Tensor4D, rows: number, columns: number): Tensor4D {
  const [, height, width] = x.shape;
  return roll(x, (height - rows) % height, (width - columns) % width);
}

function rollAxis(x: Tensor4D, by: number, axis: 1 | 2): Tensor4D {
  if (by === 0) return tf.clone(x);
  const side = x.shape[axis];
  const [head, tail] = tf.split(x, [side - by, by], axis) as [Tensor4D, Tensor4D];
  return tf.concat([tail, head], axis);
}
