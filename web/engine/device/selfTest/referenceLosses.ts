/** As reference.ts, of the losses that a backend may do at once: gradient and value. */
import type { PaletteLossAttributes } from '../../kernels/contract';
import { add, at, momentsOf, type Volume } from './reference';

/** Of `covarianceLoss` and `paletteLoss`: what follows at the pixels from the gradients at the mean and at the covariance. */
function throughMoments(
  { height, width, channels, data }: Volume,
  dy: Volume,
  mean: Float32Array,
  toMean: readonly number[],
  toCovariance: (row: number, column: number) => number,
): Float32Array {
  return dy.data.map((value, index) => {
    const c = index % channels;
    let sum = toMean[c] ?? 0;
    for (let k = 0; k < channels; k++) sum += 2 * toCovariance(c, k) * (at(data, index - c + k) - at(mean, k));
    return value + sum / (height * width);
  });
}

/** @param metric null: the identity */
export function covarianceLossOf(
  x: Volume,
  goal: Float32Array,
  metric: Float32Array | null,
  dy: Volume,
  weight: number,
): { gradient: Float32Array; loss: number } {
  const { channels: n } = x;
  const { mean, gram } = momentsOf(x);
  const p = (i: number, k: number) => (metric ? at(metric, i * n + k) : Number(i === k));
  const sum = (term: (k: number) => number) => Array.from({ length: n }, (_, k) => term(k)).reduce((a, b) => a + b, 0);
  const off = (i: number) => at(mean, i) - at(goal, n * n + i);
  const [meanGain, gain] = [at(goal, n * n + n), at(goal, n * n + n + 1)];
  const difference = (i: number, k: number) => at(gram, i * n + k) - at(mean, i) * at(mean, k) - at(goal, i * n + k);
  const once = new Float32Array(n * n).map((_, i) => sum((k) => difference(Math.floor(i / n), k) * p(k, i % n)));
  const twice = once.map((_, i) => sum((k) => p(Math.floor(i / n), k) * at(once, k * n + (i % n))));
  const pulls = Array.from({ length: n }, (_, i) => sum((k) => p(i, k) * off(k)));
  const squares = sum((i) => sum((k) => at(twice, i * n + k) * difference(i, k)));
  return {
    gradient: throughMoments(
      x,
      dy,
      mean,
      pulls.map((pull) => weight * meanGain * pull),
      (i, k) => weight * gain * at(twice, i * n + k),
    ),
    loss: (weight / 2) * (gain * squares + meanGain * sum((i) => (pulls[i] ?? 0) * off(i))),
  };
}

export function guidedLossOf(
  x: Volume,
  guide: Volume,
  dy: Volume,
  weight: number,
): { gradient: Float32Array; loss: number } {
  const { channels } = x;
  const gradient = dy.data.slice();
  let loss = 0;
  for (let from = 0; from < x.data.length; from += channels) {
    let [most, where] = [Number.NEGATIVE_INFINITY, 0];
    for (let g = 0; g < guide.data.length; g += channels) {
      let product = 0;
      for (let c = 0; c < channels; c++) product += at(x.data, from + c) * at(guide.data, g + c);
      if (product > most) [most, where] = [product, g];
    }
    loss += weight * most;
    for (let c = 0; c < channels; c++) add(gradient, from + c, weight * at(guide.data, where + c));
  }
  return { gradient, loss };
}

/** @param goal deviations along the directions, then the mean */
export function paletteLossOf(
  x: Volume,
  directions: readonly (readonly number[])[],
  goal: Float32Array,
  dy: Volume,
  { weight, share, gain, least }: PaletteLossAttributes,
): { gradient: Float32Array; loss: number } {
  const { mean, gram } = momentsOf(x);
  const covariance = (i: number, k: number) => at(gram, 3 * i + k) - at(mean, i) * at(mean, k);
  const slopes = new Float32Array(9);
  let loss = 0;
  directions.forEach((along, d) => {
    let variance = least;
    along.forEach((a, i) => {
      along.forEach((b, k) => {
        variance += a * b * covariance(i, k);
      });
    });
    const error = Math.sqrt(variance) - at(goal, d);
    loss += share * error * error;
    along.forEach((a, i) => {
      along.forEach((b, k) => {
        add(slopes, 3 * i + k, (share * error * a * b) / Math.sqrt(variance));
      });
    });
  });
  const off = [0, 1, 2].map((i) => at(mean, i) - at(goal, directions.length + i));
  loss += gain * off.reduce((sum, value) => sum + value * value, 0);
  const toMean = off.map((value) => weight * 2 * gain * value);
  return {
    gradient: throughMoments(x, dy, mean, toMean, (i, k) => weight * at(slopes, 3 * i + k)),
    loss: weight * loss,
  };
}
