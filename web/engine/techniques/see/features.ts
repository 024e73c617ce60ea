/** Views that look once: the photo through the network, one layer's features read back, a picture made of them. */
import * as tf from '@tensorflow/tfjs-core';
import { ReverieError } from '../../../../shared/errors';
import type { SeeRecipe } from '../../../../shared/techniques/see/schema';
import { rasterOf, tensorOf } from '../../images/pictures';
import type { Raster } from '../../images/resample';
import type { Network } from '../../network/network';
import type { Made, TechniqueResult } from '../../types';
import type { TechniqueContext } from '../technique';
import type { FeatureMap } from '../texture/gram';

export type { FeatureMap };

/** @throws ReverieError `recipe-invalid` when there is none. */
export function photoOf({ content }: TechniqueContext<SeeRecipe>): Raster {
  if (content) return rasterOf(content);
  throw new ReverieError('recipe-invalid', 'This view looks at a photo; give it one.');
}

/** One step, whatever is made in it. @param make is told how to note where it holds most */
export async function once(
  { control }: Pick<TechniqueContext<SeeRecipe>, 'control'>,
  make: (notePeak: () => void) => Promise<Made>,
): Promise<TechniqueResult> {
  control.report({ phase: 'optimise', step: 0, steps: 1 });
  const startedAt = performance.now();
  let peakBytes = 0;
  const made = await make(() => {
    peakBytes = Math.max(peakBytes, tf.memory().numBytes);
  });
  const msPerStep = performance.now() - startedAt;
  control.report({ phase: 'optimise', step: 1, steps: 1, msPerStep, memoryBytes: peakBytes });
  // It is there by now; whoever cancelled may have it.
  const complete = await control.proceed();
  return { ...made, complete, losses: [], steps: 1, msPerStep, peakBytes };
}

/**
 * @param check throws when the network has not what the recipe asks for; before anything is allocated
 * @param show makes the picture
 */
export async function readFeatures(
  context: TechniqueContext<SeeRecipe>,
  check: (recipe: SeeRecipe, network: Network, height: number, width: number) => number,
  show: (features: FeatureMap, photo: Raster) => Made,
): Promise<TechniqueResult> {
  const { recipe, network } = context;
  const photo = photoOf(context);
  check(recipe, network, photo.height, photo.width);
  return once(context, async (notePeak) => show(await featuresOf(network, recipe.layer, photo, notePeak), photo));
}

/** One layer's features of a picture. */
export async function featuresOf(
  network: Network,
  layer: string,
  picture: Raster,
  notePeak: () => void = () => undefined,
): Promise<FeatureMap> {
  const image = tensorOf(picture);
  const activations = network.forward(image, [layer], 'features');
  notePeak();
  try {
    const features = activations.at(layer);
    const [, height, width, channels] = features.shape;
    return { height, width, channels, values: await features.data<'float32'>() };
  } finally {
    activations.dispose();
    image.dispose();
  }
}
