/**
 * Noise to paint on. A network without chance answers an even sky with one mark over and over; the texture networks of
 * Ulyanov et al. 2016 are given noise for the same reason.
 */
import type { TransformerConfiguration } from '../../../shared/transformer';
import { randomGenerator } from '../images/random';
import type { Raster } from '../images/resample';

/**
 * The picture as the network wants it: evenly distributed noise of its deviation added, a new raster; or the picture itself.
 * Values may leave 0..1.
 */
export function withNoise(
  picture: Raster,
  { noise = 0 }: Pick<TransformerConfiguration, 'noise'>,
  seed: number,
): Raster {
  if (noise === 0) return picture;
  const random = randomGenerator(seed);
  // A uniform distribution over 1 has a deviation of 1/√12: a quarter of the time of a normal one, and live pictures wait for it.
  const range = noise * Math.sqrt(12);
  return { ...picture, values: picture.values.map((value) => value + range * (random() - 0.5)) };
}
