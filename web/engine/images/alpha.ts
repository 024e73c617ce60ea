/**
 * Transparency. Networks see opaque pictures: what is transparent is laid over a colour first, and the alpha goes its own
 * way to the result. Colours are not premultiplied, as canvases and PNG have them.
 */
import type { Pixels } from '../types';
import type { Raster } from './resample';

export type Colour = readonly [red: number, green: number, blue: number];

/** True when any pixel lets something through. */
export function isTransparent({ data }: Pick<Pixels, 'data'>): boolean {
  for (let i = 3; i < data.length; i += 4) if (data[i] !== 255) return true;
  return false;
}

/**
 * Mean of the visible colours, each pixel by its alpha, 0..255: the colour that adds least contrast at a silhouette and
 * disturbs a picture's statistics least. Mid grey where nothing is visible: it favours no style.
 */
export function meanColour({ data }: Pick<Pixels, 'data'>): Colour {
  let weight = 0;
  const sum: [number, number, number] = [0, 0, 0];
  for (let i = 0; i < data.length; i += 4) {
    const alpha = data[i + 3] ?? 0;
    weight += alpha;
    for (let c = 0; c < 3; c++) sum[c] = (sum[c] ?? 0) + alpha * (data[i + c] ?? 0);
  }
  return weight === 0 ? [128, 128, 128] : [sum[0] / weight, sum[1] / weight, sum[2] / weight];
}

/** The picture with `behind` showing where it is transparent; itself when it is opaque. */
export function opaque(pixels: Pixels, behind: Colour = meanColour(pixels)): Pixels {
  if (!isTransparent(pixels)) return pixels;
  const data = pixels.data.slice();
  for (let i = 0; i < data.length; i += 4) {
    const alpha = (data[i + 3] ?? 0) / 255;
    if (alpha === 1) continue;
    for (let c = 0; c < 3; c++) data[i + c] = alpha * (data[i + c] ?? 0) + (1 - alpha) * (behind[c] ?? 0);
    data[i + 3] = 255;
  }
  return { ...pixels, data };
}

/** Opacity as a picture of one channel, 0..1. */
export const alphaOf = ({ width, height, data }: Pixels): Raster => ({
  width,
  height,
  channels: 1,
  values: Float32Array.from({ length: width * height }, (_, i) => (data[4 * i + 3] ?? 0) / 255),
});

/** Sets the opacity of pixels that are the caller's own. @param alpha of the same size, 0..1 */
export function setAlpha({ data }: Pixels, { values }: Raster): void {
  for (let i = 0; i < values.length; i++) data[4 * i + 3] = 255 * (values[i] ?? 1);
}
