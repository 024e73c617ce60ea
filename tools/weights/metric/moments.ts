/**
 * Second moments of two networks' features at the same place, summed over pictures: all that a linear regression
 * from one to the other needs, whatever the number of pixels.
 */
import * as tf from '@tensorflow/tfjs-core';
import { ReverieError } from '../../../shared/errors';

/** Means over pixels, then over pictures. Rows and columns of our features end with the constant 1. */
export interface Moments {
  /** C + 1. */
  readonly inputs: number;
  /** Ct. */
  readonly outputs: number;
  /** E[f fᵀ], `[inputs, inputs]`, f = (our features, 1). */
  readonly gram: Float64Array;
  /** E[f tᵀ], `[inputs, outputs]`, t the teacher's; its last row is E[t]. */
  readonly cross: Float64Array;
  /** E[tᵀ t]. */
  readonly square: number;
}

/** @param ours `[1, h, w, C]` @param theirs `[1, h, w, Ct]`; both stay the caller's. */
export async function momentsOf(ours: tf.Tensor4D, theirs: tf.Tensor4D): Promise<Moments> {
  const [, height, width, channels] = ours.shape;
  const outputs = theirs.shape[3];
  if (theirs.shape[1] !== height || theirs.shape[2] !== width) {
    throw new ReverieError(
      'usage',
      `The teacher's features are ${theirs.shape[2]}×${theirs.shape[1]}, ours ${width}×${height}. Name taps of one scale.`,
    );
  }
  const pixels = height * width;
  const parts = tf.tidy(() => {
    const f: tf.Tensor2D = tf.concat([tf.reshape(ours, [pixels, channels]), tf.ones([pixels, 1])], 1);
    const t: tf.Tensor2D = tf.reshape(theirs, [pixels, outputs]);
    return [tf.matMul(f, f, true), tf.matMul(f, t, true), tf.sum(tf.square(t), 0)];
  });
  const sums = await Promise.all(parts.map((part) => part.data()));
  tf.dispose(parts);
  const [gram, cross, squares] = sums.map((sum) => Float64Array.from(sum, (value) => value / pixels));
  if (!gram || !cross || !squares) throw new ReverieError('internal', 'A moment is missing.');
  return { inputs: channels + 1, outputs, gram, cross, square: squares.reduce((a, b) => a + b, 0) };
}

/** The mean of moments of equal shape, one per picture. */
export function meanMoments(all: readonly Moments[]): Moments {
  const [first] = all;
  if (!first) throw new ReverieError('internal', 'No moments were measured.');
  const mean = (of: (moments: Moments) => Float64Array) => {
    const sum = new Float64Array(of(first).length);
    for (const moments of all) {
      of(moments).forEach((value, i) => {
        sum[i] = (sum[i] ?? 0) + value / all.length;
      });
    }
    return sum;
  };
  return {
    inputs: first.inputs,
    outputs: first.outputs,
    gram: mean(({ gram }) => gram),
    cross: mean(({ cross }) => cross),
    square: all.reduce((sum, { square }) => sum + square / all.length, 0),
  };
}
