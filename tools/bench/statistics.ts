/** Medians and spreads: what a timing on a shared machine is worth. */

export interface Summary {
  readonly median: number;
  /** First and third quartile. */
  readonly low: number;
  readonly high: number;
  readonly count: number;
}

/** Value below which a share `q` of `values` lies, interpolated between neighbours; NaN without values. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = q * (sorted.length - 1);
  const below = sorted[Math.floor(at)] ?? Number.NaN;
  const above = sorted[Math.ceil(at)] ?? Number.NaN;
  return below + (above - below) * (at - Math.floor(at));
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);

export const summarise = (values: readonly number[]): Summary => ({
  median: median(values),
  low: quantile(values, 0.25),
  high: quantile(values, 0.75),
  count: values.length,
});

/**
 * How many times longer `baseline` takes than `ours`: the ratio of the medians, and the spread of the ratios round by
 * round (both were measured in the same round, so a busy moment slows both).
 */
export function speedUp(ours: readonly number[], baseline: readonly number[]): Summary {
  const paired = baseline.flatMap((time, round) => {
    const own = ours[round];
    return own === undefined ? [] : [time / own];
  });
  return { ...summarise(paired), median: median(baseline) / median(ours) };
}
