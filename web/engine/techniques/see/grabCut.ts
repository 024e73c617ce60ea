/**
 * Foreground and background from a first guess (GrabCut, Rother, Kolmogorov & Blake 2004): colours of both as mixtures of five
 * Gaussians, a cut that runs along edges, both in turns.
 */
import type { Raster } from '../../images/resample';
import { directions, minCut } from './minCut';

const components = 5;
const rounds = 4;
/** How much an edge of the cut costs where two neighbours are alike: the paper's γ. */
const edges = 50;
/** How much the first guess counts beside colours. */
const trust = 2;
/** Added to variances, levels² of 255: an even colour is a narrow Gaussian, not an infinite one. */
const narrowest = 4;

export interface Guess {
  /** 0..1, how likely each pixel is foreground. */
  readonly prior: Float32Array;
  /** 1 where it is surely foreground, 2 where it is surely background, 0 where neither. */
  readonly sure: Uint8Array;
}

/** @param photo RGB in 0..1 @returns 1 where there is foreground */
export function grabCut({ width, height, values }: Raster, { prior, sure }: Guess): Uint8Array {
  const n = width * height;
  const colours = values.map((value) => value * 255);
  const links = linksOf(width, height, colours);
  let front: Uint8Array = Uint8Array.from(prior, (p, i) => (sure[i] === 1 || (sure[i] === 0 && p > 0.5) ? 1 : 0));
  for (let round = 0; round < rounds; round++) {
    const both = [1, 0].map((side) => mixtureOf(colours, front, side));
    const [fore, back] = both;
    if (!fore || !back) break;
    const terminals = Float64Array.from({ length: n }, (_, i) => {
      if (sure[i]) return sure[i] === 1 ? 1e9 : -1e9;
      const p = Math.min(0.98, Math.max(0.02, prior[i] ?? 0.5));
      return costOf(back, colours, i) - costOf(fore, colours, i) + trust * Math.log(p / (1 - p));
    });
    front = minCut(width, terminals, links.slice());
  }
  return front;
}

/** γ exp(−β |z − z'|²) over the distance, β by the photo's own contrast. */
function linksOf(width: number, height: number, colours: Float32Array): Float64Array {
  const links = new Float64Array(width * height * directions.length);
  const each = (use: (at: number, apart: number, distance: number) => void) => {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        directions.forEach(([dx, dy], d) => {
          if (x + dx < 0 || x + dx >= width || y + dy < 0 || y + dy >= height) return;
          const [i, j] = [y * width + x, (y + dy) * width + x + dx];
          let apart = 0;
          for (let c = 0; c < 3; c++) apart += ((colours[3 * i + c] ?? 0) - (colours[3 * j + c] ?? 0)) ** 2;
          use(i * directions.length + d, apart, Math.hypot(dx, dy));
        });
      }
    }
  };
  let [sum, count] = [0, 0];
  each((_, apart) => {
    sum += apart;
    count++;
  });
  const beta = sum > 0 ? count / (2 * sum) : 0;
  each((at, apart, distance) => {
    links[at] = (edges * Math.exp(-beta * apart)) / distance;
  });
  return links;
}

interface Gaussian {
  readonly mean: readonly number[];
  /** Of the covariance, row by row. */
  readonly inverse: readonly number[];
  /** −log of weight over root of determinant. */
  readonly offset: number;
}

/** −log of the likelihood of a pixel's colour, by the component that explains it best, as the paper assigns them. */
function costOf(mixture: readonly Gaussian[], colours: Float32Array, i: number): number {
  let least = Number.POSITIVE_INFINITY;
  for (const { mean, inverse, offset } of mixture) {
    const [r, g, b] = [0, 1, 2].map((c) => (colours[3 * i + c] ?? 0) - (mean[c] ?? 0)) as [number, number, number];
    const [rr = 0, rg = 0, rb = 0, , gg = 0, gb = 0, , , bb = 0] = inverse;
    const away = r * r * rr + g * g * gg + b * b * bb + 2 * (r * g * rg + r * b * rb + g * b * gb);
    least = Math.min(least, offset + away / 2);
  }
  return least;
}

/** By k-means from lightness' quantiles; null where the side has no pixels. */
function mixtureOf(colours: Float32Array, front: Uint8Array, side: number): Gaussian[] | null {
  const own = Array.from(front.keys()).filter((i) => front[i] === side);
  if (own.length === 0) return null;
  const light = (i: number) => (colours[3 * i] ?? 0) + (colours[3 * i + 1] ?? 0) + (colours[3 * i + 2] ?? 0);
  own.sort((a, b) => light(a) - light(b) || a - b);
  let group = Uint8Array.from(own, (_, k) => Math.floor((k * components) / own.length));
  for (let turn = 0; turn < 6; turn++) {
    const means = Array.from({ length: components }, (_, g) => meanOf(colours, own, group, g));
    group = Uint8Array.from(own, (i) => {
      const away = means.map((mean) =>
        mean
          ? [0, 1, 2].reduce((sum, c) => sum + ((colours[3 * i + c] ?? 0) - (mean[c] ?? 0)) ** 2, 0)
          : Number.POSITIVE_INFINITY,
      );
      return away.indexOf(Math.min(...away));
    });
  }
  return Array.from({ length: components }, (_, g) => gaussianOf(colours, own, group, g)).filter(
    (each) => each !== null,
  );
}

function meanOf(colours: Float32Array, own: readonly number[], group: Uint8Array, wanted: number): number[] | null {
  const sum = [0, 0, 0];
  let count = 0;
  own.forEach((i, k) => {
    if (group[k] !== wanted) return;
    count++;
    for (let c = 0; c < 3; c++) sum[c] = (sum[c] ?? 0) + (colours[3 * i + c] ?? 0);
  });
  return count > 0 ? sum.map((value) => value / count) : null;
}

function gaussianOf(colours: Float32Array, own: readonly number[], group: Uint8Array, wanted: number): Gaussian | null {
  const mean = meanOf(colours, own, group, wanted);
  if (!mean) return null;
  const covariance = new Array<number>(9).fill(0);
  let count = 0;
  own.forEach((i, k) => {
    if (group[k] !== wanted) return;
    count++;
    for (let e = 0; e < 9; e++) {
      const [a, b] = [Math.floor(e / 3), e % 3];
      const product = ((colours[3 * i + a] ?? 0) - (mean[a] ?? 0)) * ((colours[3 * i + b] ?? 0) - (mean[b] ?? 0));
      covariance[e] = (covariance[e] ?? 0) + product;
    }
  });
  const [a = 0, b = 0, c = 0, , e = 0, f = 0, , , i = 0] = covariance.map(
    (value, at) => value / count + (at % 4 === 0 ? narrowest : 0),
  );
  const cofactors = [e * i - f * f, c * f - b * i, b * f - c * e, 0, a * i - c * c, b * c - a * f, 0, 0, a * e - b * b];
  const determinant = a * (cofactors[0] ?? 0) + b * (cofactors[1] ?? 0) + c * (cofactors[2] ?? 0);
  return {
    mean,
    inverse: cofactors.map((value) => value / determinant),
    offset: Math.log(determinant) / 2 - Math.log(count / own.length),
  };
}
