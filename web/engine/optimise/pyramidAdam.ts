/**
 * Adam on a picture at several resolutions at once. The gradient is averaged down to half, a quarter, … of the size;
 * each level keeps moments of its own and takes an Adam step of its own; the steps are enlarged and added up.
 *
 * Plain Adam gives every pixel the same step, so fine noise grows as fast as broad shapes. Stepping coarse levels
 * further than fine ones is a preconditioner, as the decorrelated (1/f) image of Olah et al., "Feature
 * Visualization" (2017) is, without a Fourier transform. One level with gain 1 is plain Adam.
 */
import * as tf from '@tensorflow/tfjs-core';
import { clampUnit, readRaster, tensorOf } from '../images/pictures';
import { bicubic, bilinear, type Filter, type Raster, resample } from '../images/resample';
import { adam, type ConvAttributes, conv2d } from '../kernels';
import { enlarge, settle } from '../kernels/fused';
import type { Rehearsal } from './descend';

type Tensor4D = tf.Tensor4D;

export interface AdamSettings {
  /** Adam's, in picture units (0..1); the levels share it out so that independent steps of theirs add up to it. */
  readonly stepSize: number;
  readonly beta1: number;
  readonly beta2: number;
  /** Decay of the average of iterates; 0 means the average is the iterate. */
  readonly averaging: number;
  readonly levels: number;
  /** How much further each level steps than the next finer one. */
  readonly levelGain: number;
}

/** The state between two sizes: plain arrays, nothing on the device. */
export interface AdamSnapshot {
  /** The average of iterates: what is shown and kept. */
  readonly picture: Raster;
  readonly levels: readonly { readonly first: Raster; readonly second: Raster }[];
  readonly step: number;
}

/** The whole state at one size: an optimiser that goes on from it does what the one before would have done. */
export interface AdamState extends AdamSnapshot {
  readonly iterate: Raster;
  /** Since it came to this size. */
  readonly stepsHere: number;
}

type Size = Pick<Raster, 'width' | 'height'>;

interface Level {
  /** Where every step starts from, so that what the Adam kernel returns is the step itself. */
  readonly zero: Tensor4D;
  first: Tensor4D;
  second: Tensor4D;
  readonly stepSize: number;
}

const epsilon = 1e-8;
/** A level with a shorter side than this has nothing left to say. */
const minLevelSide = 4;

export class PyramidAdam {
  private readonly smoother: Smoother;

  private constructor(
    private current: Tensor4D,
    private average: Tensor4D,
    private readonly levels: Level[],
    private readonly settings: AdamSettings,
    private step: number,
    private stepsHere = 0,
  ) {
    this.smoother = new Smoother(current.shape[3]);
  }

  static start(picture: Raster, settings: AdamSettings): PyramidAdam {
    const levels = levelSizes(picture, settings).map(({ width, height, stepSize }): Level => {
      const shape: [number, number, number, number] = [1, height, width, picture.channels];
      return { zero: tf.zeros(shape), first: tf.zeros(shape), second: tf.zeros(shape), stepSize };
    });
    return new PyramidAdam(tensorOf(picture), tensorOf(picture), levels, settings, 0);
  }

  /**
   * Goes on at another size: the average becomes the iterate, the moments are scaled with it (warm start).
   * @param prepare what is done to the picture of the new size before
   */
  static resume(
    snapshot: AdamSnapshot,
    width: number,
    height: number,
    settings: AdamSettings,
    prepare = (enlarged: Raster): Raster => enlarged,
  ): PyramidAdam {
    const picture = prepare(clampUnit(resample(snapshot.picture, width, height, bicubic)));
    // Losses are means over positions: a pixel's gradient shrinks as their number grows, its square twice so.
    const shrink = (snapshot.picture.width * snapshot.picture.height) / (width * height);
    const levels = levelSizes(picture, settings).map((size, k): Level => {
      const moments = snapshot.levels[Math.min(k, snapshot.levels.length - 1)];
      const scaled = (moment: Raster | undefined, filter: Filter, map: (value: number) => number): Tensor4D =>
        moment
          ? tensorOf(mapValues(resample(moment, size.width, size.height, filter), map))
          : tf.zeros([1, size.height, size.width, picture.channels]);
      return {
        zero: tf.zeros([1, size.height, size.width, picture.channels]),
        first: scaled(moments?.first, bicubic, (value) => value * shrink),
        second: scaled(moments?.second, bilinear, (value) => Math.max(0, value) * shrink * shrink),
        stepSize: size.stepSize,
      };
    });
    return new PyramidAdam(tensorOf(picture), tensorOf(picture), levels, settings, snapshot.step);
  }

  /** Goes on at the same size as if nothing had been between. */
  static restore(state: AdamState, settings: AdamSettings): PyramidAdam {
    const { iterate, picture, step, stepsHere } = state;
    const levels = levelSizes(picture, settings).map(({ width, height, stepSize }, k): Level => {
      const shape: [number, number, number, number] = [1, height, width, picture.channels];
      const kept = state.levels[k];
      const moment = (raster: Raster | undefined) => (raster ? tensorOf(raster) : tf.zeros<tf.Rank.R4>(shape));
      return { zero: tf.zeros(shape), first: moment(kept?.first), second: moment(kept?.second), stepSize };
    });
    return new PyramidAdam(tensorOf(iterate), tensorOf(picture), levels, settings, step, stepsHere);
  }

  /** Bytes of `state()` at a size, of pictures with three channels. */
  static stateBytes(size: Size, settings: AdamSettings): number {
    const pixels = ({ width, height }: Size) => width * height;
    const moments = levelSizes(size, settings).reduce((sum, level) => sum + 2 * pixels(level), 0);
    return 3 * Float32Array.BYTES_PER_ELEMENT * (2 * pixels(size) + moments);
  }

  /** The iterate, `[1, H, W, C]`; belongs to this object and changes with every update. */
  get x(): Tensor4D {
    return this.current;
  }

  /** @param gradient at the pixels; stays the caller's */
  update(gradient: Tensor4D): void {
    const { averaging } = this.settings;
    // Bias-corrected: a plain average of the first iterates that turns into an exponential one.
    const keep = 1 - (1 - averaging) / (1 - averaging ** (this.stepsHere + 1));
    const { x, average } = tf.tidy(() => {
      const step = this.totalStep(gradient);
      const settled = settle({ x: this.current, step, average: this.average }, { keep });
      if (settled) return settled;
      const moved = tf.clipByValue<Tensor4D>(tf.add(this.current, step), 0, 1);
      return { x: moved, average: tf.add<Tensor4D>(tf.mul(this.average, keep), tf.mul(moved, 1 - keep)) };
    });
    tf.dispose([this.current, this.average]);
    this.current = x;
    this.average = average;
    this.step++;
    this.stepsHere++;
  }

  /** What is shown and kept: the average of iterates, free of the optimiser's jitter. */
  picture(): Promise<Raster> {
    return readRaster(this.average);
  }

  async snapshot(): Promise<AdamSnapshot> {
    const levels = await Promise.all(
      this.levels.map(async ({ first, second }) => ({
        first: await readRaster(first),
        second: await readRaster(second),
      })),
    );
    return { picture: await this.picture(), levels, step: this.step };
  }

  /** See `restore`. */
  async state(): Promise<AdamState> {
    const [iterate, snapshot] = await Promise.all([readRaster(this.current), this.snapshot()]);
    return { ...snapshot, iterate, stepsHere: this.stepsHere };
  }

  dispose(): void {
    tf.dispose([this.current, this.average]);
    this.smoother.dispose();
    for (const { zero, first, second } of this.levels) tf.dispose([zero, first, second]);
  }

  /** Every level's step, enlarged and added from coarse to fine; inside a tidy. */
  private totalStep(gradient: Tensor4D): Tensor4D {
    const gradients = [gradient];
    for (const finer of gradients) {
      // "same" keeps the odd last row: forward it averages over what is there.
      if (gradients.length < this.levels.length) gradients.push(tf.avgPool(finer, 2, 2, 'same'));
    }
    return this.levels
      .map((level, k) => this.levelStep(level, gradients[k] ?? gradient))
      .reduceRight((coarse, fine) => enlarge(coarse, fine) ?? tf.add(this.smoother.enlarge(coarse, fine.shape), fine));
  }

  private levelStep(level: Level, gradient: Tensor4D): Tensor4D {
    const { beta1, beta2 } = this.settings;
    const state = { x: level.zero, first: level.first, second: level.second, average: level.zero };
    const next = adam(state, gradient, {
      stepSize: level.stepSize,
      beta1,
      beta2,
      epsilon,
      step: this.step,
      averaging: 0,
      min: -1,
      max: 1,
    });
    tf.dispose([level.first, level.second]);
    level.first = tf.keep(next.first);
    level.second = tf.keep(next.second);
    return next.x;
  }
}

/**
 * Steps with an optimiser of their own, for the time they take.
 * @param gradientAt of the objectives at these pixels, a new tensor @param held for it
 */
export function rehearsalAt(
  picture: Raster,
  settings: AdamSettings,
  gradientAt: (x: Tensor4D) => Tensor4D,
  held: { dispose(): void },
): Rehearsal {
  const own = PyramidAdam.start(picture, settings);
  return {
    step() {
      const gradient = gradientAt(own.x);
      own.update(gradient);
      gradient.dispose();
      return tf.clone(own.x);
    },
    dispose() {
      own.dispose();
      held.dispose();
    },
  };
}

/** Sizes by halves, finest first; steps grow by the gain and together have the step size asked for. */
function levelSizes(
  { width, height }: Size,
  { levels, levelGain, stepSize }: AdamSettings,
): { width: number; height: number; stepSize: number }[] {
  const sizes = [{ width, height }];
  while (sizes.length < levels) {
    const finer = sizes[sizes.length - 1] ?? { width, height };
    const half = { width: Math.ceil(finer.width / 2), height: Math.ceil(finer.height / 2) };
    if (Math.min(half.width, half.height) < minLevelSide) break;
    sizes.push(half);
  }
  const norm = Math.sqrt(sizes.reduce((sum, _, k) => sum + levelGain ** (2 * k), 0));
  return sizes.map((size, k) => ({ ...size, stepSize: (stepSize * levelGain ** k) / norm }));
}

/** Doubles a picture as smoothly as a quadratic spline would: linear alone shows its cells as blocks. */
class Smoother {
  /** `[3, 3, C, C]`: 1 2 1 both ways, each channel by itself. */
  private readonly binomial: Tensor4D;
  private readonly noBias: tf.Tensor1D;

  constructor(channels: number) {
    this.noBias = tf.zeros([channels]);
    this.binomial = tf.tidy(() => {
      const line = tf.tensor1d([0.25, 0.5, 0.25]);
      const square = tf.reshape(tf.mul(tf.expandDims(line, 1), line), [3, 3, 1, 1]);
      return tf.mul<Tensor4D>(square, tf.reshape(tf.eye(channels), [1, 1, channels, channels]));
    });
  }

  /** Cropped to height and width, which are twice the coarse ones or one less; inside a tidy. */
  enlarge(coarse: Tensor4D, [, height, width, channels]: Tensor4D['shape']): Tensor4D {
    const [, rows, columns] = coarse.shape;
    const smooth = conv2d(coarse, this.binomial, this.noBias, smoothing);
    const twice = tf.image.resizeBilinear(smooth, [rows * 2, columns * 2], false, true);
    return tf.slice(twice, [0, 0, 0, 0], [1, height, width, channels]);
  }

  dispose(): void {
    tf.dispose([this.binomial, this.noBias]);
  }
}

const smoothing: ConvAttributes = {
  stride: 1,
  padding: { mode: 'reflect', top: 1, bottom: 1, left: 1, right: 1 },
  relu: false,
};

const mapValues = (raster: Raster, map: (value: number) => number): Raster => ({
  ...raster,
  values: raster.values.map(map),
});
