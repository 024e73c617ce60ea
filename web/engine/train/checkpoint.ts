/**
 * A training as one run of bytes, to be kept in a file or in IndexedDB: a line of JSON (options, step, losses), then the
 * arrays as little-endian float32. Of a training that moves the styles only, the filters are left out: the network that
 * it began from has them, and 7 MB become 26 kB.
 */
import * as v from 'valibot';
import { layoutOf, movesFrom, type TransformerParameters } from '../transformer/parameters';
import { parseTrainOptions } from './options';
import { checkpointSchema, finite, invalid, pack, readHeader, unpack } from './packing';
import type { TrainState } from './trainer';

const format = 'reverie-training/1';
const headerSchema = checkpointSchema(format, v.strictObject({ content: finite, style: finite, variation: finite }));

export function encodeCheckpoint({ options, step, losses, ...arrays }: TrainState): Uint8Array<ArrayBuffer> {
  return pack({ format, options, step, losses }, arraysOf(arrays, movesFrom(options)));
}

const arraysOf = (
  { values, first, second, average, running }: Omit<TrainState, 'options' | 'step' | 'losses'>,
  from: number,
) => [...[values, first, second, average].map((array) => array.subarray(from)), ...(running ? [running] : [])];

/**
 * @param base the parameters that the training began from; needed where their filters were left out
 * @throws ReverieError `training-file-invalid` for anything that `encodeCheckpoint` did not write, or not all of it.
 */
export function decodeCheckpoint(bytes: Uint8Array, base?: TransformerParameters): TrainState {
  const [{ step, losses, ...header }, end] = readHeader(bytes, headerSchema);
  const options = parseTrainOptions(header.options);
  const { size, channels } = layoutOf(options.network);
  const from = movesFrom(options);
  const sizes = [...Array(4).fill(size - from), ...(options.network.norm === 'batch' ? [2 * channels] : [])];
  const numbers = unpack(bytes, end, sizes);
  if (from > 0 && base?.values.length !== size) throw invalid('the network that it began from is another');
  const [values, first, second, average, running = null] = numbers.map((moved, i) => {
    if (from === 0 || i > 3) return moved;
    const whole = new Float32Array(size);
    if (i === 0 && base) whole.set(base.values.subarray(0, from));
    whole.set(moved, from);
    return whole;
  });
  if (!values || !first || !second || !average) throw invalid('it is not whole');
  return { options, step, losses, values, first, second, average, running };
}
