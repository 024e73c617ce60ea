/** Everything that decides how a network that paints in any style turns out, with its bounds and defaults. */
import * as v from 'valibot';
import { invalidField } from '../../../shared/invalid';
import { limits } from '../../../shared/limits';
import { finite, integer, layerWeight } from '../../../shared/techniques/pieces';
import { adamFields } from '../../../web/engine/train/adam';
import { cropMultiple } from '../../../web/engine/transformer/any/scales';

const { train, backbone } = limits;

/** Reasons: README.md. */
export const anyDefaults = {
  seed: 1,
  steps: 10_000,
  batch: 2,
  crop: 192,
  content: 2,
  style: 80,
  identity: 9,
  optimiser: { stepSize: 2e-3, beta1: 0.9, beta2: 0.99, epsilon: 1e-8, averaging: 0.998, warmUp: 50 },
} as const;

const layers = v.pipe(v.array(layerWeight), v.minLength(1), v.maxLength(limits.run.maxLayers));

/** Through whose eyes a picture is compared with photo and painting. */
const judgeSchema = v.strictObject({
  /** Name of its architecture (`architectureOf`). */
  architecture: v.string(),
  contentLayers: layers,
  styleLayers: layers,
});

export const anyOptionsSchema = v.strictObject({
  judges: v.pipe(v.array(judgeSchema), v.minLength(1), v.maxLength(backbone.maxTeachers)),
  seed: v.optional(integer(limits.run.seed.min, limits.run.seed.max), anyDefaults.seed),
  steps: v.optional(integer(0, train.maxSteps), anyDefaults.steps),
  /** Pairs of a photo and a painting per step. */
  batch: v.optional(integer(1, train.maxBatch), anyDefaults.batch),
  /** Side of the squares cut out of both. */
  crop: v.optional(v.pipe(integer(train.minCrop, train.maxCrop), v.multipleOf(cropMultiple)), anyDefaults.crop),
  /** Weight of what is kept of the photo. */
  content: v.optional(finite(0, 1e4), anyDefaults.content),
  /** Weight of what is taken from the painting. */
  style: v.optional(finite(0, 1e4), anyDefaults.style),
  /** Weight of a photo that is its own style coming back as it was. */
  identity: v.optional(finite(0, 1e4), anyDefaults.identity),
  optimiser: v.optional(v.strictObject(adamFields(anyDefaults.optimiser)), () => ({ ...anyDefaults.optimiser })),
});
export type AnyOptions = v.InferOutput<typeof anyOptionsSchema>;
export type JudgeOptions = AnyOptions['judges'][number];

/** @throws ReverieError `training-invalid`, naming the field. */
export function parseAnyOptions(value: unknown): AnyOptions {
  const parsed = v.safeParse(anyOptionsSchema, value, { abortEarly: true });
  if (parsed.success) return parsed.output;
  throw invalidField('training-invalid', 'Training', parsed.issues);
}
