/** The loss curve as an SVG path: losses fall by orders of magnitude, so the axis is logarithmic where it can be. */

export interface Curve {
  readonly path: string;
  /** What lies below it, closed. */
  readonly area: string;
  /** Heights of the points, 0 at the top and 1 at the bottom; null where there is no loss. */
  readonly heights: readonly (number | null)[];
}

/**
 * @param losses one per frame; null or not finite where the technique tells none.
 * @param width,height of the box that the path is drawn in.
 * @returns null with fewer than two points: there is no curve.
 */
export function lossCurve(losses: readonly (number | null)[], width: number, height: number): Curve | null {
  const known = losses.filter((loss): loss is number => typeof loss === 'number' && Number.isFinite(loss));
  if (known.length < 2) return null;
  const logarithmic = known.every((loss) => loss > 0);
  const scale = (loss: number) => (logarithmic ? Math.log(loss) : loss);
  const [low, high] = [scale(Math.min(...known)), scale(Math.max(...known))];
  const heights = losses.map((loss) => {
    if (typeof loss !== 'number' || !Number.isFinite(loss)) return null;
    return high === low ? 0.5 : (high - scale(loss)) / (high - low);
  });
  const xs = losses.map((_, i) => round((i / (losses.length - 1)) * width));
  const points = heights.flatMap((y, i) => (y === null ? [] : [`${xs[i]} ${round(y * height)}`]));
  const path = `M${points.join('L')}`;
  // The first frames may be older than the first loss.
  const ends = xs.filter((_, i) => heights[i] !== null);
  return { path, area: `${path}L${ends.at(-1)} ${height}L${ends[0]} ${height}Z`, heights };
}

const round = (value: number) => Math.round(value * 100) / 100;
