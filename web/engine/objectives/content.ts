/**
 * Content loss: keep the features of the photo. Gatys et al. 2016, equation 1, divided by the energy of the
 * target, so that a weight means the same at every layer, size and network.
 */
import * as tf from '@tensorflow/tfjs-core';
import { affine } from '../kernels';
import { squaresLoss } from '../kernels/fused';
import type { Metric } from './metric';
import type { Objective } from './objective';
import { type LayerStatistics, rawMoment } from './statistics';

type Tensor4D = tf.Tensor4D;

/**
 * L = weight · Σ dᵀPd / Σ tᵀPt over positions, d = f − t; P is the metric, or the identity.
 * @param target `[1, h, w, C]`; becomes this objective's.
 * @param whole the energy, where the target is a part of what has it; its own, if not said
 */
export function contentObjective(
  tap: string,
  target: Tensor4D,
  weight: number,
  metric: Metric | null = null,
  whole?: number,
): Objective {
  const channels = target.shape[3];
  const matrix = metric && tf.tensor2d(metric, [channels, channels]);
  const noShift = tf.zeros<tf.Rank.R1>([channels]);
  const weigh = (features: Tensor4D): Tensor4D => (matrix ? affine(features, matrix, noShift, null) : features);
  const energy = whole === undefined ? tf.tidy(() => energyOf(weigh(target), target)) : tf.scalar(whole);
  const pull = tf.div<tf.Scalar>(2 * weight, energy);
  return {
    tap,
    gradient: (features, gradient, measure) =>
      tf.tidy(() => {
        const difference = tf.sub<Tensor4D>(features, target);
        const weighed = weigh(difference);
        const fused = squaresLoss({ x: difference, target: null, weighed, energy, dy: gradient }, { weight });
        if (fused) {
          measure?.(tf.keep(fused.loss));
          return fused.gradient;
        }
        measure?.(tf.keep(tf.mul(tf.div(tf.sum(tf.mul(weighed, difference)), energy), weight)));
        const own = tf.mul<Tensor4D>(weighed, pull);
        return gradient ? tf.add<Tensor4D>(gradient, own) : own;
      }),
    dispose: () => tf.dispose([target, energy, pull, noShift, ...(matrix ? [matrix] : [])]),
  };
}

const energyOf = (weighed: Tensor4D, target: Tensor4D) => tf.maximum<tf.Scalar>(tf.sum(tf.mul(weighed, target)), 1e-6);

/** Of a picture whose features have these statistics, per position: the trace of P E[t tᵀ]. */
export function energyPerPosition(statistics: LayerStatistics, metric: Metric | null): number {
  const { channels } = statistics;
  const raw = rawMoment(statistics);
  const weight = (i: number) => metric?.[i] ?? (metric ? 0 : Number(i % (channels + 1) === 0));
  return Math.max(
    1e-6,
    raw.reduce((sum, value, i) => sum + value * weight(i), 0),
  );
}
