/** Decides from a file's bytes alone whether it may be decoded, and at which size. Pure: tested in Node. */
import { limits } from '../../../shared/limits';
import { ImageError } from './errors';
import { fitWithin } from './fit';
import { readHeader } from './header';
import { isReadable, type ReadableFormat, sniff } from './sniff';

export interface Inspection {
  readonly format: ReadableFormat;
  /** Size in the file, as shown. Null for a HEIF whose header hides it. */
  readonly size: { readonly width: number; readonly height: number } | null;
  readonly animated: boolean;
  /** Size to decode at: the longest side is at most what a run can use. */
  readonly decodeSize: { readonly width: number; readonly height: number } | null;
}

/** @throws ImageError when the size breaks `limits.image`. */
export function checkSize(width: number, height: number): void {
  const { minSide, maxSide, maxPixels, maxAspect } = limits.image;
  const [short, long] = width < height ? [width, height] : [height, width];
  if (short < minSide) throw new ImageError({ kind: 'too-small', width, height });
  if (long > maxSide || width * height > maxPixels) throw new ImageError({ kind: 'too-many-pixels', width, height });
  if (long / short > maxAspect) throw new ImageError({ kind: 'too-long', width, height });
}

/** @throws ImageError for a file over `limits.image.maxBytes`; asked before its bytes are read at all. */
export function checkBytes(bytes: number): void {
  if (bytes === 0) throw new ImageError({ kind: 'empty' });
  if (bytes > limits.image.maxBytes) throw new ImageError({ kind: 'too-many-bytes', bytes });
}

/**
 * @param bytes the whole file.
 * @throws ImageError naming what is wrong, with the numbers.
 */
export function inspect(bytes: Uint8Array): Inspection {
  checkBytes(bytes.length);
  const format = sniff(bytes);
  if (!format) throw new ImageError({ kind: 'not-an-image' });
  if (!isReadable(format)) throw new ImageError({ kind: 'unsupported', format });
  const header = readHeader(format, bytes);
  if (!header || header.width === 0 || header.height === 0) {
    if (format === 'heic' || format === 'avif') return { format, size: null, animated: false, decodeSize: null };
    throw new ImageError({ kind: 'truncated' });
  }
  checkSize(header.width, header.height);
  if (!header.complete) throw new ImageError({ kind: 'truncated' });
  return {
    format,
    size: { width: header.width, height: header.height },
    animated: header.animated,
    decodeSize: fitWithin(header.width, header.height, limits.run.maxSize),
  };
}
