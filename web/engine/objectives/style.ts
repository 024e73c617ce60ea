/**
 * Style losses: make the statistics of the features over all positions those of the painting. Four of them, all
 * functions of the mean and the Gram matrix, so that one pair of kernels serves them all: forward `moments`,
 * backward `affine` (contract.ts).
 */
import * as tf from '@tensorflow/tfjs-core';
import type { StyleLossKind } from '../../../shared/recipe';
import { affine, moments } from '../kernels';
import { type Metric, weighing } from './metric';
import { type MomentLoss, outer, RelativeError, throughMean } from './momentLoss';
import type { Objective } from './objective';
import { type LayerStatistics, rawMoment } from './statistics';
import { wasserstein } from './wasserstein';

type Tensor1D = tf.Tensor1D;
type Tensor2D = tf.Tensor2D;

/**
 * weight · loss of the features at `tap` against `target`.
 * @param metric weighs the differences of `gram` and `covariance`; the other two losses have a geometry of their own
 */
export function styleObjective(
  tap: string,
  kind: StyleLossKind,
  target: LayerStatistics,
  weight: number,
  metric: Metric | null = null,
): Objective {
  const loss = momentLosses[kind](target, metric);
  return {
    tap,
    gradient: (features, gradient, measure) =>
      tf.tidy(() => {
        const positions = features.shape[1] * features.shape[2];
        const { mean, gram } = moments(features);
        const value = loss.evaluate(mean, gram);
        measure?.(tf.keep(tf.mul(value.loss(), weight)));
        // G = Σ f fᵀ / M and μ = Σ f / M, so ∂L/∂f = (2 ∂L/∂G · f + ∂L/∂μ) / M for a symmetric ∂L/∂G.
        const matrix = tf.mul<Tensor2D>(value.toGram, (2 * weight) / positions);
        const vector = tf.mul<Tensor1D>(value.toMean, weight / positions);
        return affine(features, matrix, vector, gradient);
      }),
    dispose: () => loss.dispose(),
  };
}

const momentLosses: Readonly<Record<StyleLossKind, (target: LayerStatistics, metric: Metric | null) => MomentLoss>> = {
  gram: gramLoss,
  covariance: covarianceLoss,
  moments: momentsLoss,
  wasserstein,
};

/** Gatys et al. 2016, equation 4: ‖G − A‖² / ‖A‖². */
function gramLoss(target: LayerStatistics, metric: Metric | null): MomentLoss {
  const { channels } = target;
  const weigh = weighing(metric, channels);
  const error = new RelativeError(tf.tensor2d(rawMoment(target), [channels, channels]), weigh.matrix);
  return {
    evaluate: (mean, gram) => {
      const { loss, gradient } = error.evaluate(gram);
      return { loss, toMean: tf.zerosLike(mean), toGram: gradient };
    },
    dispose: () => disposeAll(error, weigh),
  };
}

/** ‖Σ − Σ₀‖² / ‖Σ₀‖² + ‖μ − μ₀‖² / ‖μ₀‖²: the Gram matrix mixes the two, this does not. */
function covarianceLoss(target: LayerStatistics, metric: Metric | null): MomentLoss {
  const { channels } = target;
  const weigh = weighing(metric, channels);
  const meanError = new RelativeError(tf.tensor1d(target.mean), weigh.vector);
  const raw = tf.tensor2d(rawMoment(target), [channels, channels]);
  const error = new RelativeError(tf.tensor2d(target.covariance, [channels, channels]), weigh.matrix, raw);
  raw.dispose();
  return {
    evaluate: (mean, gram) => {
      const second = error.evaluate(tf.sub<Tensor2D>(gram, outer(mean)));
      const first = meanError.evaluate(mean);
      return {
        loss: () => tf.add<tf.Scalar>(second.loss(), first.loss()),
        toMean: tf.sub<Tensor1D>(first.gradient, throughMean(second.gradient, mean)),
        toGram: second.gradient,
      };
    },
    dispose: () => disposeAll(meanError, error, weigh),
  };
}

/** Mean and standard deviation per channel only (Huang & Belongie 2017, equation 12). */
function momentsLoss({ channels, covariance, mean: targetMean }: LayerStatistics): MomentLoss {
  // A difference of rounded numbers: where a painting has one colour, a variance may come out below 0.
  const deviation = Float32Array.from({ length: channels }, (_, i) =>
    Math.sqrt(Math.max(0, covariance[i * (channels + 1)] ?? 0) + minVariance),
  );
  const { vector } = weighing(null, channels);
  const meanError = new RelativeError<Tensor1D>(tf.tensor1d(targetMean), vector);
  const error = new RelativeError<Tensor1D>(tf.tensor1d(deviation), vector);
  const identity = tf.eye(channels);
  return {
    evaluate: (mean, gram) => {
      const variance = tf.sub<Tensor1D>(tf.sum(tf.mul(gram, identity), 1), tf.square(mean));
      const sigma = tf.sqrt(tf.add<Tensor1D>(tf.relu(variance), minVariance));
      const second = error.evaluate(sigma);
      const first = meanError.evaluate(mean);
      const toVariance = tf.div<Tensor1D>(second.gradient, tf.mul(sigma, 2));
      return {
        loss: () => tf.add<tf.Scalar>(second.loss(), first.loss()),
        toMean: tf.sub<Tensor1D>(first.gradient, tf.mul(tf.mul(toVariance, mean), 2)),
        toGram: tf.mul<Tensor2D>(identity, tf.expandDims(toVariance, 0)),
      };
    },
    dispose: () => disposeAll(meanError, error, identity),
  };
}

/** Keeps the root differentiable where a channel is constant. */
const minVariance = 1e-5;

function disposeAll(...parts: readonly { dispose(): void }[]): void {
  for (const part of parts) part.dispose();
}
