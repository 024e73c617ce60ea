/** From the verified bytes of the shards to float32 parameters in the engine's own layout. */
import { ReverieError } from '../../../shared/errors';
import { decodeFloat16 } from '../../../shared/float16';
import type { WeightsManifest, WeightTensor } from '../../../shared/manifest';

/** Filters are HWIO `[kh, kw, in, out]`, biases `[out]`. */
export interface Parameter {
  readonly shape: number[];
  readonly values: Float32Array<ArrayBuffer>;
}

export type Parameters = ReadonlyMap<string, Parameter>;

/**
 * @param shards the bytes of `manifest.shards`, in that order.
 * @throws ReverieError `weights-invalid` if a tensor reaches beyond the shards.
 */
export function decodeParameters(manifest: WeightsManifest, shards: readonly Uint8Array[]): Parameters {
  const parameters = new Map<string, Parameter>();
  for (const tensor of manifest.tensors) {
    const bytes = gather(shards, tensor);
    parameters.set(tensor.name, { shape: [...tensor.shape], values: decodeTensor(tensor, bytes) });
  }
  return parameters;
}

/** A tensor's bytes: a view where it lies within one shard, a copy where it spans several. */
function gather(shards: readonly Uint8Array[], { name, offset, bytes }: WeightTensor): Uint8Array {
  let start = offset;
  let index = 0;
  let shard = shards[0];
  while (shard && start >= shard.length) {
    start -= shard.length;
    shard = shards[++index];
  }
  if (shard && start + bytes <= shard.length) return shard.subarray(start, start + bytes);
  const out = new Uint8Array(bytes);
  let filled = 0;
  while (shard && filled < bytes) {
    const part = shard.subarray(start, start + bytes - filled);
    out.set(part, filled);
    filled += part.length;
    start = 0;
    shard = shards[++index];
  }
  if (filled === bytes) return out;
  throw new ReverieError('weights-invalid', `The shards end before ${name} does. Import the network again.`);
}

/** Values of one tensor, in the order in which they are stored. */
export function decodeTensor(
  { dtype, shape, scale = [], offsets = [] }: Pick<WeightTensor, 'dtype' | 'shape' | 'scale' | 'offsets'>,
  bytes: Uint8Array,
): Float32Array<ArrayBuffer> {
  switch (dtype) {
    case 'float16':
      return decodeFloat16(bytes);
    case 'float32': {
      // By DataView: neither the alignment nor this machine's byte order is given.
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      return Float32Array.from({ length: bytes.length >> 2 }, (_, i) => view.getFloat32(4 * i, true));
    }
    case 'uint8': {
      const channels = shape.at(-1) ?? 1;
      const out = new Float32Array(bytes.length);
      for (let i = 0; i < out.length; i++) {
        const channel = i % channels;
        out[i] = (bytes[i] ?? 0) * (scale[channel] ?? 0) + (offsets[channel] ?? 0);
      }
      return out;
    }
  }
}
