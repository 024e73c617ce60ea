import type { DreamRecipe } from '../../../../shared/techniques/dream/schema';
import type { FeatureShape } from '../../network/layers';
import type { Network } from '../../network/network';
import { productsAtOnce } from '../../objectives/amplify';
import { bytesOf, floatBytes, floatPixelBytes, passOf, passThrough, type Technique } from '../technique';
import { guideSize, tapsOf } from './objectives';
import { dreamTransparency } from './octaves';
import { runDream } from './run';
import { longestPiece, reachOf, smallerTile } from './tiles';

/** Picture, shifted picture, gradients before and after the shift, the bands (4/3) and what they are made of. */
const pictures = 9;
/** The photo, where an octave starts, what is dreamt, its detail, and two on the way between them. */
const ownPictures = 6;

/** A place of the picture is looked at in the whole of it. */
const isWhole = ({ layers }: DreamRecipe) => layers.some(({ at }) => at);

/** More of what the layers see. */
export const dream: Technique<DreamRecipe> = {
  name: 'dream',
  run: runDream,
  prints: true,
  transparency: dreamTransparency,
  withSmallerTile(recipe) {
    const tile = isWhole(recipe) ? null : smallerTile(recipe.tile, recipe.size);
    return tile === null ? null : { ...recipe, tile };
  },

  pass(recipe, network, width, height) {
    passThrough(network, tapsOf(recipe), height + recipe.jitter, width + recipe.jitter);
  },

  /** The pass of a tile, the pictures as a whole, and what a guide takes. */
  estimateBytes(recipe, network, width, height) {
    const [across, down] = [width + recipe.jitter, height + recipe.jitter];
    const tile = isWhole(recipe) ? Number.POSITIVE_INFINITY : recipe.tile;
    const taps = tapsOf(recipe);
    const reach = reachOf(network, taps);
    const pass = passOf(network, taps, longestPiece(down, tile, reach), longestPiece(across, tile, reach));
    const guided = recipe.guide === undefined ? 0 : guideNumbers(network, taps, pass.shapes);
    // Of pictures most are there after the pass, when of the activations the first alone is left.
    return floatBytes * (pass.numbers - pass.largest + pictures * across * down * 3 + guided);
  },

  heldBytes({ film }, width, height) {
    const pixels = width * height;
    // Of a state, the detail is another picture's until the octave ends.
    return bytesOf({ pixels, pictures: ownPictures, shown: 2 + film.frames, stateBytes: pixels * floatPixelBytes });
  },
};

/**
 * The guide's vectors twice at every tap (as rows and as columns), and at the largest tap the products that are held at
 * once, the vectors that were chosen, those weighted, and those times the features for the loss.
 */
function guideNumbers(network: Network, taps: readonly string[], shapes: ReadonlyMap<string, FeatureShape>): number {
  const guide = network.featureShapes(taps, guideSize, guideSize);
  const at = taps.map((tap) => {
    const node = network.nodeOf(tap);
    const [h, w, channels] = shapes.get(node) ?? [0, 0, 0];
    const [guideHeight, guideWidth] = guide.get(node) ?? [0, 0];
    const positions = guideHeight * guideWidth;
    // A row at least is compared at once.
    const products = Math.min(h * w * positions, Math.max(productsAtOnce, positions));
    return { vectors: 2 * positions * channels, passing: products + 3 * h * w * channels };
  });
  return at.reduce((sum, { vectors }) => sum + vectors, 0) + Math.max(...at.map(({ passing }) => passing));
}
