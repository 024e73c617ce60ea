/** Which pictures a metric is measured on, the same on every machine, and how they reach the networks. */
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { ReverieError } from '../../shared/errors';
import { rasterOf } from '../../web/engine/images/pictures';
import type { Raster } from '../../web/engine/images/resample';
import { readImage } from '../images';

const picture = /\.(jpe?g|png|webp|avif|tiff?)$/i;

/**
 * `count` pictures, an equal share from each folder, spread evenly over its names; what a small folder lacks the
 * others give.
 * @throws ReverieError `not-found` if a folder cannot be read or has no picture.
 */
export async function choosePictures(folders: readonly string[], count: number): Promise<string[]> {
  const listed = await Promise.all(folders.map(listPictures));
  const shares = new Map<readonly string[], number>();
  let left = count;
  [...listed]
    .sort((a, b) => a.length - b.length)
    .forEach((files, i) => {
      const share = Math.min(files.length, Math.floor(left / (listed.length - i)));
      shares.set(files, share);
      left -= share;
    });
  return listed.flatMap((files) => spread(files, shares.get(files) ?? 0));
}

export async function listPictures(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((cause: unknown) => {
    throw new ReverieError('not-found', `${folder} cannot be read: ${ReverieError.from(cause).message}.`, { cause });
  });
  const files = names.filter((name) => picture.test(name)).sort();
  if (files.length === 0) throw new ReverieError('not-found', `There is no picture in ${folder}.`);
  return files.map((name) => path.join(folder, name));
}

/** The middle of each of `count` equal stretches. */
const spread = (files: readonly string[], count: number): string[] =>
  Array.from({ length: count }, (_, i) => files[Math.floor(((i + 0.5) * files.length) / count)] ?? '');

/** The picture's centre, scaled to cover a square of `side` pixels: RGB in 0..1. @throws ReverieError as `readImage`. */
export async function readSquare(file: string, side: number): Promise<Raster> {
  const { width, height, data } = await readImage(file);
  const resized = await sharp(data, { raw: { width, height, channels: 4 } })
    .resize(side, side, { fit: 'cover' })
    .raw()
    .toBuffer();
  return rasterOf({ width: side, height: side, data: new Uint8ClampedArray(resized) });
}
