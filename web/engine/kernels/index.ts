/**
 * The kernels as typed functions: each runs the active backend's own implementation when one is
 * registered, and the composition of stock kernels otherwise. Callers own every tensor that comes back.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { AdamState } from './composed';
import * as composed from './composed';
import {
  type AdamAttributes,
  type ConvAttributes,
  type ConvGradAttributes,
  type FilterGradAttributes,
  kernelNames,
  type VariationAttributes,
} from './contract';

export type { AdamState } from './composed';
export * from './contract';

type Tensor1D = tf.Tensor1D;
type Tensor2D = tf.Tensor2D;
type Tensor4D = tf.Tensor4D;

const hasOwn = (kernelName: string): boolean => tf.getKernel(kernelName, tf.getBackend()) !== undefined;

function runOwn<T>(kernelName: string, inputs: Record<string, tf.Tensor | null>, attributes: object): T {
  const present = Object.fromEntries(Object.entries(inputs).filter(([, tensor]) => tensor !== null));
  return tf.engine().runKernel(kernelName, present as tf.NamedTensorMap, attributes as tf.NamedAttrMap) as T;
}

/** y = activation(pad(x) ∗ filter + bias); shapes in contract.ts. */
export function conv2d(x: Tensor4D, filter: Tensor4D, bias: Tensor1D, attributes: ConvAttributes): Tensor4D {
  return hasOwn(kernelNames.conv2d)
    ? runOwn<Tensor4D>(kernelNames.conv2d, { x, filter, bias }, attributes)
    : composed.conv2d(x, filter, bias, attributes);
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
export function affine(x: Tensor4D, matrix: Tensor2D, vector: Tensor1D, dy: Tensor4D | null): Tensor4D {
  return hasOwn(kernelNames.affine)
    ? runOwn<Tensor4D>(kernelNames.affine, { x, matrix, vector, dy }, {})
    : composed.affine(x, matrix, vector, dy);
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

/** Adds a total variation's gradient to `gradient` (contract.ts): new tensors. */
export function totalVariation(
  image: Tensor4D,
  gradient: Tensor4D,
  attributes: VariationAttributes,
): { out: Tensor4D; loss: tf.Scalar } {
  if (!hasOwn(kernelNames.totalVariation)) return composed.totalVariation(image, gradient, attributes);
  const [out, loss] = runOwn<[Tensor4D, tf.Scalar]>(kernelNames.totalVariation, { image, gradient }, attributes);
  return { out, loss };
}
