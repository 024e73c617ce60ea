import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseTeacher } from '../../../tools/weights/metric';
import { cholesky, diagonal, fitMetric, type Moments, meanMoments } from '../../../tools/weights/regression';

/** Numbers in −1..1 that look random and are the same everywhere. */
const noise = (i: number) => ((Math.sin(i * 12.9898) * 43758.5453) % 1) as number;

/** Moments of `pixels` samples, by the definition. */
function momentsOfSamples(ours: readonly number[][], theirs: readonly number[][]): Moments {
  const f = ours.map((row) => [...row, 1]);
  const inputs = f[0]?.length ?? 0;
  const outputs = theirs[0]?.length ?? 0;
  const mean = (of: (pixel: number) => number) => f.reduce((sum, _, p) => sum + of(p), 0) / f.length;
  const value = (rows: readonly number[][], p: number, c: number) => rows[p]?.[c] ?? 0;
  const table = (columns: number, rows: readonly number[][]) =>
    Float64Array.from({ length: inputs * columns }, (_, i) =>
      mean((p) => value(f, p, Math.floor(i / columns)) * value(rows, p, i % columns)),
    );
  return {
    inputs,
    outputs,
    gram: table(inputs, f),
    cross: table(outputs, theirs),
    square: mean((p) => theirs[p]?.reduce((sum, t) => sum + t * t, 0) ?? 0),
  };
}

describe('fitMetric', () => {
  // Features of two channels, large against the ridge; the teacher sees a·x + b·y + c of them.
  const features = Array.from({ length: 400 }, (_, p) => [100 * noise(2 * p), 100 * noise(2 * p + 1)]);
  const head = [
    [3, 0, -1],
    [1, 2, 0],
  ];
  const taught = features.map((row) =>
    [0, 1, 2].map((c) => 5 + row.reduce((sum, value, i) => sum + value * (head[i]?.[c] ?? 0), 0)),
  );

  it('finds the head of a teacher that is linear in our features, whatever its bias', () => {
    const { metric, unexplained } = fitMetric(momentsOfSamples(features, taught));
    // A·Aᵀ = [[10, 3], [3, 5]], scaled to trace 2.
    const expected = [20 / 15, 6 / 15, 6 / 15, 10 / 15];
    expected.forEach((value, i) => {
      expect(metric[i]).toBeCloseTo(value, 4);
    });
    expect(unexplained).toBeLessThan(1e-6);
  });

  it('says how much of the teacher it leaves over: the residual by its definition', () => {
    // One channel predicts x and knows nothing of y, which is independent of it but for chance.
    const x = features.map(([first = 0]) => [first]);
    const { unexplained, metric } = fitMetric(momentsOfSamples(x, features));
    const mean = (of: (row: number[]) => number) => features.reduce((sum, row) => sum + of(row), 0) / features.length;
    const [mx, my] = [mean(([a = 0]) => a), mean(([, b = 0]) => b)];
    const xx = mean(([a = 0]) => (a - mx) ** 2);
    const yy = mean(([, b = 0]) => (b - my) ** 2);
    const xy = mean(([a = 0, b = 0]) => (a - mx) * (b - my));
    expect(unexplained).toBeCloseTo((yy - xy ** 2 / xx) / (xx + yy), 6);
    expect([...metric]).toEqual([1]);
  });

  it('gives a channel that never fires no weight', () => {
    const dead = features.map((row) => [...row, 0]);
    const { metric } = fitMetric(momentsOfSamples(dead, taught));
    expect([...metric.subarray(6)]).toEqual([0, 0, 0]);
    expect(diagonal(metric, 3).reduce((sum, value) => sum + value, 0)).toBeCloseTo(3, 12);
  });

  it('refuses a teacher that says the same everywhere', () => {
    const constant = features.map(() => [1, 2]);
    expect(() => fitMetric(momentsOfSamples(features, constant))).toThrow(/do not vary/);
  });

  it('takes pictures of equal weight', () => {
    const half = (from: number) => momentsOfSamples(features.slice(from, from + 200), taught.slice(from, from + 200));
    const whole = momentsOfSamples(features, taught);
    const mean = meanMoments([half(0), half(200)]);
    expect(mean.square).toBeCloseTo(whole.square, 6);
    whole.gram.forEach((value, i) => {
      expect(mean.gram[i]).toBeCloseTo(value, 8);
    });
    whole.cross.forEach((value, i) => {
      expect(mean.cross[i]).toBeCloseTo(value, 8);
    });
  });
});

describe('cholesky', () => {
  it('is a factor of the matrix', () => {
    const entry = fc.double({ min: -3, max: 3, noNaN: true });
    fc.assert(
      fc.property(fc.array(entry, { minLength: 16, maxLength: 16 }), (b) => {
        const of = (i: number, j: number) =>
          [0, 1, 2, 3].reduce((sum, k) => sum + (b[i * 4 + k] ?? 0) * (b[j * 4 + k] ?? 0), i === j ? 0.1 : 0);
        const matrix = Float64Array.from({ length: 16 }, (_, i) => of(Math.floor(i / 4), i % 4));
        const lower = cholesky(matrix, 4).lowerTriangularMatrix.to1DArray();
        matrix.forEach((value, i) => {
          const [r, c] = [Math.floor(i / 4), i % 4];
          const product = [0, 1, 2, 3].reduce((s, k) => s + (lower[r * 4 + k] ?? 0) * (lower[c * 4 + k] ?? 0), 0);
          expect(product).toBeCloseTo(value, 9);
        });
      }),
    );
  });

  it('refuses a matrix with a negative eigenvalue', () => {
    expect(() => cholesky(Float64Array.of(1, 2, 2, 1), 2)).toThrow(/positive definite/);
  });
});

describe('parseTeacher', () => {
  it('splits at the last colons, so that a file’s name or a URL may hold some', () => {
    expect(parseTeacher('C:/nets/a.safetensors:vgg19-16x:relu4_1, relu5_1')).toEqual({
      from: 'C:/nets/a.safetensors',
      architecture: 'vgg19-16x',
      taps: ['relu4_1', 'relu5_1'],
    });
    expect(parseTeacher('a.safetensors:relu4_1')).toBeUndefined();
  });
});
