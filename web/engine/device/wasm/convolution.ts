/** The convolution and its adjoints on the WASM heap. Borders become index tables, in and out (assembly/winograd.ts). */
import type * as tf from '@tensorflow/tfjs-core';
import * as composed from '../../kernels/composed';
import type { ConvAttributes, ConvGradAttributes, FilterGradAttributes } from '../../kernels/contract';
import { paddingMap } from '../../kernels/padding';
import type { Kernels } from './exports';
import type { Heap } from './heap';
import { type Inputs, required } from './inputs';

export function conv2d(heap: Heap, kernels: Kernels, inputs: Inputs, attributes: ConvAttributes): tf.TensorInfo {
  const { x, filter, bias } = required(inputs, 'x', 'filter', 'bias');
  const [kh = 0, kw = 0, ci = 0, co = 0] = filter.shape;
  if (!isWinograd(kh, kw, attributes.stride)) {
    return composed.conv2d(asTensor(x), asTensor(filter), asTensor(bias), attributes);
  }
  const [, height = 0, width = 0] = x.shape;
  const { mode, top, bottom, left, right } = attributes.padding;
  const outHeight = height + top + bottom - 2;
  const outWidth = width + left + right - 2;
  const out = heap.output([1, outHeight, outWidth, co]);
  const tables = {
    inRows: paddingMap(height, top, bottom, mode),
    inColumns: paddingMap(width, left, right, mode),
    outRows: identity(outHeight),
    outColumns: identity(outWidth),
  };
  heap.withTables(tables, kernels.winogradScratchFloats(ci, co), (at, scratch) => {
    kernels.winogradConv(
      ...([heap.address(x), 0, at.inRows, at.inColumns, width, ci] as const),
      ...([heap.address(filter), heap.address(bias), attributes.relu ? 1 : 0] as const),
      ...([heap.address(out), at.outRows, at.outColumns, outWidth, co] as const),
      ...([outHeight, outWidth, 0, scratch] as const),
    );
  });
  return out;
}

export function conv2dInputGrad(
  heap: Heap,
  kernels: Kernels,
  inputs: Inputs,
  attributes: ConvGradAttributes,
): tf.TensorInfo {
  const { dy, rotated } = required(inputs, 'dy', 'rotated');
  const y = inputs.y;
  const [kh = 0, kw = 0, co = 0, ci = 0] = rotated.shape;
  if (!isWinograd(kh, kw, attributes.stride)) {
    return composed.conv2dInputGrad(asTensor(dy), y ? asTensor(y) : null, asTensor(rotated), attributes);
  }
  const [, height, width] = attributes.inputShape;
  const [, dyHeight = 0, dyWidth = 0] = dy.shape;
  const { mode, top, bottom, left, right } = attributes.padding;
  const paddedHeight = height + top + bottom;
  const paddedWidth = width + left + right;
  const folds = mode !== 'zero' && top + bottom + left + right > 0;
  // What zero padding read is no pixel: crop instead of adding it back.
  const cropTop = folds ? 0 : top;
  const cropLeft = folds ? 0 : left;
  const outHeight = folds ? paddedHeight : height;
  const outWidth = folds ? paddedWidth : width;
  const out = heap.output(attributes.inputShape);
  if (folds) heap.floats(out).fill(0);
  const tables = {
    inRows: paddingMap(dyHeight, 2, 2, 'zero').subarray(cropTop),
    inColumns: paddingMap(dyWidth, 2, 2, 'zero').subarray(cropLeft),
    outRows: folds ? paddingMap(height, top, bottom, mode) : identity(height),
    outColumns: folds ? paddingMap(width, left, right, mode) : identity(width),
  };
  heap.withTables(tables, kernels.winogradScratchFloats(co, ci), (at, scratch) => {
    kernels.winogradConv(
      ...([heap.address(dy), heap.address(y), at.inRows, at.inColumns, dyWidth, co] as const),
      ...([heap.address(rotated), 0, 0] as const),
      ...([heap.address(out), at.outRows, at.outColumns, width, ci] as const),
      ...([outHeight, outWidth, folds ? 1 : 0, scratch] as const),
    );
  });
  return out;
}

export function conv2dFilterGrad(
  heap: Heap,
  kernels: Kernels,
  inputs: Inputs,
  { kernel: [kh, kw], stride, padding: { mode, top, bottom, left, right } }: FilterGradAttributes,
): [filter: tf.TensorInfo, bias: tf.TensorInfo] {
  const { x, dy } = required(inputs, 'x', 'dy');
  const [, height = 0, width = 0, ci = 0] = x.shape;
  const [, outHeight = 0, outWidth = 0, co = 0] = dy.shape;
  const filter = heap.output([kh, kw, ci, co]);
  const bias = heap.output([co]);
  const tables = {
    inRows: paddingMap(height, top, bottom, mode),
    inColumns: paddingMap(width, left, right, mode),
  };
  const scratchFloats = kernels.filterGradScratchFloats(outWidth, ci, co, kh, kw, stride);
  heap.withTables(tables, scratchFloats, (at, scratch) => {
    kernels.filterGrad(
      ...([heap.address(x), at.inRows, at.inColumns, width, ci] as const),
      ...([heap.address(dy), heap.address(inputs.y), outHeight, outWidth, co] as const),
      ...([kh, kw, stride, heap.address(filter), heap.address(bias), scratch] as const),
    );
  });
  return [filter, bias];
}

const isWinograd = (kh: number, kw: number, stride: number): boolean => kh === 3 && kw === 3 && stride === 1;

const identity = (size: number): Int32Array => Int32Array.from({ length: size }, (_, i) => i);

/** Inside a kernel, inputs are the tensors themselves. */
const asTensor = <T extends tf.Tensor>(info: tf.TensorInfo): T => info as unknown as T;
