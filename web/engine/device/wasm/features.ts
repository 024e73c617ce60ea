/** What is done with the statistics of features: the moments, their way back, and the losses on them at once. */
import type * as tf from '@tensorflow/tfjs-core';
import type { PaletteLossAttributes, WeightAttributes } from '../../kernels/contract';
import { type Inputs, required } from './inputs';
import type { Machine } from './machine';

/** Positions and channels of a feature map. */
export function sizesOf({ shape: [, height = 0, width = 0, channels = 0] }: tf.TensorInfo): [number, number] {
  return [height * width, channels];
}

/** To the addresses of the mean and of the Gram matrix. */
export function momentsOf(machine: Machine, x: tf.TensorInfo, mean: number, gram: number): void {
  const { heap, kernels } = machine;
  const [positions, channels] = sizesOf(x);
  const slice = kernels.momentsSlice(positions, channels);
  const slices = Math.ceil(positions / slice);
  const steps = Math.ceil(channels / 4);
  const total = slices * steps;
  // Whole slices where there are some: one thread then goes through them once.
  const unit = slices > 1 ? steps : 1;
  const bounds = machine.slices({ total, unit, work: (positions * channels * channels) / 2 }, total);
  heap.withTables({}, slices * kernels.momentsFloats(channels), (_, sums) => {
    machine.run('moments', [heap.address(x), positions, channels, slice, sums], bounds);
    kernels.momentsEnd(sums, slices, positions, channels, mean, gram);
  });
}

/** out = dy + x · matrix + vector, of a matrix and a vector at addresses; where x is a ReLU's, 0 where that let nothing through. */
export function affineOf(
  machine: Machine,
  x: tf.TensorInfo,
  matrix: number,
  vector: number,
  dy: tf.TensorInfo | undefined,
  out: tf.TensorInfo,
  relu = false,
): void {
  const { heap } = machine;
  const [positions, channels] = sizesOf(x);
  const bounds = machine.slices({ total: positions, unit: 4, work: positions * channels * channels });
  const from = [heap.address(x), channels, matrix, vector, heap.address(dy)] as const;
  machine.run('affine', [...from, relu ? 1 : 0, heap.address(out)], bounds);
  if (relu) machine.masked.set(out.dataId, x.dataId);
}

export function covarianceLoss(
  machine: Machine,
  inputs: Inputs,
  { weight, relu }: WeightAttributes,
): [gradient: tf.TensorInfo, loss: tf.TensorInfo] {
  const { heap, kernels } = machine;
  const { x, goal } = required(inputs, 'x', 'goal');
  const [positions, channels] = sizesOf(x);
  const out = heap.output(x.shape);
  const loss = heap.output([1]);
  const square = channels * channels;
  heap.withTables({}, 3 * square + 4 * channels, (_, error) => {
    const half = error + 4 * square;
    const weighed = half + 4 * square;
    const [mean = 0, off = 0, pulls = 0, none = 0] = [0, 1, 2, 3].map((i) => weighed + 4 * (square + i * channels));
    momentsOf(machine, x, mean, error);
    kernels.covarianceError(mean, error, heap.address(goal), channels, off);
    const metric = heap.address(inputs.metric);
    if (metric) {
      heap.floatsAt(none, channels).fill(0);
      const times = (left: number, right: number, to: number, rows = channels) =>
        machine.run(
          'affine',
          [left, channels, right, none, 0, 0, to],
          machine.slices({ total: rows, unit: 4, work: rows * square }),
        );
      times(error, metric, half);
      times(metric, half, weighed);
      times(off, metric, pulls, 1);
    }
    const [matrix, vector] = metric ? [weighed, pulls] : [error, off];
    const gains = heap.address(goal) + 4 * (square + channels);
    const value = kernels.covarianceSlopes(mean, error, matrix, off, vector, gains, channels, weight / positions);
    heap.floats(loss).fill(weight * value);
    affineOf(machine, x, matrix, vector, inputs.dy, out, relu);
  });
  return [out, loss];
}

export function paletteLoss(
  machine: Machine,
  inputs: Inputs,
  { weight, share, gain, least }: PaletteLossAttributes,
): [gradient: tf.TensorInfo, loss: tf.TensorInfo] {
  const { heap } = machine;
  const { x, directions, goal } = required(inputs, 'x', 'directions', 'goal');
  const [positions] = sizesOf(x);
  const out = heap.output(x.shape);
  const loss = heap.output([1]);
  heap.withTables({}, 12, (_, matrix) => {
    const vector = matrix + 4 * 9;
    momentsOf(machine, x, vector, matrix);
    const [gram, mean] = [heap.floatsAt(matrix, 9), heap.floatsAt(vector, 3)];
    const [along, goals] = [heap.floats(directions), heap.floats(goal)];
    /** vvᵀ */
    const outer = (v: Float32Array) =>
      Float64Array.from({ length: 9 }, (_, i) => at(v, Math.floor(i / 3)) * at(v, i % 3));
    const covariance = outer(mean).map((square, i) => at(gram, i) - square);
    const slopes = new Float64Array(9);
    let total = 0;
    for (let d = 0; 3 * d < along.length; d++) {
      const pairs = outer(along.subarray(3 * d, 3 * d + 3));
      const sigma = Math.sqrt(Math.max(0, dot(pairs, covariance)) + least);
      const error = sigma - at(goals, d);
      total += share * error * error;
      // d(σ − σ₀)²/dσ² = (σ − σ₀)/σ; σ² = dᵀ Σ d.
      for (const [i, pair] of pairs.entries()) slopes[i] = at(slopes, i) + ((share * error) / sigma) * pair;
    }
    const off = mean.map((value, i) => value - at(goals, along.length / 3 + i));
    heap.floats(loss).fill(weight * (total + gain * dot(off, off)));
    const scale = (2 * weight) / positions;
    const pulls = off.map((value, i) => scale * (gain * value - dot(slopes.subarray(3 * i, 3 * i + 3), mean)));
    gram.set(slopes.map((slope) => slope * scale));
    mean.set(pulls);
    affineOf(machine, x, matrix, vector, inputs.dy, out);
  });
  return [out, loss];
}

type Numbers = Float32Array | Float64Array;

const at = (values: Numbers, index: number): number => values[index] ?? 0;

const dot = (a: Numbers, b: Numbers): number => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += at(a, i) * at(b, i);
  return sum;
};
