/**
 * A picture as its frequencies, each scaled by one over itself, as natural pictures are: a step of the optimiser then
 * moves broad shapes as readily as fine grain, instead of drawing noise (Olah, Mordvintsev & Schubert, "Feature
 * Visualization", Distill 2017; lucid's `fft_image`).
 *
 * The basis is the real one, cosines and sines of each axis, orthonormal: it spans at every frequency what the complex
 * one does, needs two matrix products a picture, and its adjoint is its transpose.
 */
import * as tf from '@tensorflow/tfjs-core';

type Tensor2D = tf.Tensor2D;
type Tensor4D = tf.Tensor4D;

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
