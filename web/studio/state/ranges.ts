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

/** Weight of total variation: much of it looks like watercolour on wet paper. */
const smoothnessRange: Range = { min: 0, max: 240, step: 10 };

/** Longer when a loaded recipe asks for more, so that the slider never lies. */
export const smoothnessRangeFor = (totalVariation: number): Range => ({
  ...smoothnessRange,
  max: Math.max(smoothnessRange.max, totalVariation),
});

/** Of the fine grain beside all layers. */
export const grainRange: Range = { min: 0, max: 8, step: 0.5 };

/** Of the painting's colours beside all layers. */
export const paletteRange: Range = { min: 0, max: 12, step: 0.5 };

/** A layer's weight beside the others. */
export const layerWeightRange: Range = { min: 0, max: 4, step: 0.1 };

/** Of a side. */
export const shareRange: Range = { min: 0, max: 1, step: 0.01 };

/** As far as the sliders of the other techniques reach; steps so that every default is on one of them. */
export const dreamRanges = {
  octaves: { min: 1, max: 8, step: 1 },
  steps: { min: 1, max: 40, step: 1 },
  /** Of 255, as the papers count. */
  stepSize: { min: 0.25, max: 6, step: 0.25 },
  frames: { min: 0, max: 120, step: 5 },
  /** Percent per frame. */
  zoom: { min: -10, max: 20, step: 1 },
  rotate: { min: -10, max: 10, step: 0.5 },
} as const satisfies Record<string, Range>;

/** A style's share in a mix, before all are brought to one. */
export const mixRange: Range = { min: 0.05, max: 2, step: 0.05 };

export const invertStepsRange: Range = { min: 50, max: 1000, step: 50 };
/** Multiples, on a scale of octaves. */
export const multipleRange: Range = { min: -4, max: 4, step: 0.5 };

export const textureRanges = {
  steps: { min: 25, max: 600, step: 25 },
  window: { min: 3, max: 31, step: 2 },
  patch: { min: 8, max: 96, step: 4 },
} as const satisfies Record<string, Range>;

export const seeRanges = {
  maxChannels: { min: 4, max: 144, step: 4 },
  samples: { min: 1, max: 64, step: 1 },
  overlay: { min: 0, max: 1, step: 0.05 },
  steps: { min: 32, max: 768, step: 32 },
} as const satisfies Record<string, Range>;

/** Reaches to `value` where a loaded recipe goes further, so that the slider never lies. */
export const reaching = (range: Range, value: number): Range => ({
  ...range,
  min: Math.min(range.min, value),
  max: Math.max(range.max, value),
});
