import { describe, expect, it } from 'vitest';
import { blendStatistics, covarianceOf, rawMoment } from '../../../web/engine/objectives/statistics';
import { grid } from '../../support/float64/grid';
import { momentsOf, statisticsOf } from '../../support/float64/losses';
import { numbers, relativeError } from '../device/numbers';

const red = grid(4, 5, 3, numbers(60, 1));
const blue = grid(
  4,
  5,
  3,
  numbers(60, 2).map((value) => 2 * value + 1),
);
/** Both pictures, one above the other. */
const both = grid(8, 5, 3, [...red.values, ...blue.values]);

describe('blendStatistics', () => {
  it('blends two styles into that of a picture which is half one and half the other', () => {
    const blended = blendStatistics([
      { weight: 0.5, statistics: statisticsOf(red) },
      { weight: 0.5, statistics: statisticsOf(blue) },
    ]);
    const expected = statisticsOf(both);
    expect(blended.channels).toBe(3);
    expect(relativeError(blended.mean, expected.mean)).toBeLessThan(1e-6);
    expect(relativeError(blended.covariance, expected.covariance)).toBeLessThan(1e-6);
  });

  it('goes by the shares of the weights, not by their size', () => {
    const parts = (scale: number) => [
      { weight: 1 * scale, statistics: statisticsOf(red) },
      { weight: 3 * scale, statistics: statisticsOf(blue) },
    ];
    const small = blendStatistics(parts(1));
    const large = blendStatistics(parts(25));
    expect(relativeError(large.covariance, small.covariance)).toBeLessThan(1e-6);
    const thrice = grid(16, 5, 3, [...red.values, ...blue.values, ...blue.values, ...blue.values]);
    expect(relativeError(small.covariance, statisticsOf(thrice).covariance)).toBeLessThan(1e-6);
  });

  it('returns a single style as it is, whatever its weight', () => {
    const statistics = statisticsOf(red);
    expect(blendStatistics([{ weight: 7, statistics }])).toBe(statistics);
  });

  it('ignores a part without weight', () => {
    const blended = blendStatistics([
      { weight: 1, statistics: statisticsOf(red) },
      { weight: 0, statistics: statisticsOf(blue) },
    ]);
    expect(relativeError(blended.covariance, statisticsOf(red).covariance)).toBeLessThan(1e-6);
  });
});

describe('raw moments and covariances', () => {
  it('turn into each other', () => {
    const statistics = statisticsOf(red);
    const { mean, gram, covariance } = momentsOf(red);
    expect(relativeError(rawMoment(statistics), gram)).toBeLessThan(1e-6);
    expect(relativeError(covarianceOf(Float32Array.from(mean), Float32Array.from(gram)), covariance)).toBeLessThan(
      1e-6,
    );
  });
});
