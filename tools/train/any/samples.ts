/** Which photo meets which painting in the n-th picture of a training: a function of the seed and n alone. */
import { randomOf, type Square, squareOf } from '../../../web/engine/train/samples';
import type { AnyOptions } from './schema';

export interface AnySample {
  readonly photo: Square;
  readonly painting: Square;
  /** Whether it is painted small first. */
  readonly smallFirst: boolean;
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

/** As pictures are painted when it is done, and now and then at one size: detail is a knob. */
const smallFirstShare = 0.85;
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
      smallFirst: random() < smallFirstShare,
      noise: Math.floor(random() * 2 ** 32),
      identity: number % identityEvery === 0,
    };
  });
