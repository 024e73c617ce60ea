/** A PNG (3rd edition) that is written from the top, rows at a time: what was given is compressed and handed on at once. */
import { ReverieError } from '../../../../shared/errors';
import type { Pixels } from '../../types';

export interface PngFacts {
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  /** As which printers and programs take a pixel's size. */
  readonly dpi: number;
}

/** Rows that are filtered in one go, about: a page stays smooth meanwhile. */
const rowsAtOnce = 32;
const inchesPerMetre = 1 / 0.0254;

/** RGB of 8 bits; transparency is left out. */
export class PngWriter {
  /** The file, as far as it is written. Whoever reads it slowly makes `write` wait. */
  readonly readable: ReadableStream<Uint8Array>;
  readonly #rows: WritableStreamDefaultWriter<BufferSource>;
  #before: Uint8Array;
  #written = 0;

  constructor(private readonly facts: PngFacts) {
    this.#before = new Uint8Array(3 * facts.width);
    const deflate = new CompressionStream('deflate');
    this.#rows = deflate.writable.getWriter();
    const wrap = new TransformStream<Uint8Array, Uint8Array>({
      start: (out) => out.enqueue(headOf(facts)),
      transform: (bytes, out) => out.enqueue(chunk('IDAT', bytes)),
      flush: (out) => out.enqueue(chunk('IEND', new Uint8Array())),
    });
    this.readable = deflate.readable.pipeThrough(wrap);
  }

  /** The next rows. @throws ReverieError `internal` for rows of another width, or more than there are to be */
  async write({ width, height, data }: Pixels): Promise<void> {
    if (width !== this.facts.width || this.#written + height > this.facts.height) {
      throw new ReverieError(
        'internal',
        `A PNG of ${this.facts.width}×${this.facts.height} was given ${width}×${height} more.`,
      );
    }
    for (let top = 0; top < height; top += rowsAtOnce) {
      const rows = Math.min(rowsAtOnce, height - top);
      await this.#rows.write(this.#filtered(data.subarray(4 * top * width, 4 * (top + rows) * width), rows));
    }
    this.#written += height;
  }

  /** @throws ReverieError `internal` when rows are missing */
  async close(): Promise<void> {
    if (this.#written < this.facts.height) {
      throw new ReverieError('internal', `${this.facts.height - this.#written} rows of the PNG are missing.`);
    }
    await this.#rows.close();
  }

  /** Nothing more comes, and what was written is no file. */
  abort(cause: unknown): void {
    void this.#rows.abort(cause).catch(() => {});
  }

  /** Each row as what it differs by from the one above, filter 2: half of what a painted picture takes without. */
  #filtered(rgba: Uint8ClampedArray, rows: number): Uint8Array<ArrayBuffer> {
    const length = 3 * this.facts.width;
    const out = new Uint8Array(rows * (1 + length));
    for (let y = 0; y < rows; y++) {
      const row = new Uint8Array(length);
      for (let x = 0, from = 4 * y * this.facts.width; x < length; x += 3, from += 4) {
        row[x] = rgba[from] ?? 0;
        row[x + 1] = rgba[from + 1] ?? 0;
        row[x + 2] = rgba[from + 2] ?? 0;
      }
      const to = y * (1 + length);
      out[to] = 2;
      for (let i = 0; i < length; i++) out[to + 1 + i] = (row[i] ?? 0) - (this.#before[i] ?? 0);
      this.#before = row;
    }
    return out;
  }
}

/** Signature, size, and how large a pixel is. */
function headOf({ width, height, dpi }: PngFacts): Uint8Array {
  const header = new DataView(new ArrayBuffer(13));
  header.setUint32(0, width);
  header.setUint32(4, height);
  header.setUint8(8, 8); // bits
  header.setUint8(9, 2); // RGB
  const physical = new DataView(new ArrayBuffer(9));
  const perMetre = Math.round(dpi * inchesPerMetre);
  physical.setUint32(0, perMetre);
  physical.setUint32(4, perMetre);
  physical.setUint8(8, 1); // metres
  const parts = [
    Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a),
    chunk('IHDR', new Uint8Array(header.buffer)),
    chunk('sRGB', Uint8Array.of(0)),
    chunk('pHYs', new Uint8Array(physical.buffer)),
  ];
  const head = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    head.set(part, at);
    at += part.length;
  }
  return head;
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(data.length + 12);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, data.length);
  for (let i = 0; i < 4; i++) bytes[4 + i] = type.charCodeAt(i);
  bytes.set(data, 8);
  view.setUint32(8 + data.length, crc32(bytes.subarray(4, 8 + data.length)));
  return bytes;
}

const crcTable = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c;
});

/** ISO 3309, as annex D of the PNG specification computes it. */
function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (crcTable[(crc ^ byte) & 0xff] ?? 0) ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}
