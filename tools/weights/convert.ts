/** A safetensors file as a network of ours: manifest and shards, in memory. */
import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { ReverieError } from '../../shared/errors';
import { limits } from '../../shared/limits';
import { parseWeightsManifest, sizeOf, type WeightDtype, type WeightsManifest } from '../../shared/manifest';
import type { ParameterShape } from '../../web/engine/network/layers';
import { type QuantisationError, quantise } from './quantise';
import type { SafetensorsFile } from './safetensors';
import { readTensor } from './tensors';

export interface ConvertOptions {
  readonly id: string;
  readonly architecture: string;
  /** What the architecture needs, shapes in the engine's layout; the file's other tensors are left out. */
  readonly needed: readonly ParameterShape[];
  readonly dtype: WeightDtype;
  readonly license: string;
  readonly source: string;
  readonly signal?: AbortSignal;
}

export interface ConvertedNetwork {
  readonly manifest: WeightsManifest;
  /** Bytes of `manifest.shards`, in that order. */
  readonly shards: readonly Uint8Array[];
  /** Per tensor, in the manifest's order. */
  readonly errors: readonly QuantisationError[];
  /** Names of the file's tensors that the architecture does not use. */
  readonly unused: readonly string[];
}

/** @throws ReverieError `weights-invalid`; `aborted` between two tensors. */
export async function convert(file: SafetensorsFile, options: ConvertOptions): Promise<ConvertedNetwork> {
  const { needed, dtype, signal, id, architecture, license, source } = options;
  const tensors: WeightsManifest['tensors'] = [];
  const parts: Uint8Array[] = [];
  const errors: QuantisationError[] = [];
  let offset = 0;
  for (const parameter of needed) {
    // Lets a Ctrl-C through: the arithmetic in between never waits for anything.
    await setImmediate();
    if (signal?.aborted) throw new ReverieError('aborted', 'The import was cancelled; nothing was written.');
    const { tensor, bytes, error } = quantise(parameter.name, parameter.shape, readTensor(file, parameter), dtype);
    tensors.push({ ...tensor, offset });
    parts.push(bytes);
    errors.push(error);
    offset += bytes.length;
  }
  const shards = split(Buffer.concat(parts));
  if (shards.length > limits.weights.maxShards) {
    throw new ReverieError(
      'weights-invalid',
      `These weights make ${shards.length} shards; at most ${limits.weights.maxShards} are served. Try --dtype uint8.`,
    );
  }
  const manifest = parseWeightsManifest({
    format: 'reverie-weights/1',
    id,
    architecture,
    dtype,
    license,
    source,
    parameters: tensors.reduce((sum, tensor) => sum + sizeOf(tensor.shape), 0),
    bytes: offset,
    shards: shards.map((shard) => ({
      sha256: createHash('sha256').update(shard).digest('hex'),
      bytes: shard.length,
    })),
    tensors,
  } satisfies WeightsManifest);
  const used = new Set(needed.map(({ name }) => name));
  return { manifest, shards, errors, unused: [...file.tensors.keys()].filter((name) => !used.has(name)) };
}

function split(bytes: Uint8Array): Uint8Array[] {
  const size = limits.weights.maxShardBytes;
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) => bytes.subarray(i * size, (i + 1) * size));
}
