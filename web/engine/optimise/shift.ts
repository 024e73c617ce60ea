/**
 * Jitter: the network looks at the picture a few pixels off, another few at every step, with the border mirrored.
 * Pooling makes a network see a lattice; a gradient that is taken at one alignment paints that lattice into the
 * picture, taken at many it averages out (Mordvintsev et al. 2015).
 */
import * as tf from '@tensorflow/tfjs-core';
import { type ConvAttributes, conv2d, conv2dInputGrad, type Padding } from '../kernels';
import type { Transform } from './descend';

type Tensor4D = tf.Tensor4D;

/** Mirrored rows above and columns to the left; `extent` rows and columns are added in all. */
export interface Shift {
  readonly top: number;
  readonly left: number;
  readonly extent: number;
}

/**
 * `count` different shifts, the first of them none. A fixed few rather than any, so that what is measured on
 * the shifted photo can be measured once for each.
 */
export function shiftsUpTo(extent: number, count: number, random: () => number): Shift[] {
  const cells = Array.from({ length: (extent + 1) ** 2 }, (_, i) => i);
  const shifts: Shift[] = [];
  while (shifts.length < count && cells.length > 0) {
    const [cell = 0] = cells.splice(shifts.length === 0 ? 0 : Math.floor(random() * cells.length), 1);
    shifts.push({ top: Math.floor(cell / (extent + 1)), left: cell % (extent + 1), extent });
  }
  return shifts;
}

/** Shifts pictures `[1, H, W, 3]` to `[1, H + extent, W + extent, 3]` and gradients back. */
export class Shifter {
  /** A convolution that copies: its padding is the shift, its adjoint folds the border exactly. */
  private readonly copy = tf.tidy(() => {
    const channels = 3;
    const centre = tf.reshape(tf.eye(channels), [1, 1, channels, channels]) as Tensor4D;
    return tf.pad4d(centre, [
      [1, 1],
      [1, 1],
      [0, 0],
      [0, 0],
    ]);
  });
  private readonly noBias = tf.zeros([3]) as tf.Tensor1D;

  /** A new tensor. */
  apply(picture: Tensor4D, shift: Shift): Tensor4D {
    return shift.extent === 0 ? tf.clone(picture) : conv2d(picture, this.copy, this.noBias, attributesOf(shift));
  }

  /** The adjoint of `apply`: a new tensor of the picture's shape. */
  adjoint(gradient: Tensor4D, shift: Shift, inputShape: Tensor4D['shape']): Tensor4D {
    return shift.extent === 0
      ? tf.clone(gradient)
      : conv2dInputGrad(gradient, null, this.copy, { ...attributesOf(shift), inputShape });
  }

  /** The two as one. */
  by(shift: Shift): Transform {
    return {
      apply: (picture) => this.apply(picture, shift),
      adjoint: (gradient, shape) => this.adjoint(gradient, shift, shape),
    };
  }

  dispose(): void {
    tf.dispose([this.copy, this.noBias]);
  }
}

function attributesOf({ top, left, extent }: Shift): ConvAttributes {
  const padding: Padding = {
    mode: 'reflect',
    top: top + 1,
    bottom: extent - top + 1,
    left: left + 1,
    right: extent - left + 1,
  };
  return { stride: 1, padding, relu: false };
}
