/** DeepDream's part of the recipe: its schema, bounds and defaults. Reasons: web/engine/techniques/dream/README.md. */
import * as v from 'valibot';
import { limits } from '../limits';
import { channelIndex, finite, integer, layerName, pictureHash, runFields, startImage, stepCount } from './fields';

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
const layersOfOthers: Readonly<Record<string, readonly { readonly layer: string; readonly weight: number }[]>> = {
  'inception-v3': [{ layer: 'mixed_4', weight: 1 }],
};

/** The layers whose look suits a network best, for whoever writes a recipe: the schema knows only the embedded one's. */
export const dreamLayersOf = (network: string) => layersOfOthers[network] ?? dreamDefaults.layers;

/** At which a film is played and saved unless somebody says otherwise: nothing that changes its frames. */
export const filmFps = 12;

export const dreamRecipeSchema = v.strictObject({
  technique: v.literal('dream'),
  ...runFields(dreamDefaults),
  /** The dream begins with it instead of with the photo. */
  startImage,
  /** What is amplified: whole layers, or some of their channels, or one neuron of them. */
  layers: v.optional(
    v.pipe(
      v.array(
        v.strictObject({
          layer: layerName,
          weight: v.optional(finite(0, 1e6), 1),
          /** Only these channels; all when absent. */
          channels: v.optional(v.pipe(v.array(channelIndex), v.minLength(1), v.maxLength(256))),
          /** Only here, as shares of width and height: with one channel, a single neuron. */
          at: v.optional(v.strictObject({ x: finite(0, 1), y: finite(0, 1) })),
        }),
      ),
      v.minLength(1),
      v.maxLength(limits.run.maxLayers),
    ),
    () => dreamDefaults.layers.map((layer) => ({ ...layer })),
  ),
  /** Present when the dream goes towards a picture's features; its hash once it was run. */
  guide: v.optional(pictureHash),
  octaves: v.optional(integer(1, 10), dreamDefaults.octaves),
  octaveScale: v.optional(finite(1.05, 3), dreamDefaults.octaveScale),
  /** At every octave. */
  steps: v.optional(stepCount, dreamDefaults.steps),
  stepSize: v.optional(finite(1e-5, 1), dreamDefaults.stepSize),
  jitter: v.optional(integer(0, 128), dreamDefaults.jitter),
  /** Gradients of pictures with a longer side than this are taken tile by tile. */
  tile: v.optional(integer(limits.dream.minTile, limits.run.maxSize), dreamDefaults.tile),
  /** A zoom into the dream: every frame is the last one enlarged and turned about its centre, then dreamt on. */
  film: v.optional(
    v.strictObject({
      /** 0: a picture, no film. */
      frames: v.optional(integer(0, limits.run.maxFrames), dreamDefaults.film.frames),
      zoom: v.optional(finite(0.8, 1.5), dreamDefaults.film.zoom),
      /** Degrees per frame. */
      rotate: v.optional(finite(-45, 45), dreamDefaults.film.rotate),
    }),
    () => ({ ...dreamDefaults.film }),
  ),
});
export type DreamRecipe = v.InferOutput<typeof dreamRecipeSchema>;
