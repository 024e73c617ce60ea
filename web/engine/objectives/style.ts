/**
 * Style losses: make the statistics of the features over all positions those of the painting. Four of them, all
 * functions of the mean and the Gram matrix, so that one pair of kernels serves them all: forward `moments`,
 * backward `affine` (contract.ts).
 */
import * as tf from '@tensorflow/tfjs-core';
import type { StyleLossKind } from '../../../shared/recipe';
import { affine, moments } from '../kernels';
import type { Objective } from './objective';
import { type LayerStatistics, rawMoment } from './statistics';
import { wasserstein } from './wasserstein';

type Tensor1D = tf.Tensor1D;
type Tensor2D = tf.Tensor2D;
type Tensor4D = tf.Tensor4D;

/** A loss on moments: its value and its gradients with respect to `mean [C]` and `gram [C,C]`, all new tensors. */
export interface MomentLoss {
  evaluate(mean: Tensor1D, gram: Tensor2D): { loss: tf.Scalar; toMean: Tensor1D; toGram: Tensor2D };
  dispose(): void;
}

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

/** `[C, 1] · [1, C]` */
const outer = (a: Tensor1D, b: Tensor1D): Tensor2D => tf.mul(tf.expandDims(a, 1), tf.expandDims(b, 0));

/** Squared error over the energy of the target: value and gradient. */
function relative<T extends tf.Tensor>(value: T, target: T, energy: number): { loss: tf.Scalar; gradient: T } {
  const difference = tf.sub<T>(value, target);
  return {
    loss: tf.mul<tf.Scalar>(tf.sum(tf.square(difference)), 1 / energy),
    gradient: tf.mul<T>(difference, 2 / energy),
  };
}

const energyOf = (values: Float32Array): number =>
  Math.max(
    1e-12,
    values.reduce((sum, value) => sum + value * value, 0),
  );

/** Gatys et al. 2016, equation 4: ‖G − A‖² / ‖A‖². */
function gramLoss(target: LayerStatistics): MomentLoss {
  const raw = rawMoment(target);
  const goal = tf.tensor2d(raw, [target.channels, target.channels]);
  const energy = energyOf(raw);
  return {
    evaluate: (mean, gram) => {
      const { loss, gradient } = relative(gram, goal, energy);
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
      const covariance = tf.sub<Tensor2D>(gram, outer(mean, mean));
      const second = relative(covariance, goal, energy);
      const first = relative(mean, goalMean, meanEnergy);
      return {
        loss: tf.add<tf.Scalar>(second.loss, first.loss),
        toMean: tf.sub<Tensor1D>(first.gradient, throughMean(second.gradient, mean)),
        toGram: second.gradient,
      };
    },
    dispose: () => tf.dispose([goalMean, goal]),
  };
}

/** Σ = G − μμᵀ, so a gradient D on Σ is a gradient −2 D μ on μ. */
export const throughMean = (toCovariance: Tensor2D, mean: Tensor1D): Tensor1D =>
  tf.mul<Tensor1D>(tf.squeeze(tf.matMul(toCovariance, tf.expandDims<Tensor2D>(mean, 1)), [1]), 2);

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
      const second = relative(sigma, goal, energy);
      const first = relative(mean, goalMean, meanEnergy);
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
