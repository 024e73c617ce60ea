/** From float32 to what a shard stores, and how much is lost on the way. */
import { ReverieError } from '../../shared/errors';
import type { WeightDtype, WeightTensor } from '../../shared/manifest';
import { encodeFloat16, maxFloat16 } from '../../web/engine/weights';
import { decodeTensor } from '../../web/engine/weights/decode';
import type { StoredTensor } from './layout';

export interface QuantisationError {
  /** Root mean square of the error over that of the values. */
  readonly relativeRms: number;
  readonly maxAbs: number;
  /** Sums of squares, for totals over tensors. */
  readonly errorSquares: number;
  readonly valueSquares: number;
}

export interface QuantisedTensor extends StoredTensor {
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
