/**
 * A training as one run of bytes, to be kept in a file: a line of JSON (options, step, losses), then the arrays as
 * little-endian float32.
 */
import * as v from 'valibot';
import { layoutOf } from '../transformer/parameters';
import { parseTrainOptions } from './options';
import { checkpointSchema, finite, invalid, pack, readHeader, unpack } from './packing';
import type { TrainState } from './trainer';

const format = 'reverie-training/1';
const headerSchema = checkpointSchema(format, v.strictObject({ content: finite, style: finite, variation: finite }));

export const encodeCheckpoint = ({
  options,
  step,
  losses,
  running,
  ...arrays
}: TrainState): Uint8Array<ArrayBuffer> => {
  const { values, first, second, average } = arrays;
  return pack({ format, options, step, losses }, [values, first, second, average, ...(running ? [running] : [])]);
};

/** @throws ReverieError `training-file-invalid` for anything that `encodeCheckpoint` did not write, or not all of it. */
export function decodeCheckpoint(bytes: Uint8Array): TrainState {
  const [{ step, losses, ...header }, end] = readHeader(bytes, headerSchema);
  const options = parseTrainOptions(header.options);
  const { size, channels } = layoutOf(options.network);
  const sizes = [...Array(4).fill(size), ...(options.network.norm === 'batch' ? [2 * channels] : [])];
  const [values, first, second, average, running = null] = unpack(bytes, end, sizes);
  if (!values || !first || !second || !average) throw invalid('it is not whole');
  return { options, step, losses, values, first, second, average, running };
}
