/** From many dimensions to few: principal components, and t-SNE (van der Maaten & Hinton 2008). Plain arithmetic. */

const sweeps = 60;

/**
 * The first `count` principal components of each vector (Pearson 1901), strongest first; by subspace iteration on the
 * covariance, which is the same every time.
 */
export function pca(vectors: readonly Float32Array[], count: number): Float32Array[] {
  const size = vectors[0]?.length ?? 0;
  const wanted = Math.min(count, size);
  const mean = new Float64Array(size);
  for (const vector of vectors) {
    vector.forEach((value, i) => {
      mean[i] = (mean[i] ?? 0) + value / vectors.length;
    });
  }
  const covariance = new Float64Array(size * size);
  for (const vector of vectors) {
    for (let i = 0; i < size; i++) {
      const a = ((vector[i] ?? 0) - (mean[i] ?? 0)) / vectors.length;
      for (let j = 0; j < size; j++)
        covariance[i * size + j] = (covariance[i * size + j] ?? 0) + a * ((vector[j] ?? 0) - (mean[j] ?? 0));
    }
  }
  // Cosines of many frequencies: independent, and no random numbers.
  let basis: Float64Array[] = Array.from({ length: wanted }, (_, k) =>
    Float64Array.from({ length: size }, (_, i) => Math.cos((k + 1) * (i + 0.5) * 1.3)),
  );
  basis = orthonormal(basis);
  for (let sweep = 0; sweep < sweeps; sweep++) basis = orthonormal(basis.map((axis) => times(covariance, axis)));
  return vectors.map((vector) =>
    Float32Array.from(basis, (axis) =>
      axis.reduce((sum, value, i) => sum + value * ((vector[i] ?? 0) - (mean[i] ?? 0)), 0),
    ),
  );
}

const times = (matrix: Float64Array, vector: Float64Array): Float64Array =>
  vector.map((_, i) => vector.reduce((sum, value, j) => sum + (matrix[i * vector.length + j] ?? 0) * value, 0));

/** Gram–Schmidt, in order; what is nothing stays nothing. */
function orthonormal(vectors: readonly Float64Array[]): Float64Array[] {
  const done: Float64Array[] = [];
  for (const vector of vectors) {
    const rest = vector.slice();
    for (const axis of done) {
      const along = rest.reduce((sum, value, i) => sum + value * (axis[i] ?? 0), 0);
      axis.forEach((value, i) => {
        rest[i] = (rest[i] ?? 0) - along * value;
      });
    }
    const length = Math.hypot(...rest);
    done.push(rest.map((value) => (length > 1e-12 ? value / length : 0)));
  }
  return done;
}

const perplexity = 30;
/** As in the paper: affinities are larger at first, so that clusters form; momentum grows after. */
const exaggeration = { factor: 12, share: 0.25 };
const momentum = { early: 0.5, late: 0.8 };

/**
 * Exact t-SNE with the paper's gradient and gains, a step a turn.
 * @param points `[n, 2]`, where it begins, and where the result is
 */
export function* tsne(vectors: readonly Float32Array[], points: Float32Array, steps: number): Generator<number> {
  const n = vectors.length;
  const affinities = jointAffinities(vectors, Math.min(perplexity, (n - 1) / 3));
  const spread = Math.sqrt(points.reduce((sum, value) => sum + value * value, 0) / points.length) || 1;
  for (let i = 0; i < points.length; i++) points[i] = (1e-4 * (points[i] ?? 0)) / spread;
  const rate = Math.max(50, n / exaggeration.factor / 4);
  const [velocity, gains, gradient] = [
    new Float64Array(2 * n),
    new Float64Array(2 * n).fill(1),
    new Float64Array(2 * n),
  ];
  for (let step = 1; step <= steps; step++) {
    const early = step <= steps * exaggeration.share;
    tsneGradient(affinities, points, early ? exaggeration.factor : 1, gradient);
    const keep = early ? momentum.early : momentum.late;
    for (let i = 0; i < 2 * n; i++) {
      const [g, v] = [gradient[i] ?? 0, velocity[i] ?? 0];
      gains[i] = Math.max(0.01, g * v > 0 ? (gains[i] ?? 1) * 0.8 : (gains[i] ?? 1) + 0.2);
      velocity[i] = keep * v - rate * (gains[i] ?? 1) * g;
      points[i] = (points[i] ?? 0) + (velocity[i] ?? 0);
    }
    yield step;
  }
}

/** ∂KL/∂y = 4 Σ_j (p_ij − q_ij)(y_i − y_j) / (1 + |y_i − y_j|²), with p times a factor. Pairs are passed twice, n² / 2 each. */
export function tsneGradient(
  affinities: Float32Array,
  points: Float32Array,
  factor: number,
  gradient: Float64Array,
): void {
  const n = points.length / 2;
  let total = 0;
  for (let i = 0; i < n; i++) {
    const [x, y] = [points[2 * i] as number, points[2 * i + 1] as number];
    for (let j = 0; j < i; j++) {
      const [dx, dy] = [x - (points[2 * j] as number), y - (points[2 * j + 1] as number)];
      total += 2 / (1 + dx * dx + dy * dy);
    }
  }
  gradient.fill(0);
  for (let i = 0; i < n; i++) {
    const [x, y] = [points[2 * i] as number, points[2 * i + 1] as number];
    let [sumX, sumY] = [0, 0];
    for (let j = 0; j < i; j++) {
      const [dx, dy] = [x - (points[2 * j] as number), y - (points[2 * j + 1] as number)];
      const near = 1 / (1 + dx * dx + dy * dy);
      const force = 4 * (factor * (affinities[i * n + j] as number) - near / total) * near;
      sumX += force * dx;
      sumY += force * dy;
      gradient[2 * j] = (gradient[2 * j] as number) - force * dx;
      gradient[2 * j + 1] = (gradient[2 * j + 1] as number) - force * dy;
    }
    gradient[2 * i] = (gradient[2 * i] as number) + sumX;
    gradient[2 * i + 1] = (gradient[2 * i + 1] as number) + sumY;
  }
}

/** p_ij of the paper: Gaussian neighbourhoods, each as wide as makes its perplexity what is asked, symmetric, sum 1. */
export function jointAffinities(vectors: readonly Float32Array[], wanted: number): Float32Array {
  const n = vectors.length;
  const rows = new Float32Array(n * n);
  const away = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const own = vectors[i] as Float32Array;
    for (let j = 0; j < n; j++) {
      const other = vectors[j] as Float32Array;
      let sum = 0;
      for (let k = 0; k < own.length; k++) sum += ((own[k] as number) - (other[k] as number)) ** 2;
      away[j] = sum;
    }
    let [low, high, beta] = [0, Number.POSITIVE_INFINITY, 1 / (away.reduce((a, b) => a + b, 0) / n || 1)];
    for (let turn = 0; turn < 50; turn++) {
      let [sum, mean] = [0, 0];
      for (let j = 0; j < n; j++) {
        const p = j === i ? 0 : Math.exp(-beta * (away[j] as number));
        rows[i * n + j] = p;
        sum += p;
        mean += p * (away[j] as number);
      }
      const entropy = sum > 0 ? Math.log(sum) + (beta * mean) / sum : 0;
      for (let j = 0; j < n; j++) rows[i * n + j] = sum > 0 ? (rows[i * n + j] as number) / sum : 0;
      if (Math.abs(entropy - Math.log(wanted)) < 1e-5) break;
      if (entropy > Math.log(wanted)) low = beta;
      else high = beta;
      beta = Number.isFinite(high) ? (low + high) / 2 : beta * 2;
    }
  }
  const joint = new Float32Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++)
      joint[i * n + j] = ((rows[i * n + j] as number) + (rows[j * n + i] as number)) / (2 * n);
  }
  return joint;
}
