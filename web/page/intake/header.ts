/**
 * Size, animation and completeness of a picture file without decoding it: a 100-megapixel photo must be
 * refused or reduced before the browser spends 400 MB on it, and browsers show half a file as if it were whole.
 */
import { hasTag, u8, u16le, u24le, u32be, u32le } from './bytes';
import { readJpeg } from './jpeg';
import type { ReadableFormat } from './sniff';

export interface ImageHeader {
  /** Pixels as the picture is shown, after its orientation tag. */
  readonly width: number;
  readonly height: number;
  readonly animated: boolean;
  /** False when the file ends before its format says it should. */
  readonly complete: boolean;
}

/** PNG (ISO/IEC 15948): chunks of length, type, data, CRC; `acTL` before the first `IDAT` is an APNG. */
function readPng(bytes: Uint8Array): ImageHeader | null {
  if (!hasTag(bytes, 12, 'IHDR')) return null;
  let animated = false;
  let complete = false;
  for (let at = 8; at + 8 <= bytes.length; at += 12 + u32be(bytes, at)) {
    if (hasTag(bytes, at + 4, 'acTL')) animated = u32be(bytes, at + 8) > 1;
    if (hasTag(bytes, at + 4, 'IEND')) complete = true;
  }
  return { width: u32be(bytes, 16), height: u32be(bytes, 20), animated, complete };
}

/** GIF89a: walks blocks up to the second image; sub-blocks are length-prefixed and end with a zero. */
function readGif(bytes: Uint8Array): ImageHeader | null {
  const colourTable = (flags: number) => (flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0);
  const skipSubBlocks = (from: number) => {
    let at = from;
    while (at < bytes.length && u8(bytes, at) !== 0) at += 1 + u8(bytes, at);
    return at + 1;
  };
  let images = 0;
  let complete = false;
  let at = 13 + colourTable(u8(bytes, 10));
  while (at < bytes.length) {
    const block = u8(bytes, at);
    if (block === 0x3b) {
      complete = true;
      break;
    }
    if (block === 0x21) at = skipSubBlocks(at + 2);
    else if (block === 0x2c) {
      at = skipSubBlocks(at + 11 + colourTable(u8(bytes, at + 9)));
      // The first frame is all that is used, so it is all that must be whole.
      if (at <= bytes.length) images += 1;
      if (images > 1) {
        complete = true;
        break;
      }
    } else break;
  }
  return { width: u16le(bytes, 6), height: u16le(bytes, 8), animated: images > 1, complete };
}

/** WebP (RFC 9649): extended, lossless or lossy first chunk. */
function readWebp(bytes: Uint8Array): ImageHeader | null {
  const complete = bytes.length >= u32le(bytes, 4) + 8;
  if (hasTag(bytes, 12, 'VP8X')) {
    const animated = (u8(bytes, 20) & 0x02) !== 0;
    return { width: u24le(bytes, 24) + 1, height: u24le(bytes, 27) + 1, animated, complete };
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

function readBmp(bytes: Uint8Array): ImageHeader | null {
  const complete = bytes.length >= u32le(bytes, 2);
  if (u8(bytes, 14) === 12) return { width: u16le(bytes, 18), height: u16le(bytes, 20), animated: false, complete };
  // Height is signed: negative means top-down rows.
  const height = Math.abs(u32le(bytes, 22) | 0);
  return { width: u32le(bytes, 18), height, animated: false, complete };
}

/** HEIF and AVIF (ISO/IEC 23008-12): the largest `ispe` is the picture, smaller ones are tiles and thumbnails. */
function readHeif(bytes: Uint8Array): ImageHeader | null {
  let width = 0;
  let height = 0;
  const end = Math.min(bytes.length - 16, 1 << 20);
  for (let at = 8; at < end; at++) {
    if (bytes[at] === 0x69 && hasTag(bytes, at, 'ispe')) {
      const [w, h] = [u32be(bytes, at + 8), u32be(bytes, at + 12)];
      if (w * h > width * height) [width, height] = [w, h];
    }
  }
  // The last top-level box must end within the file.
  let at = 0;
  while (at + 8 <= bytes.length) {
    const length = u32be(bytes, at);
    if (length < 8) break; // 64-bit or to-the-end boxes: nothing to check
    at += length;
  }
  return width > 0 ? { width, height, animated: hasTag(bytes, 8, 'avis'), complete: at <= bytes.length } : null;
}

const readers: Record<ReadableFormat, (bytes: Uint8Array) => ImageHeader | null> = {
  jpeg: readJpeg,
  png: readPng,
  gif: readGif,
  webp: readWebp,
  bmp: readBmp,
  heic: readHeif,
  avif: readHeif,
};

/** @param bytes the whole file. @returns null when even the header is missing or nonsense. */
export function readHeader(format: ReadableFormat, bytes: Uint8Array): ImageHeader | null {
  return readers[format](bytes);
}
