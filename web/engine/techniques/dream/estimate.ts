/** Peak memory of a run, by arithmetic: nothing is allocated to find out. */
import type { DreamRecipe } from '../../../../shared/recipe';
import type { FeatureShape } from '../../network/layers';
import type { Network } from '../../network/network';
import { productsAtOnce } from '../../objectives/amplify';
import { bytesOf, floatPixelBytes } from '../held';
import { guideSize, tapsOf } from './objectives';
import { longestPiece, reachOf } from './tiles';

const floatBytes = 4;
/** Picture, shifted picture, gradients before and after the shift, the bands (4/3) and what they are made of. */
const pictures = 9;

/** Saved activations of a tile, the two largest once more, the pictures as a whole, and what a guide takes. */
export function estimateDreamBytes(recipe: DreamRecipe, network: Network, width: number, height: number): number {
  const [across, down] = [width + recipe.jitter, height + recipe.jitter];
  const tile = recipe.layers.some(({ at }) => at) ? Number.POSITIVE_INFINITY : recipe.tile;
  const taps = tapsOf(recipe);
  const reach = reachOf(network, taps);
  const shapes = network.featureShapes(taps, longestPiece(down, tile, reach), longestPiece(across, tile, reach));
  const sizes = [...shapes.values()].map(([h, w, channels]) => h * w * channels);
  const saved = sizes.reduce((a, b) => a + b, 0);
  const guided = recipe.guide === undefined ? 0 : guideNumbers(network, taps, shapes);
  return floatBytes * (saved + 2 * Math.max(...sizes) + pictures * across * down * 3 + guided);
}

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

/** The photo, where an octave starts, what is dreamt, its detail, and two on the way between them. */
const ownPictures = 6;

export function heldDreamBytes({ film }: DreamRecipe, width: number, height: number): number {
  const pixels = width * height;
  // Of a state, the detail is another picture's until the octave ends.
  return bytesOf({ pixels, pictures: ownPictures, shown: 2 + film.frames, stateBytes: pixels * floatPixelBytes });
}
