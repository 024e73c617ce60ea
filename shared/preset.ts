/**
 * A style preset: a painting reduced to the statistics of a network's features (never the painting
 * itself). Statistics are kept per layer and per scale of the painting; see tools/presets.
 */
import * as v from 'valibot';
import { idSchema, sha256Schema } from './manifest';

export { presetPaths } from './paths';

const positive = v.pipe(v.number(), v.integer(), v.minValue(1));

/**
 * Of a network that looks: one blob of float16 values. For each scale in order, for each layer in order: `channels` means,
 * then the covariance's upper triangle, row by row (`channels·(channels+1)/2`).
 * Of one that paints in any style, where no layers are named: one entry and one small blob (anyStyle/statistics.ts) for
 * every scale, so that only the size that is painted at has to be fetched.
 */
export const styleStatisticsSchema = v.strictObject({
  network: idSchema,
  /** SHA-256 of the weights manifest's shards list the statistics were measured with. */
  weights: sha256Schema,
  layers: v.optional(v.pipe(v.array(v.strictObject({ layer: v.string(), channels: positive })), v.minLength(1))),
  /** Long side of the painting in pixels at each scale, ascending. */
  scales: v.pipe(v.array(positive), v.minLength(1)),
  /** The blob: `/presets/<sha256>.bin`. */
  sha256: sha256Schema,
  bytes: positive,
});
export type StyleStatistics = v.InferOutput<typeof styleStatisticsSchema>;

export const presetSchema = v.strictObject({
  id: idSchema,
  /** The work, its painter, its year, as the gallery shows them. */
  work: v.string(),
  painter: v.string(),
  year: v.pipe(v.number(), v.integer()),
  /** Width over height of the painting. */
  aspect: v.pipe(v.number(), v.minValue(0.05), v.maxValue(20)),
  /** Mean colour, `#rrggbb`: the placeholder while the thumbnail loads. */
  colour: v.pipe(v.string(), v.regex(/^#[0-9a-f]{6}$/)),
  /** A picture that Reverie made: `/presets/<file>`. */
  thumbnail: v.pipe(v.string(), v.regex(/^[a-z0-9.-]+$/)),
  statistics: v.array(styleStatisticsSchema),
});
export type Preset = v.InferOutput<typeof presetSchema>;

export const presetIndexSchema = v.strictObject({
  format: v.literal('reverie-presets/1'),
  presets: v.array(presetSchema),
});
export type PresetIndex = v.InferOutput<typeof presetIndexSchema>;

/** @throws ValiError for anything else than an index of presets */
export const parsePresets = (value: unknown): PresetIndex => v.parse(presetIndexSchema, value);
