import { expect, it } from 'vitest';
import type { Raster } from '../../../web/engine/images/resample';
import { withNoise } from '../../../web/engine/transformer/noise';

const grey: Raster = { width: 90, height: 80, channels: 3, values: new Float32Array(90 * 80 * 3).fill(0.5) };

it('has the deviation that the network asks for around the picture, the same for the same seed only', () => {
  const { values } = withNoise(grey, { noise: 0.1 }, 7);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  expect(mean).toBeCloseTo(0.5, 2);
  expect(Math.sqrt(variance)).toBeCloseTo(0.1, 2);
  expect(withNoise(grey, { noise: 0.1 }, 7).values).toEqual(values);
  expect(withNoise(grey, { noise: 0.1 }, 8).values).not.toEqual(values);
});

it('is not there for a network without', () => {
  expect(withNoise(grey, {}, 7)).toBe(grey);
});
