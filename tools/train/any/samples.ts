/** Which photo meets which painting in the n-th picture of a training: a function of the seed and n alone. */
import { randomOf, type Square, squareOf } from '../../../web/engine/train/samples';
import type { AnyOptions } from './schema';

export interface AnySample {
  readonly photo: Square;
  readonly painting: Square;
  /** How many smaller sizes are painted first. */
  readonly smaller: number;
  /** Seed of the noise. */
  readonly noise: number;
  /** Whether the photo is to come back from its own style as well. */
  readonly identity: boolean;
}

/** How many there are to choose from. */
export interface Counts {
  readonly photos: number;
  readonly paintings: number;
}

/** As pictures are painted when it is done, and now and then with fewer sizes: detail is a knob. */
const smallerSizes = [0, 1, 1, 2, 2, 2, 2] as const;
/** Every so many-th photo must come back from its own style. */
const identityEvery = 3;

/** The pairs of one step, in order. */
export const anySamplesOf = (
  { batch, seed }: Pick<AnyOptions, 'batch' | 'seed'>,
  { photos, paintings }: Counts,
  step: number,
): AnySample[] =>
  Array.from({ length: batch }, (_, i) => {
    const number = step * batch + i;
    const random = randomOf(seed, number);
    return {
      photo: squareOf(random, photos),
      painting: squareOf(random, paintings),
      smaller: smallerSizes[Math.floor(random() * smallerSizes.length)] ?? 0,
      noise: Math.floor(random() * 2 ** 32),
      identity: number % identityEvery === 0,
    };
  });
