/**
 * A training as one run of bytes, to be kept in a file or in IndexedDB: a line of JSON (options, step, losses), then the
 * arrays as little-endian float32. Of a training that moves the styles only, the filters are left out: the network that
 * it began from has them, and 7 MB become 26 kB.
 */
import * as v from 'valibot';
import { ReverieError } from '../../../shared/errors';
import { layoutOf, type TransformerParameters } from '../transformer/parameters';
import { parseTrainOptions } from './options';
import { movesFrom, type TrainState } from './trainer';

const format = 'reverie-training/1';

const loss = v.pipe(v.number(), v.finite());
const headerSchema = v.strictObject({
  format: v.literal(format),
  options: v.unknown(),
  step: v.pipe(v.number(), v.integer(), v.minValue(0)),
  losses: v.array(v.strictObject({ content: loss, style: loss, variation: loss })),
});

export function encodeCheckpoint({ options, step, losses, ...arrays }: TrainState): Uint8Array<ArrayBuffer> {
  const header = new TextEncoder().encode(`${JSON.stringify({ format, options, step, losses })}\n`);
  const parts = arraysOf(arrays, movesFrom(options));
  const bytes = new Uint8Array(header.length + parts.reduce((sum, { byteLength }) => sum + byteLength, 0));
  bytes.set(header);
  let offset = header.length;
  for (const part of parts) {
    bytes.set(new Uint8Array(part.buffer, part.byteOffset, part.byteLength), offset);
    offset += part.byteLength;
  }
  return bytes;
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
  const end = bytes.indexOf(0x0a);
  const header = v.safeParse(headerSchema, end < 0 ? null : parseJson(bytes.subarray(0, end)));
  if (!header.success) throw invalid('it is not one');
  const { options: given, step, losses } = header.output;
  const options = parseTrainOptions(given);
  const { size, channels } = layoutOf(options.network);
  const from = movesFrom(options);
  const sizes = [...Array(4).fill(size - from), ...(options.network.norm === 'batch' ? [2 * channels] : [])];
  if (bytes.length - end - 1 !== 4 * sizes.reduce((sum, one) => sum + one, 0)) throw invalid('it is not whole');
  // A copy, because float32 arrays must begin at a multiple of four bytes; not by `slice`, which Node's Buffer has redefined.
  const numbers = new Float32Array(Uint8Array.from(bytes.subarray(end + 1)).buffer);
  if (!numbers.every(Number.isFinite)) throw invalid('it holds numbers that are none');
  if (from > 0 && base?.values.length !== size) throw invalid('the network that it began from is another');
  let offset = 0;
  const [values, first, second, average, running = null] = sizes.map((length: number, i) => {
    offset += length;
    const moved = numbers.slice(offset - length, offset);
    if (from === 0 || i > 3) return moved;
    const whole = new Float32Array(size);
    if (i === 0 && base) whole.set(base.values.subarray(0, from));
    whole.set(moved, from);
    return whole;
  });
  if (!values || !first || !second || !average) throw invalid('it is not whole');
  return { options, step, losses, values, first, second, average, running };
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return null;
  }
}

const invalid = (why: string) =>
  new ReverieError('training-file-invalid', `This file does not hold a training: ${why}. Start anew, or take another.`);
