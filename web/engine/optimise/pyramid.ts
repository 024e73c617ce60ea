/** Coarse to fine: large shapes are settled where they are cheap, detail is added where it is seen. */

/**
 * Long sides in pixels, ascending by about √2, the last one `end`; the first is at least `start` (or `end` itself
 * when that is smaller). Evenly spaced in the logarithm, so that no step is much smaller than the others.
 */
export function pyramidSizes(start: number, end: number): number[] {
  if (end <= start) return [end];
  const steps = Math.max(1, Math.round(Math.log(end / start) / Math.log(Math.SQRT2)));
  return Array.from({ length: steps + 1 }, (_, i) => Math.round(start * (end / start) ** (i / steps)));
}
