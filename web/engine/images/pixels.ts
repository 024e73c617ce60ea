/** 8-bit pixels and float pictures, without TensorFlow.js: the page can prepare pictures as the engine does. */
import { ReverieError } from '../../../shared/errors';
import type { Pixels } from '../types';
import { bicubic, type Raster, resample } from './resample';

/** Float RGB in 0..1 of a picture; alpha is dropped (the studio composites before it hands pixels over). */
export function rasterOf({ width, height, data }: Pixels): Raster {
  const values = new Float32Array(width * height * 3);
  for (let i = 0, p = 0; i < values.length; i += 3, p += 4) {
    values[i] = (data[p] ?? 0) / 255;
    values[i + 1] = (data[p + 1] ?? 0) / 255;
    values[i + 2] = (data[p + 2] ?? 0) / 255;
  }
  return { width, height, channels: 3, values };
}

const notNumbers = 'The picture is not made of numbers any more. Try a smaller size, less strength or another seed.';

/**
 * Opaque 8-bit pixels, rounded to nearest.
 * @throws ReverieError `numeric-failure` for NaN, which 8 bits would pass for black
 */
export function pixelsOf({ width, height, values }: Raster): Pixels {
  const data = new Uint8ClampedArray(width * height * 4);
  for (let i = 0, p = 0; i < values.length; i += 3, p += 4) {
    const red = values[i] ?? 0;
    const green = values[i + 1] ?? 0;
    const blue = values[i + 2] ?? 0;
    if (Number.isNaN(red + green + blue)) throw new ReverieError('numeric-failure', notNumbers);
    data[p] = red * 255;
    data[p + 1] = green * 255;
    data[p + 2] = blue * 255;
    data[p + 3] = 255;
  }
  return { width, height, data };
}

/** Width and height with the long side at `longSide` and the aspect kept; neither side below 1. */
export function fitLongSide(width: number, height: number, longSide: number): { width: number; height: number } {
  const scale = longSide / Math.max(width, height);
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

/** The picture at another size, antialiased, clamped to 0..1. */
export const fitted = (raster: Raster, { width, height }: Pick<Raster, 'width' | 'height'>): Raster =>
  clampUnit(resample(raster, width, height, bicubic));

/** The same with its long side at `longSide`. */
export const resizeToLongSide = (raster: Raster, longSide: number): Raster =>
  fitted(raster, fitLongSide(raster.width, raster.height, longSide));

export function clampUnit(raster: Raster): Raster {
  return { ...raster, values: raster.values.map((value) => Math.min(1, Math.max(0, value))) };
}
