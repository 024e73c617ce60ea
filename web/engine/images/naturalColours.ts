/**
 * Axes along which the colours of natural pictures vary independently (lucid, `color.py`): from dark to light, from blue to
 * yellow, from green to magenta, each in units of how far they go along it, the longest in units of RGB.
 */

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
