/** Pictures for a share: drawn anew, so that nothing of the original file goes with them, and small enough. */
import { ReverieError } from '../../../shared/errors';
import { sha256Hex } from '../../../shared/hash';
import { limits } from '../../../shared/limits';
import { type DescribedPicture, type ShareType, shareTypes } from '../../../shared/share';
import type { Pixels } from '../../engine/api';
import { isTransparent } from '../../engine/images/alpha';
import { onPaper, toCanvas } from '../../page/intake/scale';
import { isLossless, stripMetadata } from '../../page/intake/strip';
import type { KeyFrame } from './reel';

export interface EncodedPicture {
  readonly described: DescribedPicture;
  readonly blob: Blob;
  /** Every pixel as it was. */
  readonly exact: boolean;
}

type Attempt = readonly [type: ShareType, quality?: number, only?: 'exact'];

/** What a painting is tried as, the best first. Safari encodes no WebP and then gives a PNG, which is taken as such. */
const forPicture: readonly Attempt[] = [
  ['image/webp', 0.95],
  ['image/jpeg', 0.92],
  ['image/jpeg', 0.8],
];
/**
 * Inputs are to give the same picture again: without loss if that is not too large. WebP without loss is smaller than PNG
 * and slower to make; Chromium and Firefox make it at quality 1, and whoever makes something else of that is passed over.
 */
const forInput: readonly Attempt[] = [['image/png'], ['image/webp', 1, 'exact'], ...forPicture];
const forFilm: readonly Attempt[] = [0.85, 0.7, 0.55, 0.4, 0.25].flatMap((quality): Attempt[] => [
  ['image/webp', quality],
  ['image/jpeg', quality],
]);
/** Old scrapers know no WebP. */
const forCard: readonly Attempt[] = [0.88, 0.75, 0.6, 0.4].map((quality): Attempt => ['image/jpeg', quality]);

const whole = (attempts: readonly Attempt[]) => (pixels: Pixels) =>
  squeeze(toCanvas(pixels), isTransparent(pixels), attempts, limits.share.maxPictureBytes);
export const encodePicture = whole(forPicture);
export const encodeInput = whole(forInput);

/** @throws ReverieError `share-too-large` when no attempt is small enough. */
async function squeeze(
  canvas: HTMLCanvasElement,
  transparent: boolean,
  attempts: readonly Attempt[],
  most: number,
): Promise<EncodedPicture> {
  for (const [type, quality, only] of attempts) {
    const source = type === 'image/jpeg' ? onPaper(canvas) : canvas;
    const encoded = await new Promise<Blob | null>((resolve) => source.toBlob(resolve, type, quality));
    const known = shareTypes.find((candidate) => candidate === encoded?.type);
    if (!encoded || !known) continue;
    const bytes = stripMetadata(new Uint8Array(await encoded.arrayBuffer()), known);
    const exact = isLossless(bytes, known);
    if (bytes.length > most || (only === 'exact' && !exact)) continue;
    const described = {
      bytes: bytes.length,
      width: canvas.width,
      height: canvas.height,
      type: known,
      ...(transparent && known !== 'image/jpeg' && { transparent }),
      sha256: await sha256Hex(bytes),
    };
    return { blob: new Blob([bytes], { type: known }), described, exact };
  }
  throw new ReverieError(
    'share-too-large',
    'The picture cannot be made small enough to share. Paint it at a smaller size.',
  );
}

export interface EncodedFilm extends EncodedPicture {
  readonly frames: number;
  readonly columns: number;
  readonly frameWidth: number;
  readonly frameHeight: number;
  readonly steps: readonly number[];
  readonly losses: readonly (number | null)[];
}

/** The frames in one sprite, row by row. */
export async function encodeFilm(frames: readonly KeyFrame[]): Promise<EncodedFilm | null> {
  const last = frames.at(-1);
  if (!last || frames.length < 2) return null;
  const { width: frameWidth, height: frameHeight } = last.pixels;
  const columns = Math.ceil(Math.sqrt(frames.length * (frameHeight / frameWidth)));
  const transparent = frames.some(({ pixels }) => isTransparent(pixels));
  const fill = transparent ? null : wall;
  const { canvas, context } = blank(columns * frameWidth, Math.ceil(frames.length / columns) * frameHeight, fill);
  frames.forEach(({ pixels }, i) => {
    const [x, y] = [(i % columns) * frameWidth, Math.floor(i / columns) * frameHeight];
    // Early frames of a pyramid are smaller than the last.
    context.drawImage(toCanvas(pixels), x, y, frameWidth, frameHeight);
  });
  return {
    ...(await squeeze(canvas, transparent, forFilm, limits.share.maxFilmBytes)),
    frames: frames.length,
    columns,
    frameWidth,
    frameHeight,
    steps: frames.map(({ step }) => step),
    losses: frames.map(({ loss }) => loss),
  };
}

/** What messengers show. Some crop it to 2:1: what counts stays in the middle. */
export async function encodeCard(pixels: Pixels): Promise<EncodedPicture> {
  const { canvas, context } = blank(1200, 630);
  // JPEG knows no transparency: a cut-out lies on white paper, as in every other JPEG.
  const picture = onPaper(toCanvas(pixels));
  // The whole painting before a blurred wall of itself, so that no format loses its head or its feet.
  // Drawn tiny and large again, since Safari's canvas has no filters.
  const tiny = blank(24, 13);
  tiny.context.drawImage(picture, 0, 0, tiny.canvas.width, tiny.canvas.height);
  context.drawImage(tiny.canvas, 0, 0, canvas.width, canvas.height);
  context.fillStyle = 'rgb(0 0 0 / 30%)';
  context.fillRect(0, 0, canvas.width, canvas.height);
  const scale = Math.min((canvas.width - 40) / pixels.width, 560 / pixels.height);
  const [width, height] = [pixels.width * scale, pixels.height * scale];
  context.drawImage(picture, (canvas.width - width) / 2, (canvas.height - height) / 2, width, height);
  return squeeze(canvas, false, forCard, limits.share.maxCardBytes);
}

const wall = '#777';

function blank(width: number, height: number, fill: string | null = wall) {
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d');
  if (!context) throw new ReverieError('internal', 'The browser gave no canvas to draw on.');
  if (fill) {
    context.fillStyle = fill;
    context.fillRect(0, 0, width, height);
  }
  context.imageSmoothingQuality = 'high';
  return { canvas, context };
}
