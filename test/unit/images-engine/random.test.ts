import { describe, expect, it } from 'vitest';
import { normalNoise, randomGenerator } from '../../../web/engine/images/random';

const draw = (seed: number, count: number) => {
  const random = randomGenerator(seed);
  return Array.from({ length: count }, random);
};

describe('randomGenerator', () => {
  it('gives these numbers for seed 1, on every device and in every version', () => {
    expect(draw(1, 3).map((value) => value * 2 ** 32)).toEqual([3063500945, 52107484, 3520520]);
    expect(draw(0xffff_ffff, 2).map((value) => value * 2 ** 32)).toEqual([3084069354, 1751159752]);
  });

  it('repeats itself for a seed, and not for another', () => {
    expect(draw(7, 100)).toEqual(draw(7, 100));
    expect(draw(7, 100)).not.toEqual(draw(8, 100));
    const shared = draw(7, 1000).filter((value, i) => Math.abs(value - (draw(8, 1000)[i] ?? 0)) < 1e-3);
    expect(shared.length).toBeLessThan(20);
  });

  it.each([0, 1, 2, 12345, 0xffff_ffff])('is uniform in [0, 1) from the start, seed %i', (seed) => {
    const values = draw(seed, 20_000);
    expect(values.every((value) => value >= 0 && value < 1)).toBe(true);
    const bins = new Array<number>(20).fill(0);
    for (const value of values) bins[Math.floor(value * 20)] = (bins[Math.floor(value * 20)] ?? 0) + 1;
    // χ² with 19 degrees of freedom: above 43.8 once in a thousand.
    const chi2 = bins.reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0);
    expect(chi2).toBeLessThan(43.8);
  });

  it('has no correlation from one number to the next', () => {
    const values = draw(3, 20_000).map((value) => value - 0.5);
    const product = values.slice(1).reduce((sum, value, i) => sum + value * (values[i] ?? 0), 0) / 20_000;
    expect(Math.abs(product * 12)).toBeLessThan(0.03);
  });
});

describe('normalNoise', () => {
  it.each([20_000, 20_001])('has the moments of a normal distribution over %i values', (length) => {
    const values = normalNoise(length, randomGenerator(5));
    const moment = (power: number) => values.reduce((sum, value) => sum + value ** power, 0) / length;
    expect(values).toHaveLength(length);
    expect(Math.abs(moment(1))).toBeLessThan(0.03);
    expect(Math.abs(moment(2) - 1)).toBeLessThan(0.04);
    expect(Math.abs(moment(3))).toBeLessThan(0.1);
    expect(Math.abs(moment(4) - 3)).toBeLessThan(0.25);
  });

  it('is finite even where the generator says 0', () => {
    expect(normalNoise(4, () => 0).every(Number.isFinite)).toBe(true);
  });
});
