import type { StyleRecipe } from '../../../../shared/techniques/style/schema';
import { given } from '../../network/operator';
import { PyramidAdam } from '../../optimise/pyramidAdam';
import { bytesOf, floatBytes, passOf, passThrough, type Technique } from '../technique';
import { tapsOfRecipe } from './objectives';
import { runStyle } from './run';
import { alignments, scalesOf } from './scales';

/** Iterate, average, gradient before and after the shift, and the optimiser's levels (4/3 of a picture each). */
const pictureTensors = 12;
/** As asked for, with its margin, at the scale, read to be shown; what to start from; and what the scale before has left. */
const pictures = { own: 4, start: 1, before: 2 } as const;
/** L-BFGS beside its pairs: where it is, was when that was kept, and tries, with gradients; the direction; the pair that went. */
const lbfgsArrays = 9;

const canvasOf = (recipe: StyleRecipe, width: number, height: number) =>
  given(scalesOf({ ...recipe, size: Math.max(width, height) }, width, height).at(-1)).canvas;

export const style: Technique<StyleRecipe> = {
  name: 'style',
  run: runStyle,
  prints: true,
  transparency: (_, alpha) => alpha,

  pass(recipe, network, width, height) {
    const { canvas } = given(scalesOf({ ...recipe, size: Math.max(width, height) }, width, height)[0]);
    passThrough(network, tapsOfRecipe(recipe), canvas.height + recipe.jitter, canvas.width + recipe.jitter);
  },

  /** The pass, the content targets of every alignment and the pictures of the optimiser. */
  estimateBytes(recipe, network, width, height) {
    const canvas = canvasOf(recipe, width, height);
    const { jitter, contentLayers } = recipe;
    const pass = passOf(network, tapsOfRecipe(recipe), canvas.height + jitter, canvas.width + jitter);
    const targets = alignments * pass.at(...contentLayers.map(({ layer }) => layer));
    return floatBytes * (pass.numbers + targets + pictureTensors * canvas.height * canvas.width * 3);
  },

  heldBytes(recipe, width, height) {
    const canvas = canvasOf(recipe, width, height);
    const { optimiser } = recipe;
    const isAdam = optimiser.method === 'adam';
    const lbfgs = isAdam ? 0 : 2 * optimiser.history + lbfgsArrays;
    return bytesOf({
      pixels: canvas.width * canvas.height,
      pictures: pictures.own + pictures.before + (recipe.start === 'image' ? pictures.start : 0) + lbfgs,
      shown: 2,
      // Those of L-BFGS share their arrays with it.
      stateBytes: isAdam ? PyramidAdam.stateBytes(canvas, optimiser) : 0,
    });
  },
};
