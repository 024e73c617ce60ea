/** Pictures between the network, canvases and the engine. */
import { ReverieError } from '../../../shared/errors';
import type { SharePicture } from '../../../shared/share';
import type { Pixels } from '../../engine/api';

/** @throws ReverieError `weights-network` when it cannot be fetched: the reader may try again. */
export async function fetchPicture(picture: Pick<SharePicture, 'url'>, signal?: AbortSignal): Promise<Blob> {
  try {
    const response = await fetch(picture.url, signal ? { signal } : {});
    if (response.ok) return await response.blob();
  } catch (cause) {
    if (signal?.aborted) throw new ReverieError('aborted', 'Stopped while a picture was being fetched.', { cause });
  }
  throw new ReverieError('weights-network', 'A picture of this share could not be fetched. Try again.');
}

/** Opaque pixels at the picture's own size, or within `maxSide`. */
export async function readPixels(blob: Blob, size?: { width: number; height: number }): Promise<Pixels> {
  const bitmap = await createImageBitmap(blob);
  const { width, height } = size ?? bitmap;
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context)
    throw new ReverieError('out-of-memory', `There is no memory for a picture of ${width}×${height} pixels.`);
  context.imageSmoothingQuality = 'high';
  context.drawImage(bitmap, 0, 0, width, height);
  bitmap.close();
  return { width, height, data: context.getImageData(0, 0, width, height).data };
}
