/**
 * Style transfer's part of the recipe: its schema, bounds and defaults. The studio, the command line,
 * the presets and the technique read every default from here.
 */

import type { InferOutput } from 'valibot';
import { limits } from '../../limits';
import { evenly } from '../contract';
import type * as Pieces from '../pieces';

export const styleLosses = ['gram', 'covariance', 'moments', 'wasserstein'] as const;
export type StyleLossKind = (typeof styleLosses)[number];

export const styleStarts = ['content', 'noise', 'image'] as const;
/** `style`: the painting's. `luminance`: only its lights and darks are painted. `match`: it is recoloured beforehand. */
export const styleColours = ['style', 'luminance', 'match'] as const;
/** `network`: as it was trained. */
export const poolings = ['network', 'max', 'average'] as const;
export const optimisers = ['adam', 'lbfgs'] as const;

/** Defaults of style transfer. Reasons and sources: web/engine/techniques/style/README.md. */
export const styleDefaults = {
  size: 512,
  seed: 1,
  strength: 50,
  styleScale: 1,
  loss: 'covariance',
  contentLayers: evenly('relu4_2'),
  styleLayers: evenly(
    ...['relu1_1', 'relu1_2', 'relu2_1', 'relu2_2', 'relu3_1', 'relu3_3', 'relu4_1', 'relu4_3', 'relu5_1'],
  ),
  grain: 1,
  palette: 3,
  totalVariation: 10,
  jitter: 7,
  start: 'content',
  colours: 'style',
  pooling: 'network',
  schedule: { minSize: 96, firstSteps: 100, steps: 50 },
  optimiser: {
    method: 'adam',
    history: 10,
    stepSize: 0.02,
    beta1: 0.9,
    beta2: 0.99,
    averaging: 0.97,
    levels: 4,
    levelGain: 1.25,
  },
} as const;

/** What every style has, whatever it is. */
export const styleSourceFields = (s: typeof Pieces) => ({
  weight: s.optional(s.finite(0, 100), 1),
  /** Present when this style paints only where a mask is white; its hash once it was run. */
  mask: s.optional(s.pictureHash),
});

/** A style is a preset of the server, or an image of the visitor's own by the hash of its pixels. */
export const styleSource = (s: typeof Pieces) => {
  const fields = styleSourceFields(s);
  return s.union([s.strictObject({ preset: s.id, ...fields }), s.strictObject({ image: s.pictureHash, ...fields })]);
};

export const styleSchema = (s: typeof Pieces) =>
  s.strictObject({
    technique: s.literal('style'),
    ...s.runFields(styleDefaults),
    styles: s.pipe(s.array(styleSource(s)), s.minLength(1), s.maxLength(limits.run.maxStyles)),
    /** 0 leans on the photo, 100 lets the painting win; logarithmic in the loss weight. */
    strength: s.optional(s.finite(0, 100), styleDefaults.strength),
    /** Size of the painting relative to the result: 2 paints with strokes twice as large. */
    styleScale: s.optional(s.finite(0.25, 4), styleDefaults.styleScale),
    loss: s.optional(s.picklist(styleLosses), styleDefaults.loss),
    contentLayers: s.optional(s.pipe(s.array(s.layerWeight), s.maxLength(limits.run.maxLayers)), () =>
      styleDefaults.contentLayers.map((l) => ({ ...l })),
    ),
    styleLayers: s.optional(s.pipe(s.array(s.layerWeight), s.minLength(1), s.maxLength(limits.run.maxLayers)), () =>
      styleDefaults.styleLayers.map((l) => ({ ...l })),
    ),
    grain: s.grainField(styleDefaults.grain),
    /** What the painting's colours count, pixel by pixel, beside all layers of the network, which count 1. */
    palette: s.optional(s.finite(0, 1e4), styleDefaults.palette),
    totalVariation: s.optional(s.finite(0, 1e4), styleDefaults.totalVariation),
    /** The network sees the picture up to this many pixels off, differently at every step. */
    jitter: s.optional(s.integer(0, 32), styleDefaults.jitter),
    start: s.optional(s.picklist(styleStarts), styleDefaults.start),
    /** With `start: 'image'`: the hash of that picture once it was run. */
    startImage: s.startImage,
    colours: s.optional(s.picklist(styleColours), styleDefaults.colours),
    pooling: s.optional(s.picklist(poolings), styleDefaults.pooling),
    schedule: s.optional(
      s.strictObject({
        /** Long side of the coarsest scale; scales grow by √2 up to `paintedSize(size)`. The result's own: only that scale. */
        minSize: s.optional(s.integer(limits.run.minSize, limits.run.maxSize), styleDefaults.schedule.minSize),
        firstSteps: s.optional(s.stepCount, styleDefaults.schedule.firstSteps),
        /** Steps at every further scale. */
        steps: s.optional(s.stepCount, styleDefaults.schedule.steps),
      }),
      () => ({ ...styleDefaults.schedule }),
    ),
    optimiser: s.optional(
      s.strictObject({
        method: s.optional(s.picklist(optimisers), styleDefaults.optimiser.method),
        /** L-BFGS: so many pairs of steps and gradient changes are remembered. */
        history: s.optional(s.integer(1, 100), styleDefaults.optimiser.history),
        stepSize: s.optional(s.finite(1e-5, 1), styleDefaults.optimiser.stepSize),
        beta1: s.optional(s.finite(0, 0.9999), styleDefaults.optimiser.beta1),
        beta2: s.optional(s.finite(0, 0.99999), styleDefaults.optimiser.beta2),
        /** Decay of the average of iterates, which is what is shown and kept; 0 turns it off. */
        averaging: s.optional(s.finite(0, 0.9999), styleDefaults.optimiser.averaging),
        /** Resolutions that step together (web/engine/optimise/pyramidAdam.ts); 1 is plain Adam. */
        levels: s.optional(s.integer(1, 8), styleDefaults.optimiser.levels),
        /** How much further each coarser level steps. */
        levelGain: s.optional(s.finite(0.25, 4), styleDefaults.optimiser.levelGain),
      }),
      () => ({ ...styleDefaults.optimiser }),
    ),
  });
export type StyleRecipe = InferOutput<ReturnType<typeof styleSchema>>;

/** Results below this are painted larger than they will be. */
const paintedLarger = 384;

/**
 * Long side of what is painted for a result of this size. The finest octave of what the network paints is soft, and in a
 * small picture that is where the strokes are: it is painted √2 larger and reduced, so that small and large results look
 * alike (web/engine/techniques/style/README.md).
 */
export const paintedSize = (size: number): number =>
  Math.max(size, Math.min(paintedLarger, Math.round(size * Math.SQRT2)));
