/** The transport by its properties, on Gaussians of seeded features: full, flat, of fewer points than channels. */
import { describe, expect, it } from 'vitest';
import type { Gaussian } from '../../../../shared/anyStyle/places';
import { normalNoise, randomGenerator } from '../../../../web/engine/images/random';
import {
  eigensystem,
  functionOf,
  largestEigenvalue,
  type Matrix,
  product,
} from '../../../../web/engine/transformer/any/symmetric';
import { addedVariance, gaussianOf, mixGaussians, transport } from '../../../../web/engine/transformer/any/transport';

const random = randomGenerator(5);

/** Of so many points whose channels depend on each other. */
function gaussianFrom(channels: number, points: number, spread = 1): Gaussian {
  const mixing = normalNoise(channels * channels, random);
  const mean = new Float32Array(channels);
  const gram = new Float32Array(channels * channels);
  for (let p = 0; p < points; p++) {
    const raw = normalNoise(channels, random);
    const x = raw.map((_, i) => 1 + spread * raw.reduce((sum, r, j) => sum + r * (mixing[i * channels + j] ?? 0), 0));
    x.forEach((value, i) => {
      mean[i] = (mean[i] ?? 0) + value / points;
      x.forEach((other, j) => {
        gram[i * channels + j] = (gram[i * channels + j] ?? 0) + (value * other) / points;
      });
    });
  }
  return gaussianOf(mean, gram);
}

const largest = (values: Iterable<number>) => Math.max(...[...values].map(Math.abs));
const differences = (a: Float64Array, b: Float64Array) => a.map((value, i) => value - (b[i] ?? 0));

/** The covariance that a transport sees: every direction has some variance. */
function withAdded(gaussian: Gaussian): Matrix {
  const added = addedVariance(gaussian);
  return gaussian.covariance.map((value, k) => (k % (gaussian.mean.length + 1) === 0 ? value + added : value));
}

describe.each([1, 3, 16, 64, 128])('eigensystems of %i channels', (size) => {
  it('give the matrix back, from orthonormal vectors and rising values', () => {
    const noise = normalNoise(size * size, random);
    const matrix = Float64Array.from(noise, (_, k) => {
      const [i, j] = [Math.floor(k / size), k % size];
      return (noise[i * size + j] ?? 0) + (noise[j * size + i] ?? 0);
    });
    const system = eigensystem(matrix, size);
    expect(
      largest(
        differences(
          functionOf(system, (value) => value),
          matrix,
        ),
      ),
    ).toBeLessThan(1e-11 * size);
    const one = functionOf(system, () => 1);
    for (let i = 0; i < size; i++) one[i * size + i] = (one[i * size + i] ?? 0) - 1;
    expect(largest(one)).toBeLessThan(1e-12 * size);
    expect([...system.values]).toEqual([...system.values].sort((a, b) => a - b));
  });
});

it('knows the eigenvalues of a matrix whose eigenvalues are known, and of nothing', () => {
  // The second difference: 2 − 2 cos(kπ / (n + 1)).
  const n = 7;
  const matrix = Float64Array.from({ length: n * n }, (_, k) => {
    const apart = Math.abs(Math.floor(k / n) - (k % n));
    return apart === 0 ? 2 : apart === 1 ? -1 : 0;
  });
  const known = Array.from({ length: n }, (_, k) => 2 - 2 * Math.cos(((k + 1) * Math.PI) / (n + 1)));
  expect(largest(differences(eigensystem(matrix, n).values as Float64Array, Float64Array.from(known)))).toBeLessThan(
    1e-13,
  );
  expect(largestEigenvalue(matrix, n) / (2 - 2 * Math.cos((n * Math.PI) / (n + 1)))).toBeCloseTo(1, 2);
  expect([...eigensystem(new Float64Array(9), 3).values]).toEqual([0, 0, 0]);
  expect(largestEigenvalue(new Float64Array(9), 3)).toBe(0);
});

it.each([Number.NaN, Number.POSITIVE_INFINITY])('refuses %f', (value) => {
  const matrix = new Float64Array(16).fill(1);
  matrix[4] = value;
  expect(() => eigensystem(matrix, 4)).toThrow(expect.objectContaining({ code: 'numeric-failure' }));
});

describe.each([3, 16, 64])('between Gaussians of %i channels', (size) => {
  const from = gaussianFrom(size, 20 * size);
  const to = gaussianFrom(size, 20 * size, 0.5);
  const { matrix, vector } = transport(from, to);

  it('is symmetric and positive', () => {
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < i; j++) expect(matrix[i * size + j]).toBe(matrix[j * size + i]);
    }
    expect(eigensystem(matrix, size).values[0]).toBeGreaterThan(0);
  });

  it('gives mean and covariance of the other', () => {
    const moved = from.mean.map(
      (_, i) => (vector[i] ?? 0) + from.mean.reduce((sum, m, j) => sum + m * (matrix[i * size + j] ?? 0), 0),
    );
    expect(largest(differences(moved, to.mean))).toBeLessThan(1e-9);
    const covariance = product(product(matrix, withAdded(from), size), matrix, size);
    expect(largest(differences(covariance, withAdded(to)))).toBeLessThan(1e-9 * size);
  });

  it('leaves what has the statistics already where it is, and does nothing at strength 0', () => {
    for (const { matrix: still, vector: none } of [transport(from, from), transport(from, to, 0)]) {
      for (let i = 0; i < size; i++) still[i * size + i] = (still[i * size + i] ?? 0) - 1;
      expect(largest(still)).toBeLessThan(1e-6);
      expect(largest(none)).toBeLessThan(1e-5);
    }
  });

  it('goes half the way at strength ½', () => {
    const half = transport(from, to, 0.5);
    half.matrix.forEach((value, k) => {
      const straight = k % (size + 1) === 0 ? 0.5 : 0;
      expect(value).toBeCloseTo(0.5 * (matrix[k] ?? 0) + straight, 10);
    });
  });
});

it('is the square root of what white features are moved to', () => {
  const size = 16;
  const white: Gaussian = {
    mean: new Float64Array(size),
    covariance: functionOf(eigensystem(new Float64Array(size * size), size), () => 1),
  };
  const to = gaussianFrom(size, 400);
  const { matrix } = transport(white, to);
  const white2 = withAdded(white)[0] ?? 0;
  const expected = withAdded(to).map((value) => value / white2);
  expect(largest(differences(product(matrix, matrix, size), expected))).toBeLessThan(1e-9);
});

it('makes one colour of everything for a painting of one colour', () => {
  const flat = gaussianFrom(3, 1);
  const { matrix, vector } = transport(gaussianFrom(3, 50), flat);
  expect(largest(matrix)).toBeLessThan(0.02);
  expect(largest(differences(vector, flat.mean))).toBeLessThan(0.05);
});

it.each([
  ['one colour', 1],
  ['two pixels', 2],
  ['fewer points than channels', 7],
])('stays finite from and to %s', (_, points) => {
  const poor = gaussianFrom(16, points);
  const rich = gaussianFrom(16, 300);
  for (const { matrix, vector } of [transport(poor, rich), transport(rich, poor), transport(poor, poor)]) {
    expect([...matrix, ...vector].every(Number.isFinite)).toBe(true);
    // What does not vary is not blown up without bounds.
    expect(largest(matrix)).toBeLessThan(1e4);
  }
});

it('mixes by weights that need not sum to 1, and refuses none', () => {
  const [one, two] = [gaussianFrom(3, 60), gaussianFrom(3, 60)];
  const mixed = mixGaussians([
    { weight: 3, gaussian: one },
    { weight: 1, gaussian: two },
  ]);
  expect(mixed.mean[1]).toBeCloseTo(0.75 * (one.mean[1] ?? 0) + 0.25 * (two.mean[1] ?? 0), 12);
  expect(mixed.covariance[5]).toBeCloseTo(0.75 * (one.covariance[5] ?? 0) + 0.25 * (two.covariance[5] ?? 0), 12);
  expect(mixGaussians([{ weight: 2, gaussian: one }])).toEqual(one);
  expect(() => mixGaussians([{ weight: 0, gaussian: one }])).toThrow(
    expect.objectContaining({ code: 'recipe-invalid' }),
  );
});
