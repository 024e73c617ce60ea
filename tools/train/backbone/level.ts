/**
 * Every channel to a mean activation of 1: half precision is then safe, and layers compare. Exact, because ReLU and
 * pooling do not mind a positive factor: what a filter is divided by, the filters behind it are multiplied with.
 */
import * as tf from '@tensorflow/tfjs-core';
import { Network } from '../../../web/engine/network/network';
import { type Parameter, type Parameters, parameterOf } from '../../../web/engine/network/parameters';
import { normalised } from './gradient';
import type { BackboneLayout } from './layout';

/** By tap: the mean of every channel over the pictures. */
export type MeanActivations = ReadonlyMap<string, Float32Array>;

/** @param images `[1, H, W, 3]`, RGB in 0..1, one after the other; disposed of */
export async function meanActivations(
  layout: BackboneLayout,
  parameters: Parameters,
  images: AsyncIterable<tf.Tensor4D>,
): Promise<MeanActivations> {
  const network = Network.create(layout.architecture, parameters);
  const taps = layout.convolutions.map(({ tap }) => tap);
  const sums = new Map(layout.convolutions.map(({ tap, gain }) => [tap, new Float32Array(gain.size)]));
  let count = 0;
  for await (const image of images) {
    const picture = normalised(image, layout.entrance);
    const pass = network.forward(picture, taps, 'features');
    const means = taps.map((tap) => tf.mean(pass.at(tap), [0, 1, 2]));
    for (const [i, mean] of means.entries()) {
      const sum = sums.get(taps[i] ?? '');
      const values = await mean.data();
      if (sum) for (const [c, value] of values.entries()) sum[c] = (sum[c] ?? 0) + value;
    }
    pass.dispose();
    tf.dispose([image, picture, ...means]);
    count += 1;
  }
  network.dispose();
  return new Map([...sums].map(([tap, sum]) => [tap, sum.map((value) => value / Math.max(1, count))]));
}

/** Quieter channels than this stay as they are: a factor of thousands would make noise of them. */
const quiet = 1e-4;

/** The same function, but for the scale of each channel of each tap. */
export function levelled(
  { convolutions }: BackboneLayout,
  parameters: Parameters,
  means: MeanActivations,
): Map<string, Parameter> {
  const result = new Map<string, Parameter>();
  let before: Float32Array | undefined;
  for (const { name, tap, direction, bias } of convolutions) {
    const [, , inputs = 1, outputs = 1] = direction.shape;
    const own = means.get(tap)?.map((mean) => (mean > quiet ? mean : 1)) ?? new Float32Array(outputs).fill(1);
    const weights = parameterOf(parameters, `${name}.weight`, direction.shape).map((value, i) => {
      const into = before?.[Math.floor(i / outputs) % inputs] ?? 1;
      return (value * into) / (own[i % outputs] ?? 1);
    });
    result.set(`${name}.weight`, { shape: direction.shape, values: weights });
    const biases = parameterOf(parameters, `${name}.bias`, bias.shape).map((value, c) => value / (own[c] ?? 1));
    result.set(`${name}.bias`, { shape: bias.shape, values: biases });
    before = own;
  }
  return result;
}
