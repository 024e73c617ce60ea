/** Pixels into an image file, all or nothing: a reader never sees half a picture. */
import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { access, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { ReverieError } from '../../shared/errors';
import type { Pixels } from '../../web/engine/api';
import { isTransparent } from '../../web/engine/images/alpha';

/** What a transparent picture lies on in a format that has no alpha. */
const paper = '#ffffff';

/** Qualities at which brush strokes keep their edges; 4:4:4 because strokes are small and colourful. */
const jpeg = (image: Sharp) => image.flatten({ background: paper }).jpeg({ quality: 92, chromaSubsampling: '4:4:4' });

/** In place of a file: reads stdin, writes stdout. */
export const stdio = '-';

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
 * Writes by way of a temporary file in the same folder and a rename (atomic within a file system).
 * @throws ReverieError `usage` for an unknown extension or a place that cannot be written.
 */
export async function writeImage(path: string, pixels: Pixels): Promise<void> {
  await writeWhole(path, await encodeImage(path, pixels));
}

/** Bytes to a file, whole or not at all. @throws ReverieError `usage` for a place that cannot be written. */
export async function writeWhole(path: string, bytes: Buffer): Promise<void> {
  if (path === stdio) return new Promise((resolve) => process.stdout.write(bytes, () => resolve()));
  // Not of the file's own name, which may be as long as names can be.
  const temporary = join(dirname(path), `.reverie-${randomBytes(6).toString('hex')}.tmp`);
  try {
    await writeFile(temporary, bytes, { flag: 'wx' });
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true });
    throw new ReverieError('usage', `${path} cannot be written: ${ReverieError.from(cause).message}.`, { cause });
  }
}
