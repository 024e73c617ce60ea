/**
 * The kernels as typed functions: each runs the active backend's own implementation when one is
 * registered, and the composition of stock kernels otherwise. Callers own every tensor that comes back.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { AdamState, Addend } from './composed';
import * as composed from './composed';
import {
  type AdamAttributes,
  type BehindRelu,
  type ChannelAffineAttributes,
  type ConvAttributes,
  type ConvGradAttributes,
  type FilterGradAttributes,
  type ForwardAttributes,
  kernelNames,
  type PoolAttributes,
  type PoolGradAttributes,
  type VariationAttributes,
} from './contract';
import { spline } from './spline';

export type { AdamState, Addend } from './composed';
export * from './contract';

type Tensor1D = tf.Tensor1D;
type Tensor2D = tf.Tensor2D;
type Tensor4D = tf.Tensor4D;

/** Whether the active backend has this kernel. */
export const hasOwn = (kernelName: string): boolean => tf.getKernel(kernelName, tf.getBackend()) !== undefined;

/** @param inputs null: left out */
export function runOwn<T>(kernelName: string, inputs: Record<string, tf.Tensor | null>, attributes: object): T {
  const present = Object.fromEntries(Object.entries(inputs).filter(([, tensor]) => tensor !== null));
  return tf.engine().runKernel(kernelName, present as tf.NamedTensorMap, attributes as tf.NamedAttrMap) as T;
}

/** y = activation(pad(enlarge(x)) ∗ filter + bias); shapes in contract.ts. */
export function conv2d(x: Tensor4D, filter: Tensor4D, bias: Tensor1D, attributes: ForwardAttributes): Tensor4D {
  return hasOwn(kernelNames.conv2d)
    ? runOwn<Tensor4D>(kernelNames.conv2d, { x, filter, bias }, attributes)
    : composed.conv2d(x, filter, bias, attributes);
}

/** Whether the active backend enlarges by a spline inside its convolution: the large picture is then never there as a whole. */
export const splinesInside = (): boolean => hasOwn(kernelNames.conv2dSpline);

/**
 * y = activation(pad(spline(x)) ∗ filter + bias); shapes in contract.ts.
 * @param onPeak called when most is held on the device, where the large picture is there
 */
export function conv2dSpline(
  x: Tensor4D,
  filter: Tensor4D,
  bias: Tensor1D,
  attributes: ConvAttributes,
  onPeak?: () => void,
): Tensor4D {
  if (splinesInside()) return runOwn<Tensor4D>(kernelNames.conv2dSpline, { x, filter, bias }, attributes);
  const large = spline(x, onPeak);
  const y = conv2d(large, filter, bias, attributes);
  onPeak?.();
  large.dispose();
  return y;
}

/** Adjoint of `conv2d` with respect to x; `y` is conv2d's output, needed for its ReLU only. */
export function conv2dInputGrad(
  dy: Tensor4D,
  y: Tensor4D | null,
  rotated: Tensor4D,
  attributes: ConvGradAttributes,
): Tensor4D {
  return hasOwn(kernelNames.conv2dInputGrad)
    ? runOwn<Tensor4D>(kernelNames.conv2dInputGrad, { dy, y: attributes.relu ? y : null, rotated }, attributes)
    : composed.conv2dInputGrad(dy, y, rotated, attributes);
}

/** Adjoint of `conv2d` with respect to its filter and bias; `y` is conv2d's output, needed for its ReLU only. */
export function conv2dFilterGrad(
  x: Tensor4D,
  dy: Tensor4D,
  y: Tensor4D | null,
  attributes: FilterGradAttributes,
): { filter: Tensor4D; bias: Tensor1D } {
  if (!hasOwn(kernelNames.conv2dFilterGrad)) return composed.conv2dFilterGrad(x, dy, y, attributes);
  const inputs = { x, dy, y: attributes.relu ? y : null };
  const [filter, bias] = runOwn<[Tensor4D, Tensor1D]>(kernelNames.conv2dFilterGrad, inputs, attributes);
  return { filter, bias };
}

/** First and second raw moments over positions: `mean [C]`, `gram [C,C] = FᵀF / (H·W)`. */
export function moments(x: Tensor4D): { mean: Tensor1D; gram: Tensor2D } {
  if (!hasOwn(kernelNames.moments)) return composed.moments(x);
  const [mean, gram] = runOwn<[Tensor1D, Tensor2D]>(kernelNames.moments, { x }, {});
  return { mean, gram };
}

/** dy + x·matrix + vector at every position; a missing dy counts as 0. */
export function affine(
  x: Tensor4D,
  matrix: Tensor2D,
  vector: Tensor1D,
  dy: Tensor4D | null,
  attributes: BehindRelu = {},
): Tensor4D {
  return hasOwn(kernelNames.affine)
    ? runOwn<Tensor4D>(kernelNames.affine, { x, matrix, vector, dy }, attributes)
    : composed.affine(x, matrix, vector, dy);
}

/** Σ x / M and Σ x · other / M per channel over the M positions; a missing `other` is x. */
export function channelMoments(x: Tensor4D, other: Tensor4D | null = null): { mean: Tensor1D; product: Tensor1D } {
  if (!hasOwn(kernelNames.channelMoments)) return composed.channelMoments(x, other);
  const [mean, product] = runOwn<[Tensor1D, Tensor1D]>(kernelNames.channelMoments, { x, other }, {});
  return { mean, product };
}

/** x · gain + offset + other · otherGain per channel, and what is below 0 made 0 if so wanted. */
export function channelAffine(
  x: Tensor4D,
  gain: Tensor1D,
  offset: Tensor1D,
  addend: Addend | null,
  attributes: ChannelAffineAttributes,
): Tensor4D {
  const { other = null, gain: otherGain = null } = addend ?? {};
  return hasOwn(kernelNames.channelAffine)
    ? runOwn<Tensor4D>(kernelNames.channelAffine, { x, gain, offset, other, otherGain }, attributes)
    : composed.channelAffine(x, gain, offset, addend, attributes);
}

/** x · gain, each number of a position by that position's. Takes x, whose memory it may use. */
export function positionGain(x: Tensor4D, gain: Tensor4D): Tensor4D {
  const y = hasOwn(kernelNames.positionGain)
    ? runOwn<Tensor4D>(kernelNames.positionGain, { x, gain }, {})
    : tf.mul<Tensor4D>(x, gain);
  x.dispose();
  return y;
}

/** Means over windows side by side; what is beyond the last whole one is in none. */
export function averagePool(x: Tensor4D, attributes: PoolAttributes): Tensor4D {
  return hasOwn(kernelNames.averagePool)
    ? runOwn<Tensor4D>(kernelNames.averagePool, { x }, attributes)
    : composed.averagePool(x, attributes);
}

/** Adjoint of `averagePool`. */
export function averagePoolGrad(dy: Tensor4D, attributes: PoolGradAttributes): Tensor4D {
  return hasOwn(kernelNames.averagePoolGrad)
    ? runOwn<Tensor4D>(kernelNames.averagePoolGrad, { dy }, attributes)
    : composed.averagePoolGrad(dy, attributes);
}

/** One Adam step (contract.ts); returns new tensors and leaves the old ones to the caller. */
export function adam(state: AdamState, gradient: Tensor4D, attributes: AdamAttributes): AdamState {
  if (!hasOwn(kernelNames.adam)) return composed.adam(state, gradient, attributes);
  const [x, first, second, average] = runOwn<[Tensor4D, Tensor4D, Tensor4D, Tensor4D]>(
    kernelNames.adam,
    { ...state, gradient },
    attributes,
  );
  return { x, first, second, average };
}

/** Adds a total variation's gradient to `gradient` (contract.ts): new tensors. Numbers of `loss` add up to it. */
export function totalVariation(
  image: Tensor4D,
  gradient: Tensor4D,
  attributes: VariationAttributes,
): { out: Tensor4D; loss: tf.Tensor } {
  if (!hasOwn(kernelNames.totalVariation)) return composed.totalVariation(image, gradient, attributes);
  const [out, loss] = runOwn<[Tensor4D, tf.Tensor]>(kernelNames.totalVariation, { image, gradient }, attributes);
  return { out, loss };
}
