/**
 * The losses of the default style recipe written plainly, for the tape: the formulas of web/engine/objectives, none of
 * its code. When a formula or a weight there changes, the benchmark's comparison of the loss values fails until it
 * is changed here too.
 */
import * as tf from '@tensorflow/tfjs-core';
import { ReverieError } from '../../../shared/errors';
import type { StyleLossKind, StyleRecipe } from '../../../shared/techniques/style/schema';
import type { LayerStatistics } from '../../../web/engine/objectives/statistics';

type Tensor1D = tf.Tensor1D;
type Tensor2D = tf.Tensor2D;
type Tensor4D = tf.Tensor4D;

/** A loss on the features of one tap. */
export interface TapeLoss {
  readonly tap: string;
  readonly of: (features: Tensor4D) => tf.Tensor;
}

const sumOfSquares = (x: tf.Tensor): tf.Tensor => tf.sum(tf.square(x));
/** tr (A B) for symmetric matrices, aᵀ b for vectors. */
const dot = (a: tf.Tensor, b: tf.Tensor): tf.Tensor => tf.sum(tf.mul(a, b));

/** P of the weights at a tap, `[C, C]`, or null for the identity. */
export type MetricOf = (tap: string) => Float32Array | null;

/**
 * ⟨d, W d⟩ / ⟨t, W t⟩ for d = value − target, where W weighs with the metric; the energy of the target counts as
 * a hundredth of that of `scale` at least.
 */
function relativeError<T extends tf.Tensor>(target: T, weigh: (x: T) => T, scale = target): (value: T) => tf.Tensor {
  const energyOf = (x: T) => dot(weigh(x), x);
  const energy = tf.tidy(() => tf.maximum(tf.maximum(energyOf(target), tf.mul(energyOf(scale), 0.01)), 1e-6));
  return (value) => {
    const difference = tf.sub<T>(value, target);
    return tf.div(dot(weigh(difference), difference), energy);
  };
}

function metricAt(metric: Float32Array | null, channels: number): Tensor2D | null {
  return metric && tf.tensor2d(metric, [channels, channels]);
}

/** Every style term of the recipe with its weight: those of the network together weigh 1, beside grain and palette. */
export function styleLosses(
  { styleLayers, grain, palette, strength, loss }: StyleRecipe,
  statistics: ReadonlyMap<string, LayerStatistics>,
  metricOf: MetricOf,
): TapeLoss[] {
  const total = styleLayers.reduce((sum, { weight }) => sum + weight, 0);
  const pull = 10 ** ((strength - 50) / 25);
  const ofNetwork = styleLayers.map(({ layer, weight }) => ({ layer, share: weight / total }));
  const ofGrain = ['grain1', 'grain2'].map((layer) => ({ layer, share: grain / 2 }));
  const ofColours = { layer: 'palette', share: palette * Math.min(1, pull) };
  return [...ofNetwork, ...ofGrain, ofColours].flatMap(({ layer, share }): TapeLoss[] => {
    const target = statistics.get(layer);
    if (!target || share === 0) return [];
    const weighed = () => styleDistance(loss, target, metricAt(metricOf(layer), target.channels));
    const distance = layer === 'palette' ? paletteDistance(target) : weighed();
    return [{ tap: layer, of: (features) => tf.mul(distance(momentsOf(features)), 6 * pull * share) }];
  });
}

/** Every content term of the recipe with its weight. @param contentOf the photo's features at a tap */
export function contentLosses(
  { contentLayers }: StyleRecipe,
  contentOf: (tap: string) => Tensor4D,
  metricOf: MetricOf,
): TapeLoss[] {
  return contentLayers.flatMap(({ layer, weight }): TapeLoss[] => {
    if (weight === 0) return [];
    const target = contentOf(layer);
    const metric = metricAt(metricOf(layer), target.shape[3]);
    const weigh = (x: Tensor4D): Tensor4D => {
      if (!metric) return x;
      return tf.reshape(tf.matMul(tf.reshape(x, [-1, target.shape[3]]), metric), target.shape);
    };
    const error = relativeError(target, weigh);
    return [{ tap: layer, of: (features) => tf.mul(error(features), weight) }];
  });
}

interface Moments {
  readonly mean: Tensor1D;
  readonly gram: Tensor2D;
}

function momentsOf(features: Tensor4D): Moments {
  const [, height, width, channels] = features.shape;
  const rows = tf.reshape(features, [height * width, channels]) as Tensor2D;
  return { mean: tf.mean<Tensor1D>(rows, 0), gram: tf.div<Tensor2D>(tf.matMul(rows, rows, true), height * width) };
}

/** Not a matMul: on WASM its second operand is remembered by its data, whatever the shape that it was given later. */
const outer = (mean: Tensor1D): Tensor2D => tf.mul(tf.reshape(mean, [-1, 1]), tf.reshape(mean, [1, -1]));

function styleDistance(
  kind: StyleLossKind,
  target: LayerStatistics,
  metric: Tensor2D | null,
): (moments: Moments) => tf.Tensor {
  const { channels } = target;
  const mean = tf.tensor1d(target.mean);
  const covariance = tf.tensor2d(target.covariance, [channels, channels]);
  const unweighed = (x: Tensor1D) => x;
  const onVector = (x: Tensor1D): Tensor1D =>
    metric ? tf.reshape(tf.matMul(metric, tf.reshape(x, [-1, 1])), [-1]) : x;
  const onMatrix = (x: Tensor2D): Tensor2D => (metric ? tf.matMul(tf.matMul(metric, x), metric) : x);
  switch (kind) {
    case 'gram': {
      const error = relativeError(tf.add<Tensor2D>(covariance, outer(mean)), onMatrix);
      return ({ gram }) => error(gram);
    }
    case 'covariance': {
      const first = relativeError(mean, onVector);
      const second = relativeError(covariance, onMatrix, tf.add<Tensor2D>(covariance, outer(mean)));
      return (current) => tf.add(second(tf.sub(current.gram, outer(current.mean))), first(current.mean));
    }
    case 'moments': {
      const diagonal = tf.eye(channels);
      const deviation = (matrix: Tensor2D): Tensor1D =>
        tf.sqrt(tf.add(tf.relu(tf.sum(tf.mul(matrix, diagonal), 1)), 1e-5));
      const first = relativeError(mean, unweighed);
      const second = relativeError(deviation(covariance), unweighed);
      return (current) => tf.add(second(deviation(tf.sub(current.gram, outer(current.mean)))), first(current.mean));
    }
    case 'wasserstein':
      throw new ReverieError('internal', 'The tape of the benchmark does not have the Wasserstein loss: add it.');
  }
}

/** Of a cube: edges, and diagonals of its faces. */
const axes = [0, 1, 2];
const directions = [
  ...axes.map((i) => axes.map((k) => (k === i ? 1 : 0))),
  ...[1, -1].flatMap((sign) =>
    axes.map((i) => axes.map((k) => Math.SQRT1_2 * (k === i ? 1 : k === (i + 1) % 3 ? sign : 0))),
  ),
];

/** Means, and deviations along the directions, over the painting's variance. */
function paletteDistance({ mean, covariance }: LayerStatistics): (moments: Moments) => tf.Tensor {
  const along = tf.tensor2d(directions);
  const deviations = (matrix: Tensor2D): Tensor1D =>
    tf.sqrt(tf.add(tf.relu(tf.sum(tf.mul(tf.matMul(along, matrix), along), 1)), 1e-4));
  const goal = tf.tensor2d(covariance, [3, 3]);
  const goalMean = tf.tensor1d(mean);
  const goalDeviations = tf.tidy(() => deviations(goal));
  const energy = Math.max(
    0.25,
    [0, 4, 8].reduce((sum, i) => sum + (covariance[i] ?? 0), 0),
  );
  return (current) => {
    const errors = tf.sub(deviations(tf.sub(current.gram, outer(current.mean))), goalDeviations);
    const ofMean = sumOfSquares(tf.sub(current.mean, goalMean));
    return tf.div(tf.add(tf.div(sumOfSquares(errors), 3), ofMean), energy);
  };
}

/** Nine-point total variation: mean squared differences to the right, below and on both diagonals. */
export function totalVariation(image: Tensor4D, weight: number): tf.Tensor {
  const [, height, width, channels] = image.shape;
  const part = (y: number, x: number, h: number, w: number) => tf.slice(image, [0, y, x, 0], [1, h, w, channels]);
  const right = sumOfSquares(tf.sub(part(0, 1, height, width - 1), part(0, 0, height, width - 1)));
  const below = sumOfSquares(tf.sub(part(1, 0, height - 1, width), part(0, 0, height - 1, width)));
  const falling = sumOfSquares(tf.sub(part(1, 1, height - 1, width - 1), part(0, 0, height - 1, width - 1)));
  const rising = sumOfSquares(tf.sub(part(1, 0, height - 1, width - 1), part(0, 1, height - 1, width - 1)));
  const axes = tf.mul(tf.add(right, below), 2 / 3);
  const diagonals = tf.mul(tf.add(falling, rising), 1 / 6);
  return tf.mul(tf.add(axes, diagonals), weight / image.size);
}
