/** A PNG's chunks (ISO/IEC 15948) as a canvas writes them: a header, pixels, and nothing that could hold anything else. */
import { hexOf } from '../random';
import { type Parsed, refuse } from './refuse';

export const pngSignature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a] as const;

/** Bytes of a pixel, by colour type: grey, RGB, grey and alpha, RGBA; each 8 bits deep, as a canvas is. */
const depths: ReadonlyMap<number, number> = new Map([
  [0, 1],
  [2, 3],
  [4, 2],
  [6, 4],
]);
/** Unpacked pixels above this would take longer than a request may: a picture of 2048 × 2048 with alpha, and its filters. */
const maxUnpacked = 4 * 2048 * 2048 + 2048;

/** What encoders add that says nothing about anybody: always the same bytes. By chunk, in hexadecimal. */
const constants: ReadonlyMap<string, RegExp> = new Map([
  ['sRGB', /^0[0-3]$/],
  ['gAMA', /^0000b18f$/],
  ['cHRM', /^00007a26000080840000fa00000080e8000075300000ea6000003a9800001770$/],
  // 25.4, 72, 96 and 300 to the inch, square.
  ['pHYs', /^(000003e8|00000b1[23]|00000ec[34]|00002e23)\1(?:00|01)$/],
]);

export function readPng(bytes: Uint8Array<ArrayBuffer>): Parsed {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const seen = new Set<string>();
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let size = { width: 0, height: 0 };
  let depth = 0;
  let before = '';
  let at: number = pngSignature.length;
  for (;;) {
    if (at + 12 > bytes.length) throw refuse('it is cut short');
    const length = view.getUint32(at);
    const name = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (at + 12 + length > bytes.length) throw refuse('it is cut short');
    const data = bytes.subarray(at + 8, at + 8 + length);
    if ((name === 'IHDR') !== (before === '')) throw refuse('its PNG chunks are out of order');
    // Pixels in one piece after another, everything else once and before them.
    if (seen.has(name) && (name !== 'IDAT' || before !== 'IDAT')) throw refuse(`it has more than one ${known(name)}`);
    seen.add(name);
    if (name === 'IHDR') ({ size, depth } = header(view, at + 8, length));
    else if (name === 'IDAT') parts.push(data);
    else if (name === 'IEND') {
      if (length > 0) throw refuse('its end holds something');
      if (before !== 'IDAT') throw refuse('it has no picture in it');
    } else if (before === 'IDAT' || !constants.get(name)?.test(hexOf(data.subarray(0, 40))))
      throw refuse(`it carries ${known(name)}`);
    if (length === 0 && name !== 'IEND') throw refuse('it has a chunk of nothing');
    if (view.getUint32(at + 8 + length) !== crc(bytes.subarray(at + 4, at + 8 + length))) throw refuse('it is damaged');
    before = name;
    at += 12 + length;
    if (name === 'IEND') break;
  }
  if (at !== bytes.length) throw refuse('something is hidden behind its end');
  // Behind the stream's two bytes its first block says whether it is stored as it is (RFC 1951, section 3.2.3).
  const isPacked = ((parts[0]?.[2] ?? 0) & 6) !== 0;
  return { type: 'image/png', ...size, pixels: { parts, isPacked, check: () => checkPixels(parts, size, depth) } };
}

const known = (name: string): string => (/^\w{4}$/.test(name) ? `a PNG chunk ${name}` : 'a PNG chunk of no name');

function header(view: DataView, at: number, length: number) {
  if (length !== 13) throw refuse('its header is not a PNG’s');
  const depth = depths.get(view.getUint8(at + 9));
  // Depth, and the only ways of packing and filtering that there are; not interlaced.
  if (
    depth === undefined ||
    view.getUint8(at + 8) !== 8 ||
    view.getUint16(at + 10) !== 0 ||
    view.getUint8(at + 12) !== 0
  )
    throw refuse('it is another kind of PNG than a canvas writes');
  return { size: { width: view.getUint32(at), height: view.getUint32(at + 4) }, depth };
}

/** One zlib stream (RFC 1950) of as many rows as the header says, each beginning with the number of a filter; nothing behind it. */
async function checkPixels(
  parts: readonly Uint8Array<ArrayBuffer>[],
  { width, height }: { readonly width: number; readonly height: number },
  depth: number,
): Promise<void> {
  const row = 1 + width * depth;
  const expected = row * height;
  if (expected > maxUnpacked) throw refuse('its pixels take too long to be looked at; send it as a JPEG or WebP');
  // What cannot be packed is stored, with five bytes for some ten thousand.
  const coded = parts.reduce((sum, part) => sum + part.length, 0);
  if (coded > expected + expected / 64 + 64) throw refuse('it has more data than pixels');
  const reader = new Blob([...parts]).stream().pipeThrough<Uint8Array>(new DecompressionStream('deflate')).getReader();
  const next = () =>
    reader.read().catch(() => {
      throw refuse('its pixels cannot be unpacked');
    });
  let length = 0;
  for (let some = await next(); !some.done; some = await next()) {
    const { value } = some;
    for (let at = (row - (length % row)) % row; at < value.length; at += row) {
      if ((value[at] ?? 0) > 4) throw refuse('its pixels are none');
    }
    length += value.length;
    if (length > expected) {
      await reader.cancel().catch(() => undefined);
      break;
    }
  }
  if (length !== expected) throw refuse('it has more or fewer pixels than it says');
}

let table: Uint32Array | undefined;

/** The check sum of ISO/IEC 15948, annex D. */
export function crc(bytes: Uint8Array): number {
  table ??= Uint32Array.from({ length: 256 }, (_, n) => {
    let value = n;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
    return value;
  });
  let value = 0xffffffff;
  for (let i = 0; i < bytes.length; i++) value = (table[(value ^ (bytes[i] ?? 0)) & 255] ?? 0) ^ (value >>> 8);
  return (value ^ 0xffffffff) >>> 0;
}
