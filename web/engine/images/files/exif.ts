/** Which way up a picture is held: Exif 2.3, tag 0x0112, and pixels turned by it. */
import type { Pixels } from '../../types';
import { hasTag, u16be, u16le, u32be, u32le } from './bytes';

/** 1 to 8 as Exif has it: 2 mirrored, 3 upside down, 6 a quarter clockwise, 8 a quarter back, and the mirrored ones of these. */
export type Orientation = number;

/** @param tiff where the TIFF header begins @returns 1 when absent */
export function exifOrientation(bytes: Uint8Array, tiff: number, end: number): Orientation {
  const little = hasTag(bytes, tiff, 'II');
  const u16 = little ? u16le : u16be;
  const u32 = little ? u32le : u32be;
  const directory = tiff + u32(bytes, tiff + 4);
  const entries = u16(bytes, directory);
  for (let i = 0; i < entries; i++) {
    const at = directory + 2 + i * 12;
    if (at + 12 > end) break;
    // One SHORT; browsers believe nothing else.
    if (u16(bytes, at) === 0x0112 && u16(bytes, at + 2) === 3 && u32(bytes, at + 4) === 1)
      return validOrientation(u16(bytes, at + 8));
  }
  return 1;
}

export const validOrientation = (value: number): Orientation => (value >= 1 && value <= 8 ? value : 1);

/** Width and height as shown: 5 to 8 lie on their side. */
export const shownSize = <T extends { readonly width: number; readonly height: number }>(
  size: T,
  orientation: Orientation,
): T => (orientation >= 5 ? { ...size, width: size.height, height: size.width } : size);

/** The same, and how it is to be turned, where it is. */
export const turned = (size: { readonly width: number; readonly height: number }, orientation: Orientation) => ({
  ...shownSize(size, orientation),
  ...(orientation > 1 && { orientation }),
});

/** The picture as it is meant to be seen. */
export function upright(pixels: Pixels, orientation: Orientation): Pixels {
  if (orientation <= 1 || orientation > 8) return pixels;
  const { width, height } = shownSize(pixels, orientation);
  const data = new Uint8ClampedArray(pixels.data.length);
  const [right, down] = [pixels.width - 1, pixels.height - 1];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [u = 0, v = 0] =
        orientation >= 5
          ? [
              orientation === 5 || orientation === 6 ? y : right - y,
              orientation === 5 || orientation === 8 ? x : down - x,
            ]
          : [orientation === 4 ? x : right - x, orientation === 2 ? y : down - y];
      const from = 4 * (v * pixels.width + u);
      data.set(pixels.data.subarray(from, from + 4), 4 * (y * width + x));
    }
  }
  return { width, height, data };
}
