/**
 * Feature inversion (Mahendran & Vedaldi 2015): which picture has these features? One inversion per layer; several
 * make the ladder of the lecture, from layers that give the photo back to layers that invent.
 */
import * as tf from '@tensorflow/tfjs-core';
import { ReverieError } from '../../../../shared/errors';
import type { InvertRecipe } from '../../../../shared/techniques/invert/schema';
import { addMargin, cropMiddle } from '../../images/margin';
import { fitLongSide, fitted, pixelsOf, rasterOf, tensorOf } from '../../images/pictures';
import { normalNoise, type RandomState, randomFrom, randomGenerator } from '../../images/random';
import type { Raster } from '../../images/resample';
import { sheet, squarish } from '../../images/sheet';
import type { Network } from '../../network/network';
import { given } from '../../network/operator';
import { contentObjective } from '../../objectives/content';
import type { Objective } from '../../objectives/objective';
import { addAlphaNorm, addNaturalVariation } from '../../objectives/regularisation';
import { Descent, type Measure, type Stage, seenThrough, type TallyState } from '../../optimise/descend';
import { type AdamSettings, type AdamState, PyramidAdam, rehearsalAt } from '../../optimise/pyramidAdam';
import { type Shift, Shifter, shiftsUpTo } from '../../optimise/shift';
import type { Frame, Made, Pixels, TechniqueResult } from '../../types';
import { contentOf, stepWork, type TechniqueContext } from '../technique';

/** How many alignments of the picture to the network's lattice take turns, and how far apart they are. */
export const alignments = 4;
export const jitter = 7;
/** Painted around the picture and cut off: a border is seen from one side only. */
export const margin = 8;
/** Contrast of the noise that an inversion starts from. */
const noise = 0.1;

export const optimiser = (stepSize: number): AdamSettings => ({
  stepSize,
  beta1: 0.9,
  beta2: 0.99,
  averaging: 0.9,
  levels: 5,
  levelGain: 1.4,
});

interface InvertPlace {
  /** Of the layers before it. */
  readonly rungs: readonly Raster[];
  /** Within the inversion of a layer, after so many of its steps. */
  readonly steps: number;
  readonly adam: AdamState;
  readonly random: RandomState;
}

type InvertState = InvertPlace & { readonly tally: TallyState };

type InvertContext = TechniqueContext<InvertRecipe, Network, InvertState>;

export async function runInvert(context: InvertContext): Promise<TechniqueResult> {
  const { recipe, network, control, resume } = context;
  const { layers, steps } = recipe;
  // Before anything is allocated: throws `layer-unknown`.
  for (const layer of layers) regularisationAt(network, layer);
  const given = rasterOf(contentOf(context));
  const photo = fitted(given, fitLongSide(given.width, given.height, recipe.size));
  const descent = new Descent(
    control,
    layers.map((layer) => ({ steps, cost: costOf(network, layer, photo) })),
    resume?.tally,
  );
  const shifter = new Shifter();
  const rungs: Raster[] = [...(resume?.rungs ?? [])];
  try {
    for (const layer of layers.slice(rungs.length)) {
      rungs.push(await invertLayer(context, { photo, descent, shifter }, layer, rungs));
      context.trim?.();
      if (!descent.complete) break;
      if (layers.length > 1 && control.wantsPreview()) control.preview(ladder(recipe, photo, rungs));
    }
    return descent.result(madeOf(recipe, photo, rungs));
  } finally {
    descent.dispose();
    shifter.dispose();
  }
}

/** The ladder is a sheet of pictures of the photo's size, its frames are those. */
export function invertTransparency({ layers }: InvertRecipe, alpha: Raster, frame: number | null, frames: number) {
  if (frame !== null || layers.length === 1) return alpha;
  return frames > 0
    ? sheet(Array<Raster>(frames).fill(alpha), squarish(layers.length + 1), layers.length + 1, 1)
    : null;
}

/** What all inversions of a run have in common. */
interface Inversion {
  readonly photo: Raster;
  readonly descent: Descent;
  readonly shifter: Shifter;
}

/** @param rungs of the layers before it */
async function invertLayer(
  context: InvertContext,
  { photo, descent, shifter }: Inversion,
  layer: string,
  rungs: readonly Raster[],
): Promise<Raster> {
  const { recipe, network, resume } = context;
  const { width, height } = photo;
  const drawn = randomGenerator(recipe.seed);
  const target = addMargin(photo, margin);
  const views = viewsOf(network, shifter, target, layer, shiftsUpTo(jitter, alignments, drawn));
  const from = resume?.rungs.length === rungs.length ? resume : undefined;
  const random = from ? randomFrom(from.random) : drawn;
  const settings = optimiser(recipe.stepSize);
  // A picture at hand, or noise.
  const start = () =>
    context.start ? addMargin(fitted(rasterOf(context.start), photo), margin) : startingNoise(target, random);
  const picture = from ? PyramidAdam.restore(from.adam, settings) : PyramidAdam.start(start(), settings);
  const weights = regularisationAt(network, layer);
  const cropped = (raster: Raster) => cropMiddle(raster, width, height);
  const gradientAt = (x: tf.Tensor4D, at: string, view: View | undefined, measure: Measure) => {
    if (!view) throw new ReverieError('internal', 'There is nowhere to look from.');
    const gradient = seenThrough(shifter.by(view.shift), x, (seen) =>
      descent.gradient(network, [at], [view.objective], seen, measure),
    );
    const smoothed = addNaturalVariation(x, gradient, weights.totalVariation * recipe.totalVariation, measure);
    const total = addAlphaNorm(x, smoothed, weights.alphaNorm * recipe.alphaNorm, measure);
    tf.dispose([gradient, smoothed]);
    return total;
  };
  const stage: Stage<tf.Tensor4D, InvertPlace> = {
    steps: recipe.steps,
    cost: costOf(network, layer, photo),
    done: from?.steps,
    frame: 0,
    scale: { index: rungs.length + 1, count: recipe.layers.length, width, height },
    look: (measure) => gradientAt(picture.x, layer, views[Math.floor(random() * views.length)], measure),
    update: (gradient) => picture.update(gradient),
    shown: async () => pixelsOf(cropped(await picture.picture())),
    rehearse(later) {
      const deeper = given(recipe.layers[later]);
      const [view] = viewsOf(
        network,
        shifter,
        target,
        deeper,
        shiftsUpTo(jitter, 1, () => 0),
      );
      return rehearsalAt(target, settings, (x) => gradientAt(x, deeper, view, undefined), given(view).objective);
    },
    place: (steps) => async () => {
      const adam = await picture.state();
      const place = { rungs: [...rungs], steps, adam, random: random.state() };
      return { place, made: () => madeOf(recipe, photo, [...place.rungs, cropped(adam.picture)]) };
    },
    dispose() {
      for (const { objective } of views) objective.dispose();
      picture.dispose();
    },
  };
  return descent.through(stage, async () => cropped(await picture.picture()));
}

/** Of a step at a layer. */
const costOf = (network: Network, layer: string, { width, height }: Raster): number =>
  stepWork(network, [layer], height + 2 * margin, width + 2 * margin);

interface View {
  readonly shift: Shift;
  readonly objective: Objective;
}

/** The photo's features, as they are seen from each alignment. */
function viewsOf(network: Network, shifter: Shifter, target: Raster, layer: string, shifts: readonly Shift[]): View[] {
  const image = tensorOf(target);
  const views = shifts.map((shift) => {
    const shifted = shifter.apply(image, shift);
    const activations = network.forward(shifted, [layer], 'features');
    const objective = contentObjective(layer, tf.clone(activations.at(layer)), 1, network.metric(layer));
    activations.dispose();
    shifted.dispose();
    return { shift, objective };
  });
  image.dispose();
  return views;
}

/** The photo and what the layers so far made of it. */
function ladder({ layers }: InvertRecipe, photo: Raster, rungs: readonly Raster[]): Pixels {
  const places = layers.length + 1;
  return pixelsOf(sheet([photo, ...rungs], squarish(places), places));
}

/** @param rungs one per layer that has a picture */
function madeOf(recipe: InvertRecipe, photo: Raster, rungs: readonly Raster[]): Made {
  const { layers } = recipe;
  const [only] = rungs;
  if (layers.length === 1) return { pixels: only ? pixelsOf(only) : ladder(recipe, photo, rungs), frames: [] };
  const frames = rungs.map((rung, i): Frame => ({ label: layers[i] ?? '', pixels: pixelsOf(rung) }));
  return { pixels: ladder(recipe, photo, rungs), frames: [{ label: '', pixels: pixelsOf(photo) }, ...frames] };
}

function startingNoise(like: Raster, random: () => number): Raster {
  const values = normalNoise(like.values.length, random);
  return { ...like, values: values.map((value) => Math.min(1, Math.max(0, 0.5 + noise * value))) };
}

// How much a layer's inversion is held back: the deeper, the less its features say about single pixels.

/** Weights against a relative error of the features of 1. Chosen by eye (README). */
interface Regularisation {
  readonly totalVariation: number;
  readonly alphaNorm: number;
}

/** By how often the picture was halved on the way to the layer. */
const byHalvings: readonly Regularisation[] = [
  { totalVariation: 0.02, alphaNorm: 0 },
  { totalVariation: 0.3, alphaNorm: 0.0005 },
  { totalVariation: 2, alphaNorm: 0.001 },
  { totalVariation: 6, alphaNorm: 0.002 },
  { totalVariation: 12, alphaNorm: 0.004 },
];

/** Any picture that is large enough tells how far a layer shrinks it. */
const ample = 512;

/** @throws ReverieError `layer-unknown` */
function regularisationAt(network: Network, layer: string): Regularisation {
  const shape = network.featureShapes([layer], ample, ample).get(network.nodeOf(layer));
  const halvings = Math.round(Math.log2(ample / (shape?.[0] ?? ample)));
  const last = byHalvings.length - 1;
  return byHalvings[Math.min(last, Math.max(0, halvings))] ?? { totalVariation: 0, alphaNorm: 0 };
}
