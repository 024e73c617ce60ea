/**
 * A painting's colours as a loss: the squared 2-Wasserstein distance between two normal distributions of colours, as the
 * mean over directions in colour space (sliced so by Rabin et al., *Wasserstein barycenter and its application to
 * texture mixing*, 2011). Errors of deviations, not of variances: what little colour a drawing in one ink should have
 * counts as much as its lights and darks.
 */
import * as tf from '@tensorflow/tfjs-core';
import { paletteLoss } from '../kernels/fused';
import { type MomentLoss, throughMean } from './momentLoss';
import type { LayerStatistics } from './statistics';

type Tensor1D = tf.Tensor1D;
type Tensor2D = tf.Tensor2D;

const h = Math.SQRT1_2;
/** The axes and the diagonals between them: six variances say all of a covariance. */
const directions = [
  [1, 0, 0],
  [0, 1, 0],
  [0, 0, 1],
  [h, h, 0],
  [h, -h, 0],
  [h, 0, h],
  [h, 0, -h],
  [0, h, h],
  [0, h, -h],
];

/** Keeps the root differentiable where a picture has one colour. */
const minVariance = 1e-4;
/** A painting that hardly varies counts as if it varied so much. */
const minEnergy = 0.25;

/** Σ (σ_d − σ₀_d)² / 3 + ‖μ − μ₀‖², over nine directions d, divided by the painting's variance. @param target of three channels */
export function palette({ covariance, mean: targetMean }: LayerStatistics): MomentLoss {
  const along = tf.tensor2d(directions);
  const at = (i: number, k: number) => covariance[3 * i + k] ?? 0;
  const deviations = directions.map((d) => {
    const variance = d.reduce((sum, a, i) => sum + d.reduce((row, b, k) => row + a * b * at(i, k), 0), 0);
    return Math.sqrt(Math.max(0, variance) + minVariance);
  });
  const goal = tf.tensor1d(deviations);
  const goalMean = tf.tensor1d(targetMean);
  const energy = Math.max(minEnergy, at(0, 0) + at(1, 1) + at(2, 2));
  const share = 3 / directions.length / energy;
  const both = tf.concat1d([goal, goalMean]);
  return {
    fused: (x, dy, { weight }) =>
      paletteLoss({ x, directions: along, goal: both, dy }, { weight, share, gain: 1 / energy, least: minVariance }),
    evaluate: (mean, gram) => {
      const centred = tf.matMul(along, tf.expandDims<Tensor2D>(mean, 1));
      const second = tf.sum<Tensor1D>(tf.mul(tf.matMul(along, gram), along), 1);
      const variance = tf.sub<Tensor1D>(second, tf.squeeze(tf.square(centred), [1]));
      const sigma = tf.sqrt(tf.add<Tensor1D>(tf.relu(variance), minVariance));
      const error = tf.sub<Tensor1D>(sigma, goal);
      const meanError = tf.sub<Tensor1D>(mean, goalMean);
      // d(σ − σ₀)²/dσ² = (σ − σ₀)/σ; σ² = dᵀ Σ d.
      const toVariance = tf.mul<Tensor1D>(tf.div(error, sigma), share);
      const toCovariance = tf.matMul(along, tf.mul(along, tf.expandDims(toVariance, 1)), true) as Tensor2D;
      return {
        loss: () =>
          tf.add<tf.Scalar>(tf.mul(tf.sum(tf.square(error)), share), tf.mul(tf.sum(tf.square(meanError)), 1 / energy)),
        toMean: tf.sub<Tensor1D>(tf.mul(meanError, 2 / energy), throughMean(toCovariance, mean)),
        toGram: toCovariance,
      };
    },
    dispose: () => tf.dispose([along, goal, goalMean, both]),
  };
}
