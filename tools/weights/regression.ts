/**
 * Second moments of two networks' features at the same place, summed over pictures: all that a linear regression
 * from one to the other needs, whatever the number of pixels.
 */
import * as tf from '@tensorflow/tfjs-core';
import { ReverieError } from '../../shared/errors';

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

// The linear head that says a teacher's features from ours, and the metric that it induces: a difference d of our
// features is as long as Aᵀd, the difference that the teacher would see. Float64 throughout, on the host.

/** Added to every channel's second moment but the constant's; our features have mean about 1. */
const ridge = 1e-3;

interface Fit {
  /** `[C, C]`, symmetric, positive semi-definite, trace C. */
  readonly metric: Float64Array;
  /** Share of the teacher's variance that the head leaves over. */
  readonly unexplained: number;
}

/** Ridge regression with a bias (Hoerl & Kennard 1970): `[inputs, outputs]`, the bias's row last. */
export function fitHead({ inputs, outputs, gram, cross }: Moments): Float64Array {
  const regular = Float64Array.from(gram);
  for (let i = 0; i < inputs - 1; i++) regular[i * (inputs + 1)] = at(gram, i * (inputs + 1)) + ridge;
  return solve(cholesky(regular, inputs), cross, inputs, outputs);
}

/** The teacher's variance, all channels together. */
export function varianceOf({ inputs, outputs, cross, square }: Moments): number {
  const means = cross.subarray((inputs - 1) * outputs);
  return square - dot(means, means);
}

/** Share of the teacher's variance that a head leaves over, on other pictures than it was fitted on if need be. */
export function leftOver(head: Float64Array, moments: Moments): number {
  const { inputs, outputs, gram, cross, square } = moments;
  // E|t − Wᵀf|² = E|t|² − 2 tr WᵀX + tr WᵀGW
  let residual = square - 2 * dot(head, cross);
  for (let i = 0; i < inputs; i++) {
    for (let j = 0; j < inputs; j++) {
      residual += at(gram, i * inputs + j) * dot(row(head, i, outputs), row(head, j, outputs));
    }
  }
  return residual / varianceOf(moments);
}

/** P = A·Aᵀ of the best head A without the bias's row, scaled to trace C. */
export function fitMetric(moments: Moments): Fit {
  const { inputs, outputs } = moments;
  const channels = inputs - 1;
  const head = fitHead(moments);
  const weights = head.subarray(0, channels * outputs);
  const metric = new Float64Array(channels * channels);
  for (let a = 0; a < channels; a++) {
    for (let b = 0; b <= a; b++) {
      const value = dot(row(weights, a, outputs), row(weights, b, outputs));
      metric[a * channels + b] = value;
      metric[b * channels + a] = value;
    }
  }
  const trace = diagonal(metric, channels).reduce((sum, value) => sum + value, 0);
  if (!(trace > 0 && varianceOf(moments) > 0)) {
    throw new ReverieError('weights-invalid', 'The teacher’s features do not vary on these pictures. Use other ones.');
  }
  return { metric: metric.map((value) => (value * channels) / trace), unexplained: leftOver(head, moments) };
}

export const diagonal = (matrix: ArrayLike<number>, size: number): number[] =>
  Array.from({ length: size }, (_, i) => matrix[i * (size + 1)] ?? 0);

/**
 * Lower factor L of a symmetric matrix S = L·Lᵀ, `[size, size]`.
 * @throws ReverieError `numeric-failure` if S is not positive definite.
 */
export function cholesky(matrix: Float64Array, size: number): Float64Array {
  const lower = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      const known = dot(row(lower, i, size).subarray(0, j), row(lower, j, size).subarray(0, j));
      const rest = at(matrix, i * size + j) - known;
      if (i === j && !(rest > 0)) throw new ReverieError('numeric-failure', 'The matrix is not positive definite.');
      lower[i * size + j] = i === j ? Math.sqrt(rest) : rest / at(lower, j * (size + 1));
    }
  }
  return lower;
}

/** X with L·Lᵀ·X = B, B `[size, columns]`. */
function solve(lower: Float64Array, right: Float64Array, size: number, columns: number): Float64Array {
  const result = Float64Array.from(right);
  const eliminate = (i: number, j: number, factor: number) => {
    const source = row(result, j, columns);
    const target = row(result, i, columns);
    for (let c = 0; c < columns; c++) target[c] = at(target, c) - factor * at(source, c);
  };
  const divide = (i: number) => {
    const target = row(result, i, columns);
    for (let c = 0; c < columns; c++) target[c] = at(target, c) / at(lower, i * (size + 1));
  };
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < i; j++) eliminate(i, j, at(lower, i * size + j));
    divide(i);
  }
  for (let i = size - 1; i >= 0; i--) {
    for (let j = i + 1; j < size; j++) eliminate(i, j, at(lower, j * size + i));
    divide(i);
  }
  return result;
}

const at = (values: Float64Array, index: number): number => values[index] ?? 0;
const row = (matrix: Float64Array, index: number, columns: number) =>
  matrix.subarray(index * columns, (index + 1) * columns);

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += at(a, i) * at(b, i);
  return sum;
}
