/** Where a distillation begins: seeded noise made fit by pictures, or the weights of a network. */
import type * as tf from '@tensorflow/tfjs-core';
import { normalNoise } from '../../../web/engine/images/random';
import { Network } from '../../../web/engine/network/network';
import type { Parameters } from '../../../web/engine/network/parameters';
import { randomOf } from '../../../web/engine/train/samples';
import { statisticsOf } from '../../../web/engine/transformer/normalisation';

import { normalised } from './gradient';
import { type BackboneLayout, inSlot } from './layout';
import { directionLength, filtersOf, takeFilters } from './weightNorm';

const dispose = (tensors: readonly tf.Tensor[]): void => {
  for (const tensor of tensors) tensor.dispose();
};

/**
 * Seeded directions, and gains and biases by which every channel has mean 0 and variance 1 before its ReLU on the given
 * pictures, layer by layer (Salimans & Kingma 2016, section 3): no channel begins silent, and none loud.
 * @param images `[1, H, W, 3]`, RGB in 0..1; stay the caller's
 * @returns the layout's numbers, with heads of zeros
 */
export async function fromNoise(
  layout: BackboneLayout,
  seed: number,
  images: readonly tf.Tensor4D[],
): Promise<Float32Array> {
  const values = new Float32Array(layout.size);
  const pictures = images.map((image) => normalised(image, layout.entrance));
  for (const [i, { tap, direction, gain, bias }] of layout.convolutions.entries()) {
    const deviation = directionLength / Math.sqrt(direction.size / gain.size);
    inSlot(values, direction).set(normalNoise(direction.size, randomOf(seed, i)).map((value) => value * deviation));
    inSlot(values, gain).fill(1);
    // Those behind it are zeros still, and not run.
    const network = Network.create(layout.architecture, filtersOf(layout, values));
    const passes = pictures.map((image) => network.with({ linear: tap }).forward(image, [tap], 'features'));
    const { mean, variance } = statisticsOf(passes.map((pass) => pass.at(tap)));
    const [means, variances] = await Promise.all([mean.data<'float32'>(), variance.data<'float32'>()]);
    for (const pass of passes) pass.dispose();
    dispose([mean, variance]);
    network.dispose();
    const gains = variances.map((value) => 1 / Math.sqrt(value + 1e-5));
    inSlot(values, gain).set(gains);
    inSlot(values, bias).set(means.map((value, c) => -value * (gains[c] ?? 1)));
  }
  dispose(pictures);
  return values;
}

/**
 * A network's own weights, with heads of zeros.
 * @throws ReverieError `weights-invalid` when one is missing or has another shape.
 */
export function fromNetwork(layout: BackboneLayout, parameters: Parameters): Float32Array {
  const values = new Float32Array(layout.size);
  takeFilters(layout, parameters, values);
  return values;
}
