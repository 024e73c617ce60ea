/** HEIC by libheif, from the heic-to package: the primary picture, upright, in sRGB. Holds the thread: for a worker, or Node. */
import { ReverieError } from '../../../../shared/errors';
import { checkPictureSize } from '../../../../shared/pictureSize';
import type { Pixels } from '../../types';
import { toSrgb } from './colourSpace';
import { readHeifPrimary } from './heif';

interface HeifImage {
  is_primary(): boolean;
  get_width(): number;
  get_height(): number;
  display(into: Pixels, done: (filled: Pixels | null) => void): void;
  free(): void;
}
export interface Libheif {
  readonly HeifDecoder: new () => { decode(bytes: Uint8Array): HeifImage[] };
}

/** @throws ReverieError `image-unsupported` when libheif cannot read it, and for colours brighter than a screen's white */
export async function decodeHeic(libheif: Libheif, bytes: Uint8Array): Promise<Pixels> {
  const space = readHeifPrimary(bytes)?.space ?? null;
  if (typeof space === 'string') throw unreadable(`its colours are of a kind (${space}) that is not read`);
  const images = new libheif.HeifDecoder().decode(bytes);
  try {
    const image = images.find((each) => each.is_primary()) ?? images[0];
    if (!image) throw unreadable('there is no picture inside');
    const size = { width: image.get_width(), height: image.get_height() };
    checkPictureSize(size);
    // libheif leaves alpha untouched for pictures without it.
    const blank = { ...size, data: new Uint8ClampedArray(4 * size.width * size.height).fill(255) };
    const filled = await new Promise<Pixels | null>((resolve) => image.display(blank, resolve));
    if (!filled) throw unreadable('it could not be decoded');
    return { ...size, data: toSrgb(space, filled.data, 255) };
  } finally {
    for (const each of images) each.free();
  }
}

const unreadable = (why: string) =>
  new ReverieError('image-unsupported', `This HEIC picture cannot be read: ${why}.`, { data: { format: 'heic' } });
