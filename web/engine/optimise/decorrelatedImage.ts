/**
 * A picture to climb on: Fourier coefficients of decorrelated colours behind a sigmoid, moved by Adam. Colours of natural
 * pictures vary together, mostly from dark to light; in axes along which they do not, a step is as natural in every
 * direction (Olah et al. 2017). The sigmoid keeps pixels in 0..1 without a clamp that would stop gradients.
 */
import * as tf from '@tensorflow/tfjs-core';
import { fromNaturalAxes, toNaturalAxes } from '../images/naturalColours';
import { normalNoise } from '../images/random';
import type { Raster } from '../images/resample';
import { adam } from '../kernels';
import { FourierTransform } from './fourier';

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
