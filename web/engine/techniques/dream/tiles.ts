/**
 * Gradients of large pictures, tile by tile, so that memory is bounded by the tile. Each tile is looked at with some of
 * its surroundings, which are thrown away again; where the tiles meet is drawn anew at every step, so that no seam
 * can grow.
 */
import * as tf from '@tensorflow/tfjs-core';
import { limits } from '../../../../shared/limits';

type Tensor4D = tf.Tensor4D;

/** Pixels around a tile that the network sees but whose gradient is not used. */
export const surroundings = 32;
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
export function piecesOf(side: number, tile: number, draw: number): Piece[] {
  const cuts = [0];
  if (side > tile) {
    const first = minPiece + Math.floor(draw * (tile - minPiece));
    for (let cut = first; side - cut >= minPiece; cut += tile) cuts.push(cut);
  }
  return cuts.map((start, i) => {
    const end = cuts[i + 1] ?? side;
    return { start, end, from: Math.max(0, start - surroundings), to: Math.min(side, end + surroundings) };
  });
}

/** The longest side of what is looked at in one go. */
export const longestPiece = (side: number, tile: number): number =>
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
  gradientOf: (part: Tensor4D) => Tensor4D,
): Tensor4D {
  const [, height, width, channels] = picture.shape;
  const columns = piecesOf(width, tile, draw.x);
  const rows = piecesOf(height, tile, draw.y);
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
