import { describe, expect, it } from 'vitest';
import { parseRecipe } from '../../../shared/recipe';
import { colourStatistics, greyOf, matchColours, withColoursOf } from '../../../web/engine/images/colours';
import type { Raster } from '../../../web/engine/images/resample';
import { guideAt, regionsOf, shiftedGuide } from '../../../web/engine/techniques/style/regions';
import { targetsFromImage } from '../../../web/engine/techniques/style/targets';
import { numbers } from '../device/numbers';
import { flat, painted, painting } from './pictures';

const frame = { width: 20, height: 10 };
const left = painted(20, 10, (x) => (x < 10 ? [255, 255, 255] : [0, 0, 0]));
const black = flat([0, 0, 0], 20, 10);
const targets = [targetsFromImage(painting()), targetsFromImage(painting())];
const recipe = parseRecipe({ technique: 'style', version: 2, styles: [{ preset: 'a', mask: null }, { preset: 'b' }] });

describe('regions of styles', () => {
  it('are one without masks, everywhere', () => {
    const [only, ...more] = regionsOf(recipe, targets, [null, null], frame, 3);
    expect([only?.guide, only?.share, only?.sources.length, more.length]).toEqual([null, 1, 2, 0]);
  });

  it('give a style its mask, and the others what is left', () => {
    const [masked, rest] = regionsOf(recipe, targets, [left, null], frame, 3);
    expect(masked?.sources).toEqual([{ preset: 'a', weight: 1, mask: null }]);
    expect(masked?.share).toBeCloseTo(0.5, 5);
    expect([masked?.guide?.width, masked?.guide?.height]).toEqual([26, 16]);
    masked?.guide?.values.forEach((value, i) => {
      expect(value + (rest?.guide?.values[i] ?? 0)).toBeCloseTo(1, 5);
    });
  });

  it('refuse a mask that is black everywhere', () => {
    expect(() => regionsOf(recipe, targets, [black, null], frame, 3)).toThrow(/black everywhere/);
  });

  it('are seen by a layer at its own size, shifted with the picture, 1 on average', () => {
    const [masked] = regionsOf(recipe, targets, [left, null], frame, 0);
    if (!masked?.guide) throw new Error('no guide');
    const shifted = shiftedGuide(masked.guide, frame, { top: 0, left: 4, extent: 4 });
    expect([shifted.width, shifted.height]).toEqual([24, 14]);
    // Four mirrored columns to the left: the border of the mask moves right by as many.
    expect([shifted.values[13], shifted.values[15]]).toEqual([1, 0]);
    const guide = guideAt(shifted, [7, 12, 64]);
    expect(guide).toHaveLength(84);
    expect(guide.reduce((sum, value) => sum + value, 0) / 84).toBeCloseTo(1, 5);
  });
});

describe('colours', () => {
  const picture = (seed: number, centre: number, spread: number): Raster => ({
    width: 12,
    height: 10,
    channels: 3,
    values: numbers(360, seed).map((value, i) => centre + 0.05 * (i % 3) + spread * value),
  });
  const [one, other] = [picture(1, 0.4, 0.1), picture(2, 0.5, 0.05)];

  it('matched are those of the reference: mean and covariance', () => {
    const [found, wanted] = [colourStatistics(matchColours(one, other)), colourStatistics(other)];
    wanted.mean.forEach((value, i) => {
      expect(found.mean[i]).toBeCloseTo(value, 3);
    });
    wanted.covariance.forEach((value, i) => {
      expect(found.covariance[i]).toBeCloseTo(value, 4);
    });
  });

  it('kept leave the lights and darks of the picture', () => {
    const kept = withColoursOf(one, other);
    greyOf(one).values.forEach((value, i) => {
      expect(greyOf(kept).values[i]).toBeCloseTo(value, 4);
    });
    const chroma = (raster: Raster, i: number) => (raster.values[i] ?? 0) - (greyOf(raster).values[i] ?? 0);
    for (let i = 0; i < 60; i++) expect(chroma(kept, i)).toBeCloseTo(chroma(other, i), 4);
  });
});
