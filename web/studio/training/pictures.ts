/** Pictures of a training: kept small and encoded, decoded again the same way whenever it goes on. */
import { ReverieError } from '../../../shared/errors';
import { limits } from '../../../shared/limits';
import type { Pixels } from '../../engine/api';
import { decodePhoto } from '../../page/intake/decode';
import { copyWithin, onPaper, toCanvas } from '../../page/intake/scale';

/** Of the painting that is kept: more than any training looks at it. */
const paintingSide = 800;
const thumbnailSide = 160;
const quality = 0.92;

async function encode(canvas: HTMLCanvasElement, type: string, at = quality): Promise<Blob> {
  const blob = await new Promise<Blob | null>((resolve) => onPaper(canvas).toBlob(resolve, type, at));
  if (blob) return blob;
  throw new ReverieError('internal', 'The browser could not encode a picture.');
}

const jpeg = async (pixels: Pixels, side: number): Promise<ArrayBuffer> =>
  (await encode(toCanvas(copyWithin(pixels, side)), 'image/jpeg')).arrayBuffer();

export const keptPainting = (pixels: Pixels): Promise<ArrayBuffer> => jpeg(pixels, paintingSide);

/**
 * Files that cannot be read are left out.
 * @throws ReverieError of the last one when none can be read
 */
export async function keptPhotos(files: readonly Blob[]): Promise<ArrayBuffer[]> {
  const photos: ArrayBuffer[] = [];
  let failure: unknown;
  for (const file of files.slice(0, limits.train.maxPhotos)) {
    try {
      photos.push(await jpeg((await decodePhoto(file)).pixels, limits.train.photoSide));
    } catch (cause) {
      failure = cause;
    }
  }
  if (photos.length === 0) throw ReverieError.from(failure, 'image-not-an-image');
  return photos;
}

export const decodeKept = async (bytes: ArrayBuffer): Promise<Pixels> => (await decodePhoto(new Blob([bytes]))).pixels;

/** Those of the person, or those that come with Reverie. */
export async function photosOf(kept: readonly ArrayBuffer[] | null): Promise<Pixels[]> {
  const photos: Pixels[] = [];
  for (const bytes of kept ?? (await fetchBundled())) photos.push(await decodeKept(bytes));
  return photos;
}

async function fetchBundled(): Promise<ArrayBuffer[]> {
  const missing = (reason: string, cause?: unknown) =>
    new ReverieError('training-photos', `The photos to learn on could not be fetched: ${reason}.`, { cause });
  return Promise.all(
    trainingPhotos.map(async (url) => {
      try {
        const response = await fetch(url);
        if (!response.ok) throw missing(`${url} answered ${response.status}`);
        return await response.arrayBuffer();
      } catch (cause) {
        throw cause instanceof ReverieError ? cause : missing(`no answer for ${url}`, cause);
      }
    }),
  );
}

/** The middle of the painting, small; JPEG where a browser writes no WebP, so that it stays small. */
export async function thumbnailOf(painting: Pixels): Promise<Uint8Array<ArrayBuffer>> {
  const { width, height } = painting;
  const scale = thumbnailSide / Math.min(width, height);
  const canvas = document.createElement('canvas');
  canvas.width = thumbnailSide;
  canvas.height = thumbnailSide;
  const context = canvas.getContext('2d');
  if (!context) return new Uint8Array();
  context.imageSmoothingQuality = 'high';
  const [w, h] = [width * scale, height * scale];
  context.drawImage(toCanvas(painting), (thumbnailSide - w) / 2, (thumbnailSide - h) / 2, w, h);
  const webp = await encode(canvas, 'image/webp', 0.8);
  const blob = webp.type === 'image/webp' ? webp : await encode(canvas, 'image/jpeg', 0.8);
  return new Uint8Array(await blob.arrayBuffer());
}

/** Pictures to learn on for who has none at hand: all computed by this project's own code, so nobody's rights are involved. */
const scenes = 11;

export const trainingPhotos: readonly string[] = [
  '/sample.jpg',
  ...Array.from({ length: scenes }, (_, i) => `/training/${String(i + 1).padStart(2, '0')}.webp`),
];
