/**
 * Every kernel of the contract composed of stock TensorFlow.js kernels: right on every backend, fast on
 * none. The fallback where a backend has no kernel of its own, and the oracle in tests.
 *
 * Stock gradients of mirrorPad, resizing and some pooling are wrong in TensorFlow.js 4.22, so nothing here
 * goes through its tape.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { AdamAttributes, ConvAttributes, ConvGradAttributes, Padding } from './contract';
import { isPadded, paddingMap } from './padding';

type Tensor1D = tf.Tensor1D;
type Tensor2D = tf.Tensor2D;
type Tensor4D = tf.Tensor4D;

function pad(x: Tensor4D, padding: Padding): Tensor4D {
  if (!isPadded(padding)) return x.clone();
  const { mode, top, bottom, left, right } = padding;
  if (mode === 'zero')
    return tf.pad4d(x, [
      [0, 0],
      [top, bottom],
      [left, right],
      [0, 0],
    ]);
  return tf.tidy(() => {
    const rows = tf.tensor1d(paddingMap(x.shape[1], top, bottom, mode), 'int32');
    const columns = tf.tensor1d(paddingMap(x.shape[2], left, right, mode), 'int32');
    return x.gather(rows, 1).gather(columns, 2) as Tensor4D;
  });
}

/** `[size, padded]`: row i has a 1 for every padded index that reads source index i. */
function foldMatrix(size: number, before: number, after: number, mode: Padding['mode']): Tensor2D {
  const map = paddingMap(size, before, after, mode);
  const matrix = new Float32Array(size * map.length);
  map.forEach((source, padded) => {
    if (source >= 0) matrix[source * map.length + padded] = 1;
  });
  return tf.tensor2d(matrix, [size, map.length]);
}

/** Adjoint of `pad`: what was copied out of the picture is added back to where it came from. */
function unpad(
  dy: Tensor4D,
  [, height, width, channels]: ConvGradAttributes['inputShape'],
  padding: Padding,
): Tensor4D {
  if (!isPadded(padding)) return dy.clone();
  const { mode, top, bottom, left, right } = padding;
  if (mode === 'zero') return dy.slice([0, top, left, 0], [1, height, width, channels]);
  return tf.tidy(() => {
    const paddedWidth = width + left + right;
    const rows = tf.matMul(foldMatrix(height, top, bottom, mode), dy.reshape([-1, paddedWidth * channels]));
    const columns = foldMatrix(width, left, right, mode).expandDims(0).tile([height, 1, 1]);
    const folded = tf.matMul(columns, rows.reshape([height, paddedWidth, channels]));
    return folded.reshape([1, height, width, channels]) as Tensor4D;
  });
}

export function conv2d(x: Tensor4D, filter: Tensor4D, bias: Tensor1D, attributes: ConvAttributes): Tensor4D {
  const padded = pad(x, attributes.padding);
  // The kernel itself rather than tf.fused.conv2d, which falls apart into three kernels under a tape.
  const y = tf.engine().runKernel(
    'FusedConv2D',
    { x: padded, filter, bias },
    {
      strides: [attributes.stride, attributes.stride],
      pad: 'valid',
      dataFormat: 'NHWC',
      dilations: [1, 1],
      activation: attributes.relu ? 'relu' : 'linear',
    },
  ) as Tensor4D;
  padded.dispose();
  return y;
}

export function conv2dInputGrad(
  dy: Tensor4D,
  y: Tensor4D | null,
  rotated: Tensor4D,
  { inputShape, stride, padding, relu }: ConvGradAttributes,
): Tensor4D {
  return tf.tidy(() => {
    const masked = relu && y ? dy.mul<Tensor4D>(y.step()) : dy;
    const [kh, kw] = rotated.shape;
    const [, height, width, channels] = inputShape;
    const paddedHeight = height + padding.top + padding.bottom;
    const paddedWidth = width + padding.left + padding.right;
    let full: Tensor4D;
    if (stride === 1) {
      // The adjoint of a stride-1 convolution is the full convolution with the rotated filter.
      full = tf.conv2d(
        tf.pad4d(masked, [
          [0, 0],
          [kh - 1, kh - 1],
          [kw - 1, kw - 1],
          [0, 0],
        ]),
        rotated,
        1,
        'valid',
      );
    } else {
      const filter = rotated.reverse([0, 1]).transpose<Tensor4D>([0, 1, 3, 2]);
      full = tf.conv2dTranspose(masked, filter, [1, paddedHeight, paddedWidth, channels], stride, 'valid');
    }
    return unpad(full, inputShape, padding);
  });
}

export function moments(x: Tensor4D): { mean: Tensor1D; gram: Tensor2D } {
  const [, height, width, channels] = x.shape;
  return tf.tidy(() => {
    const rows = x.reshape<Tensor2D>([height * width, channels]);
    return {
      mean: rows.mean<Tensor1D>(0),
      gram: tf.matMul(rows, rows, true, false).div<Tensor2D>(height * width),
    };
  });
}

export function affine(x: Tensor4D, matrix: Tensor2D, vector: Tensor1D, dy: Tensor4D | null): Tensor4D {
  const [, height, width, channels] = x.shape;
  return tf.tidy(() => {
    const rows = x.reshape<Tensor2D>([height * width, channels]);
    const product = tf.matMul(rows, matrix).add(vector).reshape<Tensor4D>(x.shape);
    return dy ? dy.add<Tensor4D>(product) : product;
  });
}

export interface AdamState {
  readonly x: Tensor4D;
  readonly first: Tensor4D;
  readonly second: Tensor4D;
  readonly average: Tensor4D;
}

export function adam(state: AdamState, gradient: Tensor4D, attributes: AdamAttributes): AdamState {
  const { stepSize, beta1, beta2, epsilon, step, averaging, min, max } = attributes;
  return tf.tidy(() => {
    const first = state.first.mul(beta1).add<Tensor4D>(gradient.mul(1 - beta1));
    const second = state.second.mul(beta2).add<Tensor4D>(gradient.square().mul(1 - beta2));
    const correction1 = 1 - beta1 ** (step + 1);
    const correction2 = 1 - beta2 ** (step + 1);
    const direction = first.div(correction1).div(second.div(correction2).sqrt().add(epsilon));
    const x = state.x.sub(direction.mul(stepSize)).clipByValue(min, max) as Tensor4D;
    const average = state.average.mul(averaging).add<Tensor4D>(x.mul(1 - averaging));
    return { x, first, second, average };
  });
}
