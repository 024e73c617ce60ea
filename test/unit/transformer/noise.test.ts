import { expect, it } from 'vitest';
import { photoStyle, transformerDefaults } from '../../../shared/transformer';
import type { Raster } from '../../../web/engine/images/resample';
import { canvasOf, noiseShare } from '../../../web/engine/transformer/noise';

const grey: Raster = { width: 90, height: 80, channels: 3, values: new Float32Array(90 * 80 * 3).fill(0.5) };

function spread(values: Float32Array) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return { mean, deviation: Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length) };
}

it('is spread as the network asks around the picture and around 1, the same for the same seed only', () => {
  const network = { noise: 0.1, speckle: 0.2 };
  const { values, channels } = canvasOf(grey, network, 7, 1);
  expect(channels).toBe(4);
  const picture = spread(values.filter((_, i) => i % 4 < 3));
  const speckle = spread(values.filter((_, i) => i % 4 === 3));
  expect([picture.mean, picture.deviation]).toEqual([expect.closeTo(0.5, 2), expect.closeTo(0.1, 2)]);
  expect([speckle.mean, speckle.deviation]).toEqual([expect.closeTo(1, 2), expect.closeTo(0.2, 2)]);
  expect(canvasOf(grey, network, 7, 1).values).toEqual(values);
  expect(canvasOf(grey, network, 8, 1).values).not.toEqual(values);
  expect(spread(canvasOf(grey, network, 7, 0.5).values.filter((_, i) => i % 4 === 3)).deviation).toBeCloseTo(0.1, 2);
});

it('is not there for a network without, nor for a share of nothing', () => {
  expect(canvasOf(grey, {}, 7, 1)).toBe(grey);
  expect(canvasOf(grey, { noise: 0.1, speckle: 0.1 }, 7, 0)).toBe(grey);
});

it('is for the styles that are painted', () => {
  const network = { ...transformerDefaults, styles: ['waves', photoStyle] };
  expect([noiseShare(network, 0), noiseShare(network, 1)]).toEqual([1, 0]);
});
