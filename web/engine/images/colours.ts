/**
 * Keeping colours (Gatys, Bethge, Hertzmann & Shechtman 2016): lights and darks of one picture under the colours of another,
 * and one picture's colours given the mean and covariance of another's. All pictures are RGB in 0..1.
 */
import { clampUnit } from './pictures';
import type { Raster } from './resample';

/** BT.601: what grey a colour is seen as. */
const luma = [0.299, 0.587, 0.114] as const;

const greyAt = (values: Float32Array, i: number): number =>
  luma[0] * (values[i] ?? 0) + luma[1] * (values[i + 1] ?? 0) + luma[2] * (values[i + 2] ?? 0);

/** The picture in grey, three equal channels. */
export function greyOf(raster: Raster): Raster {
  const values = new Float32Array(raster.values.length);
  for (let i = 0; i < values.length; i += 3) values.fill(greyAt(raster.values, i), i, i + 3);
  return { ...raster, values };
}

/** A grey picture with the mean and contrast of another one. */
export function matchGrey(grey: Raster, reference: Raster): Raster {
  const [own, wanted] = [spread(grey), spread(reference)];
  const gain = own.deviation > 1e-6 ? wanted.deviation / own.deviation : 1;
  return clampUnit({ ...grey, values: grey.values.map((value) => (value - own.mean) * gain + wanted.mean) });
}

function spread({ values }: Raster): { mean: number; deviation: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { mean, deviation: Math.sqrt(variance) };
}

/** The first picture's lights and darks with the second one's colours; both of one size. */
export function withColoursOf(picture: Raster, colours: Raster): Raster {
  const values = new Float32Array(picture.values.length);
  for (let i = 0; i < values.length; i += 3) {
    const shift = greyAt(picture.values, i) - greyAt(colours.values, i);
    for (let c = i; c < i + 3; c++) values[c] = (colours.values[c] ?? 0) + shift;
  }
  return clampUnit({ ...picture, values });
}

/** Added to both covariances: a picture of one colour has none. */
const minVariance = 1e-5;

/** x′ = L_C L_S⁻¹ (x − μ_S) + μ_C with Cholesky factors of the covariances: the reference's mean and covariance. */
export function matchColours(picture: Raster, reference: Raster): Raster {
  const [own, wanted] = [colourStatistics(picture), colourStatistics(reference)];
  const transform = multiply(cholesky(wanted.covariance), invertLower(cholesky(own.covariance)));
  const values = new Float32Array(picture.values.length);
  for (let i = 0; i < values.length; i += 3) {
    for (let c = 0; c < 3; c++) {
      let sum = wanted.mean[c] ?? 0;
      for (let k = 0; k < 3; k++)
        sum += (transform[c * 3 + k] ?? 0) * ((picture.values[i + k] ?? 0) - (own.mean[k] ?? 0));
      values[i + c] = sum;
    }
  }
  return clampUnit({ ...picture, values });
}

/** Mean `[3]` and covariance `[3, 3]` of a picture's colours. */
export function colourStatistics({ values }: Raster): { mean: Float64Array; covariance: Float64Array } {
  const count = values.length / 3;
  const mean = new Float64Array(3);
  values.forEach((value, i) => {
    mean[i % 3] = (mean[i % 3] ?? 0) + value / count;
  });
  const covariance = new Float64Array(9);
  for (let i = 0; i < values.length; i += 3) {
    for (let a = 0; a < 3; a++) {
      for (let b = 0; b < 3; b++) {
        const product = ((values[i + a] ?? 0) - (mean[a] ?? 0)) * ((values[i + b] ?? 0) - (mean[b] ?? 0));
        covariance[a * 3 + b] = (covariance[a * 3 + b] ?? 0) + product / count;
      }
    }
  }
  for (let a = 0; a < 3; a++) covariance[a * 4] = (covariance[a * 4] ?? 0) + minVariance;
  return { mean, covariance };
}

function cholesky(matrix: Float64Array): Float64Array {
  const lower = new Float64Array(9);
  for (let i = 0; i < 3; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * 3 + j] ?? 0;
      for (let k = 0; k < j; k++) sum -= (lower[i * 3 + k] ?? 0) * (lower[j * 3 + k] ?? 0);
      lower[i * 3 + j] = i === j ? Math.sqrt(Math.max(sum, 1e-12)) : sum / (lower[j * 4] ?? 1);
    }
  }
  return lower;
}

function invertLower(lower: Float64Array): Float64Array {
  const inverse = new Float64Array(9);
  for (let column = 0; column < 3; column++) {
    for (let i = column; i < 3; i++) {
      let sum = i === column ? 1 : 0;
      for (let k = column; k < i; k++) sum -= (lower[i * 3 + k] ?? 0) * (inverse[k * 3 + column] ?? 0);
      inverse[i * 3 + column] = sum / (lower[i * 4] ?? 1);
    }
  }
  return inverse;
}

function multiply(a: Float64Array, b: Float64Array): Float64Array {
  const result = new Float64Array(9);
  for (let i = 0; i < 3; i++) {
    for (let j = 0; j < 3; j++) {
      for (let k = 0; k < 3; k++)
        result[i * 3 + j] = (result[i * 3 + j] ?? 0) + (a[i * 3 + k] ?? 0) * (b[k * 3 + j] ?? 0);
    }
  }
  return result;
}

// Axes along which the colours of natural pictures vary independently (lucid, `color.py`): from dark to light, from blue to
// yellow, from green to magenta, each in units of how far they go along it, the longest in units of RGB.

/** Square root of the covariance of ImageNet's colours, RGB by axis. */
const root = [
  [0.26, 0.09, 0.02],
  [0.27, 0, -0.05],
  [0.27, -0.09, 0.03],
];
const longest = Math.max(...[0, 1, 2].map((axis) => Math.hypot(...root.map((row) => row[axis] ?? 0))));

/** Axis by RGB: rows of coefficients times this are rows of RGB. */
export const fromNaturalAxes: number[][] = [0, 1, 2].map((axis) => root.map((row) => (row[axis] ?? 0) / longest));

/** RGB by axis, the inverse, by Cramer's rule. */
export const toNaturalAxes: number[][] = inverse(fromNaturalAxes);

function inverse(matrix: readonly (readonly number[])[]): number[][] {
  const at = (i: number, j: number): number => matrix[i % 3]?.[j % 3] ?? 0;
  const cofactor = (i: number, j: number): number =>
    at(i + 1, j + 1) * at(i + 2, j + 2) - at(i + 1, j + 2) * at(i + 2, j + 1);
  const determinant = [0, 1, 2].reduce((sum, j) => sum + at(0, j) * cofactor(0, j), 0);
  return [0, 1, 2].map((i) => [0, 1, 2].map((j) => cofactor(j, i) / determinant));
}
