/**
 * Looks at a picture a little turned, shifted and enlarged, and takes gradients back exactly. What a network likes from
 * one place only is noise to an eye; what it likes from everywhere is a shape (Olah et al. 2017, "transformation
 * robustness").
 *
 * Bilinear, as sums of gathers: four pixels a sample forward; on the way back, as the map is nearly rigid, the nine
 * samples that may have read a pixel. No scattering: the same numbers every time on every backend.
 */
import * as tf from '@tensorflow/tfjs-core';
import { ReverieError } from '../../../shared/errors';

type Tensor1D = tf.Tensor1D;
type Tensor2D = tf.Tensor2D;
type Tensor4D = tf.Tensor4D;

/** About the middle of both pictures. */
export interface Motion {
  /** Radians. */
  readonly angle: number;
  /** Above 1 the picture is seen larger. */
  readonly zoom: number;
  /** Pixels of the picture. */
  readonly right: number;
  readonly down: number;
}

interface Size {
  readonly height: number;
  readonly width: number;
}

/** What lies around the picture. */
const grey = 0.5;

/** Which element every result reads, and how much of it. */
interface Gather {
  readonly index: Tensor1D;
  readonly weight: Tensor2D;
}

export class Warp {
  private readonly forward: readonly Gather[];
  private readonly back: readonly Gather[];

  /**
   * @param from size of the picture
   * @param to size of what is seen
   * @throws ReverieError `internal` for a motion so strong that the adjoint would miss samples.
   */
  constructor(
    motion: Motion,
    private readonly from: Size,
    private readonly to: Size,
  ) {
    const { angle, zoom } = motion;
    if ((Math.abs(Math.cos(angle)) + Math.abs(Math.sin(angle))) * zoom >= 1.5) {
      throw new ReverieError('internal', `A warp by ${angle} radians and ×${zoom} is too strong.`);
    }
    const source = sourceOf(motion, from, to);
    this.forward = readers(source, from, to);
    this.back = writers(source, targetOf(motion, from, to), from, to);
  }

  /** `[1, H, W, C]` as it is seen, grey around it; a new tensor. */
  apply(picture: Tensor4D): Tensor4D {
    return tf.tidy(() => tf.add<Tensor4D>(gather(tf.sub(picture, grey), this.forward, this.to), grey));
  }

  /** The adjoint of `apply` (of its linear part): a new tensor of the picture's size. */
  adjoint(gradient: Tensor4D): Tensor4D {
    return tf.tidy(() => gather(gradient, this.back, this.from));
  }

  dispose(): void {
    for (const { index, weight } of [...this.forward, ...this.back]) tf.dispose([index, weight]);
  }
}

/** x' = xx·x + xy·y + x0 and alike for y'. */
interface Affine {
  readonly xx: number;
  readonly xy: number;
  readonly x0: number;
  readonly yx: number;
  readonly yy: number;
  readonly y0: number;
}

/** From a sample to where it looks. */
function sourceOf({ angle, zoom, right, down }: Motion, from: Size, to: Size): Affine {
  const [cos, sin] = [Math.cos(angle) / zoom, Math.sin(angle) / zoom];
  const [x, y] = [(to.width - 1) / 2, (to.height - 1) / 2];
  return {
    xx: cos,
    xy: -sin,
    x0: (from.width - 1) / 2 - right - cos * x + sin * y,
    yx: sin,
    yy: cos,
    y0: (from.height - 1) / 2 - down - sin * x - cos * y,
  };
}

/** From a pixel to where it is seen: the inverse of `sourceOf`. */
function targetOf({ angle, zoom, right, down }: Motion, from: Size, to: Size): Affine {
  const [cos, sin] = [Math.cos(angle) * zoom, Math.sin(angle) * zoom];
  const [x, y] = [(from.width - 1) / 2 - right, (from.height - 1) / 2 - down];
  return {
    xx: cos,
    xy: sin,
    x0: (to.width - 1) / 2 - cos * x - sin * y,
    yx: -sin,
    yy: cos,
    y0: (to.height - 1) / 2 + sin * x - cos * y,
  };
}

/** The four pixels around where every sample looks. */
function readers(source: Affine, from: Size, to: Size): Gather[] {
  return [0, 1, 2, 3].map((k) =>
    table(to, from, (x, y, set) => {
      const [u, v] = [source.xx * x + source.xy * y + source.x0, source.yx * x + source.yy * y + source.y0];
      const [column, row] = [Math.floor(u) + (k & 1), Math.floor(v) + (k >> 1)];
      set(column, row, overlap(u - column, v - row));
    }),
  );
}

/** The nine samples around where every pixel is seen: of those that look elsewhere the weight is 0. */
function writers(source: Affine, target: Affine, from: Size, to: Size): Gather[] {
  return [0, 1, 2, 3, 4, 5, 6, 7, 8].map((k) =>
    table(from, to, (x, y, set) => {
      const column = Math.round(target.xx * x + target.xy * y + target.x0) + (k % 3) - 1;
      const row = Math.round(target.yx * x + target.yy * y + target.y0) + Math.floor(k / 3) - 1;
      const u = source.xx * column + source.xy * row + source.x0;
      const v = source.yx * column + source.yy * row + source.y0;
      set(column, row, overlap(u - x, v - y));
    }),
  );
}

const overlap = (dx: number, dy: number): number => Math.max(0, 1 - Math.abs(dx)) * Math.max(0, 1 - Math.abs(dy));

/** What every element of `result` reads of `source`: nothing, beyond its border. */
function table(
  result: Size,
  source: Size,
  read: (x: number, y: number, set: (column: number, row: number, weight: number) => void) => void,
): Gather {
  const index = new Int32Array(result.height * result.width);
  const weights = new Float32Array(index.length);
  let at = 0;
  const set = (column: number, row: number, weight: number) => {
    if (column < 0 || row < 0 || column >= source.width || row >= source.height) return;
    index[at] = row * source.width + column;
    weights[at] = weight;
  };
  for (let y = 0; y < result.height; y++) for (let x = 0; x < result.width; x++, at++) read(x, y, set);
  return { index: tf.tensor1d(index, 'int32'), weight: tf.tensor2d(weights, [weights.length, 1]) };
}

/** Inside a tidy. */
function gather(x: Tensor4D, taps: readonly Gather[], { height, width }: Size): Tensor4D {
  const rows = tf.reshape<tf.Rank.R2>(x, [-1, x.shape[3]]);
  const sum = taps
    .map(
      ({ index, weight }) =>
        () =>
          tf.mul<Tensor2D>(tf.gather(rows, index), weight),
    )
    .reduce<Tensor2D | null>((total, term) => (total ? tf.tidy(() => tf.add<Tensor2D>(total, term())) : term()), null);
  return tf.reshape<tf.Rank.R4>(sum ?? rows, [1, height, width, x.shape[3]]);
}
