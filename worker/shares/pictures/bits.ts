/** Bits of coded pixels, and codes of several lengths among them: as much of a decoder as tells where its data end. */

/** Of a table of numbers in base64. */
export const bytesOf = (text: string): Uint8Array =>
  Uint8Array.from(atob(text), (character) => character.charCodeAt(0));

/** Thrown where more is asked for than there is. */
export const spent = new Error('no more bits');

/** @param flip 7 where the highest bit of a byte comes first, 0 where the lowest does. */
export class Bits {
  /** Bits that were read. */
  at = 0;

  constructor(
    readonly bytes: Uint8Array,
    readonly flip: 0 | 7,
  ) {}

  /** @throws `spent` */
  next(): number {
    const byte = this.bytes[this.at >> 3];
    if (byte === undefined) throw spent;
    return (byte >> ((this.at++ & 7) ^ this.flip)) & 1;
  }

  /** A number of so many bits, in the order of the bytes' own. */
  read(count: number): number {
    let value = 0;
    for (let i = 0; i < count; i++) value |= this.next() << (this.flip ? count - 1 - i : i);
    return value;
  }

  skip(count: number): void {
    this.at += count;
  }

  /** Whether nothing is left but what fills the last byte: noughts, or ones. @throws `spent` */
  isAtEnd(): boolean {
    const left = 8 * this.bytes.length - this.at;
    if (left < 0) throw spent;
    if (left > 7) return false;
    const rest = this.read(left);
    return rest === 0 || rest === 2 ** left - 1;
  }
}

/** A prefix code in its canonical form: the shorter codes first, and those of one length in the order of their symbols. */
export class Code {
  /** By their place among the symbols, which were met. */
  readonly met: Uint8Array;

  /** @param counts of codes of each length from 1 on. */
  constructor(
    readonly counts: ArrayLike<number>,
    readonly symbols: ArrayLike<number>,
  ) {
    this.met = new Uint8Array(symbols.length);
  }

  /** @param lengths of each symbol's code, 0 for those that have none. */
  static ofLengths(lengths: readonly number[]): Code {
    const byLength: number[][] = Array.from({ length: 15 }, () => []);
    for (const [symbol, length] of lengths.entries()) byLength[length - 1]?.push(symbol);
    return new Code(
      byLength.map((symbols) => symbols.length),
      byLength.flat(),
    );
  }

  /** @returns -1 where no code begins like this. @throws `spent` */
  next(bits: Bits): number {
    let [code, first, place] = [0, 0, 0];
    for (let i = 0; i < this.counts.length; i++) {
      const count = this.counts[i] ?? 0;
      code = (code << 1) | bits.next();
      first <<= 1;
      if (code - first < count) {
        place += code - first;
        this.met[place] = 1;
        return this.symbols[place] ?? -1;
      }
      first += count;
      place += count;
    }
    return -1;
  }
}
