/** What a layer sees, as a recipe: schema, bounds and defaults. Reasons: web/engine/techniques/see/README.md. */
import type { InferOutput } from 'valibot';
import type * as Pieces from '../pieces';

/**
 * `activations`: a mosaic of a layer's channels for the photo. `saliency`: which pixels a layer, channel or class depends
 * on. `feature`: the picture that a channel likes best, from noise. `gram`: a layer's Gram matrix for the photo.
 */
export const seeViews = ['activations', 'saliency', 'feature', 'gram'] as const;
export type SeeView = (typeof seeViews)[number];

export const seeDefaults = {
  size: 384,
  seed: 1,
  view: 'activations',
  layer: 'relu4_1',
  maxChannels: 64,
  smooth: { samples: 16, noise: 0.05 },
  overlay: 0.7,
  steps: 160,
  stepSize: 0.05,
} as const;

export const seeSchema = (s: typeof Pieces) =>
  s.strictObject({
    technique: s.literal('see'),
    ...s.runFields(seeDefaults),
    /** `feature`: instead of noise. */
    startImage: s.startImage,
    view: s.optional(s.picklist(seeViews), seeDefaults.view),
    layer: s.optional(s.layerName, seeDefaults.layer),
    /** One channel (of a classifier's last tap: one class) instead of the whole layer. `feature` takes 0 when absent. */
    channel: s.optional(s.channelIndex),
    /** `activations`: so many channels, those that respond most. */
    maxChannels: s.optional(s.integer(1, 256), seeDefaults.maxChannels),
    /** `saliency`: SmoothGrad (Smilkov et al. 2017); 1 sample is the plain gradient. Noise in units of the range. */
    smooth: s.optional(
      s.strictObject({
        samples: s.optional(s.integer(1, 256), seeDefaults.smooth.samples),
        noise: s.optional(s.finite(0, 1), seeDefaults.smooth.noise),
      }),
      () => ({ ...seeDefaults.smooth }),
    ),
    /** `saliency`: 0 shows the photo, 1 the map alone. */
    overlay: s.optional(s.finite(0, 1), seeDefaults.overlay),
    /** `feature`. */
    steps: s.optional(s.stepCount, seeDefaults.steps),
    stepSize: s.optional(s.finite(1e-5, 1), seeDefaults.stepSize),
  });
export type SeeRecipe = InferOutput<ReturnType<typeof seeSchema>>;
