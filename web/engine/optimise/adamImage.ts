/**
 * A picture under optimisation by Adam: the iterate, its moments and the running average of iterates, on the
 * device while a scale runs, on the CPU between scales. The optimiser's memory moves up with the picture
 * (warm start, crowsonkb/style-transfer-pytorch), so a new scale does not begin with a burst of noise.
 */
import * as tf from '@tensorflow/tfjs-core';
import { clampUnit, readRaster, tensorOf } from '../images/pictures';
import { bicubic, bilinear, type Raster, resample } from '../images/resample';
import { type AdamState, adam } from '../kernels';

export interface AdamSettings {
  readonly stepSize: number;
  readonly beta1: number;
  readonly beta2: number;
  /** Decay of the average of iterates; 0 means the average is the iterate. */
  readonly averaging: number;
}

/** The state between scales: plain arrays, nothing on the device. */
export interface AdamSnapshot {
  readonly x: Raster;
  readonly first: Raster;
  readonly second: Raster;
  readonly average: Raster;
  readonly step: number;
}

const epsilon = 1e-8;

export class AdamImage {
  private stepsHere = 0;

  private constructor(
    private state: AdamState,
    private readonly settings: AdamSettings,
    private step: number,
  ) {}

  static start(x: Raster, settings: AdamSettings): AdamImage {
    const image = tensorOf(x);
    const state = { x: image, first: tf.zerosLike(image), second: tf.zerosLike(image), average: tf.clone(image) };
    return new AdamImage(state, settings, 0);
  }

  /** Goes on at another size: the average becomes the iterate, the moments are scaled with it. */
  static resume(snapshot: AdamSnapshot, width: number, height: number, settings: AdamSettings): AdamImage {
    const x = clampUnit(resample(snapshot.average, width, height, bicubic));
    // Losses are means over positions: a pixel's gradient shrinks as their number grows, its square twice so.
    const shrink = (snapshot.x.width * snapshot.x.height) / (width * height);
    const first = resample(snapshot.first, width, height, bicubic);
    const second = resample(snapshot.second, width, height, bilinear);
    const state = {
      x: tensorOf(x),
      first: tensorOf({ ...first, values: first.values.map((value) => value * shrink) }),
      second: tensorOf({ ...second, values: second.values.map((value) => Math.max(0, value) * shrink * shrink) }),
      average: tensorOf(x),
    };
    return new AdamImage(state, settings, snapshot.step);
  }

  /** The iterate, `[1, H, W, 3]`; belongs to this object and changes with every update. */
  get x(): tf.Tensor4D {
    return this.state.x;
  }

  /** @param gradient stays the caller's */
  update(gradient: tf.Tensor4D): void {
    const { averaging, ...settings } = this.settings;
    const next = adam(this.state, gradient, {
      ...settings,
      epsilon,
      step: this.step,
      // Bias-corrected: a plain average of the first iterates that turns into an exponential one.
      averaging: 1 - (1 - averaging) / (1 - averaging ** (this.stepsHere + 1)),
      min: 0,
      max: 1,
    });
    this.dispose();
    this.state = next;
    this.step++;
    this.stepsHere++;
  }

  /** What is shown and kept: the average of iterates, free of the optimiser's jitter. */
  picture(): Promise<Raster> {
    return readRaster(this.state.average);
  }

  async snapshot(): Promise<AdamSnapshot> {
    const [x, first, second, average] = await Promise.all([
      readRaster(this.state.x),
      readRaster(this.state.first),
      readRaster(this.state.second),
      readRaster(this.state.average),
    ]);
    return { x, first, second, average, step: this.step };
  }

  dispose(): void {
    const { x, first, second, average } = this.state;
    tf.dispose([x, first, second, average]);
  }
}
