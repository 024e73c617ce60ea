/** Stored tensors laid end to end and cut into shards, with the manifest that says what lies where. */

import { ReverieError } from '../../shared/errors';
import { limits } from '../../shared/limits';
import { parseWeightsManifest, sizeOf, type WeightsManifest, type WeightTensor } from '../../shared/manifest';
import { sha256Of } from '../files';

export interface StoredTensor {
  /** All but the byte offset, which is known when the tensors are laid out. */
  readonly tensor: Omit<WeightTensor, 'offset'>;
  readonly bytes: Uint8Array;
}

export interface LaidOut {
  readonly manifest: WeightsManifest;
  /** Bytes of `manifest.shards`, in that order. */
  readonly shards: readonly Uint8Array[];
}

export type Heading = Pick<WeightsManifest, 'id' | 'architecture' | 'transformer' | 'dtype' | 'license' | 'source'>;

/** @throws ReverieError `weights-invalid` when there are more bytes than shards may hold. */
export function layOut(
  { id, architecture, transformer, dtype, license, source }: Heading,
  stored: readonly StoredTensor[],
): LaidOut {
  const tensors: WeightTensor[] = [];
  let bytes = 0;
  for (const { tensor } of stored) {
    tensors.push({ ...tensor, offset: bytes });
    bytes += tensor.bytes;
  }
  const shards = split(Buffer.concat(stored.map((part) => part.bytes)));
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
    ...(transformer && { transformer }),
    dtype,
    license,
    source,
    parameters: tensors.reduce((sum, tensor) => sum + sizeOf(tensor.shape), 0),
    bytes,
    shards: shards.map((shard) => ({
      sha256: sha256Of(shard),
      bytes: shard.length,
    })),
    tensors,
  } satisfies WeightsManifest);
  return { manifest, shards };
}

function split(bytes: Uint8Array): Uint8Array[] {
  const size = limits.weights.maxShardBytes;
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) => bytes.subarray(i * size, (i + 1) * size));
}
