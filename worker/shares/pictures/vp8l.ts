/** The coded data of a lossless WebP, or of a lossy one's transparency (RFC 9649, section 3), read up to their end. */
import { Bits, bytesOf, Code, spent } from './bits';
import { refuse } from './refuse';

const damaged = (): Error => refuse('its pixels are none');

/** Kinds of transforms (section 3.5): the first two come with an image of their own, the last with its colours. */
const [predictor, colour, , palette] = [0, 1, 2, 3];
/** In this order the lengths of the codes of lengths are told. */
const lengthOrder = [17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];
/** Lengths and distances have their own symbols behind the 256 of green. */
const [literals, lengths, distances] = [256, 24, 40];
/** Of codes, that libwebp makes: as many as its picture of them has pixels. */
const mostGroups = 2600;
/** Near pixels have the first distances: rows above in the higher half of a byte, 8 less columns to the left in the lower. */
const near = bytesOf(
  'GAcXGSgGJykWGiYqOAU3ORUbNjolK0gER0kUHDU7RkokLFhFSzQ8A1dZEx1WWiMtRExVWzM9aAJnaRIeZmoiLlRcQ01lazI+eAF3eVNdER9kbEJOdnohL3V7MT9jbVJeAHR8QU8QIGJuMHN9UV9Acn5hb1Bxf2Bw',
);

/** @throws ReverieError when there is less than the picture needs, or anything more. */
export function checkVp8l(data: Uint8Array, width: number, height: number): void {
  const bits = new Bits(data, 0);
  try {
    picture(bits, width, height);
    if (!bits.isAtEnd()) throw refuse('something is hidden behind its pixels');
  } catch (cause) {
    throw cause === spent ? refuse('its pixels are cut short') : cause;
  }
}

function picture(bits: Bits, fullWidth: number, height: number): void {
  let width = fullWidth;
  const seen = new Set<number>();
  while (bits.next()) {
    const kind = bits.read(2);
    if (seen.has(kind)) throw damaged();
    seen.add(kind);
    if (kind === predictor || kind === colour) {
      const side = 2 ** (bits.read(3) + 2);
      image(bits, Math.ceil(width / side), Math.ceil(height / side), false);
    } else if (kind === palette) {
      const colours = bits.read(8) + 1;
      image(bits, colours, 1, false);
      width = Math.ceil(width / (colours <= 2 ? 8 : colours <= 4 ? 4 : colours <= 16 ? 2 : 1));
    }
  }
  const cache = cacheOf(bits);
  let groups: { readonly of: Uint32Array; readonly side: number; readonly columns: number } | undefined;
  if (bits.next()) {
    const side = 2 ** (bits.read(3) + 2);
    const columns = Math.ceil(width / side);
    groups = { of: image(bits, columns, Math.ceil(height / side), true), side, columns };
  }
  let most = 0;
  for (const group of groups?.of ?? []) most = Math.max(most, (group >> 8) & 0xffff);
  if (most >= mostGroups) throw refuse('it is another kind of WebP than a canvas writes');
  const codes = Array.from({ length: most + 1 }, () => codesOf(bits, cache));
  pixels(bits, width, width * height, cache, undefined, (at) => {
    if (!groups) return codes[0];
    const [row, column] = [Math.floor(at / width), at % width];
    const group = groups.of[Math.floor(row / groups.side) * groups.columns + Math.floor(column / groups.side)] ?? 0;
    return codes[(group >> 8) & 0xffff];
  });
  const used = new Set(Array.from(groups?.of ?? [0], (group) => (group >> 8) & 0xffff));
  // Those that no pixel has, libwebp writes as codes of nothing.
  if (codes.some((group, i) => !used.has(i) && group.some((code) => code !== 0)))
    throw refuse('it has a table that nothing needs');
}

/** An image beside the picture. @returns its pixels, where they are asked for */
function image(bits: Bits, width: number, height: number, isKept: boolean): Uint32Array {
  const kept = new Uint32Array(isKept ? width * height : 0);
  const cache = cacheOf(bits);
  const codes = codesOf(bits, cache);
  pixels(bits, width, width * height, cache, isKept ? kept : undefined, () => codes);
  return kept;
}

/** Colours that were met of late, of which so many bits tell. */
function cacheOf(bits: Bits): number {
  if (!bits.next()) return 0;
  const size = bits.read(4);
  if (size < 1 || size > 11) throw damaged();
  return size;
}

/** Of green and lengths, red, blue, alpha, and distances. */
type Codes = readonly (Code | number)[];

const codesOf = (bits: Bits, cache: number): Codes =>
  [literals + lengths + (cache && 2 ** cache), literals, literals, literals, distances].map((size) =>
    codeOf(bits, size),
  );

/** @returns the symbol itself where there is no other: it takes no bit. */
function codeOf(bits: Bits, size: number): Code | number {
  if (bits.next()) {
    const isTwo = bits.next();
    const symbol = bits.read(bits.next() ? 8 : 1);
    return isTwo
      ? new Code(
          [2],
          [symbol, bits.read(8)].sort((a, b) => a - b),
        )
      : symbol;
  }
  const ofLengths = Array.from({ length: 19 }, () => 0);
  const told = bits.read(4) + 4;
  for (const symbol of lengthOrder.slice(0, told)) ofLengths[symbol] = bits.read(3);
  const code = plain(ofLengths);
  let left = bits.next() ? 2 + bits.read(2 + 2 * bits.read(3)) : size;
  const of: number[] = [];
  for (let before = 8; of.length < size && left > 0; left--) {
    const length = symbolOf(code, bits);
    const [count, value] =
      length < 16
        ? [1, length]
        : length === 16
          ? [3 + bits.read(2), before]
          : [length === 17 ? 3 + bits.read(3) : 11 + bits.read(7), 0];
    if (length > 0 && length < 16) before = length;
    if (of.length + count > size) throw damaged();
    for (let i = 0; i < count; i++) of.push(value);
  }
  return plain(of);
}

function plain(lengths: readonly number[]): Code | number {
  const some = lengths.flatMap((length, symbol) => (length > 0 ? [symbol] : []));
  return some.length === 1 && some[0] !== undefined ? some[0] : Code.ofLengths(lengths);
}

function symbolOf(code: Code | number | undefined, bits: Bits): number {
  if (typeof code === 'number') return code;
  const symbol = code?.next(bits) ?? -1;
  if (symbol < 0) throw damaged();
  return symbol;
}

/** A length or a distance (section 3.6.2). */
function numberOf(symbol: number, bits: Bits): number {
  if (symbol < 4) return symbol + 1;
  const more = (symbol - 2) >> 1;
  return ((2 + (symbol & 1)) << more) + bits.read(more) + 1;
}

function pixels(
  bits: Bits,
  width: number,
  count: number,
  cache: number,
  kept: Uint32Array | undefined,
  codesAt: (at: number) => Codes | undefined,
): void {
  const recent = new Uint32Array(kept && cache ? 2 ** cache : 0);
  const keep = (at: number, pixel: number) => {
    if (!kept) return;
    kept[at] = pixel;
    if (cache) recent[Math.imul(0x1e35a7bd, pixel) >>> (32 - cache)] = pixel;
  };
  for (let at = 0; at < count; ) {
    const codes = codesAt(at);
    const symbol = symbolOf(codes?.[0], bits);
    if (symbol < literals) {
      const red = symbolOf(codes?.[1], bits);
      const blue = symbolOf(codes?.[2], bits);
      const alpha = symbolOf(codes?.[3], bits);
      keep(at++, ((alpha << 24) | (red << 16) | (symbol << 8) | blue) >>> 0);
    } else if (symbol < literals + lengths) {
      const length = numberOf(symbol - literals, bits);
      const told = numberOf(symbolOf(codes?.[4], bits), bits);
      if (at + length > count) throw damaged();
      const place = near[told - 1] ?? 0;
      const distance = told > 120 ? told - 120 : Math.max(1, (place >> 4) * width + 8 - (place & 15));
      if (distance > at) throw damaged();
      for (const end = at + length; at < end; at++) if (kept) keep(at, kept[at - distance] ?? 0);
    } else keep(at++, recent[symbol - literals - lengths] ?? 0);
  }
}
