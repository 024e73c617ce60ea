import type { TextureRecipe } from '../../../../shared/techniques/texture/schema';
import { PyramidAdam } from '../../optimise/pyramidAdam';
import { bytesOf, floatBytes, passOf, type Technique } from '../technique';
import { runTexture } from './run';
import { resultSize } from './sizes';
import { margin, optimiser } from './synthesis';

/** Iterate, average, gradients, and the optimiser's levels (4/3 of a picture each). */
const pictures = 12;
/** What the size before has left (half of its moments' bytes), the picture, cropped, enlarged, and in the sample's colours. */
const ownPictures = 6;

function canvasOf(recipe: TextureRecipe) {
  const { width, height } = resultSize(recipe);
  return { width: width + 2 * margin, height: height + 2 * margin };
}

/** More of the same, and never the same twice. */
export const texture: Technique<TextureRecipe> = {
  name: 'texture',
  run: runTexture,

  estimateBytes(recipe, network) {
    const { width, height } = canvasOf(recipe);
    if (recipe.method !== 'gram') return floatBytes * 3 * 3 * width * height;
    const taps = recipe.layers.filter(({ weight }) => weight > 0).map(({ layer }) => layer);
    return floatBytes * (passOf(network, taps, height, width).numbers + pictures * width * height * 3);
  },

  heldBytes(recipe) {
    const canvas = canvasOf(recipe);
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
  },
};
