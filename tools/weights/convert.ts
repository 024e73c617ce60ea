/** A safetensors file as a network of ours: manifest and shards, in memory. */
import { setImmediate } from 'node:timers/promises';
import { ReverieError } from '../../shared/errors';
import { limits } from '../../shared/limits';
import {
  parseWeightsManifest,
  sizeOf,
  type WeightDtype,
  type WeightsManifest,
  type WeightTensor,
} from '../../shared/manifest';
import type { ParameterShape } from '../../web/engine/network/layers';
import { encodeFloat16, maxFloat16 } from '../../web/engine/weights';
import { decodeTensor } from '../../web/engine/weights/decode';
import { sha256Of } from '../files';
import { readTensor, type SafetensorsFile } from './safetensors';

interface ConvertOptions extends Heading {
  /** What the architecture takes, shapes in the engine's layout; the file's other tensors are left out. */
  readonly needed: readonly ParameterShape[];
  readonly signal?: AbortSignal;
}

export interface ConvertedNetwork extends LaidOut {
  /** Per tensor, in the manifest's order. */
  readonly errors: readonly QuantisationError[];
  /** Names of the file's tensors that the architecture does not use. */
  readonly unused: readonly string[];
}

/** @throws ReverieError `weights-invalid`; `aborted` between two tensors. */
export async function convert(file: SafetensorsFile, options: ConvertOptions): Promise<ConvertedNetwork> {
  const { needed, dtype, signal } = options;
  const quantised: QuantisedTensor[] = [];
  for (const parameter of needed) {
    if (parameter.optional && !file.tensors.has(parameter.name)) continue;
    // Lets a Ctrl-C through: the arithmetic in between never waits for anything.
    await setImmediate();
    if (signal?.aborted) throw new ReverieError('aborted', 'The import was cancelled; nothing was written.');
    quantised.push(quantise(parameter.name, parameter.shape, readTensor(file, parameter), dtype));
  }
  const used = new Set(needed.map(({ name }) => name));
  return {
    ...layOut(options, quantised),
    errors: quantised.map(({ error }) => error),
    unused: [...file.tensors.keys()].filter((name) => !used.has(name)),
  };
}

// Stored tensors laid end to end and cut into shards, with the manifest that says what lies where.

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

type Heading = Pick<WeightsManifest, 'id' | 'architecture' | 'transformer' | 'dtype' | 'license' | 'source'>;

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

// From float32 to what a shard stores, and how much is lost on the way.

interface QuantisationError {
  /** Root mean square of the error over that of the values. */
  readonly relativeRms: number;
  readonly maxAbs: number;
  /** Sums of squares, for totals over tensors. */
  readonly errorSquares: number;
  readonly valueSquares: number;
}

interface QuantisedTensor extends StoredTensor {
  readonly error: QuantisationError;
}

/**
 * How a tensor of this shape is stored. Biases stay float32 in either kind: they are a thousandth of the bytes, their
 * errors add up over a whole channel, and in a uint8 network scale and offset per value would take more room than they
 * do. Metrics, which are the tensors of rank 2, are float16 in either kind: steps per column would make them asymmetric.
 */
export function storedDtype({ length: rank }: readonly number[], dtype: WeightDtype): WeightTensor['dtype'] {
  if (rank === 1) return 'float32';
  return rank === 2 ? 'float16' : dtype;
}

/**
 * @throws ReverieError `weights-invalid` when a value lies beyond half precision.
 */
export function quantise(
  name: string,
  shape: readonly number[],
  values: Float32Array,
  dtype: WeightDtype,
): QuantisedTensor {
  const coded = encode[storedDtype(shape, dtype)](name, values, shape.at(-1) ?? 1);
  const { bytes, ...coding } = coded;
  const tensor = { name, shape: [...shape], bytes: bytes.length, ...coding };
  return { tensor, bytes, error: errorOf(values, decodeTensor(tensor, bytes)) };
}

type Coded = Pick<WeightTensor, 'dtype' | 'scale' | 'offsets'> & { readonly bytes: Uint8Array<ArrayBuffer> };

const encode: Record<WeightTensor['dtype'], (name: string, values: Float32Array, channels: number) => Coded> = {
  float16: toFloat16,
  uint8: toUint8,
  float32: toFloat32,
};

function toFloat16(name: string, values: Float32Array): Coded {
  const bytes = encodeFloat16(values);
  const over = values.findIndex((_, i) => ((bytes[2 * i + 1] ?? 0) & 0x7c) === 0x7c);
  if (over < 0) return { dtype: 'float16', bytes };
  throw new ReverieError(
    'weights-invalid',
    `${name} holds ${values[over]} at index ${over}, but half precision ends at ${maxFloat16}. ` +
      'Rescale the layer, or import with --dtype uint8.',
  );
}

function toFloat32(_name: string, values: Float32Array): Coded {
  const view = new DataView(new ArrayBuffer(values.length * 4));
  values.forEach((value, i) => {
    view.setFloat32(4 * i, value, true);
  });
  return { dtype: 'float32', bytes: new Uint8Array(view.buffer) };
}

/** Each output channel's own range in 255 equal steps, so that one wild filter coarsens no other. */
function toUint8(_name: string, values: Float32Array, channels: number): Coded {
  const low = new Float32Array(channels).fill(Number.POSITIVE_INFINITY);
  const high = new Float32Array(channels).fill(Number.NEGATIVE_INFINITY);
  values.forEach((value, i) => {
    const c = i % channels;
    low[c] = Math.min(low[c] ?? value, value);
    high[c] = Math.max(high[c] ?? value, value);
  });
  const offsets = Array.from(low, shortest);
  const scale = Array.from(high, (value, c) => shortest((value - (low[c] ?? 0)) / 255));
  const bytes = Uint8Array.from(values, (value, i) => {
    const step = scale[i % channels] ?? 0;
    const level = step > 0 ? Math.round((value - (offsets[i % channels] ?? 0)) / step) : 0;
    return Math.min(255, Math.max(0, level));
  });
  return { dtype: 'uint8', bytes, scale, offsets };
}

/** Nine digits tell every float32 from its neighbours; seventeen would double the manifest. */
const shortest = (value: number) => Number(Math.fround(value).toPrecision(9));

function errorOf(values: Float32Array, decoded: Float32Array): QuantisationError {
  let maxAbs = 0;
  let errorSquares = 0;
  let valueSquares = 0;
  values.forEach((value, i) => {
    const error = (decoded[i] ?? 0) - value;
    maxAbs = Math.max(maxAbs, Math.abs(error));
    errorSquares += error * error;
    valueSquares += value * value;
  });
  return { relativeRms: relative(errorSquares, valueSquares), maxAbs, errorSquares, valueSquares };
}

const relative = (error: number, value: number) => (error === 0 ? 0 : Math.sqrt(error / value));

/** Over several tensors taken as one. */
export function totalError(errors: readonly QuantisationError[]): QuantisationError {
  const errorSquares = errors.reduce((sum, error) => sum + error.errorSquares, 0);
  const valueSquares = errors.reduce((sum, error) => sum + error.valueSquares, 0);
  const maxAbs = errors.reduce((max, error) => Math.max(max, error.maxAbs), 0);
  return { relativeRms: relative(errorSquares, valueSquares), maxAbs, errorSquares, valueSquares };
}
