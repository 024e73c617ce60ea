/** From a recipe to what is amplified; everything that can be wrong is found out before anything is allocated. */
import * as tf from '@tensorflow/tfjs-core';
import { fieldError, ReverieError } from '../../../../shared/errors';
import type { DreamRecipe } from '../../../../shared/techniques/dream/schema';
import { rasterOf, resizeToLongSide, tensorOf } from '../../images/pictures';
import type { Network } from '../../network/network';
import { amplifyObjective, guidedObjective, type Place } from '../../objectives/amplify';
import type { Objective } from '../../objectives/objective';
import type { Pixels } from '../../types';

/** Long side of a guide: every position of the picture is compared with every position of the guide. */
export const guideSize = 224;

/** Taps with a weight above 0, without repetition. */
export const tapsOf = ({ layers }: DreamRecipe): string[] => [
  ...new Set(layers.filter(({ weight }) => weight > 0).map(({ layer }) => layer)),
];

/** @throws ReverieError `recipe-invalid` when nothing is amplified, `layer-unknown` for a tap or channel that is not there. */
export function checkLayers(recipe: DreamRecipe, network: Network): void {
  if (tapsOf(recipe).length === 0) {
    throw fieldError('recipe-invalid', 'Recipe', 'layers', 'at least one layer needs a weight above 0.');
  }
  if (recipe.guide !== undefined && recipe.layers.some(({ channels, at }) => channels || at)) {
    throw fieldError('recipe-invalid', 'Recipe', 'layers', 'a guide leads whole layers, not channels or places.');
  }
  for (const { layer, channels = [] } of recipe.layers) {
    const count = channelsOf(network, layer);
    const missing = channels.find((channel) => channel >= count);
    if (missing !== undefined) {
      throw new ReverieError(
        'layer-unknown',
        `Layer ${layer} has ${count} channels, 0 to ${count - 1}; there is no ${missing}.`,
      );
    }
  }
}

/**
 * @param placed where a place of the picture is in what the network looks at
 * @param shareOf how much of the picture's positions at a tap is in the part that the network looks at
 * @throws ReverieError `layer-unknown`
 */
export function dreamObjectives(
  recipe: DreamRecipe,
  network: Network,
  guide: Pixels | undefined,
  placed: (at: Place) => Place,
  shareOf: (tap: string) => number,
): Objective[] {
  const layers = recipe.layers.filter(({ weight }) => weight > 0);
  if (!guide) {
    return layers.map(({ layer, weight, channels, at }) =>
      amplifyObjective(layer, channelsOf(network, layer), weight, {
        channels,
        at: at && (() => placed(at)),
        share: () => shareOf(layer),
      }),
    );
  }
  const raster = rasterOf(guide);
  const image = tensorOf(resizeToLongSide(raster, Math.min(guideSize, Math.max(raster.width, raster.height))));
  const activations = network.forward(image, tapsOf(recipe), 'features');
  try {
    return layers.map(({ layer, weight }) =>
      guidedObjective(layer, tf.clone(activations.at(layer)), weight, () => shareOf(layer)),
    );
  } finally {
    activations.dispose();
    image.dispose();
  }
}

/** Any picture that is large enough tells the number of channels. */
const amplePicture = 512;

function channelsOf(network: Network, layer: string): number {
  const shape = network.featureShapes([layer], amplePicture, amplePicture).get(network.nodeOf(layer));
  return shape?.[2] ?? 0;
}
