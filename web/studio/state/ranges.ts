/** How far the sliders reach. Each lies within what the recipe allows; recipes by hand may go further. */

export interface Range {
  readonly min: number;
  readonly max: number;
  readonly step: number;
}

export const strengthRange: Range = { min: 0, max: 100, step: 1 };

/** In octaves, where the recipe has factors: 1 on the slider doubles the strokes. */
export const styleScaleRange: Range = { min: -2, max: 2, step: 0.25 };
export const styleScaleOf = (octave: number): number => Math.round(2 ** octave * 100) / 100;
export const octaveOf = (styleScale: number): number => Math.log2(styleScale);

/** Weight of total variation. Its default lies in the lower part: more soon looks like watercolour on wet paper. */
const smoothnessRange: Range = { min: 0, max: 240, step: 10 };

/** Longer when a loaded recipe asks for more, so that the slider never lies. */
export const smoothnessRangeFor = (totalVariation: number): Range => ({
  ...smoothnessRange,
  max: Math.max(smoothnessRange.max, totalVariation),
});
