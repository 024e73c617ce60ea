/** The coded data of a lossy WebP (VP8, RFC 6386), read up to their end and turned into no pixel. */
import { refuse } from './refuse';
import { modeChances, newTokenChances, tokenChances } from './vp8Tables';

/** Bytes that an encoder may leave behind the last that a decoder has looked at. */
const mostLeft = 2;

/** Section 7: decisions, each with its chance of being 0 in 256. Behind the end there are noughts. */
class Decisions {
  #at = 2;
  #range = 255;
  #value: number;
  #bits = 0;

  constructor(readonly bytes: Uint8Array) {
    this.#value = ((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0);
  }

  next(chance: number): 0 | 1 {
    const split = 1 + (((this.#range - 1) * chance) >> 8);
    const isOne = this.#value >= split << 8;
    if (isOne) this.#value -= split << 8;
    const range = isOne ? this.#range - split : split;
    const shift = Math.clz32(range) - 24;
    this.#range = range << shift;
    this.#value <<= shift;
    this.#bits += shift;
    if (this.#bits >= 8) {
      this.#bits -= 8;
      this.#value |= (this.bytes[this.#at++] ?? 0) << this.#bits;
    }
    return isOne ? 1 : 0;
  }

  /** Even chances. */
  flag(): boolean {
    return this.next(128) === 1;
  }

  read(bits: number): number {
    let value = 0;
    for (let i = 0; i < bits; i++) value = 2 * value + this.next(128);
    return value;
  }

  /** A number that is there or not, with its sign. */
  optional(bits: number): void {
    if (this.flag()) this.read(bits + 1);
  }

  get left(): number {
    return this.bytes.length - this.#at;
  }
}

/** What the header says of the macroblocks behind it (section 9). */
interface Header {
  /** Chances of the segments' tree, where each macroblock names its own. */
  readonly segments: readonly number[] | undefined;
  readonly chances: Uint8Array;
  /** That a macroblock has coefficients; undefined where all say so themselves. */
  readonly filled: number | undefined;
}

function headerOf(first: Decisions): Header {
  // Colour space and clamping.
  first.read(2);
  let segments: number[] | undefined;
  if (first.flag()) {
    const [hasMap, hasValues] = [first.flag(), first.flag()];
    if (hasValues) {
      first.flag();
      for (const bits of [7, 7, 7, 7, 6, 6, 6, 6]) first.optional(bits);
    }
    if (hasMap) segments = [0, 0, 0].map(() => (first.flag() ? first.read(8) : 255));
  }
  // The filter: its kind, level and sharpness, and what differs by mode.
  first.read(10);
  if (first.flag() && first.flag()) for (let i = 0; i < 8; i++) first.optional(6);
  // Several parts of coefficients are for decoders with several threads; no canvas writes them.
  if (first.read(2) > 0) throw refuse('it is another kind of WebP than a canvas writes');
  first.read(7);
  for (let i = 0; i < 5; i++) first.optional(4);
  first.flag();
  const chances = tokenChances.map((chance, i) => (first.next(newTokenChances[i] ?? 0) ? first.read(8) : chance));
  return { segments, chances, filled: first.flag() ? first.read(8) : undefined };
}

/** Modes of a block's prediction: a tree of pairs, whose leaves are negative or 0. */
const modes = [0, 1, -1, 2, -2, 3, 4, 6, -3, 5, -4, -5, -6, 7, -7, 8, -8, -9];
/** Of a whole macroblock: from what is above, from the left, from both, and from none. */
const [fromNone, fromBoth, fromAbove, fromLeft] = [0, 1, 2, 3];

/** Rows of macroblocks, and what each leaves to its neighbours to the right and below. */
class Macroblocks {
  /** Modes of blocks above and to the left. */
  readonly #modesAbove: Uint8Array;
  readonly #modesLeft = new Uint8Array(4);
  /** Whether blocks above and to the left had coefficients: 4 of luma, 2 of each chroma, and the one of their means. */
  readonly #above: Uint8Array;
  readonly #left = new Uint8Array(9);

  constructor(
    readonly first: Decisions,
    readonly tokens: Decisions,
    readonly header: Header,
    columns: number,
  ) {
    this.#modesAbove = new Uint8Array(4 * columns);
    this.#above = new Uint8Array(9 * columns);
  }

  beginRow(): void {
    this.#modesLeft.fill(0);
    this.#left.fill(0);
  }

  read(column: number): void {
    const { first, header } = this;
    const { segments, filled } = header;
    if (segments) first.next(segments[first.next(segments[0] ?? 0) ? 2 : 1] ?? 0);
    const isEmpty = filled !== undefined && first.next(filled) === 1;
    const isWhole = this.#modes(this.#modesAbove.subarray(4 * column, 4 * column + 4));
    if (first.next(142) && first.next(114)) first.next(183);
    const above = this.#above.subarray(9 * column, 9 * column + 9);
    if (isEmpty) {
      // The means of those that have none of their own stay as they were.
      for (const context of [above, this.#left]) context.fill(0, 0, isWhole ? 9 : 8);
      return;
    }
    if (isWhole) this.#blocks(above, 8, 1, 1, 0);
    this.#blocks(above, 0, 4, isWhole ? 0 : 3, isWhole ? 1 : 0);
    this.#blocks(above, 4, 2, 2, 0);
    this.#blocks(above, 6, 2, 2, 0);
  }

  /** @returns whether it is predicted as a whole, and not block by block (section 11.2). */
  #modes(above: Uint8Array): boolean {
    const { first } = this;
    if (first.next(145)) {
      const mode = first.next(156) ? (first.next(128) ? fromBoth : fromLeft) : first.next(163) ? fromAbove : fromNone;
      above.fill(mode);
      this.#modesLeft.fill(mode);
      return true;
    }
    for (let y = 0; y < 4; y++) {
      for (let x = 0; x < 4; x++) {
        const at = 90 * (above[x] ?? 0) + 9 * (this.#modesLeft[y] ?? 0);
        let node = modes[first.next(modeChances[at] ?? 0)] ?? 0;
        while (node > 0) node = modes[2 * node + first.next(modeChances[at + node] ?? 0)] ?? 0;
        above[x] = -node;
        this.#modesLeft[y] = -node;
      }
    }
    return false;
  }

  /** A square of blocks. @param at of its contexts; @param kind of its chances; @param from which coefficient on */
  #blocks(above: Uint8Array, at: number, side: number, kind: number, from: number): void {
    for (let y = at; y < at + side; y++) {
      for (let x = at; x < at + side; x++) {
        const has = this.#coefficients(kind, (above[x] ?? 0) + (this.#left[y] ?? 0), from);
        above[x] = has;
        this.#left[y] = has;
      }
    }
  }

  /** Section 13.2. @returns 1 if there are any. */
  #coefficients(kind: number, context: number, from: number): 0 | 1 {
    const { tokens } = this;
    const { chances } = this.header;
    let at = 264 * kind + 33 * (bands[from] ?? 0) + 11 * context;
    if (!tokens.next(chances[at] ?? 0)) return 0;
    for (let i = from; ; ) {
      let size = 0;
      if (tokens.next(chances[at + 1] ?? 0)) {
        size = tokens.next(chances[at + 2] ?? 0) ? 2 : 1;
        if (size > 1) this.#large(at);
        tokens.flag();
      }
      if (++i === 16) return 1;
      at = 264 * kind + 33 * (bands[i] ?? 0) + 11 * size;
      // Behind a nought there is something more.
      if (size > 0 && !tokens.next(chances[at] ?? 0)) return 1;
    }
  }

  /** The rest of a coefficient of more than 1. */
  #large(at: number): void {
    const { tokens } = this;
    const { chances } = this.header;
    const next = (i: number) => tokens.next(chances[at + i] ?? 0);
    if (!next(3)) {
      if (next(4)) next(5);
      return;
    }
    const category = next(6) ? 2 + (next(8) ? 2 + next(10) : next(9)) : next(7);
    for (const chance of extra[category] ?? []) tokens.next(chance);
  }
}

/** Of each coefficient. */
const bands = [0, 1, 2, 3, 6, 4, 5, 6, 6, 6, 6, 6, 6, 6, 6, 7];
/** Bits behind a coefficient of 5 and more, by its category. */
const extra = [
  [159],
  [165, 145],
  [173, 148, 140],
  [176, 155, 140, 135],
  [180, 157, 141, 134, 130],
  [254, 254, 243, 230, 196, 177, 153, 140, 133, 130, 129],
];

/**
 * @param data behind the frame's start code and size; @param firstPartition bytes of it, with the header and all modes
 * @throws ReverieError when there is more than the picture needs, or less.
 */
export function checkVp8(data: Uint8Array, firstPartition: number, width: number, height: number): void {
  const first = new Decisions(data.subarray(0, firstPartition));
  const tokens = new Decisions(data.subarray(firstPartition));
  const columns = Math.ceil(width / 16);
  const macroblocks = new Macroblocks(first, tokens, headerOf(first), columns);
  for (let row = 0; row < Math.ceil(height / 16); row++) {
    assertWhole(first, tokens);
    macroblocks.beginRow();
    for (let column = 0; column < columns; column++) macroblocks.read(column);
  }
  assertWhole(first, tokens);
  if (Math.max(first.left, tokens.left) > mostLeft) throw refuse('something is hidden behind its pixels');
}

function assertWhole(...parts: readonly Decisions[]): void {
  if (parts.some(({ left }) => left < 0)) throw refuse('its pixels are cut short');
}
