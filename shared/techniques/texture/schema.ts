/** Texture synthesis' part of the recipe: schema, bounds and defaults. Reasons: web/engine/techniques/texture/README.md. */

import type { InferOutput } from 'valibot';
import { limits } from '../../limits';
import { evenly } from '../contract';
import type * as Pieces from '../pieces';

/** By Gram matrices, or the non-parametric baselines beside it: pixel by pixel, patch by patch. */
export const textureMethods = ['gram', 'efros-leung', 'quilting'] as const;

export const textureDefaults = {
  size: 256,
  seed: 1,
  method: 'gram',
  /** Long side of the sample, pixels. */
  sampleSize: 256,
  layers: evenly('relu1_1', 'relu2_1', 'relu3_1', 'relu4_1'),
  grain: 1,
  seamless: false,
  ladder: false,
  steps: 200,
  stepSize: 0.05,
  aspect: 1,
  baseline: { window: 11, patch: 32, tolerance: 0.1 },
} as const;

export const textureSchema = (s: typeof Pieces) =>
  s.strictObject({
    technique: s.literal('texture'),
    ...s.runFields(textureDefaults),
    /** `gram`: instead of noise, at the last size. */
    startImage: s.startImage,
    method: s.optional(s.picklist(textureMethods), textureDefaults.method),
    sampleSize: s.optional(s.integer(limits.run.minSize, limits.run.maxSize), textureDefaults.sampleSize),
    layers: s.optional(s.pipe(s.array(s.layerWeight), s.minLength(1), s.maxLength(limits.run.maxLayers)), () =>
      textureDefaults.layers.map((layer) => ({ ...layer })),
    ),
    /** `gram` */
    grain: s.grainField(textureDefaults.grain),
    /** The result can be laid side by side with itself. */
    seamless: s.optional(s.boolean(), textureDefaults.seamless),
    /** One texture per layer, each from that layer and those before it. */
    ladder: s.optional(s.boolean(), textureDefaults.ladder),
    /** At each size of the pyramid. */
    steps: s.optional(s.stepCount, textureDefaults.steps),
    stepSize: s.optional(s.finite(1e-5, 1), textureDefaults.stepSize),
    /** Width over height of the result. */
    aspect: s.optional(s.finite(1 / limits.image.maxAspect, limits.image.maxAspect), textureDefaults.aspect),
    baseline: s.optional(
      s.strictObject({
        /** Efros & Leung's neighbourhood, pixels, odd. */
        window: s.optional(s.integer(3, 31), textureDefaults.baseline.window),
        /** Quilting's patches, pixels. */
        patch: s.optional(s.integer(8, 128), textureDefaults.baseline.patch),
        /** Candidates within this of the best match take part in the draw. */
        tolerance: s.optional(s.finite(0, 1), textureDefaults.baseline.tolerance),
      }),
      () => ({ ...textureDefaults.baseline }),
    ),
  });
export type TextureRecipe = InferOutput<ReturnType<typeof textureSchema>>;
