/**
 * Eigenvalues and eigenvectors of symmetric matrices in double precision, on the CPU: Householder's reduction to three
 * diagonals, then implicit QL (Bowdler, Martin, Reinsch & Wilkinson 1968; `tred2` and `tql2` of EISPACK).
 */
import { ReverieError } from '../../../../shared/errors';

/** A square matrix, row by row. */
export type Matrix = Float64Array<ArrayBuffer>;

export interface Eigensystem {
  /** Rising. */
  readonly values: Float64Array;
  /** Column k belongs to value k; orthonormal. */
  readonly vectors: Matrix;
}

/** More than any matrix needs; one that is not of numbers needs more. */
const maxTurns = 50;

/**
 * @param matrix `[size, size]`, symmetric: only the lower triangle is read
 * @throws ReverieError `numeric-failure` when it is not made of numbers
 */
export function eigensystem(matrix: Float64Array, size: number): Eigensystem {
  const vectors = matrix.slice() as Matrix;
  const values = new Float64Array(size);
  const beside = new Float64Array(size);
  tridiagonalise(vectors, values, beside, size);
  diagonalise(vectors, values, beside, size);
  return sorted(values, vectors, size);
}

/** z becomes the orthogonal matrix of the reduction, d the diagonal, e what is beside it. */
function tridiagonalise(z: Float64Array, d: Float64Array, e: Float64Array, n: number): void {
  const at = (row: number, column: number): number => z[row * n + column] as number;
  for (let i = n - 1; i > 0; i--) {
    let h = 0;
    let scale = 0;
    for (let k = 0; k < i; k++) scale += Math.abs(at(i, k));
    if (i === 1 || scale === 0) {
      e[i] = at(i, i - 1);
      d[i] = 0;
      continue;
    }
    for (let k = 0; k < i; k++) {
      z[i * n + k] = at(i, k) / scale;
      h += at(i, k) ** 2;
    }
    const f = at(i, i - 1);
    const g = f >= 0 ? -Math.sqrt(h) : Math.sqrt(h);
    e[i] = scale * g;
    h -= f * g;
    z[i * n + i - 1] = f - g;
    let sum = 0;
    for (let j = 0; j < i; j++) {
      z[j * n + i] = at(i, j) / h;
      let product = 0;
      for (let k = 0; k <= j; k++) product += at(j, k) * at(i, k);
      for (let k = j + 1; k < i; k++) product += at(k, j) * at(i, k);
      e[j] = product / h;
      sum += (e[j] as number) * at(i, j);
    }
    const half = sum / (h + h);
    for (let j = 0; j < i; j++) {
      const left = at(i, j);
      const right = (e[j] as number) - half * left;
      e[j] = right;
      for (let k = 0; k <= j; k++) z[j * n + k] = at(j, k) - left * (e[k] as number) - right * at(i, k);
    }
    d[i] = h;
  }
  d[0] = 0;
  e[0] = 0;
  for (let i = 0; i < n; i++) {
    if (d[i] !== 0) {
      for (let j = 0; j < i; j++) {
        let product = 0;
        for (let k = 0; k < i; k++) product += at(i, k) * at(k, j);
        for (let k = 0; k < i; k++) z[k * n + j] = at(k, j) - product * at(k, i);
      }
    }
    d[i] = at(i, i);
    z[i * n + i] = 1;
    for (let j = 0; j < i; j++) {
      z[j * n + i] = 0;
      z[i * n + j] = 0;
    }
  }
}

function diagonalise(z: Float64Array, d: Float64Array, e: Float64Array, n: number): void {
  e.copyWithin(0, 1);
  e[n - 1] = 0;
  for (let l = 0; l < n; l++) {
    for (let turn = 0; ; turn++) {
      const m = firstSplit(d, e, l);
      if (m === l) break;
      if (turn === maxTurns) throw new ReverieError('numeric-failure', 'These statistics are not made of numbers.');
      turnOnce(z, d, e, n, l, m);
    }
  }
}

/** Where what is beside the diagonal is nothing to it, from `from` on. */
function firstSplit(d: Float64Array, e: Float64Array, from: number): number {
  let m = from;
  for (; m < d.length - 1; m++) {
    const around = Math.abs(d[m] as number) + Math.abs(d[m + 1] as number);
    if (Math.abs(e[m] as number) <= Number.EPSILON * around) break;
  }
  return m;
}

function turnOnce(z: Float64Array, d: Float64Array, e: Float64Array, n: number, l: number, m: number): void {
  const first = d[l] as number;
  const below = e[l] as number;
  let g = ((d[l + 1] as number) - first) / (2 * below);
  let r = Math.hypot(g, 1);
  g = (d[m] as number) - first + below / (g + (g < 0 ? -r : r));
  let s = 1;
  let c = 1;
  let p = 0;
  for (let i = m - 1; i >= l; i--) {
    const f = s * (e[i] as number);
    const b = c * (e[i] as number);
    r = Math.hypot(f, g);
    e[i + 1] = r;
    if (r === 0) {
      d[i + 1] = (d[i + 1] as number) - p;
      e[m] = 0;
      return;
    }
    s = f / r;
    c = g / r;
    g = (d[i + 1] as number) - p;
    r = ((d[i] as number) - g) * s + 2 * c * b;
    p = s * r;
    d[i + 1] = g + p;
    g = c * r - b;
    for (let k = 0; k < n * n; k += n) {
      const right = z[k + i + 1] as number;
      const left = z[k + i] as number;
      z[k + i + 1] = s * left + c * right;
      z[k + i] = c * left - s * right;
    }
  }
  d[l] = (d[l] as number) - p;
  e[l] = g;
  e[m] = 0;
}

function sorted(values: Float64Array, vectors: Matrix, size: number): Eigensystem {
  if (!values.every(Number.isFinite)) {
    throw new ReverieError('numeric-failure', 'These statistics are not made of numbers.');
  }
  const order = [...values.keys()].sort((a, b) => (values[a] as number) - (values[b] as number));
  const result = new Float64Array(size * size);
  order.forEach((from, to) => {
    for (let row = 0; row < size; row++) result[row * size + to] = vectors[row * size + from] as number;
  });
  return { values: Float64Array.from(order, (from) => values[from] as number), vectors: result };
}

/** Few are enough: what is wanted is its size. */
const powerTurns = 20;

/** Of a symmetric positive matrix, nearly: by turning a vector to where the matrix is longest (von Mises 1929). */
export function largestEigenvalue(matrix: Float64Array, size: number): number {
  const vector = Float64Array.from({ length: size }, (_, i) => 1 + i / size);
  const turned = new Float64Array(size);
  let length = 1;
  for (let turn = 0; turn < powerTurns && length > 0; turn++) {
    let squares = 0;
    for (let i = 0; i < size; i++) {
      let sum = 0;
      for (let j = 0; j < size; j++) sum += (matrix[i * size + j] as number) * (vector[j] as number);
      turned[i] = sum;
      squares += sum * sum;
    }
    length = Math.sqrt(squares);
    for (let i = 0; i < size; i++) vector[i] = (turned[i] as number) / length;
  }
  return length;
}

/** f of a symmetric matrix: V f(λ) Vᵀ. */
export function functionOf({ values, vectors }: Eigensystem, f: (eigenvalue: number) => number): Matrix {
  const size = values.length;
  const result = new Float64Array(size * size);
  const applied = values.map(f);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let k = 0; k < size; k++) {
        sum += (vectors[i * size + k] as number) * (applied[k] as number) * (vectors[j * size + k] as number);
      }
      result[i * size + j] = sum;
      result[j * size + i] = sum;
    }
  }
  return result;
}

/** a · b. */
export function product(a: Float64Array, b: Float64Array, size: number): Matrix {
  const result = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let k = 0; k < size; k++) {
      const left = a[i * size + k] as number;
      for (let j = 0; j < size; j++) {
        result[i * size + j] = (result[i * size + j] as number) + left * (b[k * size + j] as number);
      }
    }
  }
  return result;
}
