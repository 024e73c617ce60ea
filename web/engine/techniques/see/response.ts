/** How strongly a layer, or one channel of it, responds: what saliency differentiates and a feature's picture climbs. */
import * as tf from '@tensorflow/tfjs-core';
import { ReverieError } from '../../../../shared/errors';
import type { SeeRecipe } from '../../../../shared/techniques/see/schema';
import { squaresLoss } from '../../kernels/fused';
import type { Network } from '../../network/network';
import type { Objective } from '../../objectives/objective';

type Tensor4D = tf.Tensor4D;

/**
 * Channels of the recipe's layer; allocates nothing.
 * @throws ReverieError `layer-unknown` for a layer or a channel that the network has not; `image-too-small`.
 */
export function channelsOf(recipe: SeeRecipe, network: Network, height: number, width: number): number {
  const { layer, channel } = recipe;
  const node = network.nodeOf(layer);
  const [, , channels] = network.featureShapes([layer], height, width).get(node) ?? [0, 0, 0];
  if (channel === undefined || channel < channels) return channels;
  throw new ReverieError(
    'layer-unknown',
    `${layer} has no channel ${channel}; it has ${channels}, from 0 to ${channels - 1}.`,
  );
}

/** The answer that the recipe asks for. @throws as `channelsOf` */
export function responseOf(recipe: SeeRecipe, network: Network, height: number, width: number): Objective {
  const channels = channelsOf(recipe, network, height, width);
  const { layer, channel } = recipe;
  return channel === undefined ? layerResponse(layer) : channelResponse(layer, channel, channels);
}

/** @throws ReverieError `channel-silent`: a picture of nothing would say nothing */
export function assertAnswers(answers: boolean, { layer, channel }: SeeRecipe): void {
  if (answers) return;
  const what = channel === undefined ? layer : `Channel ${channel} of ${layer}`;
  throw new ReverieError('channel-silent', `${what} does not answer to this photo. Choose another channel or photo.`);
}

/** L = ½ Σ a² over the whole layer; its gradient is the activation itself. */
export function layerResponse(tap: string): Objective {
  return {
    tap,
    gradient: (features, gradient, measure) =>
      tf.tidy(() => {
        const inputs = { x: features, target: null, weighed: null, energy: null, dy: gradient };
        const fused = squaresLoss(inputs, { weight: 0.5 });
        if (fused) {
          measure?.(tf.keep(fused.loss));
          return fused.gradient;
        }
        measure?.(tf.keep(tf.mul<tf.Scalar>(tf.sum(tf.square(features)), 0.5)));
        return gradient ? tf.add<Tensor4D>(gradient, features) : tf.clone(features);
      }),
    dispose: () => undefined,
  };
}

/** L = weight · Σ a over the positions of one channel; of a classifier's tap, a class' logit. */
export function channelResponse(tap: string, channel: number, channels: number, weight = 1): Objective {
  const chosen = tf.tensor1d(Array.from({ length: channels }, (_, c) => (c === channel ? weight : 0)));
  return {
    tap,
    gradient: (features, gradient, measure) =>
      tf.tidy(() => {
        measure?.(tf.keep(tf.sum<tf.Scalar>(tf.mul(features, chosen))));
        return tf.add<Tensor4D>(gradient ?? tf.zerosLike(features), chosen);
      }),
    dispose: () => chosen.dispose(),
  };
}
