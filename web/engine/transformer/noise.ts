/**
 * Chance to paint with. A network without any answers an even sky with one mark over and over, and makes fine texture of the
 * only thing that differs from pixel to pixel there, the lattice of its enlargements. Ulyanov et al. 2016 give their texture
 * networks noise for the same reason.
 */
import { photoStyle, type TransformerConfiguration } from '../../../shared/transformer';
import { randomGenerator } from '../images/random';
import type { Raster } from '../images/resample';
import { noiseField } from './any/noise';

/** How much of its noise a style wants: the one that gives the photo back wants none. */
export const noiseShare = ({ styles }: TransformerConfiguration, style: number): number =>
  styles[style] === photoStyle ? 0 : 1;

/**
 * What the network paints on: the picture with noise, whose values may leave 0..1, and as a fourth channel the speckle, which
 * the last convolution's input is multiplied by. The picture itself where neither is wanted.
 * @param share of the network's noise and speckle
 * @param place of a part of a picture, whose other parts are to have noise that goes on from there
 */
export function canvasOf(
  picture: Raster,
  { noise = 0, speckle = 0 }: Pick<TransformerConfiguration, 'noise' | 'speckle'>,
  seed: number,
  share: number,
  place?: { readonly top: number; readonly left: number },
): Raster {
  if (share * (noise + speckle) === 0) return picture;
  const { width, height, values } = picture;
  const random = randomGenerator(seed);
  const fields = place && [0, 1, 2, 3].map((k) => noiseField(4 * seed + k, place.top, place.left, height, width));
  // Uniform, over a range √12 times its deviation: a quarter of the time of normal noise, and live pictures wait for it.
  const around = (deviation: number, pixel: number, c: number) =>
    share * deviation * (fields ? (fields[c]?.[pixel] ?? 0) : Math.sqrt(12) * (random() - 0.5));
  const canvas = new Float32Array(width * height * 4);
  for (let pixel = 0; pixel < width * height; pixel++) {
    for (let c = 0; c < 3; c++) canvas[4 * pixel + c] = (values[3 * pixel + c] ?? 0) + around(noise, pixel, c);
    canvas[4 * pixel + 3] = 1 + around(speckle, pixel, 3);
  }
  return { width, height, channels: 4, values: canvas };
}
