/** Pixels at another size, by the browser's own high-quality resampling. */
import type { Pixels } from '../../engine/api';
import { fitWithin } from './fit';

/** @returns pixels, or a part of them, on a fresh canvas, for drawing, resizing and encoding. */
export function toCanvas(
  { width, height, data }: Pixels,
  { x, y, w, h } = { x: 0, y: 0, w: width, h: height },
): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  canvas.width = w;
  canvas.height = h;
  canvas.getContext('2d')?.putImageData(new ImageData(data, width, height), -x, -y, x, y, w, h);
  return canvas;
}

/** The same before white: JPEG has no alpha, and browsers would make black of what is transparent. */
export function onPaper(picture: HTMLCanvasElement): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  canvas.width = picture.width;
  canvas.height = picture.height;
  const context = canvas.getContext('2d');
  if (!context) return picture;
  context.fillStyle = '#fff';
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(picture, 0, 0);
  return canvas;
}

/**
 * A copy whose long side is at most `maxSide`. Always a copy: the engine's worker takes the buffer away.
 */
export function copyWithin(pixels: Pixels, maxSide: number): Pixels {
  const { width, height } = fitWithin(pixels.width, pixels.height, maxSide);
  if (width === pixels.width) return { ...pixels, data: new Uint8ClampedArray(pixels.data) };
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) return { ...pixels, data: new Uint8ClampedArray(pixels.data) };
  context.imageSmoothingQuality = 'high';
  context.drawImage(toCanvas(pixels), 0, 0, width, height);
  return { width, height, data: context.getImageData(0, 0, width, height).data };
}

const reduced = new WeakMap<Pixels, Map<number, Pixels>>();

/** The same for a photo that is asked for again and again: it is scaled down once, which takes a large one a tenth of a second. */
export function copyAgain(pixels: Pixels, maxSide: number): Pixels {
  const sizes = reduced.get(pixels) ?? new Map<number, Pixels>();
  const small = sizes.get(maxSide) ?? copyWithin(pixels, maxSide);
  // One that is not scaled down would only be held twice.
  if (small.width < pixels.width) reduced.set(pixels, sizes.set(maxSide, small));
  return copyWithin(small, maxSide);
}
