/** Frames into an animated picture, WebP or GIF by the file's extension. */
import { extname } from 'node:path';
import sharp from 'sharp';
import type { Frame } from '../../web/engine/api';
import { writeWhole } from './write';

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
