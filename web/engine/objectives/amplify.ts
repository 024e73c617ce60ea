/**
 * DeepDream's objective (Mordvintsev et al. 2015): more of whatever a layer sees. As a loss to be lowered,
 * L = −weight · mean of a²/2, so that its gradient is the activation itself, downhill.
 */
import * as tf from '@tensorflow/tfjs-core';
import { guidedLoss, squaresLoss } from '../kernels/fused';
import type { Objective } from './objective';

type Tensor2D = tf.Tensor2D;
type Tensor4D = tf.Tensor4D;

export interface Place {
  readonly x: number;
  readonly y: number;
}

export interface AmplifyOptions {
  /** Only these channels; all when absent. */
  readonly channels?: readonly number[] | undefined;
  /** Only the cell at these shares of width and height, asked for at every look; all cells when absent. */
  readonly at?: (() => Place) | undefined;
  readonly share?: Share | undefined;
}

/**
 * How many of the picture's positions are in the part that is looked at, asked for at every look. The loss is a mean over
 * the picture: one over a tile would push each pixel of a small tile harder than one of a large.
 */
export type Share = () => number;
const everything: Share = () => 1;

/** @param channelCount of the tap; `options.channels` must be below it */
export function amplifyObjective(
  tap: string,
  channelCount: number,
  weight: number,
  { channels, at, share = everything }: AmplifyOptions = {},
): Objective {
  const chosen = channels && tf.tensor1d(maskOf(channels, channelCount));
  const used = channels ? new Set(channels).size : channelCount;
  return {
    tap,
    gradient: (features, gradient, measure) =>
      tf.tidy(() => {
        const [, height, width] = features.shape;
        const cell = at && cellMask(height, width, at());
        let seen = chosen ? tf.mul<Tensor4D>(features, chosen) : features;
        if (cell) seen = tf.mul<Tensor4D>(seen, cell);
        const count = ((at ? 1 : height * width) * used) / share();
        const nothing = { target: null, weighed: null, energy: null };
        const fused = squaresLoss({ x: seen, ...nothing, dy: gradient }, { weight: -weight / (2 * count) });
        if (fused) {
          measure?.(tf.keep(fused.loss));
          return fused.gradient;
        }
        measure?.(tf.keep(tf.mul(tf.sum(tf.square(seen)), -weight / (2 * count))));
        const own = tf.mul<Tensor4D>(seen, -weight / count);
        return gradient ? tf.add<Tensor4D>(gradient, own) : own;
      }),
    dispose: () => chosen?.dispose(),
  };
}

/**
 * Dreaming of another picture: at every position the picture's own features are drawn towards that of the guide's
 * feature vectors which is most like them, by their dot product (the guided dreams of the original notebook).
 * L = −weight · mean over positions of max over g of a·g, per channel.
 * @param guide `[1, h, w, C]`, any h and w; becomes this objective's
 */
export function guidedObjective(tap: string, guide: Tensor4D, weight: number, share = everything): Objective {
  const channels = guide.shape[3];
  const vectors = tf.reshape(guide, [-1, channels]) as Tensor2D;
  const columns = tf.tidy(() => tf.transpose(vectors) as Tensor2D);
  guide.dispose();
  return {
    tap,
    gradient: (features, gradient, measure) =>
      tf.tidy(() => {
        const [, height, width] = features.shape;
        const each = (-weight * share()) / features.size;
        const fused = guidedLoss({ x: features, guide: vectors, dy: gradient }, { weight: each });
        if (fused) {
          measure?.(tf.keep(fused.loss));
          return fused.gradient;
        }
        const rows = tf.reshape(features, [height * width, channels]) as Tensor2D;
        const best = mostAlike(rows, columns);
        const towards = tf.reshape(tf.gather(vectors, best), features.shape) as Tensor4D;
        measure?.(tf.keep(tf.mul(tf.sum(tf.mul(features, towards)), each)));
        const own = tf.mul<Tensor4D>(towards, each);
        return gradient ? tf.add<Tensor4D>(gradient, own) : own;
      }),
    dispose: () => tf.dispose([vectors, columns]),
  };
}

/** Numbers in the products of positions and guide that are held at once: 32 MB. */
export const productsAtOnce = 2 ** 23;

/** Index of the column with the largest product, for every row; a large picture is compared some rows at a time. */
function mostAlike(rows: Tensor2D, columns: Tensor2D): tf.Tensor1D {
  const [count, channels] = rows.shape;
  const atOnce = Math.max(1, Math.floor(productsAtOnce / columns.shape[1]));
  const parts: tf.Tensor1D[] = [];
  for (let from = 0; from < count; from += atOnce) {
    const size = Math.min(atOnce, count - from);
    const part = () => tf.argMax<tf.Tensor1D>(tf.matMul(tf.slice(rows, [from, 0], [size, channels]), columns), 1);
    parts.push(tf.tidy(part));
  }
  return tf.concat(parts);
}

function maskOf(channels: readonly number[], count: number): Float32Array {
  const mask = new Float32Array(count);
  for (const channel of channels) mask[channel] = 1;
  return mask;
}

function cellMask(height: number, width: number, { x, y }: Place): Tensor4D {
  const cell = new Float32Array(height * width);
  const row = Math.min(height - 1, Math.floor(y * height));
  const column = Math.min(width - 1, Math.floor(x * width));
  cell[row * width + column] = 1;
  return tf.tensor4d(cell, [1, height, width, 1]);
}
