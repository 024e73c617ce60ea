import * as tf from '@tensorflow/tfjs-core';
import type { TextureRecipe } from '../../../../shared/techniques/texture/schema';
import { fitLongSide } from '../../images/pictures';
import { PyramidAdam } from '../../optimise/pyramidAdam';
import { bytesOf, floatBytes, passOf, passThrough, type Technique } from '../technique';
import { runTexture } from './run';
import { resultSize, textureScales } from './sizes';
import { margin, mirrored, optimiser, wrapped } from './synthesis';

/** Iterate, average, gradients, and the optimiser's levels (4/3 of a picture each). */
const pictures = 12;
/** What the size before has left (half of its moments' bytes), the picture, cropped, enlarged, and in the sample's colours. */
const ownPictures = 6;

function canvasOf(recipe: TextureRecipe) {
  const { width, height } = resultSize(recipe);
  return { width: width + 2 * margin, height: height + 2 * margin };
}

const tapsOf = ({ layers }: TextureRecipe) => layers.filter(({ weight }) => weight > 0).map(({ layer }) => layer);

/** More of the same, and never the same twice. */
export const texture: Technique<TextureRecipe> = {
  name: 'texture',
  run: runTexture,

  /** Of the sample, forward only, and of the texture, at the coarsest size. */
  pass(recipe, network, width, height) {
    if (recipe.method !== 'gram') return;
    const taps = tapsOf(recipe);
    const [first = { ...resultSize(recipe), share: 1 }] = textureScales(recipe);
    const sample = fitLongSide(width, height, Math.min(recipe.sampleSize, Math.max(width, height)) * first.share);
    network.forward(tf.zeros([1, sample.height, sample.width, 3]), taps, 'features');
    const around = recipe.seamless ? 0 : 2 * margin + mirrored;
    passThrough(wrapped(network, recipe), taps, first.height + around, first.width + around);
  },

  estimateBytes(recipe, network) {
    const { width, height } = canvasOf(recipe);
    if (recipe.method !== 'gram') return floatBytes * 3 * 3 * width * height;
    return floatBytes * (passOf(network, tapsOf(recipe), height, width).numbers + pictures * width * height * 3);
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
