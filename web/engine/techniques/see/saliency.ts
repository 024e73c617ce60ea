/**
 * Which pixels a layer, a channel or a class depends on: the gradient at the pixels (Simonyan, Vedaldi & Zisserman 2013),
 * averaged over noisy copies of the photo (SmoothGrad, Smilkov et al. 2017).
 */
import * as tf from '@tensorflow/tfjs-core';
import { ReverieError } from '../../../../shared/errors';
import { laterDefaults, type SeeRecipe } from '../../../../shared/techniques/see/schema';
import { clampUnit, pixelsOf, tensorOf } from '../../images/pictures';
import { normalNoise, type RandomState, randomFrom, randomGenerator } from '../../images/random';
import type { Raster } from '../../images/resample';
import type { Network } from '../../network/network';
import { Descent, type Stage, seenThrough, type TallyState } from '../../optimise/descend';
import { type Shift, Shifter, shiftsUpTo } from '../../optimise/shift';
import type { Made, TechniqueResult } from '../../types';
import type { TechniqueContext } from '../technique';
import { coloured } from './activations';
import { photoOf } from './features';
import { blend, overPhoto } from './heat';
import { assertAnswers, responseOf } from './response';

/** A few pixels far beyond the others would leave the rest in the dark. */
const brightest = 0.99;

/**
 * Samples look at the photo up to so many pixels off, mirrored beyond its border: strides and poolings see a lattice, and
 * the gradient at one alignment draws it into the map. As many as SqueezeNet's and VGG's deepest strides have.
 */
export const reach = 15;
const unshifted: Shift = { top: 0, left: 0, extent: 0 };

interface SaliencyPlace {
  /** Of the gradients so far, `[H, W, 3]`. */
  readonly sum: Float32Array;
  readonly steps: number;
  readonly random: RandomState;
}

export type SaliencyState = SaliencyPlace & { readonly tally: TallyState };

/** @param show what is made of the map, 0..1; laid over the photo if not said */
export async function runSaliency(
  context: TechniqueContext<SeeRecipe, Network, SaliencyState>,
  show = (map: Raster, photo: Raster): Made => overPhoto(photo, map, context.recipe.overlay, 'saliency'),
): Promise<TechniqueResult> {
  const { recipe, control, resume } = context;
  const { layer, overlay } = recipe;
  const network = walkedBack(recipe, context.network);
  const photo = photoOf(context);
  const { height, width } = photo;
  const objective = responseOf(recipe, context.network, height, width);
  // One sample is the plain gradient: of the photo, not of a noisy copy.
  const { samples } = recipe.smooth;
  const noise = samples === 1 ? 0 : recipe.smooth.noise;
  const drawn = randomGenerator(recipe.seed);
  const descent = new Descent(control, [{ steps: samples }], resume?.tally);
  const shifter = new Shifter();
  const shifts = samples === 1 ? [unshifted] : shiftsUpTo(reach, samples, drawn);
  const random = resume ? randomFrom(resume.random) : drawn;
  let sum = resume && tf.tensor4d(resume.sum, [1, height, width, 3]);
  const gradients = async () => (sum ? await sum.data<'float32'>() : new Float32Array());
  const madeOf = (of: Float32Array): Made => show(saliencyMap(of, photo), photo);
  const stage: Stage<tf.Tensor4D, SaliencyPlace> = {
    steps: samples,
    done: resume?.steps,
    look(measure) {
      const image = tensorOf(noisy(photo, noise, random));
      const shift = shifts[(descent.step - 1) % shifts.length] ?? unshifted;
      const gradient = seenThrough(shifter.by(shift), image, (seen) =>
        descent.gradient(network, [layer], [objective], seen, measure),
      );
      image.dispose();
      return gradient;
    },
    update(gradient) {
      const total: tf.Tensor4D = sum ? tf.add(sum, gradient) : tf.clone(gradient);
      sum?.dispose();
      sum = total;
    },
    shown: async () => pixelsOf(blend(photo, coloured(saliencyMap(await gradients(), photo)), overlay)),
    place: (steps) => async () => {
      const place = { sum: await gradients(), steps, random: random.state() };
      return { place, made: () => madeOf(place.sum) };
    },
  };
  try {
    const total = await descent.through(stage, gradients);
    assertAnswers(total.length === 0 || total.some((value) => value !== 0), recipe);
    return descent.result(madeOf(total));
  } finally {
    sum?.dispose();
    shifter.dispose();
    objective.dispose();
    descent.dispose();
  }
}

/** The network with the way back through its ReLUs that the recipe asks for. @throws ReverieError `relu-missing` */
export function walkedBack({ layer, backward = laterDefaults.backward }: SeeRecipe, network: Network): Network {
  if (backward === 'gradient') return network;
  if (network.hasRelu(layer)) return network.with({ backward });
  throw new ReverieError('relu-missing', `${network.architecture.id} has no ReLU before ${layer}; use the gradient.`);
}

const noisy = (photo: Raster, noise: number, random: () => number): Raster => {
  if (noise === 0) return photo;
  const added = normalNoise(photo.values.length, random);
  return { ...photo, values: photo.values.map((value, i) => value + noise * (added[i] ?? 0)) };
};

/**
 * The largest |gradient| of a pixel's three colours, over the picture's 99th percentile; one channel, 0..1.
 * @param gradient `[H, W, 3]`, to any scale
 */
export function saliencyMap(gradient: Float32Array, { width, height }: Pick<Raster, 'width' | 'height'>): Raster {
  const values = Float32Array.from({ length: width * height }, (_, at) =>
    Math.max(...[0, 1, 2].map((c) => Math.abs(gradient[at * 3 + c] ?? 0))),
  );
  const sorted = values.slice().sort();
  const top = sorted[Math.floor(brightest * (sorted.length - 1))] ?? 0;
  // Where hardly any pixel matters the percentile is 0 and the largest has to do.
  const scale = top > 0 ? top : (sorted.at(-1) ?? 0);
  return clampUnit({ width, height, channels: 1, values: values.map((value) => (scale > 0 ? value / scale : 0)) });
}
