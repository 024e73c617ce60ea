/**
 * The weights manifest: what a network's parameters are, in which shards their bytes lie, and how to
 * turn the bytes into float32. Written by `npm run weights`, served by the edge, read by the engine.
 */
import * as v from 'valibot';
import { limits } from './limits';

export const sha256Schema = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, 'expected 64 hex digits of SHA-256'));
export const idSchema = v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9_.-]{0,63}$/, 'expected a short lower-case id'));

const count = v.pipe(v.number(), v.integer(), v.minValue(0));

/** `float16`: IEEE half, little endian. `uint8`: affine per output channel, value = byte · scale[c] + offset[c]. */
export const weightDtypes = ['float16', 'uint8'] as const;
export type WeightDtype = (typeof weightDtypes)[number];

export const weightTensorSchema = v.strictObject({
  /** e.g. `conv4_1.weight`. */
  name: v.pipe(v.string(), v.minLength(1), v.maxLength(128)),
  /** Filters are stored HWIO `[kh, kw, in, out]`, biases `[out]`: the engine's own layout. */
  shape: v.pipe(v.array(v.pipe(v.number(), v.integer(), v.minValue(1))), v.minLength(1), v.maxLength(4)),
  dtype: v.picklist([...weightDtypes, 'float32']),
  /** Byte range in the concatenation of all shards. A tensor may span shards. */
  offset: count,
  bytes: count,
  /** uint8 only: one pair per output channel (last axis). */
  scale: v.optional(v.array(v.pipe(v.number(), v.finite()))),
  offsets: v.optional(v.array(v.pipe(v.number(), v.finite()))),
});
export type WeightTensor = v.InferOutput<typeof weightTensorSchema>;

export const shardSchema = v.strictObject({
  sha256: sha256Schema,
  bytes: v.pipe(count, v.minValue(1), v.maxValue(limits.weights.maxShardBytes)),
});
export type Shard = v.InferOutput<typeof shardSchema>;

export const weightsManifestSchema = v.strictObject({
  format: v.literal('reverie-weights/1'),
  /** Network id, e.g. `reverie-vgg`. */
  id: idSchema,
  /** Key into the engine's architectures. */
  architecture: idSchema,
  dtype: v.picklist(weightDtypes),
  license: v.string(),
  source: v.string(),
  parameters: count,
  bytes: count,
  shards: v.pipe(v.array(shardSchema), v.minLength(1), v.maxLength(limits.weights.maxShards)),
  tensors: v.pipe(v.array(weightTensorSchema), v.minLength(1)),
});
export type WeightsManifest = v.InferOutput<typeof weightsManifestSchema>;

/** Where the edge serves things. Shards are immutable: the name is the content. */
export const weightPaths = {
  /** Every manifest the server has: `{ networks: WeightsManifest[] }`. */
  index: '/api/networks',
  manifest: (id: string) => `/weights/${id}.json`,
  shard: (sha256: string) => `/weights/${sha256}.bin`,
} as const;
