/**
 * What a picture is, by its own bytes: never by what the client calls it. Every byte outside of the coded pixels is one
 * that the studio's own encoders write, and coded pixels end where the picture does; drawing them is no work for an edge.
 * A browser that is fooled finds `nosniff` and a sandbox.
 */
import { limits } from '../../../shared/limits';
import { refuseHidden } from './hidden';
import { readJpeg } from './jpeg';
import { pngSignature, readPng } from './png';
import { refuse, type Sniffed } from './refuse';
import { readWebp } from './webp';

const { maxSide, maxPixels } = limits.share;

const startsWith = (bytes: Uint8Array, signature: readonly number[], at = 0): boolean =>
  signature.every((value, i) => bytes[at + i] === value);

const riff = [0x52, 0x49, 0x46, 0x46] as const;
const webp = [0x57, 0x45, 0x42, 0x50] as const;

/** @throws ReverieError `share-picture-refused`, saying why. */
export async function sniffPicture(bytes: Uint8Array<ArrayBuffer>): Promise<Sniffed> {
  const { type, width, height, pixels } = read(bytes);
  if (width < 1 || height < 1 || width > maxSide || height > maxSide || width * height > maxPixels) {
    throw refuse(
      `it is ${width}×${height} pixels, and at most ${maxSide} a side and ${maxPixels / 1e6} million are taken`,
    );
  }
  refuseHidden(pixels.parts, pixels.isPacked);
  await pixels.check?.();
  return { type, width, height };
}

function read(bytes: Uint8Array<ArrayBuffer>) {
  if (startsWith(bytes, [0xff, 0xd8, 0xff])) return readJpeg(bytes);
  if (startsWith(bytes, pngSignature)) return readPng(bytes);
  if (startsWith(bytes, riff) && startsWith(bytes, webp, 8)) return readWebp(bytes);
  throw refuse('it is neither JPEG, PNG nor WebP');
}
