/** What a view gives its network first. */
import * as tf from '@tensorflow/tfjs-core';
import type { Size } from '../../../../shared/pictureSize';
import { growsFromNoise, type SeeRecipe, type SeeView } from '../../../../shared/techniques/see/schema';
import type { Network } from '../../network/network';
import { passThrough } from '../technique';
import { jitter, sizesApart } from './apart';
import { ascentSide } from './ascent';
import { looksOnce } from './estimate';
import { featureMargin } from './feature';
import { mapLayerOf } from './gradcam';
import { reach, walkedBack } from './saliency';

export function passOfView(recipe: SeeRecipe, network: Network, width: number, height: number): void {
  const { view, layer } = recipe;
  const seen = sizeOf(recipe, { width, height });
  if (looksOnce(view) || view === 'occlusion') {
    network.forward(tf.zeros([1, seen.height, seen.width, 3]), [layer], 'features');
    return;
  }
  const taps = view === 'gradcam' ? [mapLayerOf(recipe, network), layer] : [layer];
  passThrough(walkedBack(recipe, network), taps, seen.height, seen.width);
  if (goesPastRelu(view)) passThrough(network.with({ linear: layer }), taps, seen.height, seen.width);
}

/** Some of the way, where the layer does not answer. */
const goesPastRelu = (view: SeeView) => growsFromNoise(view) || view === 'fooling';

function sizeOf(recipe: SeeRecipe, photo: Size): Size {
  const { view, size, smooth } = recipe;
  const square = (side: number): Size => ({ width: side, height: side });
  const more = ({ width, height }: Size, by: number): Size => ({ width: width + by, height: height + by });
  if (view === 'feature') return square(size + 2 * featureMargin);
  if (view === 'ascent') return square(ascentSide(size));
  if (view === 'apart') return more(sizesApart(recipe, photo).sizes[0] ?? photo, jitter);
  if (view === 'saliency' || view === 'segmentation') return more(photo, smooth.samples === 1 ? 0 : reach);
  return photo;
}
