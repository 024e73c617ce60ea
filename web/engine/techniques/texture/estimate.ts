/** Peak memory of a run, by arithmetic: nothing is allocated to find out. */
import type { TextureRecipe } from '../../../../shared/recipe';
import type { Network } from '../../network/network';
import { PyramidAdam } from '../../optimise/pyramidAdam';
import { bytesOf } from '../held';
import { resultSize } from './sizes';
import { margin, optimiser } from './synthesis';

const floatBytes = 4;
/** Iterate, average, gradients, and the optimiser's levels (4/3 of a picture each). */
const pictures = 12;

export function estimateTextureBytes(recipe: TextureRecipe, network: Network): number {
  const { width, height } = resultSize(recipe);
  const positions = (width + 2 * margin) * (height + 2 * margin);
  if (recipe.method !== 'gram') return floatBytes * 3 * 3 * positions;
  const taps = recipe.layers.filter(({ weight }) => weight > 0).map(({ layer }) => layer);
  const shapes = network.featureShapes(taps, height + 2 * margin, width + 2 * margin);
  const sizes = [...shapes.values()].map(([h, w, channels]) => h * w * channels);
  return floatBytes * (sizes.reduce((a, b) => a + b, 0) + 2 * Math.max(...sizes) + pictures * positions * 3);
}

/** What the size before has left (half of its moments' bytes), the picture, cropped, enlarged, and in the sample's colours. */
const ownPictures = 6;

export function heldTextureBytes(recipe: TextureRecipe): number {
  const { width, height } = resultSize(recipe);
  const canvas = { width: width + 2 * margin, height: height + 2 * margin };
  const pixels = canvas.width * canvas.height;
  // What a baseline works on is counted as if it were tensors.
  if (recipe.method !== 'gram') return bytesOf({ pixels, pictures: 0, shown: 2, stateBytes: 0 });
  const rungs = recipe.ladder ? recipe.layers.length : 0;
  return bytesOf({
    pixels,
    pictures: ownPictures + 2 * rungs,
    shown: 2 * (rungs + 1),
    stateBytes: PyramidAdam.stateBytes(canvas, optimiser(recipe.stepSize)),
  });
}
