/** A photo and a painting for measuring with: the project's sample picture, and two made here by code. */
import path from 'node:path';
import { rasterOf } from '../../../web/engine/images/pictures';
import { randomGenerator } from '../../../web/engine/images/random';
import { bicubic, type Raster, resample } from '../../../web/engine/images/resample';
import { assets } from '../../files';
import { readImage } from '../../images';

export const photo = async (width: number, height: number): Promise<Raster> =>
  resample(rasterOf(await readImage(path.join(assets, 'sample.jpg'))), width, height, bicubic);

type Colour = readonly [number, number, number];

function draw(width: number, height: number, colour: (x: number, y: number) => Colour): Raster {
  const values = new Float32Array(width * height * 3);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (const value of colour(x / width, y / height)) values[at++] = Math.min(1, Math.max(0, value));
    }
  }
  return { width, height, channels: 3, values };
}

const mix = (a: Colour, b: Colour, share: number): Colour => [
  a[0] + (b[0] - a[0]) * share,
  a[1] + (b[1] - a[1]) * share,
  a[2] + (b[2] - a[2]) * share,
];

/** Sky, sun, two ridges and grain: the smooth and the rough parts of a photo. */
export function landscape(width: number, height: number): Raster {
  const random = randomGenerator(7);
  const ridge = (x: number, level: number, height: number, seed: number) =>
    level + height * (Math.sin(5 * x + seed) + 0.4 * Math.sin(17 * x + 2 * seed) + 0.15 * Math.sin(53 * x));
  return draw(width, height, (x, y) => {
    const grain = 0.04 * (random() - 0.5);
    const sun = Math.exp(-(((x - 0.7) ** 2 + (y - 0.25) ** 2) / 0.006));
    let colour = mix(mix([0.35, 0.55, 0.85], [0.95, 0.8, 0.65], y * 1.4), [1, 0.95, 0.75], sun);
    if (y > ridge(x, 0.55, 0.06, 1)) colour = [0.3, 0.36, 0.5];
    if (y > ridge(x, 0.72, 0.05, 4)) colour = mix([0.12, 0.25, 0.12], [0.4, 0.45, 0.15], 0.5 + 10 * grain);
    return [colour[0] + grain, colour[1] + grain, colour[2] + grain];
  });
}

/** Strokes in few strong colours along swirling lines. */
export function painting(width: number, height: number): Raster {
  const palette: readonly Colour[] = [
    [0.1, 0.15, 0.45],
    [0.2, 0.45, 0.75],
    [0.9, 0.75, 0.25],
    [0.95, 0.93, 0.8],
    [0.15, 0.3, 0.25],
  ];
  const random = randomGenerator(11);
  return draw(width, height, (x, y) => {
    const angle = 6 * Math.sin(4 * x + 2 * y) + 5 * Math.cos(3 * y - 2 * x);
    const across = 40 * (x * Math.cos(angle) + y * Math.sin(angle));
    const colour = palette[Math.abs(Math.floor(across)) % palette.length] ?? [0, 0, 0];
    const bristle = 0.12 * Math.sin(9 * across) + 0.06 * (random() - 0.5);
    return [colour[0] + bristle, colour[1] + bristle, colour[2] + bristle];
  });
}
