/**
 * DeepDream (Mordvintsev, Olah & Tyka 2015): gradient ascent on what the layers already see, from small to large, the
 * photo's own detail put back at every size; and the zoom into it, frame by frame.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { DreamRecipe } from '../../../../shared/recipe';
import type { Frame, Pixels } from '../../api';
import { clampUnit, fitLongSide, pixelsOf, rasterOf, readRaster, tensorOf } from '../../images/pictures';
import { randomGenerator } from '../../images/random';
import { bicubic, type Raster, resample } from '../../images/resample';
import type { Place } from '../../objectives/amplify';
import { headOf, type Objective } from '../../objectives/objective';
import { normaliseBands } from '../../optimise/laplacian';
import { LossReader } from '../../optimise/losses';
import { Shifter } from '../../optimise/shift';
import { contentOf, type TechniqueContext, type TechniqueResult } from '../technique';
import { zoomed } from './film';
import { checkLayers, dreamObjectives, tapsOf } from './objectives';
import { detailOf, octaveSizes, type Size, withDetail } from './octaves';
import { tiledGradient } from './tiles';

type Tensor4D = tf.Tensor4D;

/** Frequencies that are brought to one strength. */
const bands = 4;

export async function runDream(context: TechniqueContext<DreamRecipe>): Promise<TechniqueResult> {
  const { recipe, network } = context;
  checkLayers(recipe, network);
  const photo = rasterOf(contentOf(context));
  const { width, height } = fitLongSide(photo.width, photo.height, recipe.size);
  const dream = new Dream(context, { width, height });
  try {
    return await dream.run(clampUnit(resample(photo, width, height, bicubic)));
  } finally {
    dream.dispose();
  }
}

class Dream {
  private readonly shifter = new Shifter();
  private readonly losses = new LossReader();
  private readonly random: () => number;
  private readonly taps: readonly string[];
  private readonly sizes: readonly Size[];
  private readonly steps: number;
  private readonly startedAt = performance.now();
  private step = 0;
  private complete = true;
  private peakBytes = 0;
  /** Of the film, under way. */
  private frame = 0;
  private readonly objectives: readonly Objective[];
  /** How the network sees the picture at this step. */
  private look = { shift: { top: 0, left: 0, extent: 0 }, width: 1, height: 1 };

  constructor(
    private readonly context: TechniqueContext<DreamRecipe>,
    size: Size,
  ) {
    const { recipe, network, guide } = context;
    this.objectives = dreamObjectives(recipe, network, guide, (at) => this.placed(at));
    this.random = randomGenerator(recipe.seed);
    this.taps = tapsOf(recipe);
    this.sizes = octaveSizes(recipe, size);
    this.steps = recipe.steps * (this.sizes.length + Math.max(0, recipe.film.frames - 1));
  }

  async run(photo: Raster): Promise<TechniqueResult> {
    this.report(photo, 0);
    let picture = await this.throughOctaves(photo);
    const { frames, zoom, rotate } = this.context.recipe.film;
    const film: Frame[] = frames > 0 ? [{ label: '1', pixels: pixelsOf(picture) }] : [];
    while (this.complete && film.length > 0 && film.length < frames) {
      this.frame = film.length;
      const next = await this.ascend(zoomed(picture, zoom, rotate), this.sizes.length);
      // A frame that was broken off would be a jump in the film.
      if (!this.complete) break;
      picture = next;
      film.push({ label: String(film.length + 1), pixels: pixelsOf(picture) });
    }
    await this.losses.finish();
    return {
      pixels: pixelsOf(picture),
      frames: film,
      complete: this.complete,
      losses: this.losses.sampled,
      steps: this.step,
      msPerStep: (performance.now() - this.startedAt) / Math.max(1, this.step),
      peakBytes: this.peakBytes,
    };
  }

  dispose(): void {
    this.losses.dispose();
    this.shifter.dispose();
    for (const objective of this.objectives) objective.dispose();
  }

  private async throughOctaves(photo: Raster): Promise<Raster> {
    let picture = photo;
    let detail: Raster | null = null;
    for (const [i, size] of this.sizes.entries()) {
      picture = await this.ascend(clampUnit(withDetail(photo, detail, size)), i + 1);
      detail = detailOf(picture, photo);
      this.context.trim?.();
      if (!this.complete) break;
    }
    // Stopped at a smaller size: what was dreamt so far, on the photo as large as it was asked for.
    return this.complete ? picture : clampUnit(withDetail(photo, detail, photo));
  }

  /** `recipe.steps` steps at one size. */
  private async ascend(start: Raster, octave: number): Promise<Raster> {
    const { recipe, control } = this.context;
    let x = tensorOf(start);
    try {
      for (let i = 0; i < recipe.steps && this.complete; i++) {
        this.step++;
        const measure = this.losses.wants(this.step) ? this.losses.add : undefined;
        const moved = this.moved(x, measure);
        x.dispose();
        x = moved;
        if (measure) await this.losses.read(this.step);
        this.report(start, octave);
        if (control.wantsPreview()) control.preview(await this.pixels(x), this.frame);
        this.complete = await control.proceed();
      }
      return await readRaster(x);
    } finally {
      x.dispose();
    }
  }

  /** One step uphill; a new tensor. */
  private moved(x: Tensor4D, measure: ((loss: tf.Scalar) => void) | undefined): Tensor4D {
    const { recipe } = this.context;
    const draw = () => Math.floor(this.random() * (recipe.jitter + 1));
    const shift = { top: draw(), left: draw(), extent: recipe.jitter };
    const shifted = this.shifter.apply(x, shift);
    const place = { x: this.random(), y: this.random() };
    const tile = recipe.layers.some(({ at }) => at) ? Number.POSITIVE_INFINITY : recipe.tile;
    this.look = { shift, width: x.shape[2], height: x.shape[1] };
    const whole = shifted.shape[1] * shifted.shape[2];
    const arrived = tiledGradient(shifted, tile, place, (part) =>
      this.gradient(part, (part.shape[1] * part.shape[2]) / whole, measure),
    );
    shifted.dispose();
    const gradient = this.shifter.adjoint(arrived, shift, x.shape);
    arrived.dispose();
    const even = normaliseBands(gradient, bands);
    gradient.dispose();
    const moved = tf.tidy(() => tf.clipByValue<Tensor4D>(tf.sub(x, tf.mul(even, recipe.stepSize)), 0, 1));
    even.dispose();
    return moved;
  }

  /**
   * @param share of the part in the picture: objectives are means over what they see, and a mean over a tile would push
   *   each pixel of a small tile harder than one of a large
   */
  private gradient(part: Tensor4D, share: number, measure: ((loss: tf.Scalar) => void) | undefined): Tensor4D {
    const activations = this.context.network.forward(part, this.taps);
    this.peakBytes = Math.max(this.peakBytes, tf.memory().numBytes);
    const scaled = (loss: tf.Scalar) => {
      // Objectives measure within a scope of their own.
      measure?.(tf.keep(tf.mul(loss, share)));
      loss.dispose();
    };
    const gradient = activations.backward(headOf(this.objectives, measure && scaled)) ?? tf.zerosLike(part);
    if (share === 1) return gradient;
    const own = tf.mul<Tensor4D>(gradient, share);
    gradient.dispose();
    return own;
  }

  /** A place of the picture in the shifted one that the network looks at. */
  private placed({ x, y }: Place): Place {
    const { shift, width, height } = this.look;
    return {
      x: (shift.left + x * width) / (width + shift.extent),
      y: (shift.top + y * height) / (height + shift.extent),
    };
  }

  private async pixels(x: Tensor4D): Promise<Pixels> {
    return pixelsOf(await readRaster(x));
  }

  private report({ width, height }: Size, octave: number): void {
    const { latest } = this.losses;
    const elapsed = performance.now() - this.startedAt;
    this.context.control.report({
      phase: 'optimise',
      step: this.step,
      steps: this.steps,
      ...(octave > 0 && { scale: { index: octave, count: this.sizes.length, width, height } }),
      ...(this.step > 0 && { msPerStep: elapsed / this.step }),
      memoryBytes: tf.memory().numBytes,
      ...(latest === undefined ? {} : { loss: latest }),
    });
  }
}
