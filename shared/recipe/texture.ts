/** Texture synthesis' part of the recipe: schema, bounds and defaults. Reasons: web/engine/techniques/texture/README.md. */
import * as v from 'valibot';
import { limits } from '../limits';
import { finite, grainField, integer, layerWeight, runFields, startImage, stepCount } from './fields';

/** By Gram matrices, or the non-parametric baselines beside it: pixel by pixel, patch by patch. */
export const textureMethods = ['gram', 'efros-leung', 'quilting'] as const;
export type TextureMethod = (typeof textureMethods)[number];

export const textureDefaults = {
  size: 256,
  seed: 1,
  method: 'gram',
  /** Long side of the sample, pixels. */
  sampleSize: 256,
  layers: [
    { layer: 'relu1_1', weight: 1 },
    { layer: 'relu2_1', weight: 1 },
    { layer: 'relu3_1', weight: 1 },
    { layer: 'relu4_1', weight: 1 },
  ],
  grain: 1,
  seamless: false,
  ladder: false,
  steps: 200,
  stepSize: 0.05,
  aspect: 1,
  baseline: { window: 11, patch: 32, tolerance: 0.1 },
} as const;

export const textureRecipeSchema = v.strictObject({
  technique: v.literal('texture'),
  ...runFields(textureDefaults),
  /** `gram`: instead of noise, at the last size. */
  startImage,
  method: v.optional(v.picklist(textureMethods), textureDefaults.method),
  sampleSize: v.optional(integer(limits.run.minSize, limits.run.maxSize), textureDefaults.sampleSize),
  layers: v.optional(v.pipe(v.array(layerWeight), v.minLength(1), v.maxLength(limits.run.maxLayers)), () =>
    textureDefaults.layers.map((layer) => ({ ...layer })),
  ),
  /** `gram` */
  grain: grainField(textureDefaults.grain),
  /** The result can be laid side by side with itself. */
  seamless: v.optional(v.boolean(), textureDefaults.seamless),
  /** One texture per layer, each from that layer and those before it. */
  ladder: v.optional(v.boolean(), textureDefaults.ladder),
  /** At each size of the pyramid. */
  steps: v.optional(stepCount, textureDefaults.steps),
  stepSize: v.optional(finite(1e-5, 1), textureDefaults.stepSize),
  /** Width over height of the result. */
  aspect: v.optional(finite(1 / limits.image.maxAspect, limits.image.maxAspect), textureDefaults.aspect),
  baseline: v.optional(
    v.strictObject({
      /** Efros & Leung's neighbourhood, pixels, odd. */
      window: v.optional(integer(3, 31), textureDefaults.baseline.window),
      /** Quilting's patches, pixels. */
      patch: v.optional(integer(8, 128), textureDefaults.baseline.patch),
      /** Candidates within this of the best match take part in the draw. */
      tolerance: v.optional(finite(0, 1), textureDefaults.baseline.tolerance),
    }),
    () => ({ ...textureDefaults.baseline }),
  ),
});
export type TextureRecipe = v.InferOutput<typeof textureRecipeSchema>;
