/** The coded data of a JPEG's scans (ITU-T T.81, annexes F and G), read up to their end and turned into no pixel. */
import { Bits, type Code, spent } from './bits';
import { refuse } from './refuse';

export interface ScanPart {
  /** Units of it across and down, in an MCU. */
  readonly across: number;
  readonly down: number;
  /** Where it has not its code, none of its data needs one. */
  readonly dc: Code | undefined;
  readonly ac: Code | undefined;
  /** Blocks of the picture across and down, where it is the only one of its scan. */
  readonly columns: number;
  readonly rows: number;
  /** Of all its blocks, the coefficients that are not 0 so far; progressive pictures' only. */
  readonly met: Uint8Array;
}

export interface Scan {
  readonly parts: readonly ScanPart[];
  /** Coefficients from here to there, by their places in the zigzag. */
  readonly from: number;
  readonly to: number;
  /** It is a refinement of what an earlier one began. */
  readonly refines: boolean;
  readonly progressive: boolean;
  /** MCUs of several parts; of one part there is a block in each. */
  readonly units: number;
  /** MCUs from one restart to the next. */
  readonly interval: number;
  /** What lies between the restarts. */
  readonly data: readonly Uint8Array[];
}

const damaged = (): Error => refuse('its pixels are none');

/** @throws ReverieError when there is less than the picture needs, or anything more. */
export function checkScan(scan: Scan): void {
  const [only, other] = scan.parts;
  const units = only && !other ? only.columns * only.rows : scan.units;
  const interval = scan.interval || units;
  if (scan.data.length !== Math.ceil(units / interval)) throw refuse('its restarts are not where it says');
  try {
    for (const [i, data] of scan.data.entries()) {
      const bits = new Bits(unescaped(data), 7);
      const reader = new Reader(bits, scan);
      for (let unit = i * interval; unit < Math.min(units, (i + 1) * interval); unit++) {
        if (only && !other) reader.block(only, unit);
        else for (const part of scan.parts) for (let n = part.across * part.down; n > 0; n--) reader.block(part, 0);
      }
      if (reader.run > 0 || !bits.isAtEnd()) throw refuse('something is hidden behind its pixels');
    }
  } catch (cause) {
    throw cause === spent ? refuse('its pixels are cut short') : cause;
  }
}

/** Without the noughts that stand behind each 0xff. */
function unescaped(data: Uint8Array): Uint8Array {
  const plain = new Uint8Array(data.length);
  let length = 0;
  for (let at = 0; at < data.length; ) {
    const found = data.indexOf(0xff, at);
    const end = found < 0 ? data.length : found + 1;
    plain.set(data.subarray(at, end), length);
    length += end - at;
    at = end + 1;
  }
  return plain.subarray(0, length);
}

class Reader {
  /** Blocks from here on that have nothing more in this scan. */
  run = 0;

  constructor(
    readonly bits: Bits,
    readonly scan: Scan,
  ) {}

  block(part: ScanPart, index: number): void {
    const { from, refines, progressive } = this.scan;
    if (from === 0) {
      if (refines) this.bits.next();
      else this.bits.skip(this.#symbol(part.dc));
    }
    if (!progressive) this.#coefficients(part, 1, 63, 0);
    else if (from > 0 && refines) this.#refined(part, 64 * index);
    else if (from > 0) this.#coefficients(part, from, this.scan.to, 64 * index);
  }

  #symbol(code: Code | undefined): number {
    const symbol = code?.next(this.bits) ?? -1;
    if (symbol < 0) throw damaged();
    return symbol;
  }

  #coefficients({ ac, met }: ScanPart, from: number, to: number, base: number): void {
    if (this.run > 0) {
      this.run--;
      return;
    }
    /** Sixteen noughts in a row, which no encoder writes before nothing. */
    let isLed = false;
    for (let k = from; k <= to; k++) {
      const symbol = this.#symbol(ac);
      const [zeros, size] = [symbol >> 4, symbol & 15];
      if (size === 0 && zeros < 15) {
        if (isLed) throw damaged();
        this.run = 2 ** zeros - 1 + this.bits.read(zeros);
        return;
      }
      k += zeros;
      if (k > to) throw damaged();
      isLed = size === 0;
      if (isLed) continue;
      this.bits.skip(size);
      if (met.length > 0) met[base + k] = 1;
    }
    if (isLed) throw damaged();
  }

  /** A bit for each that was not 0 before, and among them those that are not 0 any more (T.81, G.1.2.3). */
  #refined({ ac, met }: ScanPart, base: number): void {
    const { to } = this.scan;
    let k = this.scan.from;
    let isLed = false;
    while (this.run === 0 && k <= to) {
      const symbol = this.#symbol(ac);
      const [zeros, size] = [symbol >> 4, symbol & 15];
      if (size === 0 && zeros < 15) {
        if (isLed) throw damaged();
        this.run = 2 ** zeros + this.bits.read(zeros);
        break;
      }
      if (size > 1) throw damaged();
      isLed = size === 0;
      this.bits.skip(size);
      let left = zeros;
      for (; k <= to; k++) {
        if (met[base + k]) this.bits.skip(1);
        else if (left-- === 0) break;
      }
      if (k > to) throw damaged();
      if (size > 0) met[base + k] = 1;
      k++;
    }
    if (this.run === 0) return;
    for (; k <= to; k++) if (met[base + k]) this.bits.skip(1);
    this.run--;
  }
}
