/**
 * Style as a distance between two normal distributions: the squared 2-Wasserstein (Bures) distance, as in
 * crowsonkb/style-transfer-pytorch. W² = |μ − μ₀|² + tr(A + Σ − 2 (A^½ Σ A^½)^½), A the target's covariance.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { LeastEnergies } from './grain';
import type { Metric } from './metric';
import { type MomentLoss, outer, throughMean } from './momentLoss';
import type { LayerStatistics } from './statistics';

type Tensor1D = tf.Tensor1D;
type Tensor2D = tf.Tensor2D;

/** Added to the diagonals so that roots of nearly singular matrices converge (eps of the original, relative here). */
const ridge = 1e-4;
/**
 * A covariance is a difference of second moments in float32, which leaves this much of |μ|² of noise in it: all that
 * there is where a picture has one colour. Noise has negative eigenvalues, and their roots are no numbers.
 */
const rounding = 1e-5;
const iterations = 20;

/** Divided by the target's energy tr A + |μ₀|², so that a weight means the same at every layer. */
export function wasserstein(target: LayerStatistics, _: Metric | null = null, least?: LeastEnergies): MomentLoss {
  const { channels, covariance, mean: targetMean } = target;
  let trace = 0;
  for (let i = 0; i < channels; i++) trace += covariance[i * (channels + 1)] ?? 0;
  const meanEnergy = targetMean.reduce((sum, value) => sum + value * value, 0);
  const energy = Math.max(least ? 2 * least.mean : 1e-12, trace + meanEnergy);
  const identity = tf.eye(channels);
  const floor = Math.max((ridge * trace) / channels, 1e-8);
  const shift = Math.max(floor, rounding * meanEnergy);
  const goalMean = tf.tensor1d(targetMean);
  const root = tf.tidy(() => {
    const goal = tf.add<Tensor2D>(tf.tensor2d(covariance, [channels, channels]), tf.mul(identity, shift));
    return rootAndInverse(goal, identity).root;
  });
  return {
    evaluate: (mean, gram) => {
      const currentShift = tf.maximum(tf.mul(tf.sum(tf.square(mean)), rounding), floor);
      const current = tf.add<Tensor2D>(tf.sub<Tensor2D>(gram, outer(mean)), tf.mul(identity, currentShift));
      const inner = tf.matMul(tf.matMul(root, current), root);
      const { root: cross, inverse } = rootAndInverse(
        tf.mul(tf.add<Tensor2D>(inner, tf.transpose(inner)), 0.5),
        identity,
      );
      const difference = tf.sub<Tensor1D>(mean, goalMean);
      // ∂ tr (S Σ S)^½ / ∂Σ = ½ S (S Σ S)^−½ S, with S = A^½.
      const toCovariance = tf.mul<Tensor2D>(tf.sub(identity, tf.matMul(tf.matMul(root, inverse), root)), 1 / energy);
      return {
        loss: () => {
          const traces = tf.sum(tf.mul(identity, tf.sub(current, tf.mul(cross, 2))));
          const distance = tf.add(tf.add(tf.sum(tf.square(difference)), traces), trace + shift * channels);
          return tf.mul<tf.Scalar>(distance, 1 / energy);
        },
        toMean: tf.sub<Tensor1D>(tf.mul(difference, 2 / energy), throughMean(toCovariance, mean)),
        toGram: toCovariance,
      };
    },
    dispose: () => tf.dispose([identity, goalMean, root]),
  };
}

/** Square root and inverse square root of a positive definite matrix: coupled Newton–Schulz (Higham 2008, 6.35). */
function rootAndInverse(matrix: Tensor2D, identity: Tensor2D): { root: Tensor2D; inverse: Tensor2D } {
  const norm = tf.sqrt(tf.sum(tf.square(matrix)));
  let y = tf.div<Tensor2D>(matrix, norm);
  let z = identity;
  for (let i = 0; i < iterations; i++) {
    const t = tf.mul<Tensor2D>(tf.sub(tf.mul(identity, 3), tf.matMul(z, y)), 0.5);
    y = tf.matMul(y, t);
    z = tf.matMul(t, z);
  }
  const scale = tf.sqrt(norm);
  return { root: tf.mul<Tensor2D>(y, scale), inverse: tf.div<Tensor2D>(z, scale) };
}
