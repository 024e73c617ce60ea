/** Everything that decides how a fast-style network turns out, with its bounds and defaults. */
import * as v from 'valibot';
import { invalidField } from '../../../shared/invalid';
import { limits } from '../../../shared/limits';
import { trainedParts } from '../../../shared/ownStyle';
import { finite, integer, layerWeight } from '../../../shared/techniques/pieces';
import { type StyleRecipe, styleDefaults, styleLosses } from '../../../shared/techniques/style/schema';
import { transformerDefaults, transformerSchema } from '../../../shared/transformer';
import { adamFields } from './adam';

const { train } = limits;

/** Reasons: web/engine/train/README.md. */
export const trainDefaults = {
  trains: 'all',
  seed: 1,
  steps: 4000,
  batch: 4,
  crop: 160,
  /** Long side at which a painting is measured: strokes come out at the size that they have there. */
  styleSize: 400,
  strength: 50,
  loss: 'covariance',
  contentLayers: [{ layer: 'relu4_2', weight: 1 }],
  styleLayers: styleDefaults.styleLayers,
  totalVariation: 20,
  grain: 0,
  palette: 0,
  jitter: 7,
  optimiser: { stepSize: 2e-3, beta1: 0.9, beta2: 0.99, epsilon: 1e-8, averaging: 0.995, warmUp: 50, styleGain: 3 },
} as const;

const layers = v.pipe(v.array(layerWeight), v.minLength(1), v.maxLength(limits.run.maxLayers));

export const trainOptionsSchema = v.strictObject({
  network: transformerSchema,
  trains: v.optional(v.picklist(trainedParts), trainDefaults.trains),
  seed: v.optional(integer(limits.run.seed.min, limits.run.seed.max), trainDefaults.seed),
  /** Of the optimiser, each on a batch. */
  steps: v.optional(integer(1, train.maxSteps), trainDefaults.steps),
  /** Pictures per step. */
  batch: v.optional(integer(1, train.maxBatch), trainDefaults.batch),
  /** Side of the squares cut out of the photos. */
  crop: v.optional(v.pipe(integer(train.minCrop, train.maxCrop), v.multipleOf(4)), trainDefaults.crop),
  styleSize: v.optional(integer(limits.run.minSize, limits.run.maxSize), trainDefaults.styleSize),
  /** As in style transfer: 0 leans on the photo, 100 lets the painting win. */
  strength: v.optional(finite(0, 100), trainDefaults.strength),
  loss: v.optional(v.picklist(styleLosses), trainDefaults.loss),
  contentLayers: v.optional(layers, () => trainDefaults.contentLayers.map((layer) => ({ ...layer }))),
  styleLayers: v.optional(layers, () => trainDefaults.styleLayers.map((layer) => ({ ...layer }))),
  totalVariation: v.optional(finite(0, 1e4), trainDefaults.totalVariation),
  /** As in style transfer, both (shared/techniques/style/schema.ts). */
  grain: v.optional(finite(0, 1e4), trainDefaults.grain),
  palette: v.optional(finite(0, 1e4), trainDefaults.palette),
  /** The perceptual network sees each picture up to this many pixels off, so that its lattice is not learned. */
  jitter: v.optional(integer(0, 32), trainDefaults.jitter),
  optimiser: v.optional(
    v.strictObject({
      ...adamFields(trainDefaults.optimiser),
      /** Scales and shifts of a style step this much further: each is seen only every so many pictures. */
      styleGain: v.optional(finite(0.01, 100), trainDefaults.optimiser.styleGain),
    }),
    () => ({ ...trainDefaults.optimiser }),
  ),
});
export type TrainOptions = v.InferOutput<typeof trainOptionsSchema>;
export type TrainOptionsInput = v.InferInput<typeof trainOptionsSchema>;

export { transformerDefaults };

/** @throws ReverieError `training-invalid`, naming the field. */
export function parseTrainOptions(value: unknown): TrainOptions {
  const parsed = v.safeParse(trainOptionsSchema, value, { abortEarly: true });
  if (parsed.success) return parsed.output;
  throw invalidField('training-invalid', 'Training', parsed.issues);
}

/** The perceptual losses are style transfer's own; the rest of its recipe does not matter to them. */
export function lossRecipe(options: TrainOptions, base: StyleRecipe): StyleRecipe {
  const { strength, loss, contentLayers, styleLayers, totalVariation, grain, palette } = options;
  return { ...base, strength, loss, contentLayers, styleLayers, totalVariation, grain, palette };
}
