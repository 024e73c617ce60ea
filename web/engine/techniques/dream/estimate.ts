/** Peak memory of one step, by arithmetic: nothing is allocated to find out. */
import type { DreamRecipe } from '../../../../shared/recipe';
import type { Network } from '../../network/network';
import { tapsOf } from './objectives';
import { longestPiece } from './tiles';

const floatBytes = 4;
/** Picture, shifted picture, gradients before and after the shift, the bands (4/3) and what they are made of. */
const pictures = 9;

/** Saved activations of a tile, the two largest once more, and the pictures as a whole. */
export function estimateDreamBytes(recipe: DreamRecipe, network: Network, width: number, height: number): number {
  const [across, down] = [width + recipe.jitter, height + recipe.jitter];
  const tile = recipe.layers.some(({ at }) => at) ? Number.POSITIVE_INFINITY : recipe.tile;
  const shapes = network.featureShapes(tapsOf(recipe), longestPiece(down, tile), longestPiece(across, tile));
  const sizes = [...shapes.values()].map(([h, w, channels]) => h * w * channels);
  const saved = sizes.reduce((a, b) => a + b, 0);
  return floatBytes * (saved + 2 * Math.max(...sizes) + pictures * across * down * 3);
}
