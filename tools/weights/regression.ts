/**
 * Second moments of two networks' features at the same place, summed over pictures: all that a linear regression
 * from one to the other needs, whatever the number of pixels.
 */
import * as tf from '@tensorflow/tfjs-core';
import { CholeskyDecomposition, Matrix } from 'ml-matrix';
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

/** @param values row by row */
const matrixOf = (values: Float64Array, columns: number): Matrix =>
  Matrix.from1DArray(values.length / columns, columns, values);
const flat = (matrix: Matrix): Float64Array => Float64Array.from(matrix.to1DArray());

/** Ridge regression with a bias (Hoerl & Kennard 1970): `[inputs, outputs]`, the bias's row last. */
export function fitHead({ inputs, outputs, gram, cross }: Moments): Float64Array {
  const regular = gram.map((value, i) => (i % (inputs + 1) === 0 && i < gram.length - 1 ? value + ridge : value));
  return flat(cholesky(regular, inputs).solve(matrixOf(cross, outputs)));
}

/** The teacher's variance, all channels together. */
export function varianceOf({ inputs, outputs, cross, square }: Moments): number {
  return square - cross.subarray((inputs - 1) * outputs).reduce((sum, mean) => sum + mean ** 2, 0);
}

/** Share of the teacher's variance that a head leaves over, on other pictures than it was fitted on if need be. */
export function leftOver(head: Float64Array, moments: Moments): number {
  const { inputs, outputs, gram, cross, square } = moments;
  const w = matrixOf(head, outputs);
  // E|t − Wᵀf|² = E|t|² − 2 tr WᵀX + tr WᵀGW
  const [along, within] = [matrixOf(cross, outputs), matrixOf(gram, inputs).mmul(w)].map((each) => each.mul(w).sum());
  return (square - 2 * (along ?? 0) + (within ?? 0)) / varianceOf(moments);
}

/** P = A·Aᵀ of the best head A without the bias's row, scaled to trace C. */
export function fitMetric(moments: Moments): Fit {
  const { inputs, outputs } = moments;
  const channels = inputs - 1;
  const head = fitHead(moments);
  const weights = matrixOf(head.subarray(0, channels * outputs), outputs);
  const metric = weights.mmul(weights.transpose());
  const trace = metric.trace();
  if (!(trace > 0 && varianceOf(moments) > 0)) {
    throw new ReverieError('weights-invalid', 'The teacher’s features do not vary on these pictures. Use other ones.');
  }
  return { metric: flat(metric.mul(channels / trace)), unexplained: leftOver(head, moments) };
}

export const diagonal = (matrix: ArrayLike<number>, size: number): number[] =>
  Array.from({ length: size }, (_, i) => matrix[i * (size + 1)] ?? 0);

/**
 * Of a symmetric matrix, `[size, size]`; what rounding made of the symmetry does not count.
 * @throws ReverieError `numeric-failure` if it is not positive definite.
 */
export function cholesky(matrix: Float64Array, size: number): CholeskyDecomposition {
  const given = matrixOf(matrix, size);
  const decomposition = new CholeskyDecomposition(Matrix.add(given, given.transpose()).mul(0.5));
  if (decomposition.isPositiveDefinite()) return decomposition;
  throw new ReverieError('numeric-failure', 'The matrix is not positive definite.');
}
