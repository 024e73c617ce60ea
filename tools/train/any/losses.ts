/**
 * What a painted picture is worth at one tap of a network that looks at it. All are relative to what they are compared with, so
 * that every painting, every photo and every tap weighs about the same (Cheng et al. 2021). New tensors.
 */
import * as tf from '@tensorflow/tfjs-core';
import { channelAffine, channelMoments } from '../../../web/engine/kernels';

type Tensor1D = tf.Tensor1D;
type Tensor4D = tf.Tensor4D;

export interface TapLoss {
  readonly loss: tf.Scalar;
  /** At the features. */
  readonly gradient: Tensor4D;
}

/** |f − f*|² / |f*|². */
export const contentLoss = (features: Tensor4D, target: Tensor4D, weight: number): TapLoss =>
  tf.tidy(() => {
    const difference = tf.sub<Tensor4D>(features, target);
    const scale = tf.div<tf.Scalar>(weight, tf.add(tf.sum(tf.square(target)), tiny));
    return {
      loss: tf.mul<tf.Scalar>(scale, tf.sum(tf.square(difference))),
      gradient: tf.mul<Tensor4D>(difference, tf.mul(scale, 2)),
    };
  });

/** Of a painting at a tap, on the device. */
export interface StyleTarget {
  readonly mean: Tensor1D;
  readonly deviation: Tensor1D;
}

/** Keeps a channel that never varies from an infinite slope, and a square that is black from a division by nothing. */
const tiny = 1e-6;

const statisticsOf = (features: Tensor4D): StyleTarget => {
  const { mean, product } = channelMoments(features);
  const variance = tf.sub<Tensor1D>(product, tf.square(mean));
  return { mean, deviation: tf.sqrt(tf.add<Tensor1D>(tf.relu(variance), tiny)) };
};

export const styleTarget = (features: Tensor4D): StyleTarget => tf.tidy(() => statisticsOf(features) as never);

/** How far means and deviations are from a painting's, over the painting's own. */
export const styleLoss = (features: Tensor4D, target: StyleTarget, weight: number): TapLoss =>
  tf.tidy(() => {
    const own = statisticsOf(features);
    const squares = (x: tf.Tensor) => tf.sum<tf.Scalar>(tf.square(x));
    const meanOff = tf.sub<Tensor1D>(own.mean, target.mean);
    const deviationOff = tf.sub<Tensor1D>(own.deviation, target.deviation);
    const scale = tf.div<tf.Scalar>(weight, tf.add(tf.add(squares(target.mean), squares(target.deviation)), tiny));
    // Per channel: dL/dx = (x − mean) · slope + the mean's own part.
    const perPosition = tf.mul<tf.Scalar>(scale, 2 / (features.shape[1] * features.shape[2]));
    const slope = tf.mul<Tensor1D>(tf.div(deviationOff, own.deviation), perPosition);
    const offset = tf.sub<Tensor1D>(tf.mul(meanOff, perPosition), tf.mul(own.mean, slope));
    return {
      loss: tf.mul<tf.Scalar>(scale, tf.add(squares(meanOff), squares(deviationOff))),
      gradient: channelAffine(features, slope, offset, null, { relu: false }),
    };
  });

/** How steeply a picture is drawn back into 0..1. */
const rangeWeight = 20;

/** Mean squared distance from 0..1. */
export const rangeLoss = (picture: Tensor4D): TapLoss =>
  tf.tidy(() => {
    const outside = tf.sub<Tensor4D>(picture, tf.clipByValue(picture, 0, 1));
    return {
      loss: tf.mul<tf.Scalar>(tf.mean(tf.square(outside)), rangeWeight),
      gradient: tf.mul<Tensor4D>(outside, (2 * rangeWeight) / picture.size),
    };
  });

/** Mean absolute difference: sharp where squares would blur. */
export const identityLoss = (picture: Tensor4D, photo: Tensor4D, weight: number): TapLoss =>
  tf.tidy(() => {
    const difference = tf.sub<Tensor4D>(picture, photo);
    return {
      loss: tf.mul<tf.Scalar>(tf.mean(tf.abs(difference)), weight),
      gradient: tf.mul<Tensor4D>(tf.sign(difference), weight / picture.size),
    };
  });
