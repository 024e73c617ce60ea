/** Feature inversion's part of the recipe: schema, bounds and defaults. Reasons: web/engine/techniques/invert/README.md. */
import * as v from 'valibot';
import { finite, layerNames, runFields, startImage, stepCount } from './fields';

export const invertDefaults = {
  size: 256,
  seed: 1,
  layers: ['relu1_1', 'relu2_1', 'relu3_1', 'relu4_1', 'relu5_1'],
  steps: 300,
  stepSize: 0.03,
  totalVariation: 1,
  alphaNorm: 1,
} as const;

export const invertRecipeSchema = v.strictObject({
  technique: v.literal('invert'),
  ...runFields(invertDefaults),
  /** Instead of noise. */
  startImage,
  /** One inversion each; several make the ladder. */
  layers: v.optional(layerNames, () => [...invertDefaults.layers]),
  /** Of each inversion. */
  steps: v.optional(stepCount, invertDefaults.steps),
  stepSize: v.optional(finite(1e-5, 1), invertDefaults.stepSize),
  /** Multiples of the weights that the technique gives a layer by its depth. */
  totalVariation: v.optional(finite(0, 1e3), invertDefaults.totalVariation),
  alphaNorm: v.optional(finite(0, 1e3), invertDefaults.alphaNorm),
});
export type InvertRecipe = v.InferOutput<typeof invertRecipeSchema>;
