/**
 * Style losses: make the statistics of the features over all positions those of the painting. Five of them, all
 * functions of the mean and the Gram matrix, so that one pair of kernels serves them all: forward `moments`,
 * backward `affine` (contract.ts).
 */
import * as tf from '@tensorflow/tfjs-core';
import type { StyleLossKind } from '../../../shared/techniques/style/schema';
import { affine, moments } from '../kernels';
import { covarianceLoss as fusedLoss } from '../kernels/fused';
import { grainEnergies, isPixelTap, type LeastEnergies } from './grain';
import { type Metric, weighing } from './metric';
import { type MomentLoss, outer, RelativeError, throughMean } from './momentLoss';
import type { Objective } from './objective';
import { palette } from './palette';
import { type LayerStatistics, rawMoment } from './statistics';
import { wasserstein } from './wasserstein';

type Tensor1D = tf.Tensor1D;
type Tensor2D = tf.Tensor2D;
type Tensor4D = tf.Tensor4D;

/** Those that a recipe chooses from, and that of the colours, which has no choice. */
export type MomentLossKind = StyleLossKind | 'palette';

/**
 * weight · loss of the features at `tap` against `target`.
 * @param guide `[h · w]` of the features, mean 1: how much each position counts; all alike when null
 * @param metric weighs the differences of `gram` and `covariance`; the other two losses have a geometry of their own
 */
export function styleObjective(
  tap: string,
  kind: MomentLossKind,
  target: LayerStatistics,
  weight: number,
  metric: Metric | null = null,
  guide: Float32Array | null = null,
): Objective {
  const loss = momentLosses[kind](target, metric, isPixelTap(tap) ? grainEnergies : undefined);
  const weights = guide && tf.tensor1d(guide);
  const roots = guide && tf.tensor1d(guide.map(Math.sqrt));
  return {
    tap,
    gradient: (features, gradient, measure, relu) =>
      tf.tidy(() => {
        const fused = weights ? null : loss.fused?.(features, gradient, { weight, relu });
        if (fused) {
          measure?.(tf.keep(fused.loss));
          return fused.gradient;
        }
        const [, height, width] = features.shape;
        const positions = height * width;
        const spread = (values: Tensor1D) => tf.reshape(values, [1, height, width, 1]);
        const { mean, gram } = weights && roots ? guided(features, spread(weights), spread(roots)) : moments(features);
        const value = loss.evaluate(mean, gram);
        measure?.(tf.keep(tf.mul(value.loss(), weight)));
        // G = Σ f fᵀ / M and μ = Σ f / M, so ∂L/∂f = (2 ∂L/∂G · f + ∂L/∂μ) / M for a symmetric ∂L/∂G.
        const matrix = tf.mul<Tensor2D>(value.toGram, (2 * weight) / positions);
        const vector = tf.mul<Tensor1D>(value.toMean, weight / positions);
        if (!weights) return affine(features, matrix, vector, gradient, { relu });
        const own = tf.mul<Tensor4D>(affine(features, matrix, vector, null), spread(weights));
        return gradient ? tf.add<Tensor4D>(gradient, own) : own;
      }),
    dispose: () => {
      loss.dispose();
      if (weights && roots) tf.dispose([weights, roots]);
    },
  };
}

/**
 * The same where the features are a part of a picture whose statistics are known: what moves them is the same map all over.
 * @param whole the picture's @param weight of a position
 */
export function partObjective(
  tap: string,
  kind: MomentLossKind,
  target: LayerStatistics,
  weight: number,
  metric: Metric | null,
  whole: LayerStatistics,
): Objective {
  const loss = momentLosses[kind](target, metric, isPixelTap(tap) ? grainEnergies : undefined);
  const { channels } = whole;
  const [matrix, vector] = tf.tidy(() => {
    const value = loss.evaluate(tf.tensor1d(whole.mean), tf.tensor2d(rawMoment(whole), [channels, channels]));
    return [tf.mul<Tensor2D>(value.toGram, 2 * weight), tf.mul<Tensor1D>(value.toMean, weight)] as const;
  });
  loss.dispose();
  return {
    tap,
    gradient: (features, gradient, _, relu) => affine(features, matrix, vector, gradient, { relu }),
    dispose: () => tf.dispose([matrix, vector]),
  };
}

/** Moments over a region: every position counts as much as the guide says. */
function guided(
  features: Tensor4D,
  weights: tf.Tensor,
  roots: tf.Tensor,
): { readonly mean: Tensor1D; readonly gram: Tensor2D } {
  return {
    mean: tf.mean<Tensor1D>(tf.mul(features, weights), [0, 1, 2]),
    gram: moments(tf.mul<Tensor4D>(features, roots)).gram,
  };
}

type MakeLoss = (target: LayerStatistics, metric: Metric | null, least?: LeastEnergies) => MomentLoss;
const momentLosses: Readonly<Record<MomentLossKind, MakeLoss>> = {
  gram: gramLoss,
  covariance: covarianceLoss,
  moments: momentsLoss,
  wasserstein,
  palette,
};

/** Gatys et al. 2016, equation 4: ‖G − A‖² / ‖A‖². */
function gramLoss(target: LayerStatistics, metric: Metric | null, least?: LeastEnergies): MomentLoss {
  const { channels } = target;
  const weigh = weighing(metric, channels);
  const raw = tf.tensor2d(rawMoment(target), [channels, channels]);
  const error = new RelativeError(raw, weigh.matrix, raw, least?.gram);
  return {
    evaluate: (mean, gram) => {
      const { loss, gradient } = error.evaluate(gram);
      return { loss, toMean: tf.zerosLike(mean), toGram: gradient };
    },
    dispose: () => disposeAll(error, weigh),
  };
}

/** ‖Σ − Σ₀‖² / ‖Σ₀‖² + ‖μ − μ₀‖² / ‖μ₀‖²: the Gram matrix mixes the two, this does not. */
function covarianceLoss(target: LayerStatistics, metric: Metric | null, least?: LeastEnergies): MomentLoss {
  const { channels } = target;
  const weigh = weighing(metric, channels);
  const goalMean = tf.tensor1d(target.mean);
  const meanError = new RelativeError(goalMean, weigh.vector, goalMean, least?.mean);
  const raw = tf.tensor2d(rawMoment(target), [channels, channels]);
  const error = new RelativeError(
    tf.tensor2d(target.covariance, [channels, channels]),
    weigh.matrix,
    raw,
    least?.covariance,
  );
  raw.dispose();
  const goal = tf.tidy(() =>
    tf.concat1d([tf.reshape(error.target, [-1]), goalMean, tf.stack([meanError.gain, error.gain]) as Tensor1D]),
  );
  return {
    fused: (x, dy, attributes) => fusedLoss({ x, goal, metric: weigh.metric, dy }, attributes),
    evaluate: (mean, gram) => {
      const second = error.evaluate(tf.sub<Tensor2D>(gram, outer(mean)));
      const first = meanError.evaluate(mean);
      return {
        loss: () => tf.add<tf.Scalar>(second.loss(), first.loss()),
        toMean: tf.sub<Tensor1D>(first.gradient, throughMean(second.gradient, mean)),
        toGram: second.gradient,
      };
    },
    dispose: () => disposeAll(meanError, error, weigh, goal),
  };
}

/** Mean and standard deviation per channel only (Huang & Belongie 2017, equation 12). */
function momentsLoss(
  { channels, covariance, mean: targetMean }: LayerStatistics,
  _: Metric | null,
  least?: LeastEnergies,
): MomentLoss {
  // A difference of rounded numbers: where a painting has one colour, a variance may come out below 0.
  const deviation = Float32Array.from({ length: channels }, (_, i) =>
    Math.sqrt(Math.max(0, covariance[i * (channels + 1)] ?? 0) + minVariance),
  );
  const { vector } = weighing(null, channels);
  const goalMean = tf.tensor1d(targetMean);
  const meanError = new RelativeError<Tensor1D>(goalMean, vector, goalMean, least?.mean);
  const error = new RelativeError<Tensor1D>(tf.tensor1d(deviation), vector, goalMean, least?.mean);
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
