/** Picture files made byte by byte: only headers and block structure, which is all that intake reads. */

const ascii = (text: string) => [...text].map((character) => character.charCodeAt(0));
const be16 = (value: number) => [(value >> 8) & 255, value & 255];
const be32 = (value: number) => [...be16(value >>> 16), ...be16(value & 0xffff)];
const le16 = (value: number) => [value & 255, (value >> 8) & 255];
const le32 = (value: number) => [...le16(value & 0xffff), ...le16(value >>> 16)];

export const bytes = (...parts: readonly (readonly number[] | string)[]) =>
  Uint8Array.from(parts.flatMap((part) => (typeof part === 'string' ? ascii(part) : [...part])));

const chunk = (type: string, data: readonly number[]) => [...be32(data.length), ...ascii(type), ...data, 0, 0, 0, 0];

export function png(width: number, height: number, { animated = false, end = true } = {}): Uint8Array {
  return bytes(
    [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
    chunk('IHDR', [...be32(width), ...be32(height), 8, 6, 0, 0, 0]),
    animated ? chunk('acTL', [...be32(3), ...be32(0)]) : [],
    chunk('IDAT', [1, 2, 3, 4]),
    end ? chunk('IEND', []) : [],
  );
}

/** @param orientation Exif tag 0x0112, big-endian TIFF. `thumbnail` puts an end marker inside APP1, as cameras do. */
export function jpeg(
  width: number,
  height: number,
  { orientation = 0, end = true, thumbnail = false, trailing = '' } = {},
): Uint8Array {
  const tiff = [
    ...ascii('MM'),
    0,
    42,
    ...be32(8),
    ...be16(1),
    ...be16(0x0112),
    ...be16(3),
    ...be32(1),
    ...be16(orientation),
    0,
    0,
  ];
  const exif = [...ascii('Exif'), 0, 0, ...tiff, ...(thumbnail ? [0xff, 0xd8, 0xff, 0xd9] : [])];
  return bytes(
    [0xff, 0xd8],
    orientation || thumbnail ? [0xff, 0xe1, ...be16(exif.length + 2), ...exif] : [],
    [0xff, 0xc4, ...be16(4), 1, 2], // a Huffman table shares the frame markers' range
    [0xff, 0xc2, ...be16(11), 8, ...be16(height), ...be16(width), 1, 1, 17, 0],
    [0xff, 0xda, ...be16(8), 1, 1, 0, 0, 63, 0, 10, 20, 30],
    end ? [0xff, 0xd9] : [],
    trailing,
  );
}

export function gif(width: number, height: number, { frames = 1, end = true } = {}): Uint8Array {
  const frame = [0x2c, ...le16(0), ...le16(0), ...le16(width), ...le16(height), 0, 2, 2, 0x44, 0x01, 0];
  return bytes(
    'GIF89a',
    [...le16(width), ...le16(height), 0x80, 0, 0, 0, 0, 0, 255, 255, 255],
    [0x21, 0xf9, 4, 0, 0, 0, 0, 0],
    Array.from({ length: frames }, () => frame).flat(),
    end ? [0x3b] : [],
  );
}

export function webp(
  width: number,
  height: number,
  {
    kind = 'VP8X',
    animated = false,
    cut = 0,
  }: { kind?: 'VP8X' | 'VP8L' | 'VP8 '; animated?: boolean; cut?: number } = {},
): Uint8Array {
  const le24 = (value: number) => [...le16(value & 0xffff), value >> 16];
  const bodies = {
    VP8X: [animated ? 2 : 0, 0, 0, 0, ...le24(width - 1), ...le24(height - 1)],
    VP8L: [0x2f, ...le32((width - 1) | ((height - 1) << 14)), 0],
    'VP8 ': [0, 0, 0, 0x9d, 0x01, 0x2a, ...le16(width), ...le16(height)],
  };
  const body = bodies[kind];
  const file = bytes('RIFF', le32(12 + body.length), 'WEBP', kind, le32(body.length), body);
  return file.subarray(0, file.length - cut);
}

export function bmp(width: number, height: number): Uint8Array {
  return bytes('BM', le32(54), le32(0), le32(54), le32(40), le32(width), le32(-height >>> 0), new Array(28).fill(0));
}

/** HEIF or AVIF with a thumbnail's `ispe` before the picture's. */
export function heif(brand: string, width: number, height: number, compatible: readonly string[] = []): Uint8Array {
  const box = (type: string, data: readonly number[]) => [...be32(8 + data.length), ...ascii(type), ...data];
  const ispe = (w: number, h: number) => box('ispe', [0, 0, 0, 0, ...be32(w), ...be32(h)]);
  return bytes(
    box('ftyp', [...ascii(brand), 0, 0, 0, 0, ...compatible.flatMap(ascii)]),
    box('meta', [...ispe(160, 120), ...ispe(width, height), 0, 0, 0, 0, 0, 0, 0, 0]),
  );
}
