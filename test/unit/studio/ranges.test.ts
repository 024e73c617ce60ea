/** The sliders: nothing they can be set to is refused by the recipe, and the defaults are among it. */
import { describe, expect, it } from 'vitest';
import { parseRecipe, type RecipeInput, styleDefaults } from '../../../shared/recipe';
import {
  octaveOf,
  type Range,
  smoothnessRangeFor,
  strengthRange,
  styleScaleOf,
  styleScaleRange,
} from '../../../web/studio/state/ranges';

const values = ({ min, max, step }: Range) =>
  Array.from({ length: Math.floor((max - min) / step) + 1 }, (_, i) => min + i * step);
const parse = (fields: Partial<RecipeInput>) =>
  parseRecipe({ technique: 'style', version: 1, styles: [{ image: null }], ...fields });

describe('sliders', () => {
  it('offer nothing that the recipe refuses', () => {
    for (const strength of values(strengthRange)) expect(parse({ strength }).strength).toBe(strength);
    for (const octave of values(styleScaleRange))
      expect(() => parse({ styleScale: styleScaleOf(octave) })).not.toThrow();
    for (const totalVariation of values(smoothnessRangeFor(styleDefaults.totalVariation))) {
      expect(parse({ totalVariation }).totalVariation).toBe(totalVariation);
    }
  });

  it('can be put back to every default by hand, with room on both sides', () => {
    const cases = [
      [strengthRange, styleDefaults.strength],
      [styleScaleRange, octaveOf(styleDefaults.styleScale)],
      [smoothnessRangeFor(styleDefaults.totalVariation), styleDefaults.totalVariation],
    ] as const;
    for (const [range, value] of cases) {
      expect(values(range)).toContain(value);
      expect(value).toBeGreaterThan(range.min);
      expect(value).toBeLessThan(range.max);
    }
  });

  it('reach as far as a loaded recipe', () => {
    expect(smoothnessRangeFor(5000).max).toBe(5000);
  });
});
