/** A training as one run of bytes: a line of JSON, then arrays as little-endian float32. */
import * as v from 'valibot';
import { ReverieError } from '../../../shared/errors';

export function pack(header: object, arrays: readonly Float32Array[]): Uint8Array<ArrayBuffer> {
  const line = new TextEncoder().encode(`${JSON.stringify(header)}\n`);
  const bytes = new Uint8Array(line.length + arrays.reduce((sum, { byteLength }) => sum + byteLength, 0));
  bytes.set(line);
  let offset = line.length;
  for (const array of arrays) {
    bytes.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), offset);
    offset += array.byteLength;
  }
  return bytes;
}

/** The line of JSON, and the bytes behind it; null where there is none. */
export function headerOf(bytes: Uint8Array): { readonly header: unknown; readonly end: number } {
  const end = bytes.indexOf(0x0a);
  return { header: end < 0 ? null : parseJson(bytes.subarray(0, end)), end };
}

export const finite = v.pipe(v.number(), v.finite());

/** Of a training's checkpoint. @param losses of one step */
export const checkpointSchema = <Losses extends v.GenericSchema>(format: string, losses: Losses) =>
  v.strictObject({
    format: v.literal(format),
    options: v.unknown(),
    step: v.pipe(v.number(), v.integer(), v.minValue(0)),
    losses: v.array(losses),
  });

/**
 * The header, checked, and where it ends.
 * @throws ReverieError `training-file-invalid`
 */
export function readHeader<S extends v.GenericSchema>(
  bytes: Uint8Array,
  schema: S,
): [header: v.InferOutput<S>, end: number] {
  const { header, end } = headerOf(bytes);
  const parsed = v.safeParse(schema, header);
  if (!parsed.success) throw invalid('it is not one');
  return [parsed.output, end];
}

/**
 * The arrays behind the header.
 * @param end where the header ends (`headerOf`)
 * @param sizes of the arrays, in order
 * @throws ReverieError `training-file-invalid` when there are more or fewer bytes, or some are no numbers.
 */
export function unpack<const Sizes extends readonly number[]>(
  bytes: Uint8Array,
  end: number,
  sizes: Sizes,
): { [K in keyof Sizes]: Float32Array<ArrayBuffer> } {
  if (bytes.length - end - 1 !== 4 * sizes.reduce((sum, one) => sum + one, 0)) throw invalid('it is not whole');
  // A copy, because float32 arrays must begin at a multiple of four bytes; not by `slice`, which Node's Buffer has redefined.
  const numbers = new Float32Array(Uint8Array.from(bytes.subarray(end + 1)).buffer);
  if (!numbers.every(Number.isFinite)) throw invalid('it holds numbers that are none');
  let offset = 0;
  return sizes.map((length) => {
    offset += length;
    return numbers.slice(offset - length, offset);
  }) as { [K in keyof Sizes]: Float32Array<ArrayBuffer> };
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return null;
  }
}

export const invalid = (why: string) =>
  new ReverieError('training-file-invalid', `This file does not hold a training: ${why}. Start anew, or take another.`);
