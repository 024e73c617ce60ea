/**
 * Image files in Node, read with sharp (libvips) into the engine's `Pixels`: upright, sRGB, 8 bits,
 * opaque unless transparency is asked for. What was changed on the way is told in `notes`; what cannot be read is refused with a code.
 */
import { readFile, stat } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { inflateSync } from 'node:zlib';
import sharp from 'sharp';
import { ReverieError } from '../../shared/errors';
import { checkPictureBytes, checkPictureSize } from '../../shared/pictureSize';
import type { Pixels } from '../../web/engine/api';
import { type Colour, isTransparent, meanColour, opaque } from '../../web/engine/images/alpha';
import { decodeBmp } from '../../web/engine/images/files/bmp';
import { fromInk, spaceOfProfile, toSrgb } from '../../web/engine/images/files/colourSpace';
import { upright } from '../../web/engine/images/files/exif';
import { type ImageHeader, readHeader } from '../../web/engine/images/files/header';
import { readHeifPrimary } from '../../web/engine/images/files/heif';
import { endedJpeg } from '../../web/engine/images/files/jpegEnd';
import { pngChunks, pngFirstFrame, pngSpace } from '../../web/engine/images/files/png';
import { isReadable } from '../../web/engine/images/files/sniff';
import { decodeTiff } from '../../web/engine/images/files/tiff';
import { stdio } from '../files';
import { firstFramePng, readableKinds, readHeic, sniff } from './decoders';

export interface ReadImage extends Pixels {
  /** What was changed or left out, in plain English, for the person: `Only the first of 12 frames is used.` */
  readonly notes: string[];
}

export interface ReadOptions {
  /** Keeps the alpha, which the engine carries to the result; else the picture is laid over its mean colour. */
  readonly transparency?: boolean;
}

/**
 * @throws ReverieError `not-found` (no such file), `image-not-an-image`, `image-unsupported` (a format that is not
 *   read), `image-truncated` (cut short or damaged), `image-too-small`, `image-too-large`, `image-too-long`.
 */
export async function readImage(path: string, options?: ReadOptions): Promise<ReadImage> {
  if (path === stdio) return decodeImage(await stdin(), 'The picture on stdin', options);
  const info = await stat(path).catch((cause: unknown) => {
    throw new ReverieError('not-found', `There is no file ${path}.`, { cause });
  });
  if (!info.isFile()) throw new ReverieError('image-not-an-image', `${path} is not a file.`);
  checkPictureBytes(info.size, path);
  const bytes = await readFile(path).catch((cause: unknown) => {
    const reason = ReverieError.from(cause).message;
    throw new ReverieError('not-found', `${path} cannot be read: ${reason}.`, { cause });
  });
  return decodeImage(bytes, path, options);
}

let whole: Promise<Uint8Array> | undefined;
/** Can be read once, so all of it is kept: two flags may both mean it. */
export const stdin = (): Promise<Uint8Array> => {
  whole ??= buffer(process.stdin);
  return whole;
};

/** A photo or a mask, with its transparency. @throws as `readImage` */
export const readPhoto = (path: string): Promise<ReadImage> => readImage(path, { transparency: true });

/**
 * The same for a file's bytes that are in memory already.
 * @param name how messages call the picture.
 */
export async function decodeImage(
  bytes: Uint8Array,
  name = 'The picture',
  { transparency = false }: ReadOptions = {},
): Promise<ReadImage> {
  checkPictureBytes(bytes.length, name);
  const kind = sniff(bytes);
  if (!kind) {
    throw new ReverieError('image-not-an-image', `${name} is not an image. Use a ${readableKinds.join(', ')}.`);
  }
  if (!kind.readable) {
    throw new ReverieError(
      'image-unsupported',
      `${name} is ${article(kind.name)} ${kind.name} file, which is not read here. Save it as JPEG or PNG first.`,
      { data: { format: kind.name } },
    );
  }
  const damaged = (cause: unknown) =>
    cause instanceof ReverieError
      ? cause
      : new ReverieError(
          'image-truncated',
          `${name} is ${article(kind.name)} ${kind.name} file that is cut short or damaged. Fetch or save it again.`,
          { cause },
        );
  const read = readers[kind.format] ?? readWithSharp;
  const header = isReadable(kind.format) ? readHeader(kind.format, bytes) : null;
  if (header) checkPictureSize(header, name);
  if (header && !header.complete && !header.endless) throw damaged(new RangeError('its end is missing'));
  const decoded = await read(bytes, name, header).catch((cause: unknown) => {
    throw damaged(cause);
  });
  const { width, height, data } = decoded;
  const pixels = { width, height, data };
  const notes = decoded.notes.map((note) => `${name} ${note}`);
  if (!isTransparent(pixels)) return { ...pixels, notes };
  const behind = meanColour(pixels);
  notes.push(`${name} is partly transparent; the network sees its mean colour ${hex(behind)} there.`);
  return { ...(transparency ? pixels : opaque(pixels, behind)), notes };
}

type Decoded = Pixels & { readonly notes: readonly string[] };
type Reader = (bytes: Uint8Array, name: string, header: ImageHeader | null) => Promise<Decoded>;

/** Those that libvips is not asked for. */
const readers: Readonly<Record<string, Reader>> = {
  heic: async (bytes) => ({ ...(await readHeic(bytes)), notes: [] }),
  /** As the studio does; libvips has the words for what it does not, and reads fax. */
  async tiff(bytes, name, header) {
    const own = await decodeTiff(Uint8Array.from(bytes)).catch(ReverieError.from);
    if (own instanceof ReverieError) {
      return readWithSharp(bytes, name, header).catch((cause: unknown) => {
        throw cause instanceof ReverieError || own.code !== 'image-unsupported' ? cause : own;
      });
    }
    // libtiff refuses a whole picture for a tag out of range.
    const metadata = await sharp(bytes)
      .metadata()
      .catch(() => ({}));
    return { ...own, notes: notesOf('tiff', metadata, false) };
  },
  bmp: async (bytes) => ({ ...decodeBmp(bytes), notes: [] }),
};

function notesOf(
  format: string | undefined,
  { pages = 1, space }: { readonly pages?: number | undefined; readonly space?: string | undefined },
  animated: boolean,
): string[] {
  const frames = pages > 1 ? ` of ${pages} frames` : ' frame';
  return [
    ...(animated || pages > 1
      ? [`is ${format === 'tiff' ? 'a multi-page TIFF' : 'animated'}; only the first${frames} is used.`]
      : []),
    ...(space === 'cmyk' ? ['is in CMYK (print) colours; they were converted to sRGB.'] : []),
  ];
}

async function readWithSharp(bytes: Uint8Array, name: string, header: ImageHeader | null): Promise<Decoded> {
  const format = sniff(bytes)?.format;
  const { animated, apart } = format === 'png' ? pngFirstFrame(bytes) : { animated: false, apart: null };
  const input = header?.endless ? endedJpeg(bytes) : apart ? firstFramePng(bytes, apart) : bytes;
  // libvips must not be the one to refuse a size: its message has no code. `error` refuses truncation and
  // corrupt data, but not the mere warnings that many cameras' metadata cause.
  const open = () => sharp(input, { failOn: 'error', page: 0, pages: 1, limitInputPixels: false, ignoreIcc: true });
  const refuse = (what: string) => {
    const message = `${name} ${what}, which are not read here. Save it as an sRGB JPEG or PNG first.`;
    return new ReverieError('image-unsupported', message, { data: { format: format ?? '' } });
  };
  if ([8, 9, 10].includes(header?.photometric ?? 0)) throw refuse('has Lab colours');
  const metadata = await sharp(bytes, { failOn: 'error', page: 0, pages: 1, limitInputPixels: false }).metadata();
  const { width, height, pageHeight, depth, space, icc, channels } = metadata;
  // With one page asked for, `height` is that page's; orientations 5 to 8 swap the sides, which no bound minds.
  checkPictureSize({ width, height: pageHeight ?? height }, name);
  if (depth === 'float' || depth === 'double') throw refuse('has colours as numbers with fractions');

  const notes = notesOf(format, metadata, animated);
  const ink = space === 'cmyk';
  const colours = colourSpaceOf(bytes, format, icc, ink ? 4 : Math.min(3, channels));
  if (colours === 'hdr') throw refuse('has HDR colours (PQ or HLG), brighter than a screen’s white');
  if (colours === 'ink') throw refuse('has CMYK colours by a profile (for print)');
  const deep = depth === 'ushort' && !ink;
  const pipeline = ink
    ? open().pipelineColourspace('cmyk').toColourspace('cmyk')
    : open()
        .toColourspace(deep ? 'rgb16' : 'srgb')
        .ensureAlpha();
  const raw = pipeline.raw({ depth: deep ? 'ushort' : 'uchar' });
  const { data, info } = await raw.toBuffer({ resolveWithObject: true });
  if (info.channels !== 4) throw new Error(`decoded to ${info.channels} channels`);
  const values = deep ? new Uint16Array(data.buffer, data.byteOffset, data.byteLength / 2) : data;
  // A copy in any case, so that the pixels own an ArrayBuffer that can be transferred (Buffer may share a pool).
  const pixels = {
    width: info.width,
    height: info.height,
    data: ink ? fromInk(data) : toSrgb(colours, values, deep ? 65535 : 255),
  };
  const whole = apart
    ? placed(pixels, width, height, apart)
    : header?.frame
      ? placed(cut(pixels, header.frame), width, pageHeight ?? height, header.frame)
      : pixels;
  return { ...upright(whole, header?.orientation ?? 1), notes };
}

function colourSpaceOf(bytes: Uint8Array, format: string | undefined, icc: Uint8Array | undefined, channels: number) {
  const own = format === 'png' ? pngSpace(bytes) : 'profile';
  if (own !== 'profile') return own;
  if (format === 'avif') return readHeifPrimary(bytes)?.space ?? null;
  const profile = format === 'png' ? pngProfile(bytes) : icc;
  return profile ? spaceOfProfile(profile, channels) : null;
}

/** libpng keeps profiles back that browsers take. */
function pngProfile(bytes: Uint8Array): Uint8Array | undefined {
  const chunk = pngChunks(bytes).find(({ type }) => type === 'iCCP');
  const data = bytes.subarray(chunk?.from ?? 0, chunk?.to ?? 0);
  const name = data.indexOf(0);
  if (name < 1 || name > 79 || data[name + 1] !== 0) return undefined;
  try {
    return inflateSync(data.subarray(name + 2), { maxOutputLength: 2 ** 24 });
  } catch {
    return undefined;
  }
}

interface Frame {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A part of a picture as a picture of its own. */
function cut({ width, height, data }: Pixels, frame: Frame): Pixels {
  const [w, h] = [Math.min(frame.width, width - frame.x), Math.min(frame.height, height - frame.y)];
  const out = new Uint8ClampedArray(4 * w * h);
  for (let y = 0; y < h; y++) {
    const from = 4 * ((y + frame.y) * width + frame.x);
    out.set(data.subarray(from, from + 4 * w), 4 * y * w);
  }
  return { width: w, height: h, data: out };
}

/** A frame in its place on a screen, which shows nothing elsewhere. */
function placed(frame: Pixels, width: number, height: number, { x, y }: Pick<Frame, 'x' | 'y'>): Pixels {
  const data = new Uint8ClampedArray(4 * width * height);
  for (let row = 0; row < Math.min(frame.height, height - y); row++) {
    const from = 4 * row * frame.width;
    data.set(frame.data.subarray(from, from + 4 * Math.min(frame.width, width - x)), 4 * ((y + row) * width + x));
  }
  return { width, height, data };
}

/** By sound: an AVIF, an SVG, an icon. */
const article = (name: string) => (/^(?:[aeio]|SVG)/i.test(name) ? 'an' : 'a');

const hex = (colour: Colour) => `#${colour.map((value) => Math.round(value).toString(16).padStart(2, '0')).join('')}`;
