/** A whole network, far too large for finite differences at every pixel, against itself in double precision. */
import * as tf from '@tensorflow/tfjs-core';
import type { Head } from '../../web/engine/network/activations';
import type { Network } from '../../web/engine/network/network';
import type { Parameters } from '../../web/engine/network/parameters';
import { numbers, relativeError } from '../unit/device/numbers';
import { at, dot, finiteDifferences, type Grid, grid, norm, shapeOf } from './float64/grid';
import { runNetwork } from './float64/layers';

/** A picture of fixed noise, values in 0..1. */
export const noise = (height: number, width: number, seed = 1): Grid =>
  grid(
    height,
    width,
    3,
    numbers(height * width * 3, seed).map((value) => (value + 1) / 2),
  );

export const tensorOf = (values: Grid) => tf.tensor4d(Float32Array.from(values.values), shapeOf(values));

export function featuresAt(outputs: ReadonlyMap<string, Grid>, tap: string): Grid {
  const features = outputs.get(tap);
  if (!features) throw new Error(`no ${tap}`);
  return features;
}

/** Pulls fixed numbers at each of the taps; whatever arrives goes along. */
export const pulls =
  (of: (tap: string, size: number) => Float32Array): Head =>
  (tap, features, arrived) => {
    const own = tf.tensor4d(of(tap, features.size), features.shape);
    if (!arrived) return own;
    const sum = tf.add<tf.Tensor4D>(arrived, own);
    tf.dispose([arrived, own]);
    return sum;
  };

export interface Deviations {
  /** Relative error of the features, by tap. */
  readonly features: Readonly<Record<string, number>>;
  /** Of the derivative of Σ pull · features along one direction of all pixels, relative to the gradient's length. */
  readonly slope: number;
}

/** @param parameters those that the network was made from */
export async function deviationsOf(
  network: Network,
  parameters: Parameters,
  image: Grid,
  taps: readonly string[],
): Promise<Deviations> {
  const { architecture } = network;
  const pullOf = (tap: string, size: number) =>
    numbers(size, 70 + taps.indexOf(tap)).map((value) => value / Math.sqrt(size));
  const direction = numbers(image.values.length, 7);
  const [pushed = Number.NaN] = finiteDifferences(
    ([t = 0]) => {
      const values = image.values.map((value, i) => value + t * at(direction, i));
      const outputs = runNetwork(architecture, parameters, { ...image, values });
      return taps.reduce((sum, tap) => {
        const { values: features } = featuresAt(outputs, tap);
        return sum + dot(features, pullOf(tap, features.length));
      }, 0);
    },
    [0],
    1e-6,
  );
  const outputs = runNetwork(architecture, parameters, image);
  const input = tensorOf(image);
  const activations = network.forward(input, taps);
  const features: Record<string, number> = {};
  for (const tap of taps) {
    features[tap] = relativeError(await activations.at(tap).data(), featuresAt(outputs, tap).values);
  }
  const gradient = activations.backward(pulls(pullOf)) ?? tf.zerosLike(input);
  const values = await gradient.data<'float32'>();
  tf.dispose([gradient, input]);
  return { features, slope: Math.abs(dot(values, direction) - pushed) / (norm(values) * norm(direction)) };
}
