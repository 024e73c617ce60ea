/**
 * Gradients of large pictures, tile by tile, so that memory is bounded by the tile. Each tile is looked at with some of
 * its surroundings, which are thrown away again, and begins on the network's lattice: the gradient is then that of the
 * picture as a whole. Where the tiles meet is drawn anew at every step, so that no seam can grow from what is left.
 */
import * as tf from '@tensorflow/tfjs-core';
import { limits } from '../../../../shared/limits';
import type { Network } from '../../network/network';

type Tensor4D = tf.Tensor4D;

/** How tiles are looked at, for the taps of a dream. */
export interface Reach {
  /** Pixels around a tile that the network sees but whose gradient is not used. */
  readonly surroundings: number;
  /** Tiles begin at multiples of this. */
  readonly lattice: number;
}

/** What the deepest networks would ask for is more than most tiles. */
const mostSurroundings = 128;

/**
 * Of the receptive field. A pixel's gradient comes from positions up to half of it away; they in turn see as far again, but
 * their far ends hardly count.
 */
const shareSeen = 5 / 8;

/**
 * Enough that the gradient along a cut is the whole picture's but for some thousandths.
 * @throws ReverieError `layer-unknown`
 */
export function reachOf(network: Pick<Network, 'geometry'>, taps: readonly string[]): Reach {
  const geometries = taps.map((tap) => network.geometry(tap));
  const lattice = Math.max(1, ...geometries.map(({ stride }) => stride));
  const seen = Math.min(
    mostSurroundings,
    shareSeen * Math.max(1, ...geometries.flatMap(({ receptiveField }) => receptiveField)),
  );
  return { lattice, surroundings: Math.ceil(seen / lattice) * lattice };
}

/** No tile is narrower: the network must see something. */
const minPiece = 64;

export interface Piece {
  /** What is used. */
  readonly start: number;
  readonly end: number;
  /** What is looked at. */
  readonly from: number;
  readonly to: number;
}

/** Cuts a side longer than `tile` at places that `draw` in 0..1 decides; the last piece may be `minPiece` longer. */
export function piecesOf(side: number, tile: number, draw: number, { surroundings, lattice }: Reach): Piece[] {
  const cuts = [0];
  if (side > tile) {
    const onLattice = (pixels: number) => Math.max(lattice, Math.floor(pixels / lattice) * lattice);
    const step = onLattice(tile);
    const first = onLattice(minPiece + draw * (tile - minPiece));
    for (let cut = first; side - cut >= minPiece; cut += step) cuts.push(cut);
  }
  return cuts.map((start, i) => {
    const end = cuts[i + 1] ?? side;
    return { start, end, from: Math.max(0, start - surroundings), to: Math.min(side, end + surroundings) };
  });
}

/** The longest side of what is looked at in one go. */
export const longestPiece = (side: number, tile: number, { surroundings }: Reach): number =>
  side <= tile ? side : Math.min(side, tile + minPiece + 2 * surroundings);

/**
 * The gradient of the whole picture, put together from its tiles'.
 * @param draw where to cut, 0..1
 * @param gradientOf a part of the picture: a new tensor of the part's shape
 */
export function tiledGradient(
  picture: Tensor4D,
  tile: number,
  draw: { readonly x: number; readonly y: number },
  reach: Reach,
  gradientOf: (part: Tensor4D) => Tensor4D,
): Tensor4D {
  const [, height, width, channels] = picture.shape;
  const columns = piecesOf(width, tile, draw.x, reach);
  const rows = piecesOf(height, tile, draw.y, reach);
  if (columns.length * rows.length === 1) return gradientOf(picture);
  const bands = rows.map((row) => {
    const parts = columns.map((column) => {
      const part = tf.slice(
        picture,
        [0, row.from, column.from, 0],
        [1, row.to - row.from, column.to - column.from, channels],
      );
      const gradient = gradientOf(part);
      const used = tf.slice(
        gradient,
        [0, row.start - row.from, column.start - column.from, 0],
        [1, row.end - row.start, column.end - column.start, channels],
      );
      tf.dispose([part, gradient]);
      return used;
    });
    const band = tf.concat(parts, 2);
    tf.dispose(parts);
    return band;
  });
  const whole = tf.concat(bands, 1);
  tf.dispose(bands);
  return whole;
}

/** Half as large; null where the network would see too little. @param longSide of the picture */
export function smallerTile(tile: number, longSide: number): number | null {
  const half = Math.floor(Math.min(tile, longSide) / 2);
  return half < limits.dream.minTile ? null : half;
}
