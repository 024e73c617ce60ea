/** What a file claims to be, by its first bytes, as messages call it. */
import { hasTag } from '../../web/engine/images/files/bytes';
import {
  type ImageFormat,
  isReadable,
  readableFormats,
  sniff as sniffPicture,
} from '../../web/engine/images/files/sniff';

export interface Sniffed {
  readonly format: ImageFormat | 'foreign';
  /** As people call it: `JPEG`, `SVG`. */
  readonly name: string;
  /** False when Reverie does not read it here; the message then says what to do instead. */
  readonly readable: boolean;
}

const names: Readonly<Record<ImageFormat, string>> = {
  ...{ jpeg: 'JPEG', png: 'PNG', webp: 'WebP', gif: 'GIF', avif: 'AVIF', heic: 'HEIC', tiff: 'TIFF', bmp: 'BMP' },
  ...{ svg: 'SVG', psd: 'Photoshop', jxl: 'JPEG XL', jp2: 'JPEG 2000' },
};

/** Kinds that are read, as people call them. */
export const readableKinds: readonly string[] = readableFormats.map((format) => names[format]);

/** What their files are called; the first bytes decide, not the name. */
export const pictureExtensions: readonly string[] = [
  ...['.jpg', '.jpeg', '.png', '.webp', '.gif', '.avif', '.heic', '.heif', '.tif', '.tiff', '.bmp'],
];

/** No pictures, or not whole ones, but people try them. */
const others: readonly (readonly [name: string, at: number, start: string])[] = [
  ['PDF', 0, '%PDF-'],
  ['icon', 0, '\0\0\x01\0'],
  ['video', 4, 'ftyp'],
];

/** @returns null when the bytes look like no picture at all. */
export function sniff(bytes: Uint8Array): Sniffed | null {
  const format = sniffPicture(bytes);
  if (format) return { format, name: names[format], readable: isReadable(format) };
  const name = others.find(([, at, start]) => hasTag(bytes, at, start))?.[0];
  return name ? { format: 'foreign', name, readable: false } : null;
}
