/**
 * Feature inversion (Mahendran & Vedaldi 2015): which picture has these features? One inversion per layer; several
 * make the ladder of the lecture, from layers that give the photo back to layers that invent.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { InvertRecipe } from '../../../../shared/recipe';
import { addMargin, cropMiddle } from '../../images/margin';
import { clampUnit, fitLongSide, pixelsOf, rasterOf, tensorOf } from '../../images/pictures';
import { normalNoise, type RandomState, randomFrom, randomGenerator } from '../../images/random';
import { bicubic, type Raster, resample } from '../../images/resample';
import { sheet, squarish } from '../../images/sheet';
import type { Network } from '../../network/network';
import { addAlphaNorm } from '../../objectives/alphaNorm';
import { contentObjective } from '../../objectives/content';
import { headOf, type Objective } from '../../objectives/objective';
import { addNaturalVariation } from '../../objectives/totalVariation';
import { type AdamSettings, type AdamState, PyramidAdam } from '../../optimise/pyramidAdam';
import { type Shift, Shifter, shiftsUpTo } from '../../optimise/shift';
import type { Frame } from '../../types';
import { Tally, type TallyState, totalsOf } from '../tally';
import { contentOf, type TechniqueContext, type TechniqueResult } from '../technique';
import { regularisationAt } from './regularisation';

/** How many alignments of the picture to the network's lattice take turns, and how far apart they are. */
export const alignments = 4;
export const jitter = 7;
/** Painted around the picture and cut off: a border is seen from one side only. */
export const margin = 8;
/** Contrast of the noise that an inversion starts from. */
const noise = 0.1;

export const optimiser = (stepSize: number): AdamSettings => ({
  ...{ stepSize, beta1: 0.9, beta2: 0.99, averaging: 0.9 },
  ...{ levels: 5, levelGain: 1.4 },
});

/** Within the inversion of a layer, after so many of its steps. */
export interface InvertState {
  /** Of the layers before it. */
  readonly rungs: readonly Raster[];
  readonly steps: number;
  readonly adam: AdamState;
  readonly random: RandomState;
  readonly tally: TallyState;
}

type InvertContext = TechniqueContext<InvertRecipe, Network, InvertState>;

export async function runInvert(context: InvertContext): Promise<TechniqueResult> {
  const { recipe, network, control } = context;
  // Before anything is allocated: throws `layer-unknown`.
  for (const layer of recipe.layers) regularisationAt(network, layer);
  const photo = rasterOf(contentOf(context));
  const { width, height } = fitLongSide(photo.width, photo.height, recipe.size);
  const inversion = new Inversion(context, clampUnit(resample(photo, width, height, bicubic)));
  const rungs: Raster[] = [...(context.resume?.rungs ?? [])];
  let complete = true;
  try {
    for (const layer of recipe.layers.slice(rungs.length)) {
      const rung = await inversion.invert(layer, rungs);
      complete = rung.complete;
      rungs.push(rung.picture);
      context.trim?.();
      if (!complete) break;
      if (recipe.layers.length > 1 && control.wantsPreview()) control.preview(inversion.ladder(rungs));
    }
    return inversion.result(rungs, complete, inversion.tally.state());
  } finally {
    inversion.dispose();
  }
}

/** The ladder is a sheet of pictures of the photo's size, its frames are those. */
export function invertTransparency({ layers }: InvertRecipe, alpha: Raster, frame: number | null, frames: number) {
  if (frame !== null || layers.length === 1) return alpha;
  return frames > 0
    ? sheet(Array<Raster>(frames).fill(alpha), squarish(layers.length + 1), layers.length + 1, 1)
    : null;
}

interface View {
  readonly shift: Shift;
  readonly objective: Objective;
}

class Inversion {
  readonly tally: Tally;
  private readonly shifter = new Shifter();
  private readonly steps: number;

  constructor(
    private readonly context: InvertContext,
    private readonly photo: Raster,
  ) {
    const { recipe, resume } = context;
    this.tally = new Tally(resume?.tally);
    this.steps = recipe.layers.length * recipe.steps;
    context.control.report({ phase: 'optimise', step: this.tally.step, steps: this.steps });
  }

  dispose(): void {
    this.tally.losses.dispose();
    this.shifter.dispose();
  }

  /** The photo and what the layers so far made of it. */
  ladder(pictures: readonly Raster[]) {
    const cells = [this.photo, ...pictures];
    const places = this.context.recipe.layers.length + 1;
    return pixelsOf(sheet(cells, squarish(places), places));
  }

  /** @param rungs one per layer that has a picture */
  result(rungs: readonly Raster[], complete: boolean, tally: TallyState): TechniqueResult {
    const { layers } = this.context.recipe;
    const [only] = rungs;
    const frames = rungs.map((rung, i): Frame => ({ label: layers[i] ?? '', pixels: pixelsOf(rung) }));
    return {
      pixels: layers.length === 1 && only ? pixelsOf(only) : this.ladder(rungs),
      frames: layers.length === 1 ? [] : [{ label: '', pixels: pixelsOf(this.photo) }, ...frames],
      complete,
      ...totalsOf(tally),
    };
  }

  /** @param rungs of the layers before it */
  async invert(layer: string, rungs: readonly Raster[]): Promise<{ picture: Raster; complete: boolean }> {
    const { recipe, network, control, resume } = this.context;
    const { tally } = this;
    const drawn = randomGenerator(recipe.seed);
    const target = addMargin(this.photo, margin);
    const views = this.views(target, layer, shiftsUpTo(jitter, alignments, drawn));
    const from = resume?.rungs.length === rungs.length ? resume : undefined;
    const random = from ? randomFrom(from.random) : drawn;
    const settings = optimiser(recipe.stepSize);
    const picture = from
      ? PyramidAdam.restore(from.adam, settings)
      : PyramidAdam.start(this.startingPicture(target, random), settings);
    const weights = regularisationAt(network, layer);
    let complete = true;
    try {
      for (let steps = (from?.steps ?? 0) + 1; steps <= recipe.steps && complete; steps++) {
        const view = views[Math.floor(random() * views.length)];
        if (view) await this.iterate(picture, view, weights);
        this.report();
        if (control.wantsPreview()) control.preview(pixelsOf(this.cropped(await picture.picture())), 0);
        complete = await control.proceed();
        await control.keep?.(async () => {
          const adam = await picture.state();
          const state = { rungs: [...rungs], steps, adam, random: random.state(), tally: tally.state() };
          const result = () => this.result([...rungs, this.cropped(adam.picture)], false, state.tally);
          return { state, step: tally.step, result };
        });
      }
      await tally.losses.finish();
      return { picture: this.cropped(await picture.picture()), complete };
    } finally {
      for (const { objective } of views) objective.dispose();
      picture.dispose();
    }
  }

  private views(target: Raster, layer: string, shifts: readonly Shift[]): View[] {
    const { network } = this.context;
    const image = tensorOf(target);
    const views = shifts.map((shift) => {
      const shifted = this.shifter.apply(image, shift);
      const activations = network.forward(shifted, [layer], 'features');
      const objective = contentObjective(layer, tf.clone(activations.at(layer)), 1, network.metric(layer));
      activations.dispose();
      shifted.dispose();
      return { shift, objective };
    });
    image.dispose();
    return views;
  }

  private async iterate(
    picture: PyramidAdam,
    { shift, objective }: View,
    weights: ReturnType<typeof regularisationAt>,
  ): Promise<void> {
    const { recipe, network } = this.context;
    const { tally } = this;
    tally.step++;
    const measure = tally.losses.wants(tally.step) ? tally.losses.add : undefined;
    const shifted = this.shifter.apply(picture.x, shift);
    const activations = network.forward(shifted, [objective.tap]);
    tally.notePeak();
    const arrived = activations.backward(headOf([objective], measure)) ?? tf.zerosLike(shifted);
    shifted.dispose();
    const gradient = this.shifter.adjoint(arrived, shift, picture.x.shape);
    arrived.dispose();
    const smoothed = addNaturalVariation(picture.x, gradient, weights.totalVariation * recipe.totalVariation, measure);
    gradient.dispose();
    const total = addAlphaNorm(picture.x, smoothed, weights.alphaNorm * recipe.alphaNorm, measure);
    smoothed.dispose();
    picture.update(total);
    total.dispose();
    if (measure) await tally.losses.read(tally.step);
  }

  /** A picture at hand, or noise. */
  private startingPicture(target: Raster, random: () => number): Raster {
    const { start } = this.context;
    if (!start) return startingNoise(target, random);
    const { width, height } = this.photo;
    return addMargin(clampUnit(resample(rasterOf(start), width, height, bicubic)), margin);
  }

  private cropped(raster: Raster): Raster {
    return cropMiddle(raster, this.photo.width, this.photo.height);
  }

  private report(): void {
    const { step, msPerStep } = this.tally;
    const { latest } = this.tally.losses;
    const { width, height } = this.photo;
    const count = this.context.recipe.layers.length;
    const index = Math.min(count, 1 + Math.floor((step - 1) / Math.max(1, this.context.recipe.steps)));
    this.context.control.report({
      phase: 'optimise',
      step,
      steps: this.steps,
      scale: { index, count, width, height },
      msPerStep,
      memoryBytes: tf.memory().numBytes,
      ...(latest === undefined ? {} : { loss: latest }),
    });
  }
}

function startingNoise(like: Raster, random: () => number): Raster {
  const values = normalNoise(like.values.length, random);
  return { ...like, values: values.map((value) => Math.min(1, Math.max(0, 0.5 + noise * value))) };
}
