/**
 * The weights manifest: what a network's parameters are, in which shards their bytes lie, and how to
 * turn the bytes into float32. Written by `npm run weights`, served by the edge, read by the engine.
 */
import * as v from 'valibot';
import { ReverieError } from './errors';
import { limits } from './limits';
import { transformerSchema } from './transformer';

export { weightPaths } from './paths';

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

/** Where a network's shards are served from: the site's static assets, or R2 where they are too large for that. */
export const weightStores = ['assets', 'r2'] as const;

export const weightsManifestSchema = v.strictObject({
  format: v.literal('reverie-weights/1'),
  /** Network id, e.g. `reverie-vgg`. */
  id: idSchema,
  /** Key into the engine's architectures. */
  architecture: idSchema,
  /** What a fast-style network looks like inside; absent for networks that look at pictures. */
  transformer: v.optional(transformerSchema),
  dtype: v.picklist(weightDtypes),
  license: v.string(),
  source: v.string(),
  /** `assets` where it is absent. */
  store: v.optional(v.picklist(weightStores)),
  parameters: count,
  bytes: count,
  shards: v.pipe(v.array(shardSchema), v.minLength(1), v.maxLength(limits.weights.maxShards)),
  tensors: v.pipe(v.array(weightTensorSchema), v.minLength(1)),
});
export type WeightsManifest = v.InferOutput<typeof weightsManifestSchema>;

/** Bytes that one value takes in a shard. */
export const dtypeBytes = { float16: 2, uint8: 1, float32: 4 } as const satisfies Record<WeightTensor['dtype'], number>;

/** Number of values in a tensor of this shape. */
export const sizeOf = (shape: readonly number[]): number => shape.reduce((product, side) => product * side, 1);

/**
 * A manifest from anywhere, checked in full: the schema, and that tensors, byte ranges and shards add up.
 * @throws ReverieError `weights-invalid`, naming the field or tensor that is wrong.
 */
export function parseWeightsManifest(value: unknown): WeightsManifest {
  const parsed = v.safeParse(weightsManifestSchema, value);
  if (!parsed.success) {
    const issue = parsed.issues[0];
    throw invalid(`${v.getDotPath(issue) ?? 'the top level'}: ${issue.message}`);
  }
  const manifest = parsed.output;
  const names = new Set<string>();
  let end = 0;
  let parameters = 0;
  for (const tensor of manifest.tensors) {
    const { name, shape, dtype, offset, bytes } = tensor;
    if (names.has(name)) throw invalid(`${name} is listed twice`);
    names.add(name);
    const size = sizeOf(shape);
    const expected = size * dtypeBytes[dtype];
    if (bytes !== expected)
      throw invalid(`${name}: [${shape.join(', ')}] as ${dtype} takes ${expected} bytes, not ${bytes}`);
    if (offset !== end) throw invalid(`${name} starts at byte ${offset}, but the tensor before it ends at ${end}`);
    const channels = dtype === 'uint8' ? shape.at(-1) : undefined;
    if (tensor.scale?.length !== channels || tensor.offsets?.length !== channels) {
      throw invalid(`${name}: ${dtype} needs ${channels ?? 'no'} scales and offsets`);
    }
    end += bytes;
    parameters += size;
  }
  const sharded = manifest.shards.reduce((sum, shard) => sum + shard.bytes, 0);
  if (end !== manifest.bytes) throw invalid(`tensors take ${end} bytes, but bytes says ${manifest.bytes}`);
  if (sharded !== manifest.bytes) throw invalid(`shards hold ${sharded} bytes, but bytes says ${manifest.bytes}`);
  if (parameters !== manifest.parameters) {
    throw invalid(`tensors hold ${parameters} parameters, but parameters says ${manifest.parameters}`);
  }
  return manifest;
}

function invalid(detail: string): ReverieError {
  return new ReverieError('weights-invalid', `The weights manifest is not valid: ${detail}. Import the network again.`);
}
