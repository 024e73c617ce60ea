/**
 * What a painted picture is worth at one tap of a network that looks at it. All are relative to what they are compared with, so
 * that every painting, every photo and every tap weighs about the same (Cheng et al. 2021). New tensors.
 */
import * as tf from '@tensorflow/tfjs-core';
import { affine, moments } from '../../../web/engine/kernels';

type Tensor1D = tf.Tensor1D;
type Tensor2D = tf.Tensor2D;
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
  readonly covariance: Tensor2D;
}

/** Keeps a channel that never varies from an infinite slope, and a square that is black from a division by nothing. */
const tiny = 1e-6;

const statisticsOf = (features: Tensor4D): StyleTarget => {
  const { mean, gram } = moments(features);
  const covariance = tf.sub<Tensor2D>(gram, tf.outerProduct(mean, mean));
  const variance = tf.sum<Tensor1D>(tf.mul(covariance, tf.eye(mean.size)), 1);
  return { mean, covariance, deviation: tf.sqrt(tf.add<Tensor1D>(tf.relu(variance), tiny)) };
};

export const styleTarget = (features: Tensor4D): StyleTarget => tf.tidy(() => statisticsOf(features) as never);

/** Against means and deviations, two parts; against covariances, one: they tell strokes, the others colours and contrast. */
const shares = { means: 2, covariance: 0.5 } as const;

/** How far means, deviations and covariances are from a painting's, each over the painting's own. */
export const styleLoss = (features: Tensor4D, target: StyleTarget, weight: number): TapLoss =>
  tf.tidy(() => {
    const own = statisticsOf(features);
    const positions = features.shape[1] * features.shape[2];
    const squares = (x: tf.Tensor) => tf.sum<tf.Scalar>(tf.square(x));
    const [meanOff, deviationOff, covarianceOff] = [
      tf.sub<Tensor1D>(own.mean, target.mean),
      tf.sub<Tensor1D>(own.deviation, target.deviation),
      tf.sub<Tensor2D>(own.covariance, target.covariance),
    ];
    const byMeans = tf.div<tf.Scalar>(
      weight * shares.means,
      tf.add(tf.add(squares(target.mean), squares(target.deviation)), tiny),
    );
    const byCovariance = tf.div<tf.Scalar>(weight * shares.covariance, tf.add(squares(target.covariance), tiny));
    const loss = tf.add<tf.Scalar>(
      tf.mul(byMeans, tf.add(squares(meanOff), squares(deviationOff))),
      tf.mul(byCovariance, squares(covarianceOff)),
    );
    // Affine in the features: dL/dx = x · matrix + vector, the mean's own part taken off where deviations are meant.
    const ofDeviation = tf.mul<Tensor1D>(tf.div(deviationOff, own.deviation), tf.mul(byMeans, 2 / positions));
    const matrix = tf.add<Tensor2D>(
      tf.mul(covarianceOff, tf.mul(byCovariance, 4 / positions)),
      tf.mul(tf.eye(own.mean.size), ofDeviation),
    );
    const throughMean = tf.reshape(tf.matMul(tf.reshape(own.mean, [1, -1]), matrix), [-1]) as Tensor1D;
    const vector = tf.sub<Tensor1D>(tf.mul(meanOff, tf.mul(byMeans, 2 / positions)), throughMean);
    return { loss, gradient: affine(features, matrix, vector, null) };
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
