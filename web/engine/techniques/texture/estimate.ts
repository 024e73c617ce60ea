/** Peak memory of one iteration, by arithmetic: nothing is allocated to find out. */
import type { TextureRecipe } from '../../../../shared/recipe';
import type { Network } from '../../network/network';
import { resultSize } from './sizes';
import { margin } from './synthesis';

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
