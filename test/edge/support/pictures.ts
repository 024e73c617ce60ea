/** Small valid pictures, byte by byte: workerd has nothing to draw with. */
import { crc } from '../../../worker/shares/pictures/png';

export const bytesOf = (text: string): number[] => [...text].map((character) => character.charCodeAt(0));
const u32 = (value: number) => [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
const u16 = (value: number) => [(value >>> 8) & 255, value & 255];
const u32le = (value: number) => u32(value).reverse();

/** @param sum right, unless a test says otherwise */
export const chunk = (name: string, data: readonly number[], sum?: number): number[] => {
  const named = [...bytesOf(name), ...data];
  return [...u32(data.length), ...named, ...u32(sum ?? crc(Uint8Array.from(named)))];
};

/** A zlib stream (RFC 1950) that packs nothing. */
export function zlib(raw: Uint8Array): number[] {
  const blocks: number[] = [];
  const most = 65_535;
  for (let at = 0; at === 0 || at < raw.length; at += most) {
    const some = raw.subarray(at, at + most);
    const size = [some.length & 255, some.length >> 8];
    blocks.push(at + most >= raw.length ? 1 : 0, ...size, ...size.map((byte) => byte ^ 255), ...some);
  }
  let [a, b] = [1, 0];
  for (const byte of raw) {
    a = (a + byte) % 65_521;
    b = (b + a) % 65_521;
  }
  return [0x78, 0x01, ...blocks, ...u16(b), ...u16(a)];
}

export const pngOf = (...chunks: readonly (readonly number[])[]): Uint8Array<ArrayBuffer> =>
  Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, ...chunks.flat()]);

export const pngHeader = (width: number, height: number, kind: readonly number[] = [8, 2, 0, 0, 0]) =>
  chunk('IHDR', [...u32(width), ...u32(height), ...kind]);

/** Black RGB pixels, the first of which are `salt`. */
export function pngPixels(width: number, height: number, salt = 0): Uint8Array {
  // What is far too large is refused by its header.
  const raw = new Uint8Array(width * height > 1e6 ? 5 : height * (1 + 3 * width));
  raw.set(u32(salt), 1);
  return raw;
}

/** @param extra chunks before its pixels */
export const png = (width: number, height: number, salt = 0, extra: readonly number[] = []): Uint8Array<ArrayBuffer> =>
  pngOf(pngHeader(width, height), extra, chunk('IDAT', zlib(pngPixels(width, height, salt))), chunk('IEND', []));

export const segment = (marker: number, data: readonly number[]): number[] => [
  ...[0xff, marker],
  ...u16(data.length + 2),
  ...data,
];

export const jfif = segment(0xe0, [...bytesOf('JFIF\0'), 1, 1, 0, 0, 1, 0, 1, 0, 0]);
/** The best quality's. */
export const steps = (id: number) => segment(0xdb, [id, ...Array.from({ length: 64 }, () => 1)]);
/** One code of one bit. */
const oneCode = (id: number) => [id, 1, ...Array.from({ length: 15 }, () => 0), 0];
export const codes = segment(0xc4, [...oneCode(0), ...oneCode(0x10)]);
export const frame = (width: number, height: number, marker = 0xc0) =>
  segment(marker, [8, ...u16(height), ...u16(width), 1, 1, 0x11, 0]);
export const scan = segment(0xda, [1, 1, 0, 0, 63, 0]);
/** Two bits a block. */
export const grey = (width: number, height: number): number[] =>
  Array.from({ length: Math.ceil((Math.ceil(width / 8) * Math.ceil(height / 8)) / 4) }, () => 0);

export const jpegOf = (...segments: readonly (readonly number[])[]): Uint8Array<ArrayBuffer> =>
  Uint8Array.from([0xff, 0xd8, ...segments.flat(), 0xff, 0xd9]);

/** Grey. @param extra segments behind the first */
export const jpeg = (width: number, height: number, extra: readonly number[] = []): Uint8Array<ArrayBuffer> =>
  jpegOf(jfif, extra, steps(0), frame(width, height), codes, scan, grey(width, height));

export const webpChunk = (name: string, data: readonly number[], padding = 0): number[] => [
  ...bytesOf(name),
  ...u32le(data.length),
  ...data,
  ...(data.length % 2 === 1 ? [padding] : []),
];

export const webpOf = (chunks: readonly number[]): Uint8Array<ArrayBuffer> =>
  Uint8Array.from([...bytesOf('RIFF'), ...u32le(chunks.length + 4), ...bytesOf('WEBP'), ...chunks]);

/** Grey of 3×2 and of 300×200 as libwebp codes it, behind the sizes: lossy with its tag before, and lossless. */
const greys = {
  small: {
    tag: [0x40, 1, 0],
    lossy: [2, 0, 2, 192, 76, 37, 164, 0, 4, 116, 0, 0, 228, 64, 0, 0],
    lossless: [7, 80, 192, 2, 22, 176, 255, 129, 136, 232, 127, 0],
  },
  large: {
    tag: [0x60, 16, 0],
    lossy: Uint8Array.from(
      atob(
        'PtFotFMoJiUioCgBABoJaW7hdrEbQAnsA99snIe+2TkPfbJyHvtk5D32ych77ZOQ99snIe+2TkPfbJyHvtk5D32ych77ZOQ99snIe+2TkPfbJyHvtk5D32ych77ZOQ99snIe+2TkPfbJyHvtk5D32ych77ZOQ99snIe+2TkPfbJwoAD+ceqAAAAAAAAAAA==',
      ),
      (letter) => letter.charCodeAt(0),
    ),
    lossless: [7, 80, 192, 2, 22, 176, 255, 1, 0, 69, 250, 255, 159, 34, 250, 159, 250, 255, 53],
  },
};
const greyOf = (width: number) => (width === 300 ? greys.large : greys.small);

/** @param flags 0x10: shown; 1: no key frame */
export function lossyChunk(width: number, height: number, flags = 0x10): number[] {
  const { tag, lossy } = greyOf(width);
  const [first = 0, ...more] = tag;
  const size = [width & 255, width >> 8, height & 255, height >> 8];
  return webpChunk('VP8 ', [first | flags, ...more, 0x9d, 0x01, 0x2a, ...size, ...lossy]);
}

export const losslessChunk = (width: number, height: number): number[] => {
  const bits = (width - 1) | ((height - 1) << 14);
  return webpChunk('VP8L', [0x2f, ...u32le(bits >>> 0), ...greyOf(width).lossless]);
};

/** Of a picture, packed not at all. */
export const alphaChunk = (width: number, height: number): number[] =>
  webpChunk(
    'ALPH',
    Array.from({ length: 1 + width * height }, () => 0),
  );

export const extendedChunk = (flags: number, width: number, height: number, more: readonly number[] = []) =>
  webpChunk('VP8X', [
    ...[flags, 0, 0, 0, (width - 1) & 255, (width - 1) >> 8, 0, (height - 1) & 255, (height - 1) >> 8, 0],
    ...more,
  ]);

export const webp = (width: number, height: number): Uint8Array<ArrayBuffer> => webpOf(lossyChunk(width, height));
