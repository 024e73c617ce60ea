/**
 * What a step is held against: the network's bare pass by the engine's own kernels, and the same pass as anyone would
 * write it with TensorFlow.js. What they upload stays on the device, whose process ends with the measuring.
 */
import * as tf from '@tensorflow/tfjs-core';
import { tensorOf } from '../../../web/engine/images/pictures';
import { headOf } from '../../../web/engine/objectives/objective';
import { layerResponse } from '../../../web/engine/techniques/see/response';
import { blendStyles } from '../../../web/engine/transformer/parameters';
import { Transformer } from '../../../web/engine/transformer/transformer';
import type { ShippedNetwork } from '../fast/network';
import { photo } from '../style/pictures';
import type { Problem, Size } from '../style/problem';
import { type Forward, plainNetwork } from '../style/tape';
import type { Pass } from './forwardWatch';
import { plainTransformer } from './plainTransformer';

type Tensor4D = tf.Tensor4D;

/** Each computes the pass once and frees everything. */
export interface Baselines {
  readonly bare: () => void;
  readonly stock: () => void;
}

/** Of the perceptual network: to the taps and, where that was asked for, back from ½Σa² at each of them. */
export async function networkBaselines(problem: Problem, { width, height, taps, purpose }: Pass): Promise<Baselines> {
  const image = tensorOf(await photo(width, height));
  const forward = plainNetwork(problem, taps);
  if (purpose === 'features') {
    return {
      bare: () => problem.network.forward(image, taps, purpose).dispose(),
      stock: () => tf.tidy(() => void forward(image)),
    };
  }
  const head = headOf([...new Set(taps)].map(layerResponse));
  return {
    bare: () => problem.network.forward(image, taps).backward(head)?.dispose(),
    stock: () => tf.tidy(() => void tapeGradient(forward, taps, image)),
  };
}

function tapeGradient(forward: Forward, taps: readonly string[], image: Tensor4D): Tensor4D {
  const loss = (x: Tensor4D): tf.Scalar => {
    const features = forward(x);
    const terms = taps.map((tap) => tf.mul<tf.Scalar>(tf.sum(tf.square(features.get(tap) ?? x)), 0.5));
    return tf.addN(terms) as tf.Scalar;
  };
  return tf.valueAndGrad<Tensor4D, tf.Scalar>(loss)(image).grad;
}

/** Of the fast-style network, at a size. */
export async function transformerBaselines(shipped: ShippedNetwork, { width, height }: Size): Promise<Baselines> {
  const { configuration, parameters, weights } = shipped;
  const network = new Transformer(configuration, parameters);
  const vector = network.blend(weights);
  const image = tensorOf(await photo(width, height));
  const plain = plainTransformer(
    network.layout,
    parameters.values,
    blendStyles(network.layout, parameters.values, weights),
  );
  return {
    bare: () => network.paint(image, vector).dispose(),
    stock: () => plain(image).dispose(),
  };
}
