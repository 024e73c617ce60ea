/**
 * Noise to paint on. A network without chance answers an even sky with one mark over and over; the texture networks of
 * Ulyanov et al. 2016 are given noise for the same reason.
 */
import { photoStyle, type TransformerConfiguration } from '../../../shared/transformer';
import { randomGenerator } from '../images/random';
import type { Raster } from '../images/resample';

/** Deviation of what a style wants: the one that gives the photo back wants none. */
export const noiseFor = ({ noise = 0, styles }: TransformerConfiguration, style: number): number =>
  styles[style] === photoStyle ? 0 : noise;

/**
 * Evenly distributed noise added, a new raster whose values may leave 0..1; or the picture itself.
 * @param deviation of RGB in 0..1
 */
export function withNoise(picture: Raster, deviation: number, seed: number): Raster {
  if (deviation === 0) return picture;
  const random = randomGenerator(seed);
  // A uniform distribution over 1 has a deviation of 1/√12: a quarter of the time of a normal one, and live pictures wait for it.
  const range = deviation * Math.sqrt(12);
  return { ...picture, values: picture.values.map((value) => value + range * (random() - 0.5)) };
}
