/** Kinds of pictures that libvips cannot read, or not rightly. */
import { createRequire } from 'node:module';
import { crc32 } from 'node:zlib';
import type { Pixels } from '../../web/engine/api';
import { decodeHeic, type Libheif } from '../../web/engine/images/files/heic';
import { type FirstFrame, pngChunks } from '../../web/engine/images/files/png';

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
