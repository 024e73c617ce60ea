/**
 * From a file to pixels of a size the engine can use, its transparency kept. The browser decodes, turns by the
 * orientation tag and converts CMYK and wide gamuts; nothing leaves the page.
 */
import { ReverieError } from '../../../shared/errors';
import { limits } from '../../../shared/limits';
import { checkPictureBytes, checkPictureSize } from '../../../shared/pictureSize';
import type { Pixels } from '../../engine/api';
import { isTransparent } from '../../engine/images/alpha';
import { upright } from '../../engine/images/files/exif';
import { fitWithin } from './fit';
import { type Inspection, inspect, truncated } from './inspect';

export type PhotoNote = 'animated' | 'transparent' | 'reduced';

export interface DecodedPhoto {
  /** Long side at most `limits.run.maxSize`. */
  readonly pixels: Pixels;
  /** Size in the file. */
  readonly original: { readonly width: number; readonly height: number };
  readonly notes: readonly PhotoNote[];
}

async function decodeNatively(blob: Blob, { decodeSize, size, orientation, opaque }: Inspection): Promise<ImageBitmap> {
  // One side alone keeps the shape, whatever the browser makes of how the picture is turned.
  const side = orientation >= 5 ? 'height' : 'width';
  const resize =
    decodeSize && size && decodeSize.width < size.width
      ? { resizeWidth: decodeSize[side], resizeQuality: 'high' as const }
      : {};
  const imageOrientation = orientation > 1 ? 'none' : 'from-image';
  // Chromium is exact about profiles only where it may premultiply, which costs transparent colours some of their levels.
  return createImageBitmap(blob, { imageOrientation, premultiplyAlpha: opaque ? 'default' : 'none', ...resize });
}

async function toBitmap(blob: Blob, bytes: Uint8Array<ArrayBuffer>, found: Inspection, onHeic?: () => void) {
  const bitmapOf = ({ width, height, data }: Pixels) =>
    createImageBitmap(new ImageData(data, width, height), { premultiplyAlpha: 'none' });
  if (found.format === 'tiff') {
    const { decodeTiff } = await import('../../engine/images/files/tiff');
    return bitmapOf(await decodeTiff(bytes));
  }
  try {
    if (!found.endless) return await decodeNatively(blob, found);
    const { endedJpeg } = await import('../../engine/images/files/jpegEnd');
    return await decodeNatively(new Blob([endedJpeg(bytes)]), found);
  } catch (cause) {
    if (found.format !== 'heic') throw truncated(cause);
    onHeic?.();
    const { decodeHeic } = await import('./heic');
    return bitmapOf(await decodeHeic(bytes));
  }
}

/** Draws into pixels, reducing to the run's maximum when the decoder could not. */
function readPixels(bitmap: ImageBitmap): Pixels {
  const { width, height } = fitWithin(bitmap.width, bitmap.height, limits.run.maxSize);
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context)
    throw new ReverieError('image-too-large', 'There is no canvas of this size.', { data: { width, height } });
  context.imageSmoothingQuality = 'high';
  context.drawImage(bitmap, 0, 0, width, height);
  return { width, height, data: context.getImageData(0, 0, width, height).data };
}

/**
 * @param onHeic called when the HEIC decoder has to be fetched, which takes a while.
 * @throws ReverieError `image-…`, with the numbers; `image-too-large` before anything large is decoded.
 */
export async function decodePhoto(file: Blob, onHeic?: () => void): Promise<DecodedPhoto> {
  checkPictureBytes(file.size);
  const read = file.arrayBuffer().catch((cause) => {
    throw new ReverieError('image-unreadable', 'The file is no longer there, or may not be read.', { cause });
  });
  const bytes = new Uint8Array(await read);
  const found = inspect(bytes);
  const bitmap = await toBitmap(file, bytes, found, onHeic);
  try {
    const original = found.size ?? { width: bitmap.width, height: bitmap.height };
    if (!found.size) checkPictureSize(bitmap);
    const pixels = upright(readPixels(bitmap), found.orientation);
    const notes: PhotoNote[] = [];
    if (found.animated) notes.push('animated');
    if (isTransparent(pixels)) notes.push('transparent');
    if (pixels.width < original.width) notes.push('reduced');
    return { pixels, original, notes };
  } finally {
    bitmap.close();
  }
}
