/** Which square the n-th picture of a distillation is, and how it is changed: a function of the seed and n alone. */
import { normalNoise, randomGenerator } from '../../../web/engine/images/random';
import type { Raster } from '../../../web/engine/images/resample';
import { randomOf, type Square, squareOf } from '../../../web/engine/train/samples';
import type { BackboneOptions } from './schema';

export interface BackboneSample extends Square {
  /** Factor on all values. */
  readonly gain: number;
  /** Deviation of the noise; 0 for most. */
  readonly noise: number;
  readonly noiseSeed: number;
}

type Choice = Pick<BackboneOptions, 'batch' | 'seed' | 'brightness' | 'noise'>;

/** Every so many-th square gets noise. */
const noiseEvery = 4;

/** The squares of one step, in order. */
export function backboneSamplesOf({ batch, seed, brightness, noise }: Choice, photos: number, step: number) {
  return Array.from({ length: batch }, (_, i): BackboneSample => {
    const number = step * batch + i;
    const random = randomOf(seed, number);
    return {
      ...squareOf(random, photos),
      gain: 1 + brightness * (2 * random() - 1),
      noise: number % noiseEvery === noiseEvery - 1 ? noise * random() : 0,
      noiseSeed: Math.floor(random() * 2 ** 32),
    };
  });
}

/** Lighter or darker, with noise, clamped to 0..1. */
export function changed(raster: Raster, { gain, noise, noiseSeed }: BackboneSample): Raster {
  const grain = noise > 0 ? normalNoise(raster.values.length, randomGenerator(noiseSeed)) : null;
  const values = raster.values.map((value, i) => Math.min(1, Math.max(0, value * gain + noise * (grain?.[i] ?? 0))));
  return { ...raster, values };
}
