import { describe, expect, it } from 'vitest';
import { median, quantile, speedUp, summarise } from '../../../tools/bench/report';

describe('quantile', () => {
  it('interpolates between neighbours and does not mind the order', () => {
    expect(quantile([4, 1, 3, 2], 0.5)).toBe(2.5);
    expect(quantile([4, 1, 3, 2], 0)).toBe(1);
    expect(quantile([4, 1, 3, 2], 1)).toBe(4);
    expect(quantile([10, 20], 0.25)).toBe(12.5);
  });

  it('is not a number without values', () => {
    expect(median([])).toBeNaN();
  });

  it('leaves its argument as it was', () => {
    const values = [3, 1, 2];
    summarise(values);
    expect(values).toEqual([3, 1, 2]);
  });
});

describe('speedUp', () => {
  it('is the ratio of the medians, whatever one slow round did', () => {
    expect(speedUp([10, 10, 10, 500, 10], [50, 50, 50, 50, 50]).median).toBe(5);
  });

  it('has the spread of rounds measured together', () => {
    // A busy machine doubles both: the ratio of that round stays.
    expect(speedUp([10, 20, 40], [50, 100, 200])).toEqual({ median: 5, low: 5, high: 5, count: 3 });
  });

  it('leaves out rounds that only one of them took part in', () => {
    expect(speedUp([10], [50, 60]).count).toBe(1);
  });
});
