/** One scale of a style transfer: where it starts, how the network looks at it, and how that moves the picture. */
import * as tf from '@tensorflow/tfjs-core';
import { ReverieError } from '../../../../shared/errors';
import type { StyleRecipe } from '../../../../shared/techniques/style/schema';
import { cropMiddle } from '../../images/margin';
import { clampUnit, fitted, pixelsOf, tensorOf } from '../../images/pictures';
import { normalNoise, type RandomGenerator, type RandomState } from '../../images/random';
import type { Raster } from '../../images/resample';
import type { Network } from '../../network/network';
import { given } from '../../network/operator';
import { addPixelTaps, seeded } from '../../objectives/grain';
import { addTotalVariation } from '../../objectives/regularisation';
import {
  type Descent,
  type Measure,
  type Placed,
  type Rehearsal,
  type Stage,
  seenThrough,
  type TallyState,
} from '../../optimise/descend';
import { type Evaluation, Lbfgs, type LbfgsState } from '../../optimise/lbfgs';
import { type AdamSnapshot, type AdamState, PyramidAdam, rehearsalAt } from '../../optimise/pyramidAdam';
import type { Shift, Shifter } from '../../optimise/shift';
import type { Made } from '../../types';
import type { Region } from './regions';
import { type Scale, type View, viewsOf } from './scales';

/** What all scales of a run have in common. */
export interface Painting {
  readonly recipe: StyleRecipe;
  readonly network: Network;
  readonly taps: readonly string[];
  /** The photo and the picture to start from with their margins, at the size of the last scale. */
  readonly photo: Raster;
  readonly start: Raster | null;
  readonly regions: readonly Region[];
  readonly shifts: readonly Shift[];
  readonly random: RandomGenerator;
  readonly shifter: Shifter;
  readonly grain: Network | null;
  readonly descent: Descent;
  readonly scales: readonly Scale[];
  /** @param picture of any size, without a margin */
  made(picture: Raster): Made;
}

/** Within a scale, after so many of its steps. */
type Position = { readonly steps: number } & (
  | { readonly adam: AdamState }
  /** `like` has the size of the picture whose values the optimiser has. */
  | { readonly lbfgs: LbfgsState; readonly like: Raster }
);

interface StylePlace {
  /** Index into the scales of the recipe. */
  readonly scale: number;
  readonly position: Position;
  readonly random: RandomState;
}

/** Where a style transfer is, so that another attempt can go on from there. */
export type StyleState = StylePlace & { readonly tally: TallyState };

/**
 * Paints at one scale.
 * @param before what the scale before has left
 * @param position of an attempt that stopped within this scale
 */
export async function paintScale(
  painting: Painting,
  scale: Scale,
  before: AdamSnapshot | null,
  position: Position | null,
): Promise<AdamSnapshot> {
  const { recipe, random } = painting;
  const { optimiser } = recipe;
  const photo = fitted(painting.photo, scale.canvas);
  const at = { painting, scale, views: await viewsOf(painting, photo, scale), done: position?.steps };
  const prepare = (enlarged: Raster) => seeded(enlarged, recipe.grain, random);
  const start = () => startingPicture(painting, photo, scale);
  if (optimiser.method === 'lbfgs') {
    if (position && 'lbfgs' in position) {
      const { lbfgs, like } = position;
      return byLbfgs(at, like, new Lbfgs(lbfgs.x, optimiser.history, lbfgs));
    }
    const picture = before ? prepare(fitted(before.picture, scale.canvas)) : start();
    return byLbfgs(at, picture, new Lbfgs(picture.values, optimiser.history));
  }
  const begin = () =>
    before
      ? PyramidAdam.resume(before, scale.canvas.width, scale.canvas.height, optimiser, prepare)
      : PyramidAdam.start(start(), optimiser);
  return byAdam(at, position && 'adam' in position ? PyramidAdam.restore(position.adam, optimiser) : begin());
}

/** The photo itself, a picture at hand, or seeded noise around the photo's mean colour. */
function startingPicture({ recipe, start, random }: Painting, photo: Raster, scale: Scale): Raster {
  if (recipe.start === 'content') return photo;
  if (recipe.start === 'image' && start) return fitted(start, scale.canvas);
  const contrast = 0.15;
  const mean = photo.values.reduce((sum, value) => sum + value, 0) / photo.values.length;
  const noise = normalNoise(photo.values.length, random);
  return clampUnit({ ...photo, values: noise.map((value) => mean + contrast * value) });
}

/** A scale, and how the picture is looked at there. */
interface Here {
  readonly painting: Painting;
  readonly scale: Scale;
  readonly views: readonly View[];
  readonly done: number | undefined;
}

function byAdam(here: Here, picture: PyramidAdam): Promise<AdamSnapshot> {
  const { painting, views } = here;
  const stage: Stage<tf.Tensor4D, StylePlace> = {
    ...stageAt(here, () => picture.picture(), picture),
    look: (measure) => {
      const view = views[Math.floor(painting.random() * views.length)];
      return gradientAt(painting, picture.x, view, measure);
    },
    update: (gradient) => picture.update(gradient),
    place: (steps) => async () => {
      const adam = await picture.state();
      return placed(here, { adam, steps }, adam.picture);
    },
  };
  return painting.descent.through(stage, () => picture.snapshot());
}

/** At a later scale, on the photo. */
async function rehearsal(painting: Painting, later: number): Promise<Rehearsal> {
  const scale = given(painting.scales[later]);
  const photo = fitted(painting.photo, scale.canvas);
  const [view] = await viewsOf({ ...painting, shifts: painting.shifts.slice(0, 1) }, photo, scale);
  return rehearsalAt(photo, painting.recipe.optimiser, (x) => gradientAt(painting, x, view, undefined), {
    dispose() {
      for (const objective of view?.objectives ?? []) objective.dispose();
    },
  });
}

/** Every look at the network counts as a step, and all look from the same place: the loss must stay one function. */
function byLbfgs(here: Here, start: Raster, optimiser: Lbfgs): Promise<AdamSnapshot> {
  const { painting, views } = here;
  const { descent } = painting;
  const picture = () => clampUnit({ ...start, values: optimiser.x });
  const stage: Stage<Evaluation, StylePlace> = {
    ...stageAt(here, picture),
    async look() {
      const image = tensorOf({ ...start, values: optimiser.trial });
      const terms: tf.Tensor[] = [];
      const gradient = gradientAt(painting, image, views[0], (term) => terms.push(term));
      const [values, ...losses] = await Promise.all([
        gradient.data<'float32'>(),
        ...terms.map((term) => term.data<'float32'>()),
      ]);
      tf.dispose([image, gradient, ...terms]);
      const loss = losses.reduce((sum, numbers) => numbers.reduce((total, term) => total + term, sum), 0);
      descent.losses.record(descent.step, loss);
      return { loss, gradient: values };
    },
    update: (evaluation) => optimiser.update(evaluation),
    place: (steps) => {
      const lbfgs = optimiser.state();
      return lbfgs && (async () => placed(here, { lbfgs, like: start, steps }, picture()));
    },
  };
  return descent.through(stage, () => ({ picture: picture(), levels: [], step: descent.step }));
}

function stageAt(
  { painting, scale, views, done }: Here,
  picture: () => Raster | Promise<Raster>,
  owned?: { dispose(): void },
) {
  const { steps, cost, index, count, width, height } = scale;
  return {
    steps,
    cost,
    done,
    scale: { index, count, width, height },
    shown: async () => pixelsOf(cropMiddle(await picture(), width, height)),
    rehearse: (later: number) => rehearsal(painting, later),
    dispose: () => {
      for (const objective of new Set(views.flatMap(({ objectives }) => objectives))) objective.dispose();
      owned?.dispose();
    },
  };
}

function placed({ painting, scale }: Here, position: Position, picture: Raster): Placed<StylePlace> {
  const { width, height } = scale;
  return {
    place: { scale: scale.index - 1, position, random: painting.random.state() },
    made: () => painting.made(cropMiddle(clampUnit(picture), width, height)),
  };
}

interface Looks extends Pick<Painting, 'network' | 'taps' | 'shifter' | 'grain' | 'descent'> {
  readonly recipe: Pick<StyleRecipe, 'totalVariation'>;
}

/** At the pixels of `x`, grain, palette and total variation included; a new tensor. */
export function gradientAt(
  { recipe, network, taps, shifter, grain, descent }: Looks,
  x: tf.Tensor4D,
  view: View | undefined,
  measure: Measure,
): tf.Tensor4D {
  if (!view) throw new ReverieError('internal', 'There is nowhere to look from.');
  const { shift, objectives } = view;
  const gradient = seenThrough(shifter.by(shift), x, (seen) => {
    const arrived = descent.gradient(network, taps, objectives, seen, measure);
    const grained = addPixelTaps(grain, seen, arrived, objectives, measure);
    arrived.dispose();
    return grained;
  });
  const total = addTotalVariation(x, gradient, recipe.totalVariation, measure);
  gradient.dispose();
  return total;
}
