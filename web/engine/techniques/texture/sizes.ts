/** Sizes of a texture: of the result, of the sample, and of both on the way. */

import * as tf from '@tensorflow/tfjs-core';
import type { TextureRecipe } from '../../../../shared/techniques/texture/schema';
import type { Raster } from '../../images/resample';
import { pyramidSizes } from '../../optimise/pyramid';

/** Long side of the coarsest picture: where the deepest layer still sees a few cells. */
const coarsest = 64;
/** What tiles must divide by this: the embedded network halves four times. */
const lattice = 16;

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Sides of the result; a seamless one is rounded to what the network's poolings divide evenly. */
export function resultSize({ size, aspect, seamless }: TextureRecipe): Size {
  const exact = { width: aspect >= 1 ? size : size * aspect, height: aspect >= 1 ? size / aspect : size };
  return seamless ? onLattice(exact) : { width: Math.round(exact.width), height: Math.round(exact.height) };
}

/** Coarse to fine; `share` is how large everything is against the result. */
export function textureScales(recipe: TextureRecipe): (Size & { readonly share: number })[] {
  const result = resultSize(recipe);
  const long = Math.max(result.width, result.height);
  // The sample's finest detail is reached together with the result's.
  const start = Math.min(long, Math.max(coarsest, Math.ceil((coarsest * long) / recipe.sampleSize)));
  return pyramidSizes(start, long).map((longSide) => {
    const share = longSide / long;
    const size = { width: result.width * share, height: result.height * share };
    const rounded = recipe.seamless
      ? onLattice(size)
      : { width: Math.round(size.width), height: Math.round(size.height) };
    return { ...rounded, share };
  });
}

const onLattice = ({ width, height }: Size): Size => ({
  width: Math.max(lattice, Math.round(width / lattice) * lattice),
  height: Math.max(lattice, Math.round(height / lattice) * lattice),
});

// A picture rolled about: what leaves at one side comes in at the other. The jitter of pictures that tile.

type Tensor4D = tf.Tensor4D;

/** Down by `rows` and right by `columns`, which are not negative and below the sides; a new tensor. Its adjoint is `unroll`. */
export function roll(x: Tensor4D, rows: number, columns: number): Tensor4D {
  return tf.tidy(() => rollAxis(rollAxis(x, rows, 1), columns, 2));
}

export function unroll(x: Tensor4D, rows: number, columns: number): Tensor4D {
  const [, height, width] = x.shape;
  return roll(x, (height - rows) % height, (width - columns) % width);
}

function rollAxis(x: Tensor4D, by: number, axis: 1 | 2): Tensor4D {
  if (by === 0) return tf.clone(x);
  const side = x.shape[axis];
  const [head, tail] = tf.split(x, [side - by, by], axis) as [Tensor4D, Tensor4D];
  return tf.concat([tail, head], axis);
}

// Per-channel histogram matching: the last touch of Gatys et al. 2015, which brings back the sample's exact colours.

/** The picture with each channel's values replaced, in their order, by those of the sample's. */
export function matchHistogram(picture: Raster, sample: Raster): Raster {
  const { channels } = picture;
  const values = new Float32Array(picture.values.length);
  for (let c = 0; c < channels; c++) {
    const wanted = channelOf(sample, c).sort();
    const own = channelOf(picture, c);
    const order = Uint32Array.from(own.keys()).sort((a, b) => (own[a] ?? 0) - (own[b] ?? 0) || a - b);
    order.forEach((at, rank) => {
      const place = ((rank + 0.5) / order.length) * wanted.length - 0.5;
      const low = Math.min(wanted.length - 1, Math.max(0, Math.floor(place)));
      const high = Math.min(wanted.length - 1, low + 1);
      const share = Math.min(1, Math.max(0, place - low));
      values[at * channels + c] = (wanted[low] ?? 0) * (1 - share) + (wanted[high] ?? 0) * share;
    });
  }
  return { ...picture, values };
}

const channelOf = ({ width, height, channels, values }: Raster, c: number): Float32Array =>
  Float32Array.from({ length: width * height }, (_, i) => values[i * channels + c] ?? 0);
