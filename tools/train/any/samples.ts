/** Which photo meets which painting in the n-th picture of a training: a function of the seed and n alone. */
import { randomOf, type Square, squareOf } from '../../../web/engine/train/samples';
import type { AnyOptions } from './options';

export interface AnySample {
  readonly photo: Square;
  readonly painting: Square;
  /** 0..1, as in a recipe. */
  readonly detail: number;
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

/** Shares of pictures that are painted without any of the photo's fine detail, and with all of it. */
const detailShares = { none: 0.15, all: 0.45 } as const;
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
      detail: detailOf(random()),
      noise: Math.floor(random() * 2 ** 32),
      identity: number % identityEvery === 0,
    };
  });

function detailOf(chance: number): number {
  const { none, all } = detailShares;
  if (chance < none) return 0;
  return chance < none + all ? 1 : (chance - none - all) / (1 - none - all);
}
