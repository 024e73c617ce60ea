/**
 * The order of the data: which photo, which part of it, which style and which alignment the n-th picture of a training
 * is made of. A function of the seed and n alone, so that a training goes on where it stopped, on any number of threads.
 */
import { randomGenerator } from '../images/random';
import type { Raster } from '../images/resample';
import type { TrainOptions } from './options';

/** A part of a photo. */
export interface Square {
  /** Index into the photos, and where its square is cut, as shares of what is left over. */
  readonly photo: number;
  readonly left: number;
  readonly top: number;
  readonly mirrored: boolean;
  /** Side of the square in the photo over the side that is trained on: above 1 it is shrunk. */
  readonly zoom: number;
}

export interface Sample extends Square {
  readonly style: number;
  /** Seed of the noise that it is painted on. */
  readonly noise: number;
  readonly shift: { readonly top: number; readonly left: number; readonly extent: number };
}

/** Photos as a training sees them. */
export interface PhotoSource {
  readonly count: number;
  /** The square that a sample asks for, `side` × `side`, RGB in 0..1. */
  square(sample: Square, side: number): Promise<Raster>;
}

/** The squares of one step, in order. */
export function samplesOf(options: TrainOptions, photos: number, step: number): Sample[] {
  const { batch, seed, jitter, network } = options;
  return Array.from({ length: batch }, (_, i) => {
    const number = step * batch + i;
    const random = randomOf(seed, number);
    return {
      ...squareOf(random, photos),
      // Styles take turns: each is seen equally often, and a batch has as many different ones as it can. Batch norm
      // takes its statistics over the batch, which must then be of one style.
      style: (network.norm === 'batch' ? step : number) % network.styles.length,
      shift: { top: Math.round(random() * jitter), left: Math.round(random() * jitter), extent: jitter },
      noise: Math.floor(random() * 2 ** 32),
    };
  });
}

/** Random numbers of the n-th picture of a training. */
export const randomOf = (seed: number, number: number): (() => number) =>
  randomGenerator(seed ^ Math.imul(number + 1, 0x9e3779b1));

/** Any part of any photo. */
export const squareOf = (random: () => number, photos: number): Square => ({
  photo: Math.floor(random() * photos),
  left: random(),
  top: random(),
  mirrored: random() < 0.5,
  zoom: 1 + random() * maxShrink,
});

/** Squares are up to this much larger than what is trained on, as far as the photo reaches. */
const maxShrink = 0.7;

/** The square in a photo, as large as the sample's zoom and the photo allow. */
export function regionOf({ left, top, zoom }: Square, width: number, height: number, side: number) {
  const size = Math.min(width, height, Math.round(side * zoom));
  return {
    left: Math.round(left * (width - size)),
    top: Math.round(top * (height - size)),
    width: size,
    height: size,
  };
}
