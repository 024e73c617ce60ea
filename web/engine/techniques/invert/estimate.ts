/** Peak memory of a run, by arithmetic: nothing is allocated to find out. */
import type { InvertRecipe } from '../../../../shared/recipe';
import type { Network } from '../../network/network';
import { PyramidAdam } from '../../optimise/pyramidAdam';
import { bytesOf } from '../held';
import { alignments, jitter, margin, optimiser } from './run';

const floatBytes = 4;
/** Iterate, average, gradients, and the optimiser's levels (4/3 of a picture each). */
const pictures = 12;

/** Of the layer that needs most: saved activations, the two largest once more, and its targets. */
export function estimateInvertBytes(recipe: InvertRecipe, network: Network, width: number, height: number): number {
  const [across, down] = [width + 2 * margin, height + 2 * margin];
  const perLayer = recipe.layers.map((layer) => {
    const shapes = network.featureShapes([layer], down + jitter, across + jitter);
    const sizeOf = ([h, w, channels]: readonly [number, number, number]) => h * w * channels;
    const sizes = [...shapes.values()].map(sizeOf);
    const target = sizeOf(shapes.get(network.nodeOf(layer)) ?? [0, 0, 0]);
    return sizes.reduce((a, b) => a + b, 0) + 2 * Math.max(...sizes) + alignments * target;
  });
  return floatBytes * (Math.max(...perLayer) + pictures * across * down * 3);
}

/** The photo, with its margin, and the picture read to be shown. */
const ownPictures = 4;

/** A ladder's rungs are held as they were made, as frames, and on a sheet. */
export function heldInvertBytes({ layers, stepSize }: InvertRecipe, width: number, height: number): number {
  const canvas = { width: width + 2 * margin, height: height + 2 * margin };
  const rungs = layers.length;
  return bytesOf({
    pixels: canvas.width * canvas.height,
    pictures: ownPictures + (rungs > 1 ? 2 * (rungs + 1) : 1),
    shown: 2 * (rungs + 1),
    stateBytes: PyramidAdam.stateBytes(canvas, optimiser(stepSize)),
  });
}
