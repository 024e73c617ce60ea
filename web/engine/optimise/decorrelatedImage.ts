/**
 * A picture to climb on: Fourier coefficients of decorrelated colours behind a sigmoid, moved by Adam. Colours of natural
 * pictures vary together, mostly from dark to light; in axes along which they do not, a step is as natural in every
 * direction (Olah et al. 2017). The sigmoid keeps pixels in 0..1 without a clamp that would stop gradients.
 */
import * as tf from '@tensorflow/tfjs-core';
import { fromNaturalAxes, toNaturalAxes } from '../images/colours';
import { normalNoise } from '../images/random';
import type { Raster } from '../images/resample';
import { adam } from '../kernels';

type Tensor4D = tf.Tensor4D;

const adamSettings = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, averaging: 0 } as const;
/** Of a picture that an image begins with: the sigmoid reaches neither 0 nor 1. */
const brightest = 0.995;
/** Coefficients are free; the kernel wants bounds. */
const unbounded = { min: -1e30, max: 1e30 } as const;

/** Coefficients and moments, each `[3, H, W]`. */
export interface ImageState {
  readonly height: number;
  readonly width: number;
  readonly coefficients: Float32Array;
  readonly first: Float32Array;
  readonly second: Float32Array;
  readonly steps: number;
}

export class DecorrelatedImage {
  private readonly fourier: FourierTransform;
  /** Decorrelated axis by RGB. */
  private readonly colours: tf.Tensor2D;
  private coefficients: Tensor4D;
  private first: Tensor4D;
  private second: Tensor4D;
  private current: Tensor4D;
  private steps: number;

  /** @param state of an image that this one goes on from, or what it begins with */
  private constructor(height: number, width: number, state: Pick<ImageState, 'coefficients'> & Partial<ImageState>) {
    this.fourier = new FourierTransform(height, width);
    this.colours = tf.tensor2d(fromNaturalAxes);
    const shape: [number, number, number, number] = [1, 3, height, width];
    const { coefficients, first, second, steps = 0 } = state;
    this.coefficients = tf.tensor4d(coefficients, shape);
    this.first = first ? tf.tensor4d(first, shape) : tf.zeros(shape);
    this.second = second ? tf.tensor4d(second, shape) : tf.zeros(shape);
    this.steps = steps;
    this.current = this.render();
  }

  /** @param noise standard deviation of the coefficients; 0.01 is nearly grey */
  static fromNoise(height: number, width: number, noise: number, random: () => number): DecorrelatedImage {
    const coefficients = normalNoise(3 * height * width, random).map((value) => value * noise);
    return new DecorrelatedImage(height, width, { coefficients });
  }

  /** The image that comes nearest to a picture of RGB in 0..1: its finest frequencies are not kept. */
  static fromPicture({ width, height, values }: Raster): DecorrelatedImage {
    const image = new DecorrelatedImage(height, width, { coefficients: new Float32Array(3 * height * width) });
    const coefficients = tf.tidy(() => {
      const logits = values.map((value) => {
        const inside = Math.min(brightest, Math.max(1 - brightest, value));
        return Math.log(inside / (1 - inside));
      });
      const decorrelated = tf.matMul(tf.tensor2d(logits, [height * width, 3]), tf.tensor2d(toNaturalAxes));
      return image.fourier.inverse(tf.reshape(decorrelated, [1, height, width, 3]));
    });
    image.coefficients.dispose();
    image.coefficients = coefficients;
    image.current.dispose();
    image.current = image.render();
    return image;
  }

  /** Goes on as if nothing had been between. */
  static restore(state: ImageState): DecorrelatedImage {
    return new DecorrelatedImage(state.height, state.width, state);
  }

  /** See `restore`. */
  async state(): Promise<ImageState> {
    const { height, width } = this.fourier;
    const [coefficients, first, second] = await Promise.all(
      [this.coefficients, this.first, this.second].map((tensor) => tensor.data<'float32'>()),
    );
    const none = new Float32Array();
    const { steps } = this;
    return { height, width, steps, coefficients: coefficients ?? none, first: first ?? none, second: second ?? none };
  }

  /** The picture, `[1, H, W, 3]` in 0..1; belongs to this object and changes with every update. */
  get x(): Tensor4D {
    return this.current;
  }

  /** One step of Adam downhill. @param gradient at the pixels; stays the caller's */
  update(gradient: Tensor4D, stepSize: number): void {
    const arrived = this.adjoint(gradient);
    const state = { x: this.coefficients, first: this.first, second: this.second, average: this.coefficients };
    const next = adam(state, arrived, { ...adamSettings, ...unbounded, stepSize, step: this.steps++ });
    tf.dispose([arrived, next.average, this.coefficients, this.first, this.second, this.current]);
    this.coefficients = next.x;
    this.first = next.first;
    this.second = next.second;
    this.current = this.render();
  }

  dispose(): void {
    this.fourier.dispose();
    tf.dispose([this.colours, this.coefficients, this.first, this.second, this.current]);
  }

  /** The gradient at the coefficients, `[1, 3, H, W]`, of one at the pixels: a new tensor. */
  adjoint(gradient: Tensor4D): Tensor4D {
    return tf.tidy(() => {
      const slope = tf.mul(this.current, tf.sub(1, this.current));
      const colours = tf.matMul(rowsOf(tf.mul(gradient, slope)), this.colours, false, true);
      return this.fourier.adjoint(tf.reshape(colours, gradient.shape));
    });
  }

  private render(): Tensor4D {
    return tf.tidy(() => {
      const pixels = this.fourier.pixels(this.coefficients);
      return tf.sigmoid<Tensor4D>(tf.reshape(tf.matMul(rowsOf(pixels), this.colours), pixels.shape));
    });
  }
}

const rowsOf = (pixels: Tensor4D): tf.Tensor2D => tf.reshape(pixels, [-1, 3]);

// A picture as its frequencies, each scaled by one over itself, as natural pictures are: a step of the optimiser then
// moves broad shapes as readily as fine grain, instead of drawing noise (Olah, Mordvintsev & Schubert, "Feature
// Visualization", Distill 2017; lucid's `fft_image`).
// The basis is the real one, cosines and sines of each axis, orthonormal: it spans at every frequency what the complex
// one does, needs two matrix products a picture, and its adjoint is its transpose.

type Tensor2D = tf.Tensor2D;

/** lucid's: pixels before the sigmoid are about as large as what Adam's usual steps move. */
const gain = 1 / 4;
/** Frequencies in cycles a pixel: up to the first as they are, from the second on none. */
const passed = 0.25;
const stopped = 0.5;

/** From coefficients `[1, C, H, W]` to pixels `[1, H, W, C]`, and the adjoint. */
export class FourierTransform {
  private readonly rows: Tensor2D;
  private readonly columns: Tensor2D;
  /** Kept: a product with a matrix that is turned on the way takes twelve times as long on WASM. */
  private readonly rowsTurned: Tensor2D;
  private readonly columnsTurned: Tensor2D;
  private readonly scale: Tensor2D;

  constructor(
    readonly height: number,
    readonly width: number,
  ) {
    this.rows = tf.tensor2d(realBasis(height), [height, height]);
    this.columns = tf.tensor2d(realBasis(width), [width, width]);
    this.rowsTurned = tf.tidy(() => tf.transpose(this.rows));
    this.columnsTurned = tf.tidy(() => tf.transpose(this.columns));
    this.scale = tf.tensor2d(frequencyScale(height, width), [height, width]);
  }

  /** A new tensor. */
  pixels(coefficients: Tensor4D): Tensor4D {
    const { height, width } = this;
    const channels = coefficients.shape[1];
    return tf.tidy(() => {
      const scaled = tf.reshape<tf.Rank.R2>(tf.mul(coefficients, this.scale), [channels * height, width]);
      const across = tf.reshape<tf.Rank.R3>(tf.matMul(scaled, this.columns), [channels, height, width]);
      const turned = tf.reshape<tf.Rank.R2>(tf.transpose(across, [0, 2, 1]), [channels * width, height]);
      const planes = tf.reshape<tf.Rank.R3>(tf.matMul(turned, this.rows), [channels, width, height]);
      return tf.reshape<tf.Rank.R4>(tf.transpose(planes, [2, 1, 0]), [1, height, width, channels]);
    });
  }

  /** The adjoint of `pixels`: a new tensor `[1, C, H, W]`. */
  adjoint(gradient: Tensor4D): Tensor4D {
    const { height, width } = this;
    const channels = gradient.shape[3];
    return tf.tidy(() => {
      const planes = tf.transpose(tf.reshape<tf.Rank.R3>(gradient, [height, width, channels]), [2, 1, 0]);
      const turned = tf.reshape<tf.Rank.R2>(planes, [channels * width, height]);
      const down = tf.reshape<tf.Rank.R3>(tf.matMul(turned, this.rowsTurned), [channels, width, height]);
      const across = tf.reshape<tf.Rank.R2>(tf.transpose(down, [0, 2, 1]), [channels * height, width]);
      const coefficients = tf.matMul(across, this.columnsTurned);
      return tf.mul<Tensor4D>(tf.reshape(coefficients, [1, channels, height, width]), this.scale);
    });
  }

  /** Coefficients `[1, C, H, W]` whose `pixels` are these, but for frequencies that pass hardly or not at all. */
  inverse(pixels: Tensor4D): Tensor4D {
    return tf.tidy(() => {
      const factor = tf.tensor2d(inverseSquares(this.height, this.width), [this.height, this.width]);
      return tf.mul<Tensor4D>(this.adjoint(pixels), factor);
    });
  }

  dispose(): void {
    tf.dispose([this.rows, this.columns, this.rowsTurned, this.columnsTurned, this.scale]);
  }
}

/** The frequency of row `k` of `realBasis`, in cycles a pixel. */
const frequency = (k: number, length: number): number => Math.ceil(k / 2) / length;

/**
 * `[n, n]`, a row a frequency: the constant, then cosine and sine by turns; an even length ends with the alternating
 * one. Orthonormal.
 */
export function realBasis(length: number): Float32Array {
  const values = new Float32Array(length * length);
  for (let k = 0; k < length; k++) {
    const cycles = frequency(k, length);
    const single = k === 0 || 2 * cycles === 1;
    const norm = Math.sqrt((single ? 1 : 2) / length);
    // Sines are at even places, but for the constant.
    const wave = k > 0 && k % 2 === 0 ? Math.sin : Math.cos;
    for (let t = 0; t < length; t++) values[k * length + t] = norm * wave(2 * Math.PI * cycles * t);
  }
  return values;
}

/** Less of a frequency passes than this share of `gain`: dividing by it would only raise noise. */
const hardly = 0.05;

/** 1 / scale², of the adjoint, whose basis is orthonormal; 0 where hardly anything passes. */
const inverseSquares = (height: number, width: number): Float32Array =>
  frequencyScale(height, width).map((scale) => (scale < hardly * gain ? 0 : 1 / (scale * scale)));

/**
 * gain / max(frequency, 1 / longer side), `[H, W]`, falling to 0 towards the finest frequencies: seen through bilinear
 * warps they hardly have a slope, and Adam, which looks at no slope's size, would draw a checkerboard of them.
 */
function frequencyScale(height: number, width: number): Float32Array {
  const lowest = 1 / Math.max(height, width);
  return Float32Array.from({ length: height * width }, (_, at) => {
    const cycles = Math.hypot(frequency(Math.floor(at / width), height), frequency(at % width, width));
    const beyond = Math.min(1, Math.max(0, (cycles - passed) / (stopped - passed)));
    return (gain / Math.max(cycles, lowest)) * Math.cos((beyond * Math.PI) / 2) ** 2;
  });
}
