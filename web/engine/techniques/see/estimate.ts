/** Peak memory of a run, by arithmetic: nothing is allocated to find out. */
import { compares, growsFromNoise, type SeeRecipe, type SeeView } from '../../../../shared/techniques/see/schema';
import type { Network } from '../../network/network';
import { bytesOf, floatPixelBytes } from '../technique';
import { featureMargin } from './feature';
import { mostItems } from './items';

const floatBytes = 4;
/** Photo, noisy copy, gradient and their sum. */
const saliencyPictures = 5;
/** Picture, coefficients, moments, gradient, and what passes between them. */
const featurePictures = 12;
/** Index and weight of a warp's four gathers forward and nine back. */
const warpValues = 2 * (4 + 9);

/**
 * With a gradient: every saved activation and the largest twice more (a gradient and its successor). Without: a layer
 * and the next, and room for the convolution between.
 */
export function estimateSeeBytes(recipe: SeeRecipe, network: Network, width: number, height: number): number {
  const fromNothing = growsFromNoise(recipe.view);
  const [across, down] = fromNothing ? [recipe.size, recipe.size] : [width, height];
  const margin = fromNothing ? 2 * featureMargin : 0;
  const shapes = network.featureShapes([recipe.layer], down + margin, across + margin);
  const sizes = [...shapes.values()].map(([h, w, channels]) => h * w * channels);
  const largest = Math.max(...sizes);
  const saved = sizes.reduce((a, b) => a + b, 0) + 2 * largest;
  const positions = (across + margin) * (down + margin);
  if (looksOnce(recipe.view)) return floatBytes * (3 * largest + 3 * positions);
  if (!fromNothing) return floatBytes * (saved + 3 * saliencyPictures * positions);
  return floatBytes * (saved + (3 * featurePictures + warpValues) * positions + 5 * (across + margin) ** 2);
}

export const looksOnce = (view: SeeView) => compares(view) || ['activations', 'gram', 'filters'].includes(view);

/** Photo, map, heat and overlay, or the picture as it is read and cropped. */
const ownPictures = 4;
/** A picture's coefficients and their two moments. */
const featureArrays = 3;

export function heldSeeBytes(recipe: SeeRecipe, width: number, height: number): number {
  const feature = growsFromNoise(recipe.view);
  const side = recipe.size + 2 * featureMargin;
  const pixels = feature ? side ** 2 : width * height;
  const arrays = ['saliency', 'segmentation'].includes(recipe.view) ? 1 : feature ? featureArrays : 0;
  const affinities = recipe.view === 'map' ? 2 * floatBytes * mostItems ** 2 : 0;
  return (
    affinities + bytesOf({ pixels, pictures: ownPictures, shown: 4, stateBytes: arrays * pixels * floatPixelBytes })
  );
}
