/**
 * Which places of a deeper layer speak for a channel or a class: Grad-CAM (Selvaraju et al. 2017). One pass, and back to the
 * layer of the map only.
 */
import * as tf from '@tensorflow/tfjs-core';
import { ReverieError } from '../../../../shared/errors';
import type { SeeRecipe } from '../../../../shared/techniques/see/schema';
import { readRaster, tensorOf } from '../../images/pictures';
import { bilinear, type Raster, resample } from '../../images/resample';
import type { Network } from '../../network/network';
import type { Objective } from '../../objectives/objective';
import type { TechniqueResult } from '../../types';
import type { TechniqueContext } from '../technique';
import { once, photoOf } from './features';
import { overPhoto, risen } from './heat';
import { assertAnswers, responseOf } from './response';

/** Where the map is made, if the recipe does not say: one tap before the layer that is asked, as the paper's last convolution. */
export function mapLayerOf({ layer, mapLayer }: SeeRecipe, network: Network): string {
  if (mapLayer === undefined) return network.taps[Math.max(0, network.taps.indexOf(layer) - 1)] ?? layer;
  network.nodeOf(mapLayer);
  if (network.taps.indexOf(mapLayer) <= network.taps.indexOf(layer)) return mapLayer;
  throw new ReverieError(
    'layer-unknown',
    `${mapLayer} lies behind ${layer}: a map is made on the way to what is asked.`,
  );
}

export async function runGradcam(context: TechniqueContext<SeeRecipe>): Promise<TechniqueResult> {
  const { recipe, network } = context;
  const photo = photoOf(context);
  const mapLayer = mapLayerOf(recipe, network);
  const response = responseOf(recipe, network, photo.height, photo.width);
  return once(context, async (peak) => {
    const image = tensorOf(photo);
    try {
      const map = await gradcam(network, image, mapLayer, response, peak);
      assertAnswers(
        map.values.some((value) => value > 0),
        recipe,
      );
      // The mean answer of a layer goes smoothly from place to place; its cells are no things of their own.
      const smooth = resample(risen(map), photo.width, photo.height, bilinear);
      return overPhoto(photo, smooth, recipe.overlay, 'gradcam');
    } finally {
      image.dispose();
      response.dispose();
    }
  });
}

/**
 * ReLU(Σ_k α_k A_k), α_k the mean over places of ∂R/∂A_k (equations 1 and 2 of the paper); `[h, w]`, one channel.
 * @param image `[1, H, W, 3]`, the caller's
 */
export async function gradcam(
  network: Network,
  image: tf.Tensor4D,
  mapLayer: string,
  response: Objective,
  onPeak: () => void = () => undefined,
): Promise<Raster> {
  const activations = network.forward(image, [...new Set([mapLayer, response.tap])]);
  onPeak();
  let map: tf.Tensor4D | undefined;
  activations.backward((tap, features, arrived) => {
    const gradient = tap === response.tap ? response.gradient(features, arrived) : arrived;
    if (tap !== mapLayer || !gradient) return gradient;
    map = tf.tidy(() => {
      const weights = tf.mean(gradient, [1, 2], true);
      return tf.relu<tf.Tensor4D>(tf.sum(tf.mul(features, weights), 3, true));
    });
    gradient.dispose();
    return null;
  });
  if (!map) throw new ReverieError('internal', `Nothing came back to ${mapLayer}.`);
  return readRaster(map).finally(() => map?.dispose());
}
