/**
 * Style transfer by optimisation (Gatys, Ecker & Bethge 2016), coarse to fine: at each scale of a pyramid, Adam on
 * the pixels against the photo's content and the painting's statistics; what one scale paints, the next refines.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { StyleRecipe } from '../../../../shared/recipe';
import { addMargin, cropMiddle } from '../../images/margin';
import { clampUnit, fitLongSide, pixelsOf, rasterOf, tensorOf } from '../../images/pictures';
import { normalNoise, type RandomGenerator, randomFrom, randomGenerator } from '../../images/random';
import { bicubic, type Raster, resample } from '../../images/resample';
import type { Network } from '../../network/network';
import { addPixelTaps, pixelNetwork, seeded } from '../../objectives/grain';
import { headOf } from '../../objectives/objective';
import { addTotalVariation } from '../../objectives/totalVariation';
import { type Evaluation, Lbfgs } from '../../optimise/lbfgs';
import { LossReader } from '../../optimise/losses';
import { type AdamSnapshot, PyramidAdam } from '../../optimise/pyramidAdam';
import { type Shift, Shifter, shiftsUpTo } from '../../optimise/shift';
import type { Pixels } from '../../types';
import { contentOf, type Kept, type TechniqueContext, type TechniqueResult } from '../technique';
import { tapsOfRecipe } from './objectives';
import { recolouring } from './recolouring';
import { type Region, regionsOf } from './regions';
import { Clock, marginOf, type Scale, scalesOf } from './scales';
import type { Position, StyleState } from './state';
import { type View, viewsOf } from './views';

/** How many alignments of the picture to the network's lattice take turns. */
export const alignments = 8;

type StyleContext = TechniqueContext<StyleRecipe, Network, StyleState>;

export async function runStyle(context: StyleContext): Promise<TechniqueResult> {
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
  // One that was stopped at a coarser scale comes out as large as it was asked for.
  const finish = (picture: Raster) => pixelsOf(recoloured.finish(resizeTo(picture, frame), frame));
  const run = new StyleRun({ ...context, network: varied }, canvas, regions, scales, finish);
  control.report({ phase: 'optimise', step: run.clock.steps, steps: run.steps });
  try {
    let snapshot: AdamSnapshot | null = null;
    let picture = frame;
    let complete = true;
    for (const scale of scales.slice(context.resume?.scale ?? 0)) {
      ({ snapshot, complete } = await run.paintScale(scale, snapshot));
      picture = cropMiddle(snapshot.picture, scale.width, scale.height);
      context.trim?.();
      if (!complete) break;
    }
    return run.result(picture, complete);
  } finally {
    run.dispose();
  }
}

/** The scale's steps are used up, or the run was cancelled, in the middle of a line search. */
class Exhausted extends Error {}

class StyleRun {
  private peakBytes: number;
  readonly clock: Clock;
  private readonly losses: LossReader;
  readonly steps: number;
  readonly shifter = new Shifter();
  private readonly random: RandomGenerator;
  readonly shifts: readonly Shift[];
  readonly taps: readonly string[];
  readonly grain: Network | null;

  constructor(
    private readonly context: StyleContext,
    /** The photo and the picture to start from with their margins, at the size of the last scale. */
    private readonly canvas: { readonly photo: Raster; readonly start: Raster | null },
    readonly regions: readonly Region[],
    private readonly scales: readonly Scale[],
    private readonly finish: (picture: Raster) => Pixels,
  ) {
    const { recipe, resume } = context;
    this.clock = new Clock(scales, resume?.clock);
    this.losses = new LossReader(resume?.losses);
    this.peakBytes = resume?.peakBytes ?? 0;
    this.steps = scales.reduce((sum, { steps }) => sum + steps, 0);
    const random = randomGenerator(recipe.seed);
    this.shifts = shiftsUpTo(recipe.jitter, alignments, random);
    this.random = resume ? randomFrom(resume.random) : random;
    this.taps = tapsOfRecipe(recipe);
    this.grain = pixelNetwork(recipe);
  }

  async paintScale(
    scale: Scale,
    snapshot: AdamSnapshot | null,
  ): Promise<{ snapshot: AdamSnapshot; complete: boolean }> {
    const photo = resizeTo(this.canvas.photo, scale.canvas);
    const views = await viewsOf(this.context, this, photo, scale);
    try {
      const { resume, recipe } = this.context;
      // Only the scale at which it was kept goes on from there; those after it start as ever.
      const position = resume && this.scales[resume.scale] === scale ? resume.position : null;
      if (position) return await this.paintOn(scale, position, views);
      const { width, height } = scale.canvas;
      const prepare = (enlarged: Raster) => seeded(enlarged, recipe.grain, this.random);
      if (recipe.optimiser.method === 'adam') {
        const picture = snapshot
          ? PyramidAdam.resume(snapshot, width, height, recipe.optimiser, prepare)
          : PyramidAdam.start(this.startingPicture(photo, scale), recipe.optimiser);
        return await this.paintByAdam(scale, picture, views, 0);
      }
      const start = snapshot ? prepare(resizeTo(snapshot.picture, scale.canvas)) : this.startingPicture(photo, scale);
      return await this.paintByLbfgs(scale, start, new Lbfgs(start.values, recipe.optimiser.history), views, 0);
    } finally {
      for (const objective of new Set(views.flatMap(({ objectives }) => objectives))) objective.dispose();
    }
  }

  private paintOn(scale: Scale, position: Position, views: readonly View[]) {
    const { optimiser } = this.context.recipe;
    const { steps } = position;
    if ('adam' in position) return this.paintByAdam(scale, PyramidAdam.restore(position.adam, optimiser), views, steps);
    const { lbfgs, like } = position;
    return this.paintByLbfgs(scale, like, new Lbfgs(lbfgs.x, optimiser.history, lbfgs), views, steps);
  }

  private async paintByAdam(scale: Scale, picture: PyramidAdam, views: readonly View[], done: number) {
    let complete = true;
    try {
      for (let step = done; step < scale.steps && complete; step++) {
        const startedAt = performance.now();
        const view = views[Math.floor(this.random() * views.length)];
        if (view) await this.iterate(picture, view);
        complete = await this.next(scale, startedAt, () => picture.picture());
        const take = async () => ({ adam: await picture.state(), steps: step + 1 });
        await this.context.control.keep?.(async () => this.kept(scale, await take()));
      }
      await this.losses.finish();
      return { snapshot: await picture.snapshot(), complete };
    } finally {
      picture.dispose();
    }
  }

  /** Every look at the network counts as a step, and all look from the same place: the loss must stay one function. */
  private async paintByLbfgs(scale: Scale, start: Raster, optimiser: Lbfgs, [view]: readonly View[], done: number) {
    const picture = () => clampUnit({ ...start, values: optimiser.x });
    let complete = true;
    let left = scale.steps - done;
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
      while (left > 0 && complete && (await optimiser.step(evaluate))) {
        const take = () => ({ lbfgs: optimiser.state(), like: start, steps: scale.steps - left });
        await this.context.control.keep?.(async () => this.kept(scale, take()));
      }
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

  /** @param picture of any size, without a margin */
  result(picture: Raster, complete: boolean): TechniqueResult {
    return resultOf(this.finish(picture), complete, this.state());
  }

  private state() {
    const { clock, losses, peakBytes } = this;
    return { clock: clock.state(), losses: [...losses.sampled], peakBytes };
  }

  private kept(scale: Scale, position: Position): Kept<StyleState> {
    const index = this.scales.indexOf(scale);
    const state = { ...this.state(), scale: index, position, random: this.random.state() };
    const picture = 'adam' in position ? position.adam.picture : { ...position.like, values: position.lbfgs.x };
    const cropped = () => cropMiddle(clampUnit(picture), scale.width, scale.height);
    return { state, step: state.clock.steps, result: () => resultOf(this.finish(cropped()), false, state) };
  }

  dispose(): void {
    this.losses.dispose();
    this.shifter.dispose();
    this.grain?.dispose();
  }

  private async iterate(picture: PyramidAdam, view: View): Promise<void> {
    const step = this.clock.steps + 1;
    const measure = this.losses.wants(step) ? this.losses.add : undefined;
    const gradient = this.gradientAt(picture.x, view, measure);
    picture.update(gradient);
    gradient.dispose();
    if (measure) await this.losses.read(step);
  }

  /** At the pixels of `x`, grain, palette and total variation included; a new tensor. */
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
    const grained = addPixelTaps(this.grain, shifted, arrived, objectives, measure);
    tf.dispose([shifted, arrived]);
    const gradient = this.shifter.adjoint(grained, shift, x.shape);
    grained.dispose();
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

const resultOf = (
  pixels: Pixels,
  complete: boolean,
  { clock: { steps, elapsedMs }, losses, peakBytes }: Omit<StyleState, 'scale' | 'position' | 'random'>,
): TechniqueResult => ({ pixels, complete, losses, steps, msPerStep: elapsedMs / Math.max(1, steps), peakBytes });

const resizeTo = (raster: Raster, { width, height }: { readonly width: number; readonly height: number }): Raster =>
  clampUnit(resample(raster, width, height, bicubic));
