/** Decides from a file's bytes alone whether it may be decoded, and at which size. Pure: tested in Node. */
import { ReverieError } from '../../../shared/errors';
import { limits } from '../../../shared/limits';
import { checkPictureBytes, checkPictureSize } from '../../../shared/pictureSize';
import { hasTag } from '../../engine/images/files/bytes';
import type { Orientation } from '../../engine/images/files/exif';
import { readHeader } from '../../engine/images/files/header';
import { readHeifPrimary } from '../../engine/images/files/heif';
import { isOpaquePng, pngSpace } from '../../engine/images/files/png';
import { isReadable, type ReadableFormat, sniff } from '../../engine/images/files/sniff';
import { fitWithin } from './fit';

export interface Inspection {
  readonly format: ReadableFormat;
  /** Size in the file, as shown. Null for a HEIF whose header hides it. */
  readonly size: { readonly width: number; readonly height: number } | null;
  readonly animated: boolean;
  /** How it is to be turned beyond what browsers do: none turns a WebP. */
  readonly orientation: Orientation;
  /** Surely lets nothing through. */
  readonly opaque: boolean;
  /** JPEG: the end marker is missing, and perhaps more. */
  readonly endless: boolean;
  /** Size to decode at: the longest side is at most what a run can use. */
  readonly decodeSize: { readonly width: number; readonly height: number } | null;
}

/**
 * @param bytes the whole file.
 * @throws ReverieError `image-…` naming what is wrong, with the numbers.
 */
export function inspect(bytes: Uint8Array): Inspection {
  checkPictureBytes(bytes.length);
  const format = sniff(bytes);
  if (!format) throw new ReverieError('image-not-an-image', 'The file is not a picture.');
  if (!isReadable(format)) {
    throw new ReverieError('image-unsupported', `Files of ${format} cannot be opened here.`, { data: { format } });
  }
  // Each browser shows what is brighter than white in a way of its own, and the command line in none.
  if (isHdr(format, bytes)) {
    const data = { format: 'HDR (PQ, HLG)' };
    throw new ReverieError('image-unsupported', 'Pictures with HDR colours (PQ or HLG) cannot be opened here.', {
      data,
    });
  }
  const header = readHeader(format, bytes);
  if (!header || header.width === 0 || header.height === 0) {
    if (format === 'heic' || format === 'avif')
      return { format, size: null, animated: false, endless: false, opaque: false, orientation: 1, decodeSize: null };
    throw truncated();
  }
  checkPictureSize(header);
  const endless = header.endless ?? false;
  if (!header.complete && !endless) throw truncated();
  return {
    format,
    size: { width: header.width, height: header.height },
    animated: header.animated,
    endless,
    opaque: format === 'jpeg' || (format === 'png' && isOpaquePng(bytes)) || hasTag(bytes, 12, 'VP8 '),
    orientation: (format === 'webp' && header.orientation) || 1,
    decodeSize: fitWithin(header.width, header.height, limits.run.maxSize),
  };
}

function isHdr(format: ReadableFormat, bytes: Uint8Array): boolean {
  if (format === 'png') return pngSpace(bytes) === 'hdr';
  return (format === 'avif' || format === 'heic') && readHeifPrimary(bytes)?.space === 'hdr';
}

export const truncated = (cause?: unknown): ReverieError =>
  new ReverieError('image-truncated', 'The picture is damaged or incomplete.', { cause });
