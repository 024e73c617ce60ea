/**
 * How alike two pictures of one size are. PSNR in decibels over RGB, and SSIM (Wang, Bovik, Sheikh and Simoncelli,
 * "Image quality assessment: from error visibility to structural similarity", 2004): mean over the valid positions of
 * an 11 × 11 Gaussian window, σ 1.5, on luma (BT.601), K₁ 0.01, K₂ 0.03.
 *
 * Deviation: pictures narrower than the window use one as wide as they are.
 */
import type { Pixels } from '../../engine/api';
import { opaque } from '../../engine/images/alpha';

export interface Similarity {
  /** −1..1; 1 for equal pictures. */
  readonly ssim: number;
  /** Decibels; Infinity for equal pictures. */
  readonly psnr: number;
}

const window = { size: 11, sigma: 1.5 };
const c1 = (0.01 * 255) ** 2;
const c2 = (0.03 * 255) ** 2;

interface Plane {
  readonly width: number;
  readonly height: number;
  readonly values: Float64Array;
}

function luma({ width, height, data }: Pixels): Plane {
  const values = new Float64Array(width * height);
  for (let i = 0, p = 0; i < values.length; i++, p += 4) {
    values[i] = 0.299 * (data[p] ?? 0) + 0.587 * (data[p + 1] ?? 0) + 0.114 * (data[p + 2] ?? 0);
  }
  return { width, height, values };
}

function gaussian(size: number): number[] {
  const taps = Array.from({ length: size }, (_, i) => Math.exp(-((i - (size - 1) / 2) ** 2) / (2 * window.sigma ** 2)));
  const sum = taps.reduce((total, tap) => total + tap, 0);
  return taps.map((tap) => tap / sum);
}

/** Convolves along rows, keeping only positions where the whole window lies inside, and transposes. */
function filterRows({ width, height, values }: Plane, taps: readonly number[]): Plane {
  const inside = width - taps.length + 1;
  const out = new Float64Array(inside * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < inside; x++) {
      let sum = 0;
      for (let k = 0; k < taps.length; k++) sum += (taps[k] ?? 0) * (values[y * width + x + k] ?? 0);
      out[x * height + y] = sum;
    }
  }
  return { width: height, height: inside, values: out };
}

const product = (a: Plane, b: Plane): Plane => ({
  ...a,
  values: a.values.map((value, i) => value * (b.values[i] ?? 0)),
});

function ssimOf(a: Plane, b: Plane): number {
  const across = gaussian(Math.min(window.size, a.width));
  const down = gaussian(Math.min(window.size, a.height));
  const filter = (plane: Plane) => filterRows(filterRows(plane, across), down).values;
  const [meanA, meanB] = [filter(a), filter(b)];
  const [squareA, squareB, cross] = [filter(product(a, a)), filter(product(b, b)), filter(product(a, b))];
  let sum = 0;
  for (let i = 0; i < meanA.length; i++) {
    const [ma = 0, mb = 0] = [meanA[i], meanB[i]];
    const varianceA = (squareA[i] ?? 0) - ma * ma;
    const varianceB = (squareB[i] ?? 0) - mb * mb;
    const covariance = (cross[i] ?? 0) - ma * mb;
    sum += ((2 * ma * mb + c1) * (2 * covariance + c2)) / ((ma * ma + mb * mb + c1) * (varianceA + varianceB + c2));
  }
  return sum / meanA.length;
}

function psnrOf(a: Pixels, b: Pixels): number {
  let squares = 0;
  for (let p = 0; p < a.data.length; p++) {
    if (p % 4 !== 3) squares += ((a.data[p] ?? 0) - (b.data[p] ?? 0)) ** 2;
  }
  const mean = squares / (a.width * a.height * 3);
  return mean === 0 ? Number.POSITIVE_INFINITY : 10 * Math.log10(255 ** 2 / mean);
}

/** Transparent pictures are compared as they look on white paper: colours that nobody sees are whatever an encoder left. */
const onWhite = (pixels: Pixels): Pixels => opaque(pixels, [255, 255, 255]);

/** Both pictures have the same width and height. */
export function compare(one: Pixels, other: Pixels): Similarity {
  const [a, b] = [onWhite(one), onWhite(other)];
  return { ssim: ssimOf(luma(a), luma(b)), psnr: psnrOf(a, b) };
}

/** How much brighter the difference is drawn than it is: a few levels apart are not seen otherwise. */
export const differenceGain = 8;

/** The absolute difference of every channel, times `differenceGain`, on black. */
export function difference(one: Pixels, other: Pixels): Pixels {
  const [a, b] = [onWhite(one), onWhite(other)];
  const data = new Uint8ClampedArray(a.data.length);
  for (let p = 0; p < data.length; p++) {
    data[p] = p % 4 === 3 ? 255 : Math.abs((a.data[p] ?? 0) - (b.data[p] ?? 0)) * differenceGain;
  }
  return { width: a.width, height: a.height, data };
}

export const likenesses = ['same', 'close', 'alike', 'different'] as const;
export type Likeness = (typeof likenesses)[number];

/**
 * The figure as a word. `same`: differences that rounding and the stored picture's compression explain; `close`: another
 * backend's arithmetic; `alike`: the same composition with other strokes.
 */
export function likeness({ ssim }: Similarity): Likeness {
  if (ssim >= 0.97) return 'same';
  if (ssim >= 0.85) return 'close';
  return ssim >= 0.5 ? 'alike' : 'different';
}
