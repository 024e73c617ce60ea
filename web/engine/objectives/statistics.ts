/**
 * Style as statistics of features: mean and covariance over positions, per layer. Plain numbers on the
 * CPU, so that they can come from a painting, from a preset file, or from a blend of several.
 */

export interface LayerStatistics {
  readonly channels: number;
  /** `[C]` */
  readonly mean: Float32Array;
  /** `[C, C]`, symmetric, divided by the number of positions. */
  readonly covariance: Float32Array;
}

/** Per tap. */
export type StyleStatisticsByLayer = ReadonlyMap<string, LayerStatistics>;

/**
 * Weighted blend. What mixes linearly are means and second *raw* moments (a picture that is half one style and
 * half another has the average of both), not covariances.
 * @param parts weights need not sum to 1 but must not sum to 0.
 */
export function blendStatistics(parts: readonly { weight: number; statistics: LayerStatistics }[]): LayerStatistics {
  const [first] = parts;
  if (parts.length === 1 && first) return first.statistics;
  const channels = first?.statistics.channels ?? 0;
  const total = parts.reduce((sum, { weight }) => sum + weight, 0);
  const mean = new Float32Array(channels);
  const gram = new Float32Array(channels * channels);
  for (const { weight, statistics } of parts) {
    const share = weight / total;
    statistics.mean.forEach((value, i) => {
      mean[i] = (mean[i] ?? 0) + share * value;
    });
    rawMoment(statistics).forEach((value, i) => {
      gram[i] = (gram[i] ?? 0) + share * value;
    });
  }
  return { channels, mean, covariance: covarianceOf(mean, gram) };
}

/** E[f fᵀ] = Σ + μμᵀ. */
export function rawMoment({ channels, mean, covariance }: LayerStatistics): Float32Array {
  return covariance.map((value, at) => value + outer(mean, channels, at));
}

/** Σ = E[f fᵀ] − μμᵀ. */
export function covarianceOf(mean: Float32Array, gram: Float32Array): Float32Array {
  return gram.map((value, at) => value - outer(mean, mean.length, at));
}

function outer(mean: Float32Array, channels: number, at: number): number {
  return (mean[Math.floor(at / channels)] ?? 0) * (mean[at % channels] ?? 0);
}
