/**
 * Image files in Node, read with sharp (libvips) into the engine's `Pixels`: upright, sRGB, 8 bits,
 * opaque unless transparency is asked for. What was changed on the way is told in `notes`; what cannot be read is refused with a code.
 */
import { readFile, stat } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import sharp from 'sharp';
import { ReverieError } from '../../shared/errors';
import { checkPictureBytes, checkPictureSize } from '../../shared/pictureSize';
import type { Pixels } from '../../web/engine/api';
import { type Colour, isTransparent, meanColour, opaque } from '../../web/engine/images/alpha';
import { sniff } from './sniff';
import { stdio } from './write';

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
    throw new ReverieError('image-not-an-image', `${name} is not an image. Use a JPEG, PNG, WebP, GIF, AVIF or TIFF.`);
  }
  if (!kind.readable) {
    throw new ReverieError(
      'image-unsupported',
      `${name} is ${article(kind.name)} ${kind.name} file, which is not read here. Save it as JPEG or PNG first.`,
      { data: { format: kind.name } },
    );
  }
  const damaged = (cause: unknown) =>
    new ReverieError(
      'image-truncated',
      `${name} is ${article(kind.name)} ${kind.name} file that is cut short or damaged. Fetch or save it again.`,
      { cause },
    );

  // libvips must not be the one to refuse a size: its message has no code. `error` refuses truncation and
  // corrupt data, but not the mere warnings that many cameras' metadata cause.
  const open = () => sharp(bytes, { failOn: 'error', page: 0, pages: 1, limitInputPixels: false });
  const metadata = await open()
    .metadata()
    .catch((cause: unknown) => {
      throw damaged(cause);
    });
  // With one page asked for, `height` is that page's; orientations 5 to 8 swap the sides, which no bound minds.
  checkPictureSize({ width: metadata.width, height: metadata.pageHeight ?? metadata.height }, name);

  const { data, info } = await open()
    .autoOrient()
    .toColourspace('srgb')
    .ensureAlpha()
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true })
    .catch((cause: unknown) => {
      throw damaged(cause);
    });
  if (info.channels !== 4) throw damaged(new Error(`decoded to ${info.channels} channels`));

  // A copy, so that the pixels own an ArrayBuffer that can be transferred (Buffer may share a pool).
  const pixels = { width: info.width, height: info.height, data: new Uint8ClampedArray(data) };
  const notes: string[] = [];
  const frames = metadata.pages ?? 1;
  if (kind.animated || frames > 1) {
    const count = frames > 1 ? ` of ${frames} frames` : ' frame';
    notes.push(
      `${name} is ${kind.name === 'TIFF' ? 'a multi-page TIFF' : 'animated'}; only the first${count} is used.`,
    );
  }
  if (metadata.space === 'cmyk') notes.push(`${name} is in CMYK (print) colours; they were converted to sRGB.`);
  if (!isTransparent(pixels)) return { ...pixels, notes };
  const behind = meanColour(pixels);
  notes.push(`${name} is partly transparent; the network sees its mean colour ${hex(behind)} there.`);
  return { ...(transparency ? pixels : opaque(pixels, behind)), notes };
}

/** By sound: an AVIF, an SVG, an icon. */
const article = (name: string) => (/^(?:[aeio]|SVG)/i.test(name) ? 'an' : 'a');

const hex = (colour: Colour) => `#${colour.map((value) => Math.round(value).toString(16).padStart(2, '0')).join('')}`;
