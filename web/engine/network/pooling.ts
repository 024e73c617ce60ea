/** Pooling of any window, stride, border and ceil mode: forward and adjoint over stock kernels that every backend has. */
import * as tf from '@tensorflow/tfjs-core';
import { averagePool, averagePoolGrad } from '../kernels';
import { type Layer, outputSide, type PoolLayer } from './layers';
import { given, type Operator } from './operator';

type Tensor4D = tf.Tensor4D;

/** One axis of a pooling: what lies beyond the input at either end, and how many windows there are. */
interface Axis {
  readonly side: number;
  readonly before: number;
  readonly after: number;
  readonly windows: number;
}

function axisOf(side: number, { size, stride, ceil, padding = 0 }: PoolLayer): Axis {
  const windows = outputSide(side, size, stride, ceil, padding);
  // Ceil mode lets the last window hang over; without it the end may not be reached at all.
  const hang = (windows - 1) * stride + size - side - 2 * padding;
  return { side, before: padding, after: padding + Math.max(0, hang), windows };
}

const none: [number, number] = [0, 0];
const padded = (x: Tensor4D, rows: [number, number], columns: [number, number], value = 0): Tensor4D =>
  tf.pad4d(x, [none, rows, columns, none], value);

function bordered(x: Tensor4D, [rows, columns]: readonly [Axis, Axis], value: number): Tensor4D {
  if (rows.before + rows.after + columns.before + columns.after === 0) return tf.clone(x);
  return padded(x, [rows.before, rows.after], [columns.before, columns.after], value);
}

export function poolOperator(layer: PoolLayer): Operator {
  const as = (variant: Layer) => poolOperator(variant.kind === 'pool' ? variant : layer);
  const pass = layer.method === 'max' ? maximum(layer) : isPlain(layer) ? plainAverage(layer) : average(layer);
  return { ...pass, as, dispose: () => undefined };
}

type Pass = Pick<Operator, 'needsInput' | 'needsOutput' | 'forward' | 'adjoint'>;

/** A stock kernel over whole windows. */
const run = (kernel: string, inputs: tf.NamedTensorMap, size: number, stride: number): Tensor4D =>
  tf
    .engine()
    .runKernel(kernel, inputs, { filterSize: [size, size], strides: [stride, stride], pad: 'valid' }) as Tensor4D;

function maximum(layer: PoolLayer): Pass {
  const { size, stride } = layer;
  const axes = ([, height, width]: readonly number[]): [Axis, Axis] => [
    axisOf(height ?? 0, layer),
    axisOf(width ?? 0, layer),
  ];
  return {
    needsInput: true,
    needsOutput: true,
    forward: ([input]) =>
      tf.tidy(() => {
        const x = given(input);
        return run('MaxPool', { x: bordered(x, axes(x.shape), Number.NEGATIVE_INFINITY) }, size, stride);
      }),
    adjoint: (dy, { input, output }) =>
      tf.tidy(() => {
        const x = given(input);
        const [rows, columns] = axes(x.shape);
        // TensorFlow.js' MaxPoolGrad for WASM loses windows whose maximum is negative. What is negative is lifted
        // above 0; after a ReLU that is nothing, bit for bit.
        const lift = tf.mul(tf.minimum(tf.min(x), 0), -2);
        const lifted = bordered(tf.add<Tensor4D>(x, lift), [rows, columns], Number.NEGATIVE_INFINITY);
        const inputs = { dy, input: lifted, output: tf.add<Tensor4D>(given(output), lift) };
        const dx = run('MaxPoolGrad', inputs, size, stride);
        return [tf.slice(dx, [0, rows.before, columns.before, 0], x.shape)];
      }),
  };
}

/** Windows side by side that do not hang over the border. */
const isPlain = ({ size, stride, ceil, padding = 0 }: PoolLayer): boolean => size === stride && !ceil && padding === 0;

const plainAverage = ({ size }: PoolLayer): Pass => ({
  needsInput: false,
  needsOutput: false,
  forward: ([x]) => averagePool(given(x), { size }),
  adjoint: (dy, { inputShapes: [inputShape] }) => [averagePoolGrad(dy, { size, inputShape: given(inputShape) })],
});

/** The mean over the pixels of a window that lie in the input, as TensorFlow's SAME has it. */
function average(layer: PoolLayer): Pass {
  const { size, stride } = layer;
  const boxed = (x: Tensor4D, step: number) => run('AvgPool', { x }, size, step);
  return {
    needsInput: false,
    needsOutput: false,
    forward: ([input]) =>
      tf.tidy(() => {
        const x = given(input);
        const [rows, columns] = [axisOf(x.shape[1], layer), axisOf(x.shape[2], layer)];
        const means = boxed(bordered(x, [rows, columns], 0), stride);
        const share = shareOf(rows, columns, layer);
        return share ? tf.mul<Tensor4D>(means, share) : means;
      }),
    adjoint: (dy, { inputShapes: [inputShape] }) =>
      tf.tidy(() => {
        const [, height, width, channels] = given(inputShape);
        const [rows, columns] = [axisOf(height, layer), axisOf(width, layer)];
        const share = shareOf(rows, columns, layer);
        const weighed = share ? tf.mul<Tensor4D>(dy, share) : dy;
        const spread = size === stride ? tiled(weighed, size) : boxed(scattered(weighed, rows, columns, layer), 1);
        const scale = size === stride ? 1 / size ** 2 : 1;
        const dx = scale === 1 ? spread : tf.mul<Tensor4D>(spread, scale);
        // Windows side by side may end before the input does: what is left over gets nothing.
        const [, tall, wide] = dx.shape;
        const bottom = Math.max(0, rows.before + height - tall);
        const right = Math.max(0, columns.before + width - wide);
        const whole = bottom + right === 0 ? dx : padded(dx, [0, bottom], [0, right]);
        return [tf.slice(whole, [0, rows.before, columns.before, 0], [1, height, width, channels])];
      }),
  };
}

const tiled = (x: Tensor4D, size: number): Tensor4D =>
  tf.image.resizeNearestNeighbor(x, [x.shape[1] * size, x.shape[2] * size]);

/** What a mean over whole windows is multiplied by where a window hangs over; null where none does. `[1, h, w, 1]` */
function shareOf(rows: Axis, columns: Axis, { size, stride }: PoolLayer): Tensor4D | null {
  if (rows.before + rows.after + columns.before + columns.after === 0) return null;
  const shares = ({ side, before, windows }: Axis) =>
    Float32Array.from({ length: windows }, (_, i) => {
      const start = i * stride - before;
      return size / (Math.min(start + size, side) - Math.max(start, 0));
    });
  return tf.mul(
    tf.tensor4d(shares(rows), [1, rows.windows, 1, 1]),
    tf.tensor4d(shares(columns), [1, 1, columns.windows, 1]),
  );
}

/**
 * Zeros between the windows' values so that a box of `size` at stride 1 adds up, for every pixel of the bordered input,
 * the windows that it lies in.
 */
function scattered(dy: Tensor4D, rows: Axis, columns: Axis, { size, stride }: PoolLayer): Tensor4D {
  const [, height, width, channels] = dy.shape;
  const [tall, wide] = [(height - 1) * stride + 1, (width - 1) * stride + 1];
  const apart = (x: Tensor4D, gap: number) => (gap === 0 ? x : padded(x, [0, gap], none));
  const down = apart(tf.reshape(dy, [height, 1, width, channels]), stride - 1);
  const across = apart(tf.reshape(down, [height * stride * width, 1, 1, channels]), stride - 1);
  const spread: Tensor4D = tf.reshape(across, [1, height * stride, width * stride, channels]);
  const reach = ({ side, before, after }: Axis, length: number) => side + before + after - length;
  const cut = tf.slice(spread, [0, 0, 0, 0], [1, tall, wide, channels]);
  return padded(cut, [size - 1, reach(rows, tall)], [size - 1, reach(columns, wide)]);
}
