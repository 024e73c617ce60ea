/** Feature inversion's part of the recipe: schema, bounds and defaults. Reasons: web/engine/techniques/invert/README.md. */
import type { InferOutput } from 'valibot';
import type * as Pieces from '../pieces';

export const invertDefaults = {
  size: 256,
  seed: 1,
  layers: ['relu1_1', 'relu2_1', 'relu3_1', 'relu4_1', 'relu5_1'],
  steps: 300,
  stepSize: 0.03,
  totalVariation: 1,
  alphaNorm: 1,
} as const;

export const invertSchema = (s: typeof Pieces) =>
  s.strictObject({
    technique: s.literal('invert'),
    ...s.runFields(invertDefaults),
    /** Instead of noise. */
    startImage: s.startImage,
    /** One inversion each; several make the ladder. */
    layers: s.optional(s.layerNames, () => [...invertDefaults.layers]),
    /** Of each inversion. */
    steps: s.optional(s.stepCount, invertDefaults.steps),
    stepSize: s.optional(s.finite(1e-5, 1), invertDefaults.stepSize),
    /** Multiples of the weights that the technique gives a layer by its depth. */
    totalVariation: s.optional(s.finite(0, 1e3), invertDefaults.totalVariation),
    alphaNorm: s.optional(s.finite(0, 1e3), invertDefaults.alphaNorm),
  });
export type InvertRecipe = InferOutput<ReturnType<typeof invertSchema>>;
