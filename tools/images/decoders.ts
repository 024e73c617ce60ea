/** Kinds of pictures that libvips cannot read, or not rightly. */
import { createRequire } from 'node:module';
import { crc32 } from 'node:zlib';
import type { Pixels } from '../../web/engine/api';
import { hasTag } from '../../web/engine/images/files/bytes';
import { decodeHeic, type Libheif } from '../../web/engine/images/files/heic';
import { type FirstFrame, pngChunks } from '../../web/engine/images/files/png';
import {
  type ImageFormat,
  isReadable,
  readableFormats,
  sniff as sniffPicture,
} from '../../web/engine/images/files/sniff';

/** The package exports only entries for pages; the library inside it is addressed by path. */
const libheifPath = new URL('../../node_modules/heic-to/src/lib/libheif-without-unsafe-eval.js', import.meta.url).href;
let libheif: Promise<Libheif> | undefined;

/** By the library that the studio uses; it takes Node for a world with `require`. */
export async function readHeic(bytes: Uint8Array): Promise<Pixels> {
  libheif ??= import(libheifPath).then(({ default: build }) => {
    const world = globalThis as { require?: unknown; __dirname?: unknown };
    const before = { require: world.require, __dirname: world.__dirname };
    Object.assign(world, { require: createRequire(import.meta.url), __dirname: import.meta.dirname });
    try {
      return build() as Libheif;
    } finally {
      Object.assign(world, before);
    }
  });
  return decodeHeic(await libheif, bytes);
}

/** A PNG of the first frame alone, which is not the still picture, of the frame's size. */
export function firstFramePng(bytes: Uint8Array, { width, height, data }: NonNullable<FirstFrame['apart']>): Buffer {
  const chunks = pngChunks(bytes);
  const still = chunks.findIndex(({ type }) => type === 'IDAT');
  const [header, ...rest] = chunks.slice(0, still).filter(({ type }) => type !== 'acTL' && type !== 'fcTL');
  const size = Buffer.from(bytes.subarray(header?.from ?? 0, header?.to));
  size.writeUInt32BE(width, 0);
  size.writeUInt32BE(height, 4);
  return Buffer.concat([
    bytes.subarray(0, 8),
    pngChunk('IHDR', size),
    ...rest.map(({ type, from, to }) => pngChunk(type, bytes.subarray(from, to))),
    pngChunk('IDAT', Buffer.concat(data)),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}

function pngChunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const chunk = Buffer.alloc(8 + body.length);
  chunk.writeUInt32BE(data.length, 0);
  body.copy(chunk, 4);
  chunk.writeUInt32BE(crc32(body), 4 + body.length);
  return chunk;
}

// What a file claims to be, by its first bytes, as messages call it.

interface Sniffed {
  readonly format: ImageFormat | 'foreign';
  /** As people call it: `JPEG`, `SVG`. */
  readonly name: string;
  /** False when Reverie does not read it here; the message then says what to do instead. */
  readonly readable: boolean;
}

const names: Readonly<Record<ImageFormat, string>> = {
  jpeg: 'JPEG',
  png: 'PNG',
  webp: 'WebP',
  gif: 'GIF',
  avif: 'AVIF',
  heic: 'HEIC',
  tiff: 'TIFF',
  bmp: 'BMP',
  svg: 'SVG',
  psd: 'Photoshop',
  jxl: 'JPEG XL',
  jp2: 'JPEG 2000',
  bigtiff: 'BigTIFF',
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
