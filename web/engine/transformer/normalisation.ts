/**
 * Normalisation with a style's scale and shift: y = scale · (x − μ) / √(σ² + ε) + shift per channel. Instance norm
 * (Ulyanov et al. 2016) takes μ and σ of each picture by itself, in training and in use; batch norm (Ioffe & Szegedy
 * 2015) those of the whole batch in training, and their running averages in use.
 */
import * as tf from '@tensorflow/tfjs-core';
import { channelAffine, channelMoments } from '../kernels';
import { gains, variance } from '../kernels/fused';

type Tensor1D = tf.Tensor1D;
type Tensor4D = tf.Tensor4D;

/** What keeps a flat channel from being divided by zero; part of what a network was trained with. */
export const normalisationEpsilon = 1e-5;

/** Of one stage's channels, on the device. */
export interface ChannelStatistics {
  readonly mean: Tensor1D;
  readonly variance: Tensor1D;
}

/** Scale and shift of one stage's channels, on the device. */
export interface ChannelStyle {
  readonly scale: Tensor1D;
  readonly shift: Tensor1D;
}

/** Over all positions of all pictures; new tensors. */
export function statisticsOf(pictures: readonly Tensor4D[]): ChannelStatistics {
  return tf.tidy(() => {
    const parts = pictures.map((x) => channelMoments(x));
    const mean = average(parts.map((part) => part.mean));
    const square = average(parts.map(({ product }) => product));
    return { mean, variance: variance(mean, square) ?? tf.relu(tf.sub<Tensor1D>(square, tf.square(mean))) };
  });
}

/** Pictures of a batch are of one size, so each counts the same. */
function average(values: readonly Tensor1D[]): Tensor1D {
  const [first, ...rest] = values;
  if (!first) throw new RangeError('an average needs a value');
  if (rest.length === 0) return first;
  return tf.div(
    rest.reduce((sum, value) => tf.add(sum, value), first),
    values.length,
  );
}

/** What follows a normalisation in the same pass over its output: a residual's sum, and a ReLU. */
export interface After {
  readonly added: Tensor4D | null;
  readonly relu: boolean;
  /** What is normalised is not needed any more but by name. */
  readonly consumes?: boolean;
}

/** A new tensor. */
export function normalise(
  x: Tensor4D,
  statistics: ChannelStatistics,
  style: ChannelStyle,
  { added, ...attributes }: After,
): Tensor4D {
  return tf.tidy(() => {
    const { gain, offset } =
      gains({ ...statistics, ...style }, { epsilon: normalisationEpsilon }) ?? gainsOf(statistics, style);
    return channelAffine(x, gain, offset, added && { other: added }, attributes);
  });
}

function gainsOf({ mean, variance }: ChannelStatistics, { scale, shift }: ChannelStyle) {
  const gain = tf.mul<Tensor1D>(scale, tf.rsqrt(tf.add(variance, normalisationEpsilon)));
  return { gain, offset: tf.sub<Tensor1D>(shift, tf.mul(mean, gain)) };
}

export interface NormaliseGradient {
  /** One per picture. */
  readonly inputs: readonly Tensor4D[];
  readonly scale: Tensor1D;
  readonly shift: Tensor1D;
}

/**
 * Adjoint of `normalise` where the statistics are those of `xs` themselves; new tensors.
 * @param dys gradients at the outputs, one per picture
 */
export function normaliseGradient(
  xs: readonly Tensor4D[],
  dys: readonly Tensor4D[],
  { mean, variance }: ChannelStatistics,
  { scale }: ChannelStyle,
): NormaliseGradient {
  return tf.tidy(() => {
    const positions = xs.reduce((sum, { shape }) => sum + shape[1] * shape[2], 0);
    const inverse = tf.rsqrt(tf.add<Tensor1D>(variance, normalisationEpsilon));
    // Means over all positions of dy and of dy · x̂.
    const parts = dys.map((dy, i) => channelMoments(dy, xs[i]));
    const meanShift = average(parts.map((part) => part.mean));
    const meanProduct = average(parts.map(({ product }) => product));
    const meanScale = tf.mul<Tensor1D>(tf.sub(meanProduct, tf.mul(mean, meanShift)), inverse);
    const gain = tf.mul<Tensor1D>(scale, inverse);
    const slope = tf.neg(tf.mul<Tensor1D>(tf.mul(gain, inverse), meanScale));
    const offset = tf.neg(tf.add<Tensor1D>(tf.mul(gain, meanShift), tf.mul(slope, mean)));
    return {
      inputs: dys.map((dy, i) => channelAffine(dy, gain, offset, { other: xs[i] ?? dy, gain: slope }, { relu: false })),
      scale: tf.mul<Tensor1D>(meanScale, positions),
      shift: tf.mul<Tensor1D>(meanShift, positions),
    };
  });
}
