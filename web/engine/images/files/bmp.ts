/** BMP for those who have no browser: all that Windows writes, packed or not. Header and masks: MS-WMF 2.2.2. */
import { ReverieError } from '../../../../shared/errors';
import type { Pixels } from '../../types';
import { hasTag, u8, u16le, u32le } from './bytes';
import { type ColourSpace, spaceOfProfile, toSrgb } from './colourSpace';

const [none, rle8, rle4, fields, alphaFields] = [0, 1, 2, 3, 6];

/** @throws RangeError for what is cut short; ReverieError `image-unsupported` for other ways to pack (a JPEG or PNG inside) */
export function decodeBmp(bytes: Uint8Array): Pixels {
  const [offset, header] = [u32le(bytes, 10), u32le(bytes, 14)];
  const old = header === 12;
  const width = old ? u16le(bytes, 18) : u32le(bytes, 18);
  const signed = old ? u16le(bytes, 20) : u32le(bytes, 22) | 0;
  const height = Math.abs(signed);
  const bits = u16le(bytes, old ? 24 : 28);
  const packing = old ? none : u32le(bytes, 30);
  const data = new Uint8ClampedArray(4 * width * height);
  /** Rows are stored from the bottom, unless the height is negative. */
  const place = (x: number, row: number) => 4 * ((signed < 0 ? row : height - 1 - row) * width + x);

  if (bits <= 8) {
    const entry = old ? 3 : 4;
    const count = (!old && u32le(bytes, 46)) || 2 ** bits;
    const put = (x: number, row: number, index: number) => {
      if (x >= width || row >= height) return;
      const at = 14 + header + entry * index;
      data.set(index < count ? [u8(bytes, at + 2), u8(bytes, at + 1), u8(bytes, at)] : [0, 0, 0], place(x, row));
    };
    // What a packed picture passes over, and what its palette does not have, is black.
    for (let i = 3; i < data.length; i += 4) data[i] = 255;
    if (packing === rle8 || packing === rle4) unpack(bytes, offset, packing === rle4, put);
    else if (packing === none) {
      const stride = 4 * Math.ceil((width * bits) / 32);
      need(bytes, offset + stride * height);
      for (let row = 0; row < height; row++) {
        for (let x = 0; x < width; x++) {
          const byte = u8(bytes, offset + row * stride + ((x * bits) >> 3));
          put(x, row, (byte >> (8 - bits - ((x * bits) & 7))) & (2 ** bits - 1));
        }
      }
    } else throw unsupported(bits, packing);
    return { width, height, data };
  }

  if (![none, fields, alphaFields].includes(packing) || ![16, 24, 32].includes(bits)) throw unsupported(bits, packing);
  const masked = packing !== none;
  const plain = bits === 16 ? [0x7c00, 0x3e0, 0x1f, 0] : [0xff0000, 0xff00, 0xff, 0];
  const alphaMask = header >= 56 || packing === alphaFields ? u32le(bytes, 66) : 0;
  // From its fourth version on, the header's transparency counts beside plain colours, too.
  if (bits === 32 && header >= 108) plain[3] = alphaMask;
  const masks = masked ? [54, 58, 62].map((at) => u32le(bytes, at)).concat(alphaMask) : plain;
  const size = bits / 8;
  const stride = 4 * Math.ceil((width * bits) / 32);
  need(bytes, offset + stride * height);
  const channels = masks.map((mask) => {
    const shift = mask === 0 ? 0 : 31 - Math.clz32(mask & -mask);
    return { shift, most: (mask >>> shift) >>> 0 };
  });
  for (let row = 0; row < height; row++) {
    for (let x = 0; x < width; x++) {
      const at = offset + row * stride + x * size;
      const value =
        size === 2 ? u16le(bytes, at) : size === 3 ? u16le(bytes, at) | (u8(bytes, at + 2) << 16) : u32le(bytes, at);
      const to = place(x, row);
      channels.forEach(({ shift, most }, c) => {
        data[to + c] = most === 0 ? 255 * Number(c === 3) : (((value >>> shift) & most) * 255) / most;
      });
    }
  }
  return { width, height, data: toSrgb(profileOf(bytes, header), data, 255) };
}

/** Of its fifth version, where it has one inside (MS-WMF 2.2.2.5). */
function profileOf(bytes: Uint8Array, header: number): ColourSpace | null {
  if (header < 124 || !hasTag(bytes, 70, 'DEBM')) return null;
  const from = 14 + u32le(bytes, 126);
  const space = spaceOfProfile(bytes.subarray(from, from + u32le(bytes, 130)), 3);
  return typeof space === 'string' ? null : space;
}

const unsupported = (bits: number, packing: number) =>
  new ReverieError('image-unsupported', `BMP pictures of ${bits} bits packed in way ${packing} cannot be read.`, {
    data: { format: 'bmp' },
  });

function need(bytes: Uint8Array, length: number): void {
  if (bytes.length < length) throw new RangeError('rows are missing');
}

/** Runs of one index, or of two in turn where an index has four bits; 0 escapes: end of row, end, a jump, plain indices. */
function unpack(
  bytes: Uint8Array,
  offset: number,
  four: boolean,
  put: (x: number, row: number, index: number) => void,
): void {
  let [at, x, row] = [offset, 0, 0];
  const indexOf = (byte: number, i: number) => (four ? (i & 1 ? byte & 15 : byte >> 4) : byte);
  while (at + 2 <= bytes.length) {
    const [count, value] = [u8(bytes, at), u8(bytes, at + 1)];
    at += 2;
    if (count > 0) for (let i = 0; i < count; i++) put(x++, row, indexOf(value, i));
    else if (value === 0) [x, row] = [0, row + 1];
    else if (value === 1) return;
    else if (value === 2) {
      [x, row] = [x + u8(bytes, at), row + u8(bytes, at + 1)];
      at += 2;
    } else {
      for (let i = 0; i < value; i++) put(x++, row, indexOf(u8(bytes, at + (four ? i >> 1 : i)), i));
      const length = four ? (value + 1) >> 1 : value;
      at += length + (length & 1);
    }
  }
}
