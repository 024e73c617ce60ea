import type { InvertRecipe } from '../../../../shared/techniques/invert/schema';
import { PyramidAdam } from '../../optimise/pyramidAdam';
import { bytesOf, floatBytes, passOf, passThrough, type Technique } from '../technique';
import { alignments, invertTransparency, jitter, margin, optimiser, runInvert } from './run';

/** Iterate, average, gradients, and the optimiser's levels (4/3 of a picture each). */
const pictures = 12;
/** At the layer: the objective's differences, those weighed, and those as a gradient. */
const differences = 3;
/** The photo, with its margin, and the picture read to be shown. */
const ownPictures = 4;

/** Which picture has these features? */
export const invert: Technique<InvertRecipe> = {
  name: 'invert',
  run: runInvert,
  transparency: invertTransparency,

  pass(recipe, network, width, height) {
    passThrough(network, recipe.layers, height + 2 * margin + jitter, width + 2 * margin + jitter);
  },

  /** Of the layer that needs most: the pass, and its targets. */
  estimateBytes(recipe, network, width, height) {
    const [across, down] = [width + 2 * margin, height + 2 * margin];
    const perLayer = recipe.layers.map((layer) => {
      const pass = passOf(network, [layer], down + jitter, across + jitter);
      return pass.numbers + (alignments + differences) * pass.at(layer);
    });
    return floatBytes * (Math.max(...perLayer) + pictures * across * down * 3);
  },

  /** A ladder's rungs are held as they were made, as frames, and on a sheet. */
  heldBytes({ layers, stepSize }, width, height) {
    const canvas = { width: width + 2 * margin, height: height + 2 * margin };
    const rungs = layers.length;
    return bytesOf({
      pixels: canvas.width * canvas.height,
      pictures: ownPictures + (rungs > 1 ? 2 * (rungs + 1) : 1),
      shown: 2 * (rungs + 1),
      stateBytes: PyramidAdam.stateBytes(canvas, optimiser(stepSize)),
    });
  },
};
