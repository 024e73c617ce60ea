/** Every number of the reference, computed by the engine: what the suites of each backend have in common. */
import * as tf from '@tensorflow/tfjs-core';
import { tensorOf } from '../../web/engine/images/pictures';
import type { Raster } from '../../web/engine/images/resample';
import { moments } from '../../web/engine/kernels';
import { totalOf } from '../../web/engine/kernels/fused';
import type { Head } from '../../web/engine/network/activations';
import type { Network } from '../../web/engine/network/network';
import { contentObjective } from '../../web/engine/objectives/content';
import { headOf, type Objective } from '../../web/engine/objectives/objective';
import { covarianceOf } from '../../web/engine/objectives/statistics';
import { styleObjective } from '../../web/engine/objectives/style';
import { deviation, type ReferenceNetwork } from './reference';

export interface Pictures {
  readonly content: Raster;
  readonly style: Raster;
}

/** Deviation of the content picture's activations at every tap. */
export async function activationDeviations(
  network: Network,
  { content }: Pictures,
  { activations: expected }: ReferenceNetwork,
  taps = Object.keys(expected),
): Promise<Record<string, number>> {
  const image = tensorOf(content);
  const activations = network.forward(image, taps, 'features');
  const deviations: Record<string, number> = {};
  for (const tap of taps) {
    const features = activations.at(tap);
    const summary = expected[tap];
    if (!summary) throw new Error(`The reference has no ${tap}.`);
    deviations[tap] = deviation(await features.data<'float32'>(), features.shape, summary);
  }
  activations.dispose();
  image.dispose();
  return deviations;
}

/** Deviation of the style picture's Gram matrix at every style layer. */
export async function gramDeviations(
  network: Network,
  { style }: Pictures,
  { gram_of_style: expected }: ReferenceNetwork,
): Promise<Record<string, number>> {
  const image = tensorOf(style);
  const activations = network.forward(image, Object.keys(expected), 'features');
  const deviations: Record<string, number> = {};
  for (const [tap, summary] of Object.entries(expected)) {
    const { mean, gram } = moments(activations.at(tap));
    deviations[tap] = deviation(await gram.data<'float32'>(), gram.shape, summary);
    tf.dispose([mean, gram]);
  }
  activations.dispose();
  image.dispose();
  return deviations;
}

/** The layer of a loss of the reference, e.g. of `gram_sse.relu4_1`. */
export const layerOf = (loss: string, { content_layer }: ReferenceNetwork): string =>
  loss.split('.')[1] ?? content_layer;

/** Deviation of a loss and of its gradient at the pixels, both at content / 2 + 1/4. */
export async function lossDeviations(
  network: Network,
  pictures: Pictures,
  reference: ReferenceNetwork,
  loss: string,
): Promise<{ value: number; gradient: number }> {
  const expected = reference.losses[loss];
  if (!expected) throw new Error(`The reference has no ${loss}.`);
  const tap = layerOf(loss, reference);
  const image = tensorOf({ ...pictures.content, values: pictures.content.values.map((value) => value * 0.5 + 0.25) });
  const { head, total, dispose } = await headFor(loss, tap, network, pictures);
  const gradient = network.forward(image, [tap]).backward(head);
  if (!gradient) throw new Error('There is no gradient.');
  const result = {
    value: Math.abs((await total()) - expected.value) / expected.value,
    gradient: deviation(await gradient.data<'float32'>(), gradient.shape, expected.image_gradient),
  };
  tf.dispose([gradient, image]);
  dispose();
  return result;
}

interface MeasuredHead {
  readonly head: Head;
  total(): Promise<number>;
  dispose(): void;
}

/** The reference's losses in terms of the engine's objectives, which are relative to the energy of their target. */
async function headFor(loss: string, tap: string, network: Network, pictures: Pictures): Promise<MeasuredHead> {
  const [kind] = loss.split('.');
  if (kind === 'amplify_half_mean_square') return amplify();
  const picture = kind === 'gram_sse' ? pictures.style : pictures.content;
  const image = tensorOf(picture);
  const activations = network.forward(image, [tap], 'features');
  try {
    const features = activations.at(tap);
    if (kind === 'gram_sse') return measured(await gramSum(tap, features));
    const energy = await squaresOf(features);
    const weight = kind === 'content_mse' ? energy / features.size : 1;
    return measured(contentObjective(tap, tf.clone(features), weight));
  } finally {
    activations.dispose();
    image.dispose();
  }
}

/** Σ (G − A)²: the Gram loss, weighted with the energy that it is divided by. */
async function gramSum(tap: string, features: tf.Tensor4D): Promise<Objective> {
  const { mean, gram } = moments(features);
  const [means, grams] = await Promise.all([mean.data<'float32'>(), gram.data<'float32'>()]);
  tf.dispose([mean, gram]);
  const target = { channels: means.length, mean: means, covariance: covarianceOf(means, grams) };
  return styleObjective(
    tap,
    'gram',
    target,
    grams.reduce((sum, value) => sum + value * value, 0),
  );
}

/** ½ mean φ², whose gradient is φ / n: no objective of the engine yet, so a head by hand. */
function amplify(): MeasuredHead {
  let value: tf.Tensor | undefined;
  return {
    head: (_tap, features) =>
      tf.tidy(() => {
        value = tf.keep(tf.mul(tf.mean(tf.square(features)), 0.5));
        return tf.div<tf.Tensor4D>(features, features.size);
      }),
    total: async () => (await value?.data())?.[0] ?? Number.NaN,
    dispose: () => value?.dispose(),
  };
}

function measured(objective: Objective): MeasuredHead {
  const terms: tf.Tensor[] = [];
  return {
    head: headOf([objective], (term) => terms.push(term)),
    total: async () => {
      const sum = tf.tidy(() => totalOf(terms));
      const [value = Number.NaN] = await sum.data().finally(() => sum.dispose());
      return value;
    },
    dispose: () => {
      tf.dispose(terms);
      objective.dispose();
    },
  };
}

async function squaresOf(features: tf.Tensor4D): Promise<number> {
  const values = await features.data<'float32'>();
  return values.reduce((sum, value) => sum + value * value, 0);
}
