/**
 * Style transfer by optimisation (Gatys, Ecker & Bethge 2016), coarse to fine: at each scale of a pyramid, Adam on
 * the pixels against the photo's content and the painting's statistics; what one scale paints, the next refines.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { StyleRecipe } from '../../../../shared/recipe';
import { addMargin, cropMiddle } from '../../images/margin';
import { clampUnit, fitLongSide, pixelsOf, rasterOf, tensorOf } from '../../images/pictures';
import { normalNoise, randomGenerator } from '../../images/random';
import { bicubic, type Raster, resample } from '../../images/resample';
import { headOf, type Objective } from '../../objectives/objective';
import { addTotalVariation } from '../../objectives/totalVariation';
import { type Evaluation, Lbfgs } from '../../optimise/lbfgs';
import { LossReader } from '../../optimise/losses';
import { type AdamSnapshot, PyramidAdam } from '../../optimise/pyramidAdam';
import { type Shift, Shifter, shiftsUpTo } from '../../optimise/shift';
import { contentOf, type TechniqueContext, type TechniqueResult } from '../technique';
import { contentObjectives, styleObjectives, tapsOfRecipe } from './objectives';
import { recolouring } from './recolouring';
import { guideAt, type Region, regionsOf, shiftedGuide } from './regions';
import { Clock, marginOf, type Scale, scalesOf } from './scales';

/** How many alignments of the picture to the network's lattice take turns. */
export const alignments = 8;

export async function runStyle(context: TechniqueContext<StyleRecipe>): Promise<TechniqueResult> {
  const { recipe, network, control } = context;
  // Before anything is allocated: throws `layer-unknown`.
  for (const tap of tapsOfRecipe(recipe)) network.nodeOf(tap);
  const photo = rasterOf(contentOf(context));
  const scales = scalesOf(recipe, photo.width, photo.height);
  const frame = resizeTo(photo, fitLongSide(photo.width, photo.height, recipe.size));
  const margin = marginOf(recipe.size);
  const recoloured = recolouring(recipe, context.styles, frame);
  const regions = regionsOf(recipe, recoloured.styles, context.masks ?? [], frame, margin);
  const canvas = {
    photo: addMargin(recoloured.photo, margin),
    start: context.start ? addMargin(resizeTo(rasterOf(context.start), frame), margin) : null,
  };
  const varied = recipe.pooling === 'network' ? network : network.with({ pooling: recipe.pooling });
  const run = new StyleRun({ ...context, network: varied }, canvas, regions, scales);
  control.report({ phase: 'optimise', step: 0, steps: run.steps });
  try {
    let snapshot: AdamSnapshot | null = null;
    let picture = frame;
    let complete = true;
    for (const scale of scales) {
      ({ snapshot, complete } = await run.paintScale(scale, snapshot));
      picture = cropMiddle(snapshot.picture, scale.width, scale.height);
      context.trim?.();
      if (!complete) break;
    }
    return {
      pixels: pixelsOf(recoloured.finish(picture, resizeTo(frame, picture))),
      complete,
      losses: run.losses.sampled,
      steps: run.clock.steps,
      msPerStep: run.clock.elapsedMs / Math.max(1, run.clock.steps),
      peakBytes: run.peakBytes,
    };
  } finally {
    run.dispose();
  }
}

/** One look at the picture: how it is shifted, and what it is measured against there. */
interface View {
  readonly shift: Shift;
  readonly objectives: readonly Objective[];
}

/** The scale's steps are used up, or the run was cancelled, in the middle of a line search. */
class Exhausted extends Error {}

class StyleRun {
  peakBytes = 0;
  readonly clock: Clock;
  readonly losses = new LossReader();
  readonly steps: number;
  private readonly shifter = new Shifter();
  private readonly random: () => number;
  private readonly shifts: readonly Shift[];
  private readonly taps: readonly string[];

  constructor(
    private readonly context: TechniqueContext<StyleRecipe>,
    /** The photo and the picture to start from with their margins, at the size of the last scale. */
    private readonly canvas: { readonly photo: Raster; readonly start: Raster | null },
    private readonly regions: readonly Region[],
    private readonly scales: readonly Scale[],
  ) {
    const { recipe } = context;
    this.clock = new Clock(scales);
    this.steps = scales.reduce((sum, { steps }) => sum + steps, 0);
    this.random = randomGenerator(recipe.seed);
    this.shifts = shiftsUpTo(recipe.jitter, alignments, this.random);
    this.taps = tapsOfRecipe(recipe);
  }

  async paintScale(
    scale: Scale,
    snapshot: AdamSnapshot | null,
  ): Promise<{ snapshot: AdamSnapshot; complete: boolean }> {
    const photo = resizeTo(this.canvas.photo, scale.canvas);
    const views = await this.viewsOf(photo, scale);
    try {
      if (this.context.recipe.optimiser.method === 'adam') return await this.paintByAdam(scale, photo, views, snapshot);
      const start = snapshot ? resizeTo(snapshot.picture, scale.canvas) : this.startingPicture(photo, scale);
      return await this.paintByLbfgs(scale, start, views);
    } finally {
      for (const objective of new Set(views.flatMap(({ objectives }) => objectives))) objective.dispose();
    }
  }

  private async paintByAdam(scale: Scale, photo: Raster, views: readonly View[], snapshot: AdamSnapshot | null) {
    const { recipe } = this.context;
    const picture = snapshot
      ? PyramidAdam.resume(snapshot, scale.canvas.width, scale.canvas.height, recipe.optimiser)
      : PyramidAdam.start(this.startingPicture(photo, scale), recipe.optimiser);
    let complete = true;
    try {
      for (let step = 0; step < scale.steps && complete; step++) {
        const startedAt = performance.now();
        const view = views[Math.floor(this.random() * views.length)];
        if (view) await this.iterate(picture, view);
        complete = await this.next(scale, startedAt, () => picture.picture());
      }
      await this.losses.finish();
      return { snapshot: await picture.snapshot(), complete };
    } finally {
      picture.dispose();
    }
  }

  /** Every look at the network counts as a step, and all look from the same place: the loss must stay one function. */
  private async paintByLbfgs(scale: Scale, start: Raster, [view]: readonly View[]) {
    const optimiser = new Lbfgs(start.values, this.context.recipe.optimiser.history);
    const picture = () => clampUnit({ ...start, values: optimiser.x });
    let complete = true;
    let left = scale.steps;
    const evaluate = async (x: Float32Array): Promise<Evaluation> => {
      if (left <= 0 || !complete || !view) throw new Exhausted();
      left--;
      const startedAt = performance.now();
      const image = tensorOf({ ...start, values: x });
      const terms: tf.Scalar[] = [];
      const gradient = this.gradientAt(image, view, (term) => terms.push(term));
      const [values, ...losses] = await Promise.all([gradient.data<'float32'>(), ...terms.map((term) => term.data())]);
      tf.dispose([image, gradient, ...terms]);
      const loss = losses.reduce((sum, [term = Number.NaN]) => sum + term, 0);
      this.losses.record(this.clock.steps + 1, loss);
      complete = await this.next(scale, startedAt, async () => picture());
      return { loss, gradient: values };
    };
    try {
      while (left > 0 && complete && (await optimiser.step(evaluate)));
    } catch (cause) {
      if (!(cause instanceof Exhausted)) throw cause;
    }
    return { snapshot: { picture: picture(), levels: [], step: this.clock.steps }, complete };
  }

  /** Ends a step. @returns false when the run was cancelled */
  private async next(scale: Scale, startedAt: number, picture: () => Promise<Raster>): Promise<boolean> {
    const { control } = this.context;
    this.clock.add(scale, performance.now() - startedAt);
    this.report(scale);
    if (control.wantsPreview()) control.preview(pixelsOf(cropMiddle(await picture(), scale.width, scale.height)));
    return control.proceed();
  }

  dispose(): void {
    this.losses.dispose();
    this.shifter.dispose();
  }

  /** A style of no region is the same from everywhere; photo and guides are shifted alike. */
  private async viewsOf(photo: Raster, scale: Scale): Promise<View[]> {
    const { recipe, network } = this.context;
    const everywhere = await Promise.all(
      this.regions.filter(({ guide }) => !guide).map((region) => this.regionObjectives(region, scale, null)),
    );
    const image = tensorOf(photo);
    const views: View[] = [];
    for (const shift of this.shifts) {
      const shifted = this.shifter.apply(image, shift);
      const content = contentObjectives(recipe, network, shifted);
      shifted.dispose();
      const here = await Promise.all(
        this.regions.filter(({ guide }) => guide).map((region) => this.regionObjectives(region, scale, shift)),
      );
      views.push({ shift, objectives: [...everywhere.flat(), ...here.flat(), ...content] });
    }
    image.dispose();
    return views;
  }

  private regionObjectives({ sources, targets, guide, share }: Region, scale: Scale, shift: Shift | null) {
    const { recipe, network } = this.context;
    const paintingSize = Math.round(scale.longSide * recipe.styleScale);
    const styled = { ...recipe, styles: [...sources] };
    if (!guide || !shift) return styleObjectives(styled, network, targets, paintingSize);
    const seen = shiftedGuide(guide, scale.canvas, shift);
    const shapes = network.featureShapes(this.taps, seen.height, seen.width);
    const guideOf = (layer: string) => guideAt(seen, shapes.get(network.nodeOf(layer)) ?? [1, 1, 1]);
    return styleObjectives(styled, network, targets, paintingSize, { share, guideOf });
  }

  private async iterate(picture: PyramidAdam, view: View): Promise<void> {
    const step = this.clock.steps + 1;
    const measure = this.losses.wants(step) ? this.losses.add : undefined;
    const gradient = this.gradientAt(picture.x, view, measure);
    picture.update(gradient);
    gradient.dispose();
    if (measure) await this.losses.read(step);
  }

  /** At the pixels of `x`, total variation included; a new tensor. */
  private gradientAt(
    x: tf.Tensor4D,
    { shift, objectives }: View,
    measure: ((loss: tf.Scalar) => void) | undefined,
  ): tf.Tensor4D {
    const { recipe, network } = this.context;
    const shifted = this.shifter.apply(x, shift);
    const activations = network.forward(shifted, this.taps);
    this.peakBytes = Math.max(this.peakBytes, tf.memory().numBytes);
    const arrived = activations.backward(headOf(objectives, measure)) ?? tf.zerosLike(shifted);
    shifted.dispose();
    const gradient = this.shifter.adjoint(arrived, shift, x.shape);
    arrived.dispose();
    const total = addTotalVariation(x, gradient, recipe.totalVariation, measure);
    gradient.dispose();
    return total;
  }

  private report(scale: Scale): void {
    const { latest } = this.losses;
    this.context.control.report({
      phase: 'optimise',
      step: this.clock.steps,
      steps: this.steps,
      scale: {
        index: this.scales.indexOf(scale) + 1,
        count: this.scales.length,
        width: scale.width,
        height: scale.height,
      },
      msPerStep: this.clock.elapsedMs / this.clock.steps,
      remainingMs: this.clock.remainingMs,
      memoryBytes: tf.memory().numBytes,
      ...(latest === undefined ? {} : { loss: latest }),
    });
  }

  /** The photo itself, a picture at hand, or seeded noise around the photo's mean colour. */
  private startingPicture(photo: Raster, scale: Scale): Raster {
    const { start } = this.context.recipe;
    if (start === 'content') return photo;
    if (start === 'image' && this.canvas.start) return resizeTo(this.canvas.start, scale.canvas);
    const contrast = 0.15;
    const mean = photo.values.reduce((sum, value) => sum + value, 0) / photo.values.length;
    const noise = normalNoise(photo.values.length, this.random);
    return { ...photo, values: noise.map((value) => Math.min(1, Math.max(0, mean + contrast * value))) };
  }
}

const resizeTo = (raster: Raster, { width, height }: { readonly width: number; readonly height: number }): Raster =>
  clampUnit(resample(raster, width, height, bicubic));
