/**
 * Optimal transport between Gaussians, in closed form: of all maps that give features the mean and covariance of others, the
 * one that moves them least (Olkin & Pukelsheim 1982; for style transfer Lu et al. 2019, Mroueh 2019). Against whitening and
 * colouring (Li et al. 2017) it keeps more of the picture at the same style.
 */
import type { Gaussian } from '../../../../shared/anyStyle/places';
import { ReverieError } from '../../../../shared/errors';
import { eigensystem, functionOf, largestEigenvalue, type Matrix, product } from './symmetric';

/** x ↦ matrix · x + vector; the matrix is symmetric and positive. */
export interface Transport {
  readonly matrix: Matrix;
  readonly vector: Float64Array<ArrayBuffer>;
}

/** Variance that every direction is given beside its own, as a share of the largest's: what hardly varies is not blown up. */
const regularisation = 1e-3;
/** Of features whose mean is near 1, or colours in 0..1: a picture of one colour has no variance at all. */
const leastVariance = 1e-6;

/** What is added along the diagonal of a covariance; single precision leaves this much of large means in it. */
export const addedVariance = ({ mean, covariance }: Gaussian): number =>
  regularisation * Math.max(0, largestEigenvalue(covariance, mean.length)) +
  leastVariance * mean.reduce((largest, value) => Math.max(largest, value ** 2), 1);

/** A matrix that has what is added, which no eigenvalue can be below but by rounding. */
interface Added {
  readonly matrix: Matrix;
  readonly least: number;
}

function withAdded(gaussian: Gaussian): Added {
  const least = addedVariance(gaussian);
  const step = gaussian.mean.length + 1;
  return { matrix: gaussian.covariance.map((value, k) => (k % step === 0 ? value + least : value)), least };
}

/** Of covariances that are moved to: a style's are needed at every size of every picture. */
const roots = new WeakMap<Gaussian, Added>();

function rootOf(gaussian: Gaussian): Added {
  const known = roots.get(gaussian);
  if (known) return known;
  // What is moved to is given its own share, or a picture would not be its own style.
  const { matrix, least } = withAdded(gaussian);
  const system = eigensystem(matrix, gaussian.mean.length);
  const root = { matrix: functionOf(system, (value) => Math.sqrt(Math.max(least, value))), least: Math.sqrt(least) };
  roots.set(gaussian, root);
  return root;
}

/**
 * With m, A of `from` and n, B of `to`: x ↦ M (x − m) + n, M = B^{½} (B^{½} A B^{½})^{-½} B^{½}, which is the same as
 * A^{-½} (A^{½} B A^{½})^{½} A^{-½} and needs one eigensystem per picture.
 * @param strength 1 all the way, 0 nowhere: between them along the straight line (McCann 1997)
 * @throws ReverieError `numeric-failure` when they are not made of numbers
 */
export function transport(from: Gaussian, to: Gaussian, strength = 1): Transport {
  const size = from.mean.length;
  if (to.mean.length !== size) {
    throw new ReverieError('internal', `Statistics of ${to.mean.length} channels for features of ${size}.`);
  }
  const { matrix: root, least } = rootOf(to);
  const own = withAdded(from);
  const between = eigensystem(product(product(root, own.matrix, size), root, size), size);
  const middle = functionOf(between, (value) => 1 / Math.sqrt(Math.max(least ** 2 * own.least, value)));
  const matrix = symmetric(product(product(root, middle, size), root, size), size);
  const vector = new Float64Array(size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      const straight = i === j ? 1 - strength : 0;
      matrix[i * size + j] = strength * (matrix[i * size + j] ?? 0) + straight;
    }
    let moved = 0;
    for (let j = 0; j < size; j++) moved += (matrix[i * size + j] ?? 0) * (from.mean[j] ?? 0);
    vector[i] = strength * (to.mean[i] ?? 0) + (1 - strength) * (from.mean[i] ?? 0) - moved;
  }
  return { matrix, vector };
}

/** What rounding has put between a matrix and its mirror image, taken away. */
function symmetric(matrix: Matrix, size: number): Matrix {
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < i; j++) {
      const both = ((matrix[i * size + j] ?? 0) + (matrix[j * size + i] ?? 0)) / 2;
      matrix[i * size + j] = both;
      matrix[j * size + i] = both;
    }
  }
  return matrix;
}

/**
 * A mixture: means and covariances averaged, which at these numbers of channels is all but the barycentre of the transport.
 * @param parts weights of at least 0 that need not sum to 1, of Gaussians of as many channels
 */
export function mixGaussians(parts: readonly { readonly weight: number; readonly gaussian: Gaussian }[]): Gaussian {
  const total = parts.reduce((sum, { weight }) => sum + weight, 0);
  const [first] = parts;
  if (!first || !(total > 0)) throw new ReverieError('recipe-invalid', 'One of the styles needs a weight above 0.');
  const mean = new Float64Array(first.gaussian.mean.length);
  const covariance = new Float64Array(first.gaussian.covariance.length);
  for (const { weight, gaussian } of parts) {
    gaussian.mean.forEach((value, i) => {
      mean[i] = (mean[i] ?? 0) + (weight / total) * value;
    });
    gaussian.covariance.forEach((value, i) => {
      covariance[i] = (covariance[i] ?? 0) + (weight / total) * value;
    });
  }
  return { mean, covariance };
}

/** From raw moments, as the kernel measures them: E[f] and E[f fᵀ]. */
export function gaussianOf(mean: Float32Array, gram: Float32Array): Gaussian {
  const size = mean.length;
  const means = Float64Array.from(mean);
  const covariance = Float64Array.from(gram);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      covariance[i * size + j] = (covariance[i * size + j] ?? 0) - (means[i] ?? 0) * (means[j] ?? 0);
    }
  }
  return { mean: means, covariance: symmetric(covariance, size) };
}
