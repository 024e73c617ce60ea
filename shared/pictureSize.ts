/** The sizes of pictures that Reverie takes, for page, engine and command line alike. */
import { ReverieError } from './errors';
import { limits } from './limits';

const { minSide, maxSide, maxPixels, maxAspect } = limits.image;

export interface Size {
  readonly width: number;
  readonly height: number;
}

/**
 * @param name how the message calls the picture, e.g. `The photo`.
 * @throws ReverieError `image-too-small`, `image-too-large`, `image-too-long`.
 */
export function checkPictureSize({ width, height }: Size, name = 'The picture'): void {
  const [short, long] = [Math.min(width, height), Math.max(width, height)];
  const is = `${name} is ${width}×${height} pixels`;
  if (!(short >= minSide)) {
    throw new ReverieError('image-too-small', `${is}; each side must have at least ${minSide}. Choose a larger one.`, {
      data: { width, height, needed: minSide },
    });
  }
  if (long > maxSide || width * height > maxPixels) {
    const most = `at most ${maxSide} a side and ${maxPixels / 1e6} million in all can be read`;
    throw new ReverieError('image-too-large', `${is}; ${most}. Scale it down first.`, { data: { width, height } });
  }
  if (long / short > maxAspect) {
    const most = `the longer side may be at most ${maxAspect} times the shorter`;
    throw new ReverieError('image-too-long', `${is}; ${most}. Crop it.`, { data: { width, height } });
  }
}

/** A file's length, asked before it is read at all. @throws ReverieError `image-not-an-image`, `image-too-large`. */
export function checkPictureBytes(bytes: number, name = 'The picture'): void {
  if (bytes === 0)
    throw new ReverieError('image-not-an-image', `${name} is an empty file. Choose another one.`, { data: { bytes } });
  if (bytes <= limits.image.maxBytes) return;
  throw new ReverieError(
    'image-too-large',
    `${name} has ${mebibytes(bytes)}; at most ${mebibytes(limits.image.maxBytes)} are read. Scale it down first.`,
    { data: { bytes } },
  );
}

const mebibytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MiB`;
