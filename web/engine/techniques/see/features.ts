/** Views that look once: the photo through the network, one layer's features read back, a picture made of them. */
import * as tf from '@tensorflow/tfjs-core';
import { ReverieError } from '../../../../shared/errors';
import type { SeeRecipe } from '../../../../shared/recipe';
import { rasterOf, tensorOf } from '../../images/pictures';
import type { Raster } from '../../images/resample';
import type { Network } from '../../network/network';
import type { TechniqueContext, TechniqueResult } from '../technique';
import type { FeatureMap } from '../texture/gram';

export type { FeatureMap };

/** @throws ReverieError `recipe-invalid` when there is none. */
export function photoOf({ content }: TechniqueContext<SeeRecipe>): Raster {
  if (content) return rasterOf(content);
  throw new ReverieError('recipe-invalid', 'This view looks at a photo; give it one.');
}

/**
 * @param check throws when the network has not what the recipe asks for; before anything is allocated
 * @param show makes the picture
 */
export async function readFeatures(
  context: TechniqueContext<SeeRecipe>,
  check: (recipe: SeeRecipe, network: Network, height: number, width: number) => number,
  show: (features: FeatureMap, photo: Raster) => Pick<TechniqueResult, 'pixels' | 'frames' | 'gram'>,
): Promise<TechniqueResult> {
  const { recipe, network, control } = context;
  const photo = photoOf(context);
  check(recipe, network, photo.height, photo.width);
  control.report({ phase: 'optimise', step: 0, steps: 1 });
  const startedAt = performance.now();
  const image = tensorOf(photo);
  const activations = network.forward(image, [recipe.layer], 'features');
  const peakBytes = tf.memory().numBytes;
  try {
    const features = activations.at(recipe.layer);
    const [, height, width, channels] = features.shape;
    const values = await features.data<'float32'>();
    const pictures = show({ height, width, channels, values }, photo);
    const msPerStep = performance.now() - startedAt;
    control.report({ phase: 'optimise', step: 1, steps: 1, msPerStep, memoryBytes: peakBytes });
    // It is there by now; whoever cancelled may have it.
    const complete = await control.proceed();
    return { ...pictures, complete, losses: [], steps: 1, msPerStep, peakBytes };
  } finally {
    activations.dispose();
    image.dispose();
  }
}
