import { expect, it } from 'vitest';
import { photoStyle, transformerDefaults } from '../../../shared/transformer';
import type { Raster } from '../../../web/engine/images/resample';
import { noiseFor, withNoise } from '../../../web/engine/transformer/noise';

const grey: Raster = { width: 90, height: 80, channels: 3, values: new Float32Array(90 * 80 * 3).fill(0.5) };

it('has its deviation around the picture, the same for the same seed only', () => {
  const { values } = withNoise(grey, 0.1, 7);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  expect(mean).toBeCloseTo(0.5, 2);
  expect(Math.sqrt(variance)).toBeCloseTo(0.1, 2);
  expect(withNoise(grey, 0.1, 7).values).toEqual(values);
  expect(withNoise(grey, 0.1, 8).values).not.toEqual(values);
});

it('is for painted styles of a network that asks for it', () => {
  expect(withNoise(grey, 0, 7)).toBe(grey);
  const network = { ...transformerDefaults, noise: 0.1, styles: ['waves', photoStyle] };
  expect([noiseFor(network, 0), noiseFor(network, 1)]).toEqual([0.1, 0]);
  const { noise: _, ...without } = network;
  expect(noiseFor(without, 0)).toBe(0);
});
