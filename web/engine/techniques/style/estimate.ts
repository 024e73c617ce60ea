/** Peak memory of one iteration, by arithmetic: nothing is allocated to find out. */
import type { StyleRecipe } from '../../../../shared/recipe';
import type { Network } from '../../network/network';
import { tapsOfRecipe } from './objectives';

const floatBytes = 4;
/** Iterate, two moments, average, gradient and the new four while the old ones still live. */
const pictureTensors = 10;

/**
 * Saved activations of the whole forward pass, the two largest neighbours once more (gradient and its
 * successor on the way back), the content targets and the pictures of the optimiser.
 */
export function estimateStyleBytes(recipe: StyleRecipe, network: Network, width: number, height: number): number {
  const shapes = network.featureShapes(tapsOfRecipe(recipe), height, width);
  const sizes = [...shapes.values()].map(([h, w, channels]) => h * w * channels);
  const targets = recipe.contentLayers.map(({ layer }) => {
    const [h, w, channels] = shapes.get(network.nodeOf(layer)) ?? [0, 0, 0];
    return h * w * channels;
  });
  const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
  return floatBytes * (sum(sizes) + 2 * Math.max(...sizes) + sum(targets) + pictureTensors * height * width * 3);
}
