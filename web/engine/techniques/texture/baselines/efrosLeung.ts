/**
 * Non-parametric sampling (Efros & Leung 1999): grows pixel by pixel from a 3×3 seed; every pixel is copied from where the
 * sample looks most like its surroundings. The nearest-neighbour texture of the lecture; slow, and for small pictures.
 */
import type { Raster } from '../../../images/resample';

export interface EfrosLeungOptions {
  readonly width: number;
  readonly height: number;
  /** Side of the neighbourhood, pixels, odd. */
  readonly window: number;
  /** Candidates within this share of the best match take part in the draw. */
  readonly tolerance: number;
  readonly random: () => number;
}

/** Standard deviation of the neighbourhood's weights: window / 6.4, the paper's. */
const sigmaShare = 1 / 6.4;
/** Pixels painted between two yields. */
const batch = 16;

interface Neighbour {
  readonly dx: number;
  readonly dy: number;
  readonly weight: number;
}

/** Yields the picture (the same object, growing) and how much is done, 0..1. Unpainted pixels are 0. */
export function* growTexture(sample: Raster, options: EfrosLeungOptions): Generator<{ picture: Raster; done: number }> {
  const { width, height, random } = options;
  const { channels } = sample;
  const picture: Raster = { width, height, channels, values: new Float32Array(width * height * channels) };
  const filled = new Uint8Array(width * height);
  const window = neighbourhood(Math.min(options.window, sample.width, sample.height));
  plantSeed(sample, picture, filled, random);
  let count = filled.reduce((sum, value) => sum + value, 0);
  while (count < width * height) {
    for (const at of frontier(filled, width, height, random)) {
      const [x, y] = [at % width, Math.floor(at / width)];
      const known = window.filter(({ dx, dy }) => isFilled(filled, width, height, x + dx, y + dy));
      const source = match(sample, picture, x, y, known, options.tolerance, random);
      picture.values.set(sample.values.subarray(source * channels, (source + 1) * channels), at * channels);
      filled[at] = 1;
      count++;
      if (count % batch === 0) yield { picture, done: count / (width * height) };
    }
  }
  yield { picture, done: 1 };
}

function neighbourhood(window: number): Neighbour[] {
  const radius = Math.floor(window / 2);
  const sigma = window * sigmaShare;
  const result: Neighbour[] = [];
  for (let dy = -radius; dy <= radius; dy++) {
    for (let dx = -radius; dx <= radius; dx++) {
      if (dx !== 0 || dy !== 0) result.push({ dx, dy, weight: Math.exp(-(dx * dx + dy * dy) / (2 * sigma * sigma)) });
    }
  }
  return result;
}

function plantSeed(sample: Raster, picture: Raster, filled: Uint8Array, random: () => number): void {
  const side = Math.min(3, sample.width, sample.height, picture.width, picture.height);
  const sx = Math.floor(random() * (sample.width - side + 1));
  const sy = Math.floor(random() * (sample.height - side + 1));
  const [left, top] = [(picture.width - side) >> 1, (picture.height - side) >> 1];
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const from = ((sy + y) * sample.width + sx + x) * sample.channels;
      const to = (top + y) * picture.width + left + x;
      picture.values.set(sample.values.subarray(from, from + sample.channels), to * sample.channels);
      filled[to] = 1;
    }
  }
}

const isFilled = (filled: Uint8Array, width: number, height: number, x: number, y: number): boolean =>
  x >= 0 && y >= 0 && x < width && y < height && filled[y * width + x] === 1;

/** Unfilled pixels beside filled ones, those with most filled neighbours first; equals in a drawn order. */
function frontier(filled: Uint8Array, width: number, height: number, random: () => number): number[] {
  const found: { at: number; order: number }[] = [];
  for (let at = 0; at < filled.length; at++) {
    if (filled[at] === 1) continue;
    const [x, y] = [at % width, Math.floor(at / width)];
    let beside = 0;
    for (let dy = -1; dy <= 1; dy++) {
      for (let dx = -1; dx <= 1; dx++) if (isFilled(filled, width, height, x + dx, y + dy)) beside++;
    }
    if (beside > 0) found.push({ at, order: beside + random() });
  }
  return found.sort((a, b) => b.order - a.order).map(({ at }) => at);
}

/** Index of the sample's pixel whose surroundings are like those of (x, y), drawn from the best. */
function match(
  sample: Raster,
  picture: Raster,
  x: number,
  y: number,
  known: readonly Neighbour[],
  tolerance: number,
  random: () => number,
): number {
  const { width, height, channels, values } = sample;
  const radius = known.reduce((most, { dx, dy }) => Math.max(most, Math.abs(dx), Math.abs(dy)), 0);
  const wanted = known.map(({ dx, dy }) => ((y + dy) * picture.width + x + dx) * channels);
  const indices: number[] = [];
  const errors: number[] = [];
  let best = Number.POSITIVE_INFINITY;
  for (let sy = radius; sy < height - radius; sy++) {
    for (let sx = radius; sx < width - radius; sx++) {
      let sum = 0;
      const limit = best * (1 + tolerance) + 1e-9;
      for (let k = 0; k < known.length && sum <= limit; k++) {
        const neighbour = known[k];
        if (!neighbour) continue;
        const from = ((sy + neighbour.dy) * width + sx + neighbour.dx) * channels;
        const to = wanted[k] ?? 0;
        for (let c = 0; c < channels; c++) {
          sum += neighbour.weight * ((values[from + c] ?? 0) - (picture.values[to + c] ?? 0)) ** 2;
        }
      }
      if (sum > limit) continue;
      best = Math.min(best, sum);
      indices.push(sy * width + sx);
      errors.push(sum);
    }
  }
  const good = indices.filter((_, i) => (errors[i] ?? 0) <= best * (1 + tolerance) + 1e-9);
  return good[Math.floor(random() * good.length)] ?? Math.floor(random() * width * height);
}
