/** Small valid pictures, byte by byte: workerd has nothing to draw with. */
const bytesOf = (text: string): number[] => [...text].map((character) => character.charCodeAt(0));
const u32 = (value: number) => [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
const u16 = (value: number) => [(value >>> 8) & 255, value & 255];
const u32le = (value: number) => u32(value).reverse();

export const chunk = (name: string, data: readonly number[]): number[] => [
  ...u32(data.length),
  ...bytesOf(name),
  ...data,
  // Nobody checks the CRC.
  ...[0, 0, 0, 0],
];

export const png = (width: number, height: number, salt = 0, extra: readonly number[] = []): Uint8Array<ArrayBuffer> =>
  Uint8Array.from([
    ...[0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
    ...chunk('IHDR', [...u32(width), ...u32(height), 8, 2, 0, 0, 0]),
    ...extra,
    ...chunk('IDAT', u32(salt)),
    ...chunk('IEND', []),
  ]);

export const segment = (marker: number, data: readonly number[]): number[] => [
  ...[0xff, marker],
  ...u16(data.length + 2),
  ...data,
];

export const jpeg = (width: number, height: number, extra: readonly number[] = []): Uint8Array<ArrayBuffer> =>
  Uint8Array.from([
    ...[0xff, 0xd8],
    ...segment(0xe0, [...bytesOf('JFIF\0'), 1, 1, 0, 0, 1, 0, 1, 0, 0]),
    ...extra,
    ...segment(0xc0, [8, ...u16(height), ...u16(width), 1, 1, 0x11, 0]),
    ...segment(0xda, [1, 1, 0, 0, 63, 0]),
    // Coded data with a stuffed 0xff and a restart marker.
    ...[1, 2, 0xff, 0, 3, 0xff, 0xd0, 4],
    ...[0xff, 0xd9],
  ]);

export const webpChunk = (name: string, data: readonly number[]): number[] => [
  ...bytesOf(name),
  ...u32le(data.length),
  ...data,
  ...(data.length % 2 === 1 ? [0] : []),
];

export const webpOf = (chunks: readonly number[]): Uint8Array<ArrayBuffer> =>
  Uint8Array.from([...bytesOf('RIFF'), ...u32le(chunks.length + 4), ...bytesOf('WEBP'), ...chunks]);

export const lossyChunk = (width: number, height: number): number[] =>
  webpChunk('VP8 ', [0, 0, 0, 0x9d, 0x01, 0x2a, width & 255, width >> 8, height & 255, height >> 8, 7]);

export const webp = (width: number, height: number): Uint8Array<ArrayBuffer> => webpOf(lossyChunk(width, height));
