import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { bandStrengths, normaliseBands, pyramidSizes } from '../../../web/engine/optimise/pyramid';
import { useBackend } from '../../support/backends';
import { relativeError } from '../device/numbers';

describe('pyramidSizes', () => {
  it('grows by the square root of two', () => {
    expect(pyramidSizes(128, 512)).toEqual([128, 181, 256, 362, 512]);
    expect(pyramidSizes(128, 1024)).toEqual([128, 181, 256, 362, 512, 724, 1024]);
  });

  it('is the end alone when the start is no smaller', () => {
    expect(pyramidSizes(128, 128)).toEqual([128]);
    expect(pyramidSizes(200, 128)).toEqual([128]);
  });

  it('spaces any range evenly, from start to end', () => {
    for (let end = 65; end <= 2048; end += 37) {
      const sizes = pyramidSizes(64, end);
      expect([sizes[0], sizes.at(-1)]).toEqual([64, end]);
      const ratios = sizes.slice(1).map((size, i) => size / (sizes[i] ?? 1));
      for (const ratio of ratios) {
        expect(ratio).toBeGreaterThan(1);
        expect(ratio).toBeLessThan(1.72);
      }
      // Rounding to whole pixels moves a small size by less than a hundredth.
      expect(Math.max(...ratios) / Math.min(...ratios)).toBeLessThan(1.02);
    }
  });
});

describe('the bands of a gradient', () => {
  useBackend('cpu');

  it('are evened out by strengths measured beforehand as by their own', async () => {
    const gradient = tf.randomNormal<tf.Rank.R4>([1, 37, 52, 3], 0, 1, 'float32', 4);
    const strengths = await bandStrengths(gradient, 4);
    const [own, told, twice] = [
      normaliseBands(gradient, 4),
      normaliseBands(gradient, 4, strengths),
      normaliseBands(tf.mul(gradient, 2), 4, strengths),
    ].map((tensor) => tensor.dataSync<'float32'>()) as [Float32Array, Float32Array, Float32Array];
    expect(relativeError(told, own)).toBeLessThan(1e-5);
    expect(
      relativeError(
        twice,
        own.map((value) => 2 * value),
      ),
    ).toBeLessThan(1e-5);
  });
});
