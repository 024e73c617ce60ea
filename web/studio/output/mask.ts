/** Painting masks on a canvas: the brush, the ready shapes, and the way to and from pixels. The alpha is the mask. */
import type { Pixels } from '../../engine/api';
import { toCanvas } from '../../page/intake/scale';

export const maskShapes = ['left', 'right', 'top', 'bottom', 'circle'] as const;
export type MaskShape = (typeof maskShapes)[number];

/** Seen over the photo only; a mask has no colour. */
const paint = '184 55 26';

export interface Brush {
  /** Of the canvas' long side, 0..1. */
  readonly size: number;
  /** 0: a hard edge; 1: soft from the middle on. */
  readonly softness: number;
  readonly erase: boolean;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/**
 * One stroke's piece, as a row of overlapping dabs.
 * @param colour red, green and blue
 */
export function stroke(context: CanvasRenderingContext2D, from: Point, to: Point, brush: Brush, colour = paint): void {
  const { width, height } = context.canvas;
  const radius = Math.max(1, (brush.size * Math.max(width, height)) / 2);
  const length = Math.hypot(to.x - from.x, to.y - from.y);
  const dabs = Math.max(1, Math.ceil(length / (radius / 4)));
  context.globalCompositeOperation = brush.erase ? 'destination-out' : 'source-over';
  for (let i = 1; i <= dabs; i++) {
    const x = from.x + ((to.x - from.x) * i) / dabs;
    const y = from.y + ((to.y - from.y) * i) / dabs;
    // Between two circles of one size there is nothing to paint.
    const gradient = context.createRadialGradient(x, y, radius * Math.min(0.999, 1 - brush.softness), x, y, radius);
    gradient.addColorStop(0, `rgb(${colour})`);
    gradient.addColorStop(1, `rgb(${colour} / 0%)`);
    context.fillStyle = gradient;
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    context.fill();
  }
}

export function clear(context: CanvasRenderingContext2D): void {
  context.clearRect(0, 0, context.canvas.width, context.canvas.height);
}

/** Ready shapes, for hands that cannot draw; their edges are as soft as the brush's. */
export function fillShape(context: CanvasRenderingContext2D, shape: MaskShape, softness: number): void {
  const { width, height } = context.canvas;
  clear(context);
  context.globalCompositeOperation = 'source-over';
  const across = shape === 'left' || shape === 'right';
  const side = across ? width : height;
  const edge = Math.max(0.001, softness * 0.25);
  const gradient =
    shape === 'circle'
      ? context.createRadialGradient(width / 2, height / 2, 0, width / 2, height / 2, Math.min(width, height) / 2)
      : context.createLinearGradient(0, 0, across ? side : 0, across ? 0 : side);
  const reversed = shape === 'right' || shape === 'bottom';
  const middle = shape === 'circle' ? 0.9 - edge : 0.5;
  gradient.addColorStop(middle - Math.min(edge, middle), `rgb(${paint} / ${reversed ? 0 : 100}%)`);
  gradient.addColorStop(Math.min(1, middle + edge), `rgb(${paint} / ${reversed ? 100 : 0}%)`);
  context.fillStyle = gradient;
  context.fillRect(0, 0, width, height);
}

/** Shows a mask, or any picture by its brightness, on the whole canvas. */
export function showMask(context: CanvasRenderingContext2D, mask: Pixels): void {
  const { width, height } = context.canvas;
  clear(context);
  context.globalCompositeOperation = 'source-over';
  context.drawImage(toCanvas(mask), 0, 0, width, height);
  const image = context.getImageData(0, 0, width, height);
  const [red, green, blue] = paint.split(' ').map(Number) as [number, number, number];
  for (let i = 0; i < image.data.length; i += 4) {
    const [r = 0, g = 0, b = 0, a = 0] = image.data.subarray(i, i + 4);
    const light = ((0.299 * r + 0.587 * g + 0.114 * b) * a) / 255;
    image.data.set([red, green, blue, light], i);
  }
  context.putImageData(image, 0, 0);
}

/** @returns grey pixels, white where it paints; null where nothing was painted. */
export function readMask(context: CanvasRenderingContext2D): Pixels | null {
  const { width, height } = context.canvas;
  const { data } = context.getImageData(0, 0, width, height);
  let painted = false;
  for (let i = 0; i < data.length; i += 4) {
    const alpha = data[i + 3] ?? 0;
    if (alpha > 0) painted = true;
    data.fill(alpha, i, i + 3);
    data[i + 3] = 255;
  }
  return painted ? { width, height, data } : null;
}
