/** The sliders: nothing they can be set to is refused by the recipe, and the defaults are among it. */
import { describe, expect, it } from 'vitest';
import {
  dreamDefaults,
  invertDefaults,
  parseRecipe,
  type RecipeInputOf,
  seeDefaults,
  styleDefaults,
  textureDefaults,
} from '../../../shared/recipe';
import {
  dreamRanges,
  grainRange,
  invertStepsRange,
  multipleRange,
  octaveOf,
  paletteRange,
  type Range,
  reaching,
  seeRanges,
  smoothnessRangeFor,
  strengthRange,
  styleScaleOf,
  styleScaleRange,
  textureRanges,
} from '../../../web/studio/state/ranges';

const values = ({ min, max, step }: Range) =>
  Array.from({ length: Math.floor((max - min) / step) + 1 }, (_, i) => min + i * step);
const parse = (fields: Partial<RecipeInputOf<'style'>>) =>
  parseRecipe({ technique: 'style', version: 2, styles: [{ image: null }], ...fields });

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
      [grainRange, styleDefaults.grain],
      [grainRange, textureDefaults.grain],
      [paletteRange, styleDefaults.palette],
    ] as const;
    for (const [range, value] of cases) {
      expect(values(range)).toContain(value);
      expect(value).toBeGreaterThan(range.min);
      expect(value).toBeLessThan(range.max);
    }
  });

  it.each([
    ['dream', 'octaves', dreamRanges.octaves],
    ['dream', 'steps', dreamRanges.steps],
    ['invert', 'steps', invertStepsRange],
    ['texture', 'steps', textureRanges.steps],
    ['see', 'maxChannels', seeRanges.maxChannels],
    ['see', 'steps', seeRanges.steps],
    ['see', 'overlay', seeRanges.overlay],
  ] as const)('of %s offer only %s that the recipe takes', (technique, field, range) => {
    for (const value of values(range)) {
      expect(parseRecipe({ technique, version: 2, [field]: value })).toMatchObject({ [field]: value });
    }
  });

  it('of the other techniques hold their defaults', () => {
    const film = (changes: object) => parseRecipe({ technique: 'dream', version: 2, film: changes } as never);
    for (const frames of values(dreamRanges.frames)) expect(() => film({ frames })).not.toThrow();
    for (const zoom of values(dreamRanges.zoom)) expect(() => film({ zoom: 1 + zoom / 100 })).not.toThrow();
    for (const rotate of values(dreamRanges.rotate)) expect(() => film({ rotate })).not.toThrow();
    const cases: readonly (readonly [Range, number])[] = [
      [dreamRanges.octaves, dreamDefaults.octaves],
      [dreamRanges.steps, dreamDefaults.steps],
      [dreamRanges.stepSize, dreamDefaults.stepSize * 255],
      [dreamRanges.frames, dreamDefaults.film.frames],
      [dreamRanges.zoom, Math.round((dreamDefaults.film.zoom - 1) * 100)],
      [dreamRanges.rotate, dreamDefaults.film.rotate],
      [invertStepsRange, invertDefaults.steps],
      [multipleRange, octaveOf(invertDefaults.totalVariation)],
      [textureRanges.steps, textureDefaults.steps],
      [textureRanges.window, textureDefaults.baseline.window],
      [textureRanges.patch, textureDefaults.baseline.patch],
      [seeRanges.maxChannels, seeDefaults.maxChannels],
      [seeRanges.samples, seeDefaults.smooth.samples],
      [seeRanges.overlay, seeDefaults.overlay],
      [seeRanges.steps, seeDefaults.steps],
    ];
    for (const [range, value] of cases) {
      const nearest = Math.min(...values(range).map((each) => Math.abs(each - value)));
      expect(nearest, JSON.stringify([range, value])).toBeLessThan(1e-9);
    }
    expect(reaching(dreamRanges.octaves, 9).max).toBe(9);
  });

  it('reach as far as a loaded recipe', () => {
    expect(smoothnessRangeFor(5000).max).toBe(5000);
  });
});
