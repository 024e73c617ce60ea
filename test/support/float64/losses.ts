/** The losses in double precision, from their papers' formulas. */
import type { LayerStatistics } from '../../../web/engine/objectives/statistics';
import type { MomentLossKind } from '../../../web/engine/objectives/style';
import { at, dot, type Grid } from './grid';

const sum = (values: ArrayLike<number>, of: (value: number, index: number) => number): number => {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += of(at(values, i), i);
  return total;
};

const squares = (values: ArrayLike<number>) => sum(values, (value) => value * value);
const distance = (a: ArrayLike<number>, b: ArrayLike<number>) => sum(a, (value, i) => (value - at(b, i)) ** 2);

export interface Moments {
  readonly mean: Float64Array;
  /** `[C, C]` */
  readonly gram: Float64Array;
  /** `[C, C]` */
  readonly covariance: Float64Array;
}

export function momentsOf({ height, width, channels, values }: Grid): Moments {
  const positions = height * width;
  const mean = new Float64Array(channels);
  const gram = new Float64Array(channels * channels);
  const covariance = new Float64Array(channels * channels);
  values.forEach((value, i) => {
    mean[i % channels] = at(mean, i % channels) + value / positions;
  });
  for (let position = 0; position < positions; position++) {
    for (let i = 0; i < channels; i++) {
      for (let j = 0; j < channels; j++) {
        const a = at(values, position * channels + i);
        const b = at(values, position * channels + j);
        gram[i * channels + j] = at(gram, i * channels + j) + (a * b) / positions;
        covariance[i * channels + j] =
          at(covariance, i * channels + j) + ((a - at(mean, i)) * (b - at(mean, j))) / positions;
      }
    }
  }
  return { mean, gram, covariance };
}

/** Of a feature map, as the engine takes its targets. */
export function statisticsOf(features: Grid): LayerStatistics {
  const { mean, covariance } = momentsOf(features);
  return {
    channels: features.channels,
    mean: Float32Array.from(mean),
    covariance: Float32Array.from(covariance),
  };
}

/** ‖F − T‖² / ‖T‖² */
export const contentLoss = (features: ArrayLike<number>, target: ArrayLike<number>): number =>
  distance(features, target) / squares(target);

/** Σ dᵀPd / Σ tᵀPt over positions. */
export function weighedContentLoss(features: Grid, target: Grid, metric: ArrayLike<number>): number {
  const { channels } = target;
  const energy = (values: Float64Array) =>
    sum(values, (value, i) => value * at(product(metric, values.subarray(i - (i % channels)), channels), i % channels));
  return energy(features.values.map((value, i) => value - at(target.values, i))) / energy(target.values);
}

const product = (matrix: ArrayLike<number>, vector: ArrayLike<number>, size: number): number[] =>
  Array.from({ length: size }, (_, row) => {
    let total = 0;
    for (let k = 0; k < size; k++) total += at(matrix, row * size + k) * at(vector, k);
    return total;
  });

/** What a covariance's energy counts as at least, as a share of the raw moment's. */
const minShare = 0.01;

/** ⟨D, P D P⟩ / ⟨T, P T P⟩ for the difference D of two matrices; the divisor is at least a share of the scale's. */
function weighedDistance(
  a: ArrayLike<number>,
  target: ArrayLike<number>,
  metric: ArrayLike<number>,
  size: number,
  scale: ArrayLike<number> = target,
) {
  const energy = (matrix: Float64Array) => dot(matrix, multiply(multiply(metric, matrix, size), metric, size));
  const divisor = Math.max(energy(Float64Array.from(target)), minShare * energy(Float64Array.from(scale)));
  return energy(Float64Array.from(a, (value, i) => value - at(target, i))) / divisor;
}

/** The Gram and the covariance loss where a metric weighs channels and their directions. */
export const weighedStyleLosses = {
  gram: (features: Grid, target: LayerStatistics, metric: ArrayLike<number>): number =>
    weighedDistance(momentsOf(features).gram, rawMoment(target), metric, target.channels),
  covariance: (features: Grid, target: LayerStatistics, metric: ArrayLike<number>): number => {
    const { mean, covariance } = momentsOf(features);
    const energy = (vector: ArrayLike<number>) => dot(vector, product(metric, vector, target.channels));
    return (
      weighedDistance(covariance, target.covariance, metric, target.channels, rawMoment(target)) +
      energy(mean.map((value, i) => value - at(target.mean, i))) / energy(target.mean)
    );
  },
};

const rawMoment = ({ channels, mean, covariance }: LayerStatistics): Float64Array =>
  Float64Array.from(covariance, (value, i) => value + at(mean, Math.floor(i / channels)) * at(mean, i % channels));

/** The style losses, each divided by the target's own energy (the covariance's and the palette's have floors). */
export const styleLosses: Readonly<Record<MomentLossKind, (features: Grid, target: LayerStatistics) => number>> = {
  gram: (features, target) => {
    const goal = rawMoment(target);
    return distance(momentsOf(features).gram, goal) / squares(goal);
  },
  covariance: (features, target) => {
    const { mean, covariance } = momentsOf(features);
    return (
      distance(covariance, target.covariance) /
        Math.max(squares(target.covariance), minShare * squares(rawMoment(target))) +
      distance(mean, target.mean) / squares(target.mean)
    );
  },
  moments: (features, target) => {
    const deviations = (covariance: ArrayLike<number>) =>
      Array.from({ length: target.channels }, (_, i) => Math.sqrt(at(covariance, i * (target.channels + 1)) + 1e-5));
    const { mean, covariance } = momentsOf(features);
    const goal = deviations(target.covariance);
    return distance(deviations(covariance), goal) / squares(goal) + distance(mean, target.mean) / squares(target.mean);
  },
  wasserstein: (features, target) => {
    const { channels } = target;
    const trace = (matrix: ArrayLike<number>) => sum(matrix, (value, i) => (i % (channels + 1) === 0 ? value : 0));
    const goalTrace = trace(target.covariance);
    const ridged = (matrix: ArrayLike<number>, center: ArrayLike<number>) => {
      const ridge = Math.max((1e-4 * goalTrace) / channels, 1e-5 * squares(center));
      return Float64Array.from(matrix, (value, i) => value + (i % (channels + 1) === 0 ? ridge : 0));
    };
    const { mean, covariance } = momentsOf(features);
    const [a, c] = [ridged(target.covariance, target.mean), ridged(covariance, mean)];
    const root = powerOf(a, channels, 0.5);
    const inner = multiply(multiply(root, c, channels), root, channels);
    const squared = distance(mean, target.mean) + trace(a) + trace(c) - 2 * trace(powerOf(inner, channels, 0.5));
    return squared / (goalTrace + squares(target.mean));
  },
  palette: (features, target) => {
    const { mean, covariance } = momentsOf(features);
    const along = (matrix: ArrayLike<number>, direction: readonly number[]) => {
      const length = Math.hypot(...direction);
      const variance = sum(
        matrix,
        (value, i) => (value * at(direction, Math.floor(i / 3)) * at(direction, i % 3)) / length ** 2,
      );
      return Math.sqrt(Math.max(0, variance) + 1e-4);
    };
    const errors = colourDirections.map((d) => (along(covariance, d) - along(target.covariance, d)) ** 2);
    const energy = at(target.covariance, 0) + at(target.covariance, 4) + at(target.covariance, 8);
    return (sum(errors, (error) => error) / 3 + distance(mean, target.mean)) / Math.max(0.25, energy);
  },
};

/** Of a cube: its edges' and its faces' diagonals'. */
const colourDirections = [
  ...[
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  ...[
    [1, 1, 0],
    [1, -1, 0],
    [1, 0, 1],
    [1, 0, -1],
    [0, 1, 1],
    [0, 1, -1],
  ],
];

/**
 * Nine-point total variation: twice the mean over all values of dx²/3 + dy²/3 + both diagonals' squares / 12, where
 * a neighbour beyond the border counts 0.
 */
export function totalVariation({ height, width, channels, values }: Grid): number {
  let total = 0;
  const difference = (y: number, x: number, dy: number, dx: number, c: number): number => {
    const [row, column] = [y + dy, x + dx];
    if (row < 0 || row >= height || column < 0 || column >= width) return 0;
    return at(values, (row * width + column) * channels + c) - at(values, (y * width + x) * channels + c);
  };
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let c = 0; c < channels; c++) {
        total += (difference(y, x, 0, 1, c) ** 2 + difference(y, x, 1, 0, c) ** 2) / 3;
        total += (difference(y, x, 1, 1, c) ** 2 + difference(y, x, 1, -1, c) ** 2) / 12;
      }
  return (2 * total) / values.length;
}

export function multiply(a: ArrayLike<number>, b: ArrayLike<number>, size: number): Float64Array {
  return Float64Array.from({ length: size * size }, (_, at2) => {
    const [row, column] = [Math.floor(at2 / size), at2 % size];
    let total = 0;
    for (let k = 0; k < size; k++) total += at(a, row * size + k) * at(b, k * size + column);
    return total;
  });
}

/** A power of a symmetric positive definite matrix by its eigenvalues: Jacobi's rotations, until nothing is left. */
export function powerOf(matrix: ArrayLike<number>, size: number, exponent: number): Float64Array {
  const a = Float64Array.from(matrix);
  const vectors = Float64Array.from({ length: size * size }, (_, i) => (i % (size + 1) === 0 ? 1 : 0));
  const rotate = (m: Float64Array, p: number, q: number, c: number, s: number, rows: boolean) => {
    for (let k = 0; k < size; k++) {
      const [i, j] = rows ? [p * size + k, q * size + k] : [k * size + p, k * size + q];
      const [mi, mj] = [at(m, i), at(m, j)];
      m[i] = c * mi - s * mj;
      m[j] = s * mi + c * mj;
    }
  };
  for (let sweep = 0; sweep < 20; sweep++) {
    for (let p = 0; p < size; p++) {
      for (let q = p + 1; q < size; q++) {
        const off = at(a, p * size + q);
        if (Math.abs(off) < 1e-300) continue;
        const theta = (at(a, q * size + q) - at(a, p * size + p)) / (2 * off);
        const t = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
        const c = 1 / Math.sqrt(t * t + 1);
        rotate(a, p, q, c, t * c, false);
        rotate(a, p, q, c, t * c, true);
        rotate(vectors, p, q, c, t * c, false);
      }
    }
  }
  return Float64Array.from({ length: size * size }, (_, index) => {
    const [row, column] = [Math.floor(index / size), index % size];
    let total = 0;
    for (let k = 0; k < size; k++) {
      const eigenvalue = Math.max(0, at(a, k * (size + 1)));
      total += at(vectors, row * size + k) * eigenvalue ** exponent * at(vectors, column * size + k);
    }
    return total;
  });
}
