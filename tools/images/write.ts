/** Pixels into an image file, all or nothing: a reader never sees half a picture. */
import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { basename, dirname, extname } from 'node:path';
import type { Sharp } from 'sharp';
import sharp from 'sharp';
import { ReverieError } from '../../shared/errors';
import type { Frame, Pixels } from '../../web/engine/api';
import { isTransparent } from '../../web/engine/images/alpha';
import { stdio, writeWhole } from '../files';

/** What a transparent picture lies on in a format that has no alpha. */
const paper = '#ffffff';

/** Qualities at which brush strokes keep their edges; 4:4:4 because strokes are small and colourful. */
const jpeg = (image: Sharp) => image.flatten({ background: paper }).jpeg({ quality: 92, chromaSubsampling: '4:4:4' });

/** Of one file's name, on every file system that matters. */
export const maxNameBytes = 255;

const encoders: Readonly<Record<string, (image: Sharp) => Sharp>> = {
  '.png': (image) => image.png({ compressionLevel: 9 }),
  '.jpg': jpeg,
  '.jpeg': jpeg,
  '.webp': (image) => image.webp({ quality: 92 }),
  '.gif': (image) => image.gif(),
};

export const writableExtensions: readonly string[] = Object.keys(encoders);

function encoderFor(path: string): (image: Sharp) => Sharp {
  const encoder = encoders[path === stdio ? '.png' : extname(path).toLowerCase()];
  if (encoder) return encoder;
  throw new ReverieError('usage', `${path} must end in ${writableExtensions.join(', ')}.`);
}

/**
 * Fails now rather than after minutes of work: the extension is known, the folder exists and can be written.
 * @throws ReverieError `usage`.
 */
export async function checkWritable(path: string): Promise<void> {
  encoderFor(path);
  if (path === stdio) return;
  if (Buffer.byteLength(basename(path)) > maxNameBytes) {
    throw new ReverieError('usage', `${path} cannot be written: its name is too long.`);
  }
  const folder = dirname(path);
  const info = await stat(folder).catch(() => null);
  if (!info?.isDirectory()) throw new ReverieError('usage', `${path} cannot be written: there is no folder ${folder}.`);
  const target = await stat(path).catch(() => null);
  if (target && !target.isFile()) throw new ReverieError('usage', `${path} cannot be written: it is not a file.`);
  const writable = async (what: string) => {
    await access(what, constants.W_OK).catch((cause: unknown) => {
      throw new ReverieError('usage', `${path} cannot be written: no permission for ${what}.`, { cause });
    });
  };
  await writable(folder);
  if (target) await writable(path);
}

/** Whether what is written there can be transparent. */
export const keepsTransparency = (path: string): boolean => encoderFor(path) !== jpeg;

/** @returns the bytes of the file that `path`'s extension asks for (PNG, JPEG, WebP or GIF), with no metadata. */
export async function encodeImage(path: string, pixels: Pixels): Promise<Buffer> {
  const { width, height, data } = pixels;
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  const image = sharp(bytes, { raw: { width, height, channels: 4 } });
  return encoderFor(path)(isTransparent(pixels) ? image : image.removeAlpha()).toBuffer();
}

/**
 * @throws ReverieError `usage` for an unknown extension or a place that cannot be written.
 */
export async function writeImage(path: string, pixels: Pixels): Promise<void> {
  await writeWhole(path, await encodeImage(path, pixels));
}

// Frames into an animated picture, WebP or GIF by the file's extension.

/** Extensions that can hold a film. */
export const isFilmPath = (path: string): boolean => ['.webp', '.gif'].includes(extname(path).toLowerCase());

/**
 * Loops for ever. Written whole or not at all.
 * @param frames all of one size, at least one
 * @throws ReverieError `usage` for a place that cannot be written.
 */
export async function writeFilm(path: string, frames: readonly Frame[], fps: number): Promise<void> {
  const [first] = frames;
  if (!first) return;
  const { width, height } = first.pixels;
  // Sharp takes an animation as one tall picture and the height of a page.
  const strip = Buffer.concat(
    frames.map(({ pixels: { data } }) => Buffer.from(data.buffer, data.byteOffset, data.byteLength)),
  );
  const raw = { width, height: height * frames.length, channels: 4, pageHeight: height } as const;
  const animation = { loop: 0, delay: frames.map(() => Math.round(1000 / fps)) };
  const image = sharp(strip, { raw, limitInputPixels: false });
  const encoded =
    extname(path).toLowerCase() === '.gif' ? image.gif(animation) : image.webp({ ...animation, quality: 88 });
  await writeWhole(path, await encoded.toBuffer());
}
