/**
 * Every kernel of the contract composed of stock TensorFlow.js kernels: right on every backend, fast on
 * none. The fallback where a backend has no kernel of its own, and the oracle in tests.
 *
 * Stock gradients of mirrorPad, resizing and some pooling are wrong in TensorFlow.js 4.22, so nothing here
 * goes through its tape.
 */
import * as tf from '@tensorflow/tfjs-core';
import type {
  AdamAttributes,
  ChannelAffineAttributes,
  ConvGradAttributes,
  FilterGradAttributes,
  ForwardAttributes,
  Padding,
  PoolAttributes,
  PoolGradAttributes,
  VariationAttributes,
} from './contract';
import { isPadded, paddingMap } from './padding';

type Tensor1D = tf.Tensor1D;
type Tensor2D = tf.Tensor2D;
type Tensor4D = tf.Tensor4D;

function pad(x: Tensor4D, padding: Padding): Tensor4D {
  if (!isPadded(padding)) return tf.clone(x);
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
    return tf.gather(tf.gather(x, rows, 1), columns, 2);
  });
}

const enlarged = (x: Tensor4D, factor = 1): Tensor4D =>
  factor === 1 ? x : tf.image.resizeNearestNeighbor(x, [factor * x.shape[1], factor * x.shape[2]]);

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
  if (!isPadded(padding)) return tf.clone(dy);
  const { mode, top, bottom, left, right } = padding;
  if (mode === 'zero') return tf.slice(dy, [0, top, left, 0], [1, height, width, channels]);
  return tf.tidy(() => {
    const paddedWidth = width + left + right;
    const rows = tf.matMul(
      foldMatrix(height, top, bottom, mode),
      tf.reshape(dy, [height + top + bottom, paddedWidth * channels]) as Tensor2D,
    );
    const columns = tf.tile(tf.expandDims(foldMatrix(width, left, right, mode)), [height, 1, 1]);
    const folded = tf.matMul(columns, tf.reshape(rows, [height, paddedWidth, channels]));
    return tf.reshape(folded, [1, height, width, channels]);
  });
}

export function conv2d(x: Tensor4D, filter: Tensor4D, bias: Tensor1D, attributes: ForwardAttributes): Tensor4D {
  const padded = tf.tidy(() => pad(enlarged(x, attributes.enlarge), attributes.padding));
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
    const masked = relu && y ? tf.mul<Tensor4D>(dy, tf.step(y)) : dy;
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
      const filter = tf.transpose(tf.reverse(rotated, [0, 1]), [0, 1, 3, 2]);
      full = tf.conv2dTranspose(masked, filter, [1, paddedHeight, paddedWidth, channels], stride, 'valid');
    }
    return unpad(full, inputShape, padding);
  });
}

export function conv2dFilterGrad(
  x: Tensor4D,
  dy: Tensor4D,
  y: Tensor4D | null,
  { kernel: [kh, kw], stride, padding, relu }: FilterGradAttributes,
): { filter: Tensor4D; bias: Tensor1D } {
  const [, outHeight, outWidth, outputs] = dy.shape;
  const channels = x.shape[3];
  return tf.tidy(() => {
    const masked = tf.reshape(relu && y ? tf.mul(dy, tf.step(y)) : dy, [outHeight * outWidth, outputs]) as Tensor2D;
    const padded = pad(x, padding);
    const taps: Tensor2D[] = [];
    for (let i = 0; i < kh; i++) {
      for (let j = 0; j < kw; j++) {
        // What this tap of the filter saw, one row per output position.
        const seen = tf.stridedSlice(
          padded,
          [0, i, j, 0],
          [1, i + (outHeight - 1) * stride + 1, j + (outWidth - 1) * stride + 1, channels],
          [1, stride, stride, 1],
        );
        taps.push(tf.matMul(tf.reshape(seen, [outHeight * outWidth, channels]) as Tensor2D, masked, true, false));
      }
    }
    return {
      filter: tf.reshape(tf.concat(taps, 0), [kh, kw, channels, outputs]) as Tensor4D,
      bias: tf.sum<Tensor1D>(masked, 0),
    };
  });
}

export function moments(x: Tensor4D): { mean: Tensor1D; gram: Tensor2D } {
  const [, height, width, channels] = x.shape;
  return tf.tidy(() => {
    const rows = tf.reshape(x, [height * width, channels]) as Tensor2D;
    return {
      mean: tf.mean<Tensor1D>(rows, 0),
      gram: tf.div<Tensor2D>(tf.matMul(rows, rows, true, false), height * width),
    };
  });
}

export function affine(x: Tensor4D, matrix: Tensor2D, vector: Tensor1D, dy: Tensor4D | null): Tensor4D {
  const [, height, width, channels] = x.shape;
  return tf.tidy(() => {
    const rows = tf.reshape(x, [height * width, channels]) as Tensor2D;
    const product = tf.reshape(tf.add(tf.matMul(rows, matrix), vector), x.shape) as Tensor4D;
    return dy ? tf.add<Tensor4D>(dy, product) : product;
  });
}

export function channelMoments(x: Tensor4D, other: Tensor4D | null): { mean: Tensor1D; product: Tensor1D } {
  return tf.tidy(() => ({
    mean: tf.mean<Tensor1D>(x, [0, 1, 2]),
    product: tf.mean<Tensor1D>(tf.mul(x, other ?? x), [0, 1, 2]),
  }));
}

/** What `channelAffine` adds to x's own. */
export interface Addend {
  readonly other: Tensor4D;
  /** Ones when absent. */
  readonly gain?: Tensor1D;
}

export function channelAffine(
  x: Tensor4D,
  gain: Tensor1D,
  offset: Tensor1D,
  addend: Addend | null,
  { relu }: ChannelAffineAttributes,
): Tensor4D {
  return tf.tidy(() => {
    let y = tf.add<Tensor4D>(tf.mul(x, gain), offset);
    if (addend) y = tf.add(y, addend.gain ? tf.mul(addend.other, addend.gain) : addend.other);
    return relu ? tf.relu(y) : y;
  });
}

export function averagePool(x: Tensor4D, { size }: PoolAttributes): Tensor4D {
  const attributes = { filterSize: [size, size], strides: [size, size], pad: 'valid' };
  return tf.engine().runKernel('AvgPool', { x }, attributes) as Tensor4D;
}

export function averagePoolGrad(dy: Tensor4D, { size, inputShape }: PoolGradAttributes): Tensor4D {
  return tf.tidy(() => {
    const [, rows, columns] = dy.shape;
    const [, height, width] = inputShape;
    const spread = tf.image.resizeNearestNeighbor(tf.mul<Tensor4D>(dy, 1 / size ** 2), [rows * size, columns * size]);
    return tf.pad4d(spread, [
      [0, 0],
      [0, height - rows * size],
      [0, width - columns * size],
      [0, 0],
    ]);
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
    const first = tf.add<Tensor4D>(tf.mul(state.first, beta1), tf.mul(gradient, 1 - beta1));
    const second = tf.add<Tensor4D>(tf.mul(state.second, beta2), tf.mul(tf.square(gradient), 1 - beta2));
    const correction1 = 1 - beta1 ** (step + 1);
    const correction2 = 1 - beta2 ** (step + 1);
    const direction = tf.div(tf.div(first, correction1), tf.add(tf.sqrt(tf.div(second, correction2)), epsilon));
    const x = tf.clipByValue<Tensor4D>(tf.sub(state.x, tf.mul(direction, stepSize)), min, max);
    const average = tf.add<Tensor4D>(tf.mul(state.average, averaging), tf.mul(x, 1 - averaging));
    return { x, first, second, average };
  });
}

export function totalVariation(
  image: Tensor4D,
  gradient: Tensor4D,
  { straight, diagonal }: VariationAttributes,
): { out: Tensor4D; loss: tf.Tensor } {
  const [, height, width, channels] = image.shape;
  /** Rows and columns to the neighbour of every pair, each pair once. */
  const neighbours = [
    { dy: 0, dx: 1, share: straight },
    { dy: 1, dx: 0, share: straight },
    { dy: 1, dx: 1, share: diagonal },
    { dy: 1, dx: -1, share: diagonal },
  ].filter(({ dy, dx }) => height > dy && width > Math.abs(dx));
  return tf.tidy(() => {
    let out = tf.clone(gradient);
    let loss = tf.scalar(0);
    for (const { dy, dx, share } of neighbours) {
      const left = Math.max(0, -dx);
      const right = Math.max(0, dx);
      const size: [number, number, number, number] = [1, height - dy, width - left - right, channels];
      const there = tf.slice(image, [0, dy, right, 0], size);
      const here = tf.slice(image, [0, 0, left, 0], size);
      const difference = tf.sub<Tensor4D>(there, here);
      loss = tf.add(loss, tf.mul(tf.sum(tf.square(difference)), share));
      const pull = tf.mul<Tensor4D>(difference, 2 * share);
      const atThere = tf.pad4d(pull, [
        [0, 0],
        [dy, 0],
        [right, left],
        [0, 0],
      ]);
      const atHere = tf.pad4d(pull, [
        [0, 0],
        [0, dy],
        [left, right],
        [0, 0],
      ]);
      out = tf.sub<Tensor4D>(tf.add(out, atThere), atHere);
    }
    return { out, loss };
  });
}
