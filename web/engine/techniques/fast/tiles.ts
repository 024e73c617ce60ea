/** How a large picture is cut: tiles that lie side by side, each seen with enough around it that none shows a seam. */
import { limits } from '../../../../shared/limits';
import { type Around, mirrorAround } from '../../images/margin';
import type { Raster } from '../../images/resample';
import { type Stage, sideMultiple } from '../../transformer/stages';

export interface Tile {
  /** What is looked at; sides are multiples of four, as are the edges, so that every tile has one lattice. */
  readonly from: number;
  readonly to: number;
  /** What of it is kept. */
  readonly start: number;
  readonly end: number;
}

/** Of an enlargement, in pixels of what it makes. */
const splineReach = 3;

/** How far an output pixel looks, in pixels, rounded up to the lattice: everything the stages can reach. */
export function reachOf(stages: readonly Stage[]): number {
  let reach = 0;
  let spacing = 1;
  for (const { kernel, stride, up } of stages) {
    if (up !== 'none') spacing /= 2;
    if (up === 'spline') reach += splineReach * spacing;
    reach += (kernel[0] >> 1) * spacing;
    if (up === 'none') spacing *= stride;
  }
  return Math.ceil((reach + sideMultiple) / sideMultiple) * sideMultiple;
}

/** @param side a multiple of four; so are `tile` and `reach` */
export function tilesOf(side: number, tile: number, reach: number): Tile[] {
  if (side <= tile) return [{ from: 0, to: side, start: 0, end: side }];
  const core = Math.max(sideMultiple, tile - 2 * reach);
  return Array.from({ length: Math.ceil(side / core) }, (_, i) => {
    const start = i * core;
    const end = Math.min(side, start + core);
    return { start, end, from: Math.max(0, start - reach), to: Math.min(side, end + reach) };
  });
}

/** Half as large; null where that would be mostly surroundings. @param longSide of the picture */
export function smallerTile(tile: number, longSide: number): number | null {
  const half = Math.floor(Math.min(tile, longSide) / 2 / sideMultiple) * sideMultiple;
  return half < limits.fast.minTile ? null : half;
}

// Pictures whose sides a fast-style network can halve twice.

/**
 * Mirrored rows and columns on both sides, at least `margin` of each, until the sides are multiples of four; `cropMiddle`
 * takes them off.
 */
export function toLattice(picture: Raster, margin = 0): Raster {
  const around = (side: number): Around => {
    const least = 2 * margin;
    const all = least + ((sideMultiple - ((side + least) % sideMultiple)) % sideMultiple);
    const before = Math.floor(all / 2);
    return [before, all - before];
  };
  const [above, beside] = [around(picture.height), around(picture.width)];
  return above[1] + beside[1] === 0 ? picture : mirrorAround(picture, above, beside);
}
