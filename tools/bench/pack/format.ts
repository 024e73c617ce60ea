/** What a pack writes on the machine that it measures, and `--read` prints. */
import * as v from 'valibot';
import { ReverieError } from '../../../shared/errors';

export const packFormat = 'reverie-pack/1';

/** Among the tiles of a sweep: not a tile, but the other way of making a convolution. */
export const winogradName = "Winograd's way";

const number = v.number();
const count = v.pipe(number, v.integer(), v.minValue(0));

/** A kernel's part in an iteration, as it was told to the GPU. */
const told = v.object({
  /** The shader's name. */
  key: v.string(),
  dispatches: count,
  /** Floating-point operations, by arithmetic from shapes. */
  flop: number,
  /** Read and written at least once: what is bound to it. */
  bytes: number,
});

const contender = v.object({
  /** Median and quartiles, milliseconds; absent with a reason where it did not run. */
  ms: v.exactOptional(v.object({ median: number, low: number, high: number, count })),
  why: v.exactOptional(v.string()),
});

const row = v.object({
  what: v.picklist(['iteration', 'one pass', 'dream']),
  network: v.string(),
  side: count,
  reverie: contender,
  tensorflow: v.exactOptional(contender),
  pytorch: v.exactOptional(contender),
  told: v.exactOptional(v.array(told)),
  submits: v.exactOptional(count),
  allocatedBytes: v.exactOptional(count),
  /** Of the whole card, while it was at it. */
  watts: v.exactOptional(number),
});

const swept = v.object({
  shape: v.string(),
  /** Of the product: output channels. */
  columns: v.exactOptional(count),
  flop: number,
  /** For so many tiles there was no time. */
  untried: v.exactOptional(count),
  /** Milliseconds of every tile that was tried, by its name and `TileShape`; the first is the one that is taken by itself. */
  tiles: v.array(
    v.object({ name: v.string(), ms: number, shape: v.exactOptional(v.tuple([count, count, count, count])) }),
  ),
});

const card = v.object({
  description: v.string(),
  /** As the driver names it. */
  vendor: v.exactOptional(v.string()),
  software: v.boolean(),
  features: v.array(v.string()),
  /** Kernels and variants that its self-test gave up. */
  without: v.array(v.string()),
  /** Of a plain register-blocked product of two matrices, 1e9 operations a second. */
  gflops: number,
  /** Of a copy, 1e9 bytes a second, read and written. */
  gigabytes: number,
  /** Microseconds of a dispatch that does nothing, told in a row of many. */
  dispatchUs: number,
});

const packed = v.object({
  format: v.literal(packFormat),
  date: v.string(),
  engine: v.string(),
  seconds: number,
  card,
  rows: v.array(row),
  swept: v.array(swept),
  notes: v.array(v.string()),
});

export type Told = v.InferOutput<typeof told>;
export type Contender = v.InferOutput<typeof contender>;
export type Row = v.InferOutput<typeof row>;
export type Swept = v.InferOutput<typeof swept>;
export type Card = v.InferOutput<typeof card>;
export type Packed = v.InferOutput<typeof packed>;

/** @throws ReverieError `usage` where it is no file of a pack */
export function parsePacked(text: string, file: string): Packed {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    json = undefined;
  }
  const { success, output, issues } = v.safeParse(packed, json);
  if (success) return output;
  const at = v.getDotPath(issues[0]) ?? 'the whole of it';
  throw new ReverieError('usage', `${file} is not what a pack writes (${at}).`);
}
