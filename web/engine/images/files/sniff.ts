/**
 * What a file is by its first bytes. Names and MIME types lie (a renamed HEIC is the usual case), so
 * nothing else is asked.
 */
import { hasTag, u8, u32be } from './bytes';

export const readableFormats = ['jpeg', 'png', 'gif', 'webp', 'avif', 'heic', 'bmp', 'tiff'] as const;
export type ReadableFormat = (typeof readableFormats)[number];

/** Known, so that the message can name them, but not opened here. */
export const foreignFormats = ['svg', 'psd', 'jxl', 'jp2', 'bigtiff'] as const;
export type ForeignFormat = (typeof foreignFormats)[number];

export type ImageFormat = ReadableFormat | ForeignFormat;

export function isReadable(format: string): format is ReadableFormat {
  return readableFormats.some((readable) => readable === format);
}

const heifBrands = ['heic', 'heix', 'heim', 'heis', 'hevc', 'hevx', 'mif1', 'msf1'];
const avifBrands = ['avif', 'avis'];

/** ISO base media files: the major brand, or one of the compatible ones when it is generic (`mif1`). */
function brandOf(bytes: Uint8Array): 'avif' | 'heic' | null {
  if (!hasTag(bytes, 4, 'ftyp')) return null;
  const end = Math.min(u32be(bytes, 0), bytes.length, 256);
  let heif = false;
  for (let at = 8; at + 4 <= end; at += at === 8 ? 8 : 4) {
    if (avifBrands.some((brand) => hasTag(bytes, at, brand))) return 'avif';
    if (heifBrands.some((brand) => hasTag(bytes, at, brand))) heif = true;
  }
  return heif ? 'heic' : null;
}

function isSvg(bytes: Uint8Array): boolean {
  const start = new TextDecoder().decode(bytes.subarray(0, 1024)).trimStart().toLowerCase();
  return start.startsWith('<svg') || ((start.startsWith('<?xml') || start.startsWith('<!')) && start.includes('<svg'));
}

/** @param bytes the beginning of a file, 1 KiB is enough. @returns null for what is not an image. */
export function sniff(bytes: Uint8Array): ImageFormat | null {
  if (u8(bytes, 0) === 0xff && u8(bytes, 1) === 0xd8 && u8(bytes, 2) === 0xff) return 'jpeg';
  if (hasTag(bytes, 0, '\x89PNG\r\n\x1a\n')) return 'png';
  if (hasTag(bytes, 0, 'GIF87a') || hasTag(bytes, 0, 'GIF89a')) return 'gif';
  if (hasTag(bytes, 0, 'RIFF') && hasTag(bytes, 8, 'WEBP')) return 'webp';
  // "BM" alone begins many a text: the header size that follows must be one that exists.
  if (hasTag(bytes, 0, 'BM') && [12, 40, 52, 56, 64, 108, 124].includes(u8(bytes, 14)) && u8(bytes, 15) === 0)
    return 'bmp';
  const brand = brandOf(bytes);
  if (brand) return brand;
  if (hasTag(bytes, 0, 'II*\0') || hasTag(bytes, 0, 'MM\0*')) return 'tiff';
  if (hasTag(bytes, 0, 'II+\0') || hasTag(bytes, 0, 'MM\0+')) return 'bigtiff';
  if (hasTag(bytes, 0, '8BPS')) return 'psd';
  if ((u8(bytes, 0) === 0xff && u8(bytes, 1) === 0x0a) || hasTag(bytes, 4, 'JXL \r\n\x87\n')) return 'jxl';
  if (hasTag(bytes, 4, 'jP  \r\n\x87\n')) return 'jp2';
  if (isSvg(bytes)) return 'svg';
  return null;
}
