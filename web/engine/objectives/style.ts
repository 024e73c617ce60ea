/**
 * Style losses: make the statistics of the features over all positions those of the painting. Four of them, all
 * functions of the mean and the Gram matrix, so that one pair of kernels serves them all: forward `moments`,
 * backward `affine` (contract.ts).
 */
import * as tf from '@tensorflow/tfjs-core';
import type { StyleLossKind } from '../../../shared/recipe';
import { affine, moments } from '../kernels';
import { energyOf, type MomentLoss, outer, relativeError, throughMean } from './momentLoss';
import type { Objective } from './objective';
import { type LayerStatistics, rawMoment } from './statistics';
import { wasserstein } from './wasserstein';

type Tensor1D = tf.Tensor1D;
type Tensor2D = tf.Tensor2D;

/** weight · loss of the features at `tap` against `target`. */
export function styleObjective(tap: string, kind: StyleLossKind, target: LayerStatistics, weight: number): Objective {
  const loss = momentLosses[kind](target);
  return {
    tap,
    gradient: (features, gradient, measure) =>
      tf.tidy(() => {
        const positions = features.shape[1] * features.shape[2];
        const { mean, gram } = moments(features);
        const value = loss.evaluate(mean, gram);
        measure?.(tf.keep(tf.mul(value.loss, weight)));
        // G = Σ f fᵀ / M and μ = Σ f / M, so ∂L/∂f = (2 ∂L/∂G · f + ∂L/∂μ) / M for a symmetric ∂L/∂G.
        const matrix = tf.mul<Tensor2D>(value.toGram, (2 * weight) / positions);
        const vector = tf.mul<Tensor1D>(value.toMean, weight / positions);
        return affine(features, matrix, vector, gradient);
      }),
    dispose: () => loss.dispose(),
  };
}

const momentLosses: Readonly<Record<StyleLossKind, (target: LayerStatistics) => MomentLoss>> = {
  gram: gramLoss,
  covariance: covarianceLoss,
  moments: momentsLoss,
  wasserstein,
};

/** Gatys et al. 2016, equation 4: ‖G − A‖² / ‖A‖². */
function gramLoss(target: LayerStatistics): MomentLoss {
  const raw = rawMoment(target);
  const goal = tf.tensor2d(raw, [target.channels, target.channels]);
  const energy = energyOf(raw);
  return {
    evaluate: (mean, gram) => {
      const { loss, gradient } = relativeError(gram, goal, energy);
      return { loss, toMean: tf.zerosLike(mean), toGram: gradient };
    },
    dispose: () => goal.dispose(),
  };
}

/** ‖Σ − Σ₀‖² / ‖Σ₀‖² + ‖μ − μ₀‖² / ‖μ₀‖²: the Gram matrix mixes the two, this does not. */
function covarianceLoss(target: LayerStatistics): MomentLoss {
  const goalMean = tf.tensor1d(target.mean);
  const goal = tf.tensor2d(target.covariance, [target.channels, target.channels]);
  const meanEnergy = energyOf(target.mean);
  const energy = energyOf(target.covariance);
  return {
    evaluate: (mean, gram) => {
      const covariance = tf.sub<Tensor2D>(gram, outer(mean));
      const second = relativeError(covariance, goal, energy);
      const first = relativeError(mean, goalMean, meanEnergy);
      return {
        loss: tf.add<tf.Scalar>(second.loss, first.loss),
        toMean: tf.sub<Tensor1D>(first.gradient, throughMean(second.gradient, mean)),
        toGram: second.gradient,
      };
    },
    dispose: () => tf.dispose([goalMean, goal]),
  };
}

/** Mean and standard deviation per channel only (Huang & Belongie 2017, equation 12). */
function momentsLoss(target: LayerStatistics): MomentLoss {
  const { channels, covariance } = target;
  const deviation = Float32Array.from({ length: channels }, (_, i) =>
    Math.sqrt((covariance[i * (channels + 1)] ?? 0) + 1e-5),
  );
  const goalMean = tf.tensor1d(target.mean);
  const goal = tf.tensor1d(deviation);
  const identity = tf.eye(channels);
  const meanEnergy = energyOf(target.mean);
  const energy = energyOf(deviation);
  return {
    evaluate: (mean, gram) => {
      const variance = tf.sub<Tensor1D>(tf.sum(tf.mul(gram, identity), 1), tf.square(mean));
      const sigma = tf.sqrt(tf.add<Tensor1D>(tf.relu(variance), 1e-5));
      const second = relativeError(sigma, goal, energy);
      const first = relativeError(mean, goalMean, meanEnergy);
      const toVariance = tf.div<Tensor1D>(second.gradient, tf.mul(sigma, 2));
      return {
        loss: tf.add<tf.Scalar>(second.loss, first.loss),
        toMean: tf.sub<Tensor1D>(first.gradient, tf.mul(tf.mul(toVariance, mean), 2)),
        toGram: tf.mul<Tensor2D>(identity, tf.expandDims(toVariance, 0)),
      };
    },
    dispose: () => tf.dispose([goalMean, goal, identity]),
  };
}
