/** Pictures made by formulas: what style transfer has to cope with, without a file. */
import type { Pixels } from '../../../web/engine/api';
import { randomGenerator } from '../../../web/engine/images/random';

type Colour = readonly [red: number, green: number, blue: number];

export function painted(width: number, height: number, colourAt: (x: number, y: number) => Colour): Pixels {
  const data = new Uint8ClampedArray(width * height * 4);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) data.set([...colourAt(x, y), 255], (y * width + x) * 4);
  }
  return { width, height, data };
}

/** A sky, a hill and a sun. */
export const landscape = (width = 64, height = 48): Pixels =>
  painted(width, height, (x, y) => {
    const [u, v] = [x / width, y / height];
    if ((u - 0.75) ** 2 + (v - 0.25) ** 2 < 0.012) return [250, 230, 150];
    if (v > 0.6 + 0.12 * Math.sin(7 * u)) return [60 + 50 * u, 110 - 30 * v, 50];
    return [120 + 60 * v, 160 + 40 * v, 220];
  });

/** Smooth noise in [-1, 1]: random values on a lattice of this many pixels, interpolated. */
function cloud(cell: number, seed: number): (x: number, y: number) => number {
  const random = randomGenerator(seed);
  const lattice = Array.from({ length: 64 * 64 }, () => 2 * random() - 1);
  const node = (i: number, j: number) => lattice[(i & 63) * 64 + (j & 63)] ?? 0;
  return (x, y) => {
    const [i, j] = [Math.floor(y / cell), Math.floor(x / cell)];
    const [v, u] = [y / cell - i, x / cell - j];
    const above = node(i, j) * (1 - u) + node(i, j + 1) * u;
    const below = node(i + 1, j) * (1 - u) + node(i + 1, j + 1) * u;
    return above * (1 - v) + below * v;
  };
}

/** Strokes that follow slow eddies, in warm and dark colours: structure at every scale, as a painting has. */
export function painting(width = 64, height = 64): Pixels {
  const [eddy, light, hue] = [cloud(23, 1), cloud(11, 2), cloud(31, 3)];
  return painted(width, height, (x, y) => {
    const angle = 3 * eddy(x, y);
    const stroke = Math.sin(1.1 * (x * Math.cos(angle) + y * Math.sin(angle)));
    const bright = 0.5 + 0.3 * light(x, y) + 0.2 * stroke;
    const warm = 0.5 + 0.5 * hue(x, y);
    return [255 * bright * (0.3 + 0.7 * warm), 170 * bright, 255 * bright * (1 - 0.8 * warm)];
  });
}

/** The same everywhere, as far as statistics go: border and middle may be compared. */
export const grain = (width: number, height: number): Pixels => {
  const random = randomGenerator(5);
  return painted(width, height, () => {
    const grey = 128 + 30 * (random() - 0.5);
    return [grey, grey, grey];
  });
};

export const flat = (colour: Colour, width = 64, height = 48): Pixels => painted(width, height, () => colour);

/** Mean absolute difference of two pictures of one size, in levels of 255. */
export function difference(a: Pixels, b: Pixels): number {
  if (a.data.length !== b.data.length) return Number.NaN;
  return a.data.reduce((sum, value, i) => sum + Math.abs(value - (b.data[i] ?? 0)), 0) / (0.75 * a.data.length);
}
