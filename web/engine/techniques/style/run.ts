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
import { LossReader } from '../../optimise/losses';
import { type AdamSnapshot, PyramidAdam } from '../../optimise/pyramidAdam';
import { type Shift, Shifter, shiftsUpTo } from '../../optimise/shift';
import { contentOf, type TechniqueContext, type TechniqueResult } from '../technique';
import { contentObjectives, styleObjectives, tapsOfRecipe } from './objectives';
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
  const run = new StyleRun(context, addMargin(frame, marginOf(recipe.size)), scales);
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
      pixels: pixelsOf(picture),
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
    /** The photo with its margin, at the size of the last scale. */
    private readonly canvas: Raster,
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
    const { recipe, network, styles, control } = this.context;
    const photo = resizeTo(this.canvas, scale.canvas);
    const style = await styleObjectives(recipe, network, styles, Math.round(scale.longSide * recipe.styleScale));
    const views = this.viewsOf(photo, style);
    const picture = snapshot
      ? PyramidAdam.resume(snapshot, scale.canvas.width, scale.canvas.height, recipe.optimiser)
      : PyramidAdam.start(this.startingPicture(photo), recipe.optimiser);
    let complete = true;
    try {
      for (let step = 0; step < scale.steps && complete; step++) {
        const startedAt = performance.now();
        const view = views[Math.floor(this.random() * views.length)];
        if (view) await this.iterate(picture, view);
        this.clock.add(scale, performance.now() - startedAt);
        this.report(scale);
        if (control.wantsPreview())
          control.preview(pixelsOf(cropMiddle(await picture.picture(), scale.width, scale.height)));
        complete = await control.proceed();
      }
      await this.losses.finish();
      return { snapshot: await picture.snapshot(), complete };
    } finally {
      for (const objective of new Set(views.flatMap(({ objectives }) => objectives))) objective.dispose();
      picture.dispose();
    }
  }

  dispose(): void {
    this.losses.dispose();
    this.shifter.dispose();
  }

  /** The style is the same from everywhere; the content is measured on the photo shifted alike. */
  private viewsOf(photo: Raster, style: readonly Objective[]): View[] {
    const { recipe, network } = this.context;
    const image = tensorOf(photo);
    const views = this.shifts.map((shift) => {
      const shifted = this.shifter.apply(image, shift);
      const content = contentObjectives(recipe, network, shifted);
      shifted.dispose();
      return { shift, objectives: [...style, ...content] };
    });
    image.dispose();
    return views;
  }

  private async iterate(picture: PyramidAdam, { shift, objectives }: View): Promise<void> {
    const { recipe, network } = this.context;
    const step = this.clock.steps + 1;
    const measure = this.losses.wants(step) ? this.losses.add : undefined;
    const shifted = this.shifter.apply(picture.x, shift);
    const activations = network.forward(shifted, this.taps);
    this.peakBytes = Math.max(this.peakBytes, tf.memory().numBytes);
    const arrived = activations.backward(headOf(objectives, measure)) ?? tf.zerosLike(shifted);
    shifted.dispose();
    const gradient = this.shifter.adjoint(arrived, shift, picture.x.shape);
    arrived.dispose();
    const total = addTotalVariation(picture.x, gradient, recipe.totalVariation, measure);
    gradient.dispose();
    picture.update(total);
    total.dispose();
    if (measure) await this.losses.read(step);
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

  /** The photo itself, or seeded noise around the photo's mean colour. */
  private startingPicture(photo: Raster): Raster {
    if (this.context.recipe.start === 'content') return photo;
    const contrast = 0.15;
    const mean = photo.values.reduce((sum, value) => sum + value, 0) / photo.values.length;
    const noise = normalNoise(photo.values.length, this.random);
    return { ...photo, values: noise.map((value) => Math.min(1, Math.max(0, mean + contrast * value))) };
  }
}

const resizeTo = (raster: Raster, { width, height }: { readonly width: number; readonly height: number }): Raster =>
  clampUnit(resample(raster, width, height, bicubic));
