/** DeepDream's part of the recipe: its schema, bounds and defaults. Reasons: web/engine/techniques/dream/README.md. */

import type { InferOutput } from 'valibot';
import { limits } from '../../limits';
import type * as Pieces from '../pieces';

export const dreamDefaults = {
  size: 512,
  seed: 1,
  layers: [{ layer: 'relu4_3', weight: 1 }],
  octaves: 4,
  octaveScale: 1.4,
  steps: 10,
  /** In units of the picture's range, 0..1. */
  stepSize: 1.5 / 255,
  jitter: 32,
  tile: 512,
  film: { frames: 0, zoom: 1.05, rotate: 0 },
} as const;

/** By network: what a dream amplifies unless it is told. Not the embedded one's names; reasons as above. */
export const dreamSuited: Readonly<Record<string, { layers: { layer: string; weight: number }[] }>> = {
  'inception-v3': { layers: [{ layer: 'mixed_4', weight: 1 }] },
};

/** At which a film is played and saved unless somebody says otherwise: nothing that changes its frames. */
export const filmFps = 12;

export const dreamSchema = (s: typeof Pieces) =>
  s.strictObject({
    technique: s.literal('dream'),
    ...s.runFields(dreamDefaults),
    /** The dream begins with it instead of with the photo. */
    startImage: s.startImage,
    /** What is amplified: whole layers, or some of their channels, or one neuron of them. */
    layers: s.optional(
      s.pipe(
        s.array(
          s.strictObject({
            layer: s.layerName,
            weight: s.optional(s.finite(0, 1e6), 1),
            /** Only these channels; all when absent. */
            channels: s.optional(s.pipe(s.array(s.channelIndex), s.minLength(1), s.maxLength(256))),
            /** Only here, as shares of width and height: with one channel, a single neuron. */
            at: s.optional(s.strictObject({ x: s.finite(0, 1), y: s.finite(0, 1) })),
          }),
        ),
        s.minLength(1),
        s.maxLength(limits.run.maxLayers),
      ),
      () => dreamDefaults.layers.map((layer) => ({ ...layer })),
    ),
    /** Present when the dream goes towards a picture's features; its hash once it was run. */
    guide: s.optional(s.pictureHash),
    octaves: s.optional(s.integer(1, 10), dreamDefaults.octaves),
    octaveScale: s.optional(s.finite(1.05, 3), dreamDefaults.octaveScale),
    /** At every octave. */
    steps: s.optional(s.stepCount, dreamDefaults.steps),
    stepSize: s.optional(s.finite(1e-5, 1), dreamDefaults.stepSize),
    jitter: s.optional(s.integer(0, 128), dreamDefaults.jitter),
    /** Gradients of pictures with a longer side than this are taken tile by tile. */
    tile: s.optional(s.integer(limits.dream.minTile, limits.run.maxSize), dreamDefaults.tile),
    /** A zoom into the dream: every frame is the last one enlarged and turned about its centre, then dreamt on. */
    film: s.optional(
      s.strictObject({
        /** 0: a picture, no film. */
        frames: s.optional(s.integer(0, limits.run.maxFrames), dreamDefaults.film.frames),
        zoom: s.optional(s.finite(0.8, 1.5), dreamDefaults.film.zoom),
        /** Degrees per frame. */
        rotate: s.optional(s.finite(-45, 45), dreamDefaults.film.rotate),
      }),
      () => ({ ...dreamDefaults.film }),
    ),
  });
export type DreamRecipe = InferOutput<ReturnType<typeof dreamSchema>>;
