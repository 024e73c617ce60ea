/**
 * Size, animation and completeness of a picture file without decoding it: a 100-megapixel photo must be
 * refused or reduced before the browser spends 400 MB on it, and browsers show half a file as if it were whole.
 */
import { hasTag, u8, u16be, u16le, u24le, u32be, u32le } from './bytes';
import { exifOrientation, type Orientation, turned, validOrientation } from './exif';
import { readHeifPrimary } from './heif';
import { readJpeg } from './jpeg';
import { pngChunks, pngFirstFrame, pngOrientation } from './png';
import type { ReadableFormat } from './sniff';

export interface ImageHeader {
  /** Pixels as the picture is shown, after its orientation tag. */
  readonly width: number;
  readonly height: number;
  readonly animated: boolean;
  /** False when the file ends before its format says it should. */
  readonly complete: boolean;
  /** JPEG, PNG, WebP and TIFF: how the pixels are to be turned, where they are; `width` and `height` are so already. */
  readonly orientation?: Orientation;
  /** TIFF: PhotometricInterpretation, what the numbers mean. */
  readonly photometric?: number;
  /** JPEG: not complete, and it may be that nothing but the end marker is missing; only decoding tells. */
  readonly endless?: boolean;
  /** GIF: where the first frame lies on the screen, when it does not fill it. */
  readonly frame?: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
}

function readPng(bytes: Uint8Array): ImageHeader | null {
  if (!hasTag(bytes, 12, 'IHDR')) return null;
  const size = turned({ width: u32be(bytes, 16), height: u32be(bytes, 20) }, pngOrientation(bytes));
  const complete = pngChunks(bytes).some(({ type }) => type === 'IEND');
  return { ...size, animated: pngFirstFrame(bytes).animated, complete };
}

/** GIF89a: walks blocks up to the second image; sub-blocks are length-prefixed and end with a zero. */
function readGif(bytes: Uint8Array): ImageHeader | null {
  const colourTable = (flags: number) => (flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0);
  const skipSubBlocks = (from: number) => {
    let at = from;
    while (at < bytes.length && u8(bytes, at) !== 0) at += 1 + u8(bytes, at);
    return at + 1;
  };
  let [width, height] = [u16le(bytes, 6), u16le(bytes, 8)];
  let frame: ImageHeader['frame'];
  let images = 0;
  let at = 13 + colourTable(u8(bytes, 10));
  while (at < bytes.length) {
    const block = u8(bytes, at);
    if (block === 0x21) at = skipSubBlocks(at + 2);
    else if (block === 0x2c) {
      const [x = 0, y = 0, w = 0, h = 0] = [1, 3, 5, 7].map((offset) => u16le(bytes, at + offset));
      // A screen of no size has its first frame's.
      if (images === 0) [width, height] = [width || x + w, height || y + h];
      if (images === 0 && (x > 0 || y > 0 || w < width || h < height)) frame = { x, y, width: w, height: h };
      at = skipSubBlocks(at + 11 + colourTable(u8(bytes, at + 9)));
      // The first frame is all that is used, so it is all that must be whole.
      if (at <= bytes.length) images += 1;
      if (images > 1) break;
    } else break;
  }
  return { width, height, animated: images > 1, complete: images > 0, ...(frame && { frame }) };
}

/** WebP (RFC 9649): extended, lossless or lossy first chunk. */
function readWebp(bytes: Uint8Array): ImageHeader | null {
  const complete = bytes.length >= u32le(bytes, 4) + 8;
  if (hasTag(bytes, 12, 'VP8X')) {
    const animated = (u8(bytes, 20) & 0x02) !== 0;
    const size = { width: u24le(bytes, 24) + 1, height: u24le(bytes, 27) + 1 };
    return { ...turned(size, webpOrientation(bytes)), animated, complete };
  }
  if (hasTag(bytes, 12, 'VP8L')) {
    const bits = u32le(bytes, 21);
    return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1, animated: false, complete };
  }
  if (hasTag(bytes, 12, 'VP8 ')) {
    return { width: u16le(bytes, 26) & 0x3fff, height: u16le(bytes, 28) & 0x3fff, animated: false, complete };
  }
  return null;
}

function webpOrientation(bytes: Uint8Array): number {
  for (let at = 12; at + 8 <= bytes.length; at += 8 + u32le(bytes, at + 4) + (u32le(bytes, at + 4) & 1)) {
    if (!hasTag(bytes, at, 'EXIF')) continue;
    const end = Math.min(bytes.length, at + 8 + u32le(bytes, at + 4));
    // Some programs write the marker of a JPEG's segment before it.
    return exifOrientation(bytes, at + (hasTag(bytes, at + 8, 'Exif\0\0') ? 14 : 8), end);
  }
  return 1;
}

/** TIFF 6.0: the first directory. What is missing behind it the decoder finds. */
function readTiff(bytes: Uint8Array): ImageHeader | null {
  const little = hasTag(bytes, 0, 'II');
  const [u16, u32] = little ? [u16le, u32le] : [u16be, u32be];
  const directory = u32(bytes, 4);
  const entries = new Map<number, number>();
  for (let i = 0; i < u16(bytes, directory); i++) {
    const at = directory + 2 + 12 * i;
    entries.set(u16(bytes, at), u16(bytes, at + 2) === 3 ? u16(bytes, at + 8) : u32(bytes, at + 8));
  }
  const [width, height] = [entries.get(0x100), entries.get(0x101)];
  if (!width || !height) return null;
  const animated = u32(bytes, directory + 2 + 12 * u16(bytes, directory)) !== 0;
  const photometric = entries.get(0x106) ?? 1;
  const orientation = validOrientation(entries.get(0x112) ?? 1);
  return { ...turned({ width, height }, orientation), photometric, animated, complete: true };
}

function readBmp(bytes: Uint8Array): ImageHeader | null {
  const complete = bytes.length >= u32le(bytes, 2);
  if (u8(bytes, 14) === 12) return { width: u16le(bytes, 18), height: u16le(bytes, 20), animated: false, complete };
  // Height is signed: negative means top-down rows.
  const height = Math.abs(u32le(bytes, 22) | 0);
  return { width: u32le(bytes, 18), height, animated: false, complete };
}

/** Where no picture is said to be the primary one: the largest, smaller ones are tiles and thumbnails. */
function largestExtent(bytes: Uint8Array): { readonly width: number; readonly height: number } | null {
  let [width, height] = [0, 0];
  const end = Math.min(bytes.length - 16, 1 << 20);
  for (let at = 8; at < end; at++) {
    if (bytes[at] !== 0x69 || !hasTag(bytes, at, 'ispe')) continue;
    const [w, h] = [u32be(bytes, at + 8), u32be(bytes, at + 12)];
    if (w * h > width * height) [width, height] = [w, h];
  }
  return width > 0 ? { width, height } : null;
}

/** HEIF and AVIF. */
function readHeif(bytes: Uint8Array): ImageHeader | null {
  const primary = readHeifPrimary(bytes) ?? largestExtent(bytes);
  // The last top-level box must end within the file.
  let at = 0;
  while (at + 8 <= bytes.length) {
    const length = u32be(bytes, at);
    if (length < 8) break; // 64-bit or to-the-end boxes: nothing to check
    at += length;
  }
  const animated = hasTag(bytes, 8, 'avis');
  return primary && { width: primary.width, height: primary.height, animated, complete: at <= bytes.length };
}

const readers: Record<ReadableFormat, (bytes: Uint8Array) => ImageHeader | null> = {
  jpeg: readJpeg,
  png: readPng,
  gif: readGif,
  webp: readWebp,
  bmp: readBmp,
  heic: readHeif,
  avif: readHeif,
  tiff: readTiff,
};

/** @param bytes the whole file. @returns null when even the header is missing or nonsense. */
export function readHeader(format: ReadableFormat, bytes: Uint8Array): ImageHeader | null {
  return readers[format](bytes);
}
