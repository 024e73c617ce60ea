/**
 * How cells of two networks fall together in the picture: a network without padding begins its cells further in than one
 * that reflects its border.
 */
import type { TapGeometry } from '../../../web/engine/network/geometry';

export interface Pair {
  readonly own: TapGeometry;
  readonly theirs: TapGeometry;
}

type Axis = 0 | 1;

/** Cells of ours before the first of theirs, when their picture begins `cut` pixels later; not whole as a rule. */
const offset = ({ own, theirs }: Pair, cut: number, axis: Axis) =>
  (theirs.centre[axis] + cut - own.centre[axis]) / own.stride;

/**
 * How many pixels a teacher's picture is cut at the top and left so that its cells fall on the student's as well as they
 * can at all taps.
 */
export function cutOf(pairs: readonly Pair[]): readonly [vertical: number, horizontal: number] {
  const along = (axis: Axis) => {
    const off = (cut: number) =>
      Math.max(...pairs.map((pair) => Math.abs(offset(pair, cut, axis) - Math.round(offset(pair, cut, axis)))));
    const cuts = Array.from({ length: Math.max(...pairs.map(({ own }) => own.stride)) }, (_, cut) => cut);
    return cuts.reduce((best, cut) => (off(cut) < off(best) ? cut : best), 0);
  };
  return [along(0), along(1)];
}

/** The part of a row or column of cells that two networks have in common. */
export interface Overlap {
  /** First cell of ours, and of theirs. */
  readonly own: number;
  readonly theirs: number;
  /** None where it is not above 0. */
  readonly count: number;
}

/** @param counts how many cells each has along the axis */
export function overlapOf(
  axis: Axis,
  pair: Pair,
  cut: number,
  counts: { readonly own: number; readonly theirs: number },
): Overlap {
  const shift = Math.round(offset(pair, cut, axis));
  const own = Math.max(0, shift);
  return { own, theirs: own - shift, count: Math.min(counts.own - own, counts.theirs - (own - shift)) };
}
