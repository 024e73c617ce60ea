/**
 * The losses of the default style recipe written plainly, for the tape: the formulas of web/engine/objectives, none of
 * its code. When a formula or a weight there changes, the benchmark's comparison of the loss values fails until it
 * is changed here too.
 */
import * as tf from '@tensorflow/tfjs-core';
import { ReverieError } from '../../../shared/errors';
import type { StyleLossKind, StyleRecipe } from '../../../shared/recipe';
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
const relativeError = (value: tf.Tensor, target: tf.Tensor): tf.Tensor =>
  tf.div(sumOfSquares(tf.sub(value, target)), tf.maximum(sumOfSquares(target), 1e-12));

/** Every content and style term of the recipe with its weight. @param contentOf the photo's features at a tap. */
export function tapeLosses(
  recipe: StyleRecipe,
  contentOf: (tap: string) => Tensor4D,
  statistics: ReadonlyMap<string, LayerStatistics>,
): TapeLoss[] {
  const { contentLayers, styleLayers, strength, loss } = recipe;
  const total = styleLayers.reduce((sum, { weight }) => sum + weight, 0);
  const factor = 10 ** ((strength - 50) / 25);
  const style = styleLayers.flatMap(({ layer, weight }): TapeLoss[] => {
    const target = statistics.get(layer);
    if (!target || weight === 0) return [];
    const distance = styleDistance(loss, target);
    return [{ tap: layer, of: (features) => tf.mul(distance(momentsOf(features)), (factor * weight) / total) }];
  });
  const content = contentLayers.flatMap(({ layer, weight }): TapeLoss[] => {
    if (weight === 0) return [];
    const target = contentOf(layer);
    return [{ tap: layer, of: (features) => tf.mul(relativeError(features, target), weight) }];
  });
  return [...style, ...content];
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

const outer = (mean: Tensor1D): Tensor2D => tf.matMul(tf.reshape(mean, [-1, 1]), tf.reshape(mean, [1, -1]));

function styleDistance(kind: StyleLossKind, target: LayerStatistics): (moments: Moments) => tf.Tensor {
  const { channels } = target;
  const mean = tf.tensor1d(target.mean);
  const covariance = tf.tensor2d(target.covariance, [channels, channels]);
  switch (kind) {
    case 'gram': {
      const goal = tf.add<Tensor2D>(covariance, outer(mean));
      return ({ gram }) => relativeError(gram, goal);
    }
    case 'covariance':
      return (current) =>
        tf.add(relativeError(tf.sub(current.gram, outer(current.mean)), covariance), relativeError(current.mean, mean));
    case 'moments': {
      const diagonal = tf.eye(channels);
      const deviation = (matrix: tf.Tensor) => tf.sqrt(tf.add(tf.relu(tf.sum(tf.mul(matrix, diagonal), 1)), 1e-5));
      const goal = deviation(covariance);
      return (current) =>
        tf.add(
          relativeError(deviation(tf.sub(current.gram, outer(current.mean))), goal),
          relativeError(current.mean, mean),
        );
    }
    case 'wasserstein':
      throw new ReverieError('internal', 'The tape of the benchmark does not have the Wasserstein loss: add it.');
  }
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
