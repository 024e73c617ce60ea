/** Peak memory of a run, by arithmetic: nothing is allocated to find out. */
import type { StyleRecipe } from '../../../../shared/recipe';
import type { Network } from '../../network/network';
import { given } from '../../network/operator';
import { PyramidAdam } from '../../optimise/pyramidAdam';
import { bytesOf } from '../held';
import { tapsOfRecipe } from './objectives';
import { scalesOf } from './scales';
import { alignments } from './views';

const floatBytes = 4;
/** Iterate, average, gradient before and after the shift, and the optimiser's levels (4/3 of a picture each). */
const pictureTensors = 12;

/**
 * Saved activations of the whole forward pass, the two largest once more (a gradient and its successor on the
 * way back), the content targets of every alignment and the pictures of the optimiser.
 */
export function estimateStyleBytes(recipe: StyleRecipe, network: Network, width: number, height: number): number {
  const { canvas } = given(scalesOf({ ...recipe, size: Math.max(width, height) }, width, height).at(-1));
  const shapes = network.featureShapes(
    tapsOfRecipe(recipe),
    canvas.height + recipe.jitter,
    canvas.width + recipe.jitter,
  );
  const sizeOf = ([h, w, channels]: readonly [number, number, number]) => h * w * channels;
  const sizes = [...shapes.values()].map(sizeOf);
  const targets = recipe.contentLayers.map(({ layer }) => sizeOf(shapes.get(network.nodeOf(layer)) ?? [0, 0, 0]));
  const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
  const pictures = pictureTensors * canvas.height * canvas.width * 3;
  return floatBytes * (sum(sizes) + 2 * Math.max(...sizes) + alignments * sum(targets) + pictures);
}

/** As asked for, with its margin, at the scale, read to be shown; what to start from; and what the scale before has left. */
const pictures = { own: 4, start: 1, before: 2 } as const;
/** L-BFGS beside its pairs: where it is, was when that was kept, and tries, with gradients; the direction; the pair that went. */
const lbfgsArrays = 9;

/** @param width of the result, as is the height */
export function heldStyleBytes(recipe: StyleRecipe, width: number, height: number): number {
  const { canvas } = given(scalesOf({ ...recipe, size: Math.max(width, height) }, width, height).at(-1));
  const pixels = canvas.width * canvas.height;
  const { optimiser } = recipe;
  const lbfgs = 2 * optimiser.history + lbfgsArrays;
  const adam = optimiser.method === 'adam';
  return bytesOf({
    pixels,
    pictures: pictures.own + pictures.before + (recipe.start === 'image' ? pictures.start : 0) + (adam ? 0 : lbfgs),
    shown: 2,
    // Those of L-BFGS share their arrays with it.
    stateBytes: adam ? PyramidAdam.stateBytes(canvas, optimiser) : 0,
  });
}
