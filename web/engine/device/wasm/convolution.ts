/**
 * The convolution and its adjoints on the WASM heap: in Winograd's form where it is 3×3 of stride 1, directly otherwise.
 * Borders become index tables, in and out (assembly/winograd.ts, assembly/direct.ts).
 */
import type * as tf from '@tensorflow/tfjs-core';
import type { ConvGradAttributes, FilterGradAttributes, ForwardAttributes } from '../../kernels/contract';
import { enlargedMap, paddingMap } from '../../kernels/padding';
import type { Kernels } from './exports';
import type { Heap } from './heap';
import { type Inputs, required } from './inputs';

export function conv2d(heap: Heap, kernels: Kernels, inputs: Inputs, attributes: ForwardAttributes): tf.TensorInfo {
  const { x, filter, bias } = required(inputs, 'x', 'filter', 'bias');
  const [kh = 0, kw = 0, ci = 0, co = 0] = filter.shape;
  const { stride, padding, relu, enlarge = 1 } = attributes;
  const [, height = 0, width = 0] = x.shape;
  const { mode, top, bottom, left, right } = padding;
  const outHeight = outputSide(enlarge * height + top + bottom, kh, stride);
  const outWidth = outputSide(enlarge * width + left + right, kw, stride);
  const out = heap.output([1, outHeight, outWidth, co]);
  const tables = {
    inRows: enlargedMap(height, enlarge, { before: top, after: bottom, mode }),
    inColumns: enlargedMap(width, enlarge, { before: left, after: right, mode }),
    outRows: identity(outHeight),
    outColumns: identity(outWidth),
  };
  if (isWinograd(kh, kw, stride)) {
    heap.withTables(tables, kernels.winogradScratchFloats(ci, co), (at, scratch) => {
      // biome-ignore format: a row for each operand
      kernels.winogradConv(
        heap.address(x), 0, at.inRows, at.inColumns, width, ci,
        heap.address(filter), heap.address(bias), relu ? 1 : 0,
        heap.address(out), at.outRows, at.outColumns, outWidth, co,
        outHeight, outWidth, 0, scratch,
      );
    });
    return out;
  }
  const taps = { tapRows: identity(kh), tapColumns: identity(kw) };
  const scratchFloats = kernels.directScratchFloats(outWidth, ci, co, kh, kw, stride);
  heap.withTables({ ...tables, ...taps }, scratchFloats, (at, scratch) => {
    // biome-ignore format: a row for each operand
    kernels.directConv(
      heap.address(x), 0, at.inRows, at.inColumns, width, ci,
      heap.address(filter), at.tapRows, at.tapColumns, kh, kw, kw,
      stride, heap.address(bias), relu ? 1 : 0,
      heap.address(out), at.outRows, at.outColumns, outWidth, co,
      outHeight, outWidth, 0, scratch,
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
  if (!isWinograd(kh, kw, attributes.stride)) return directInputGrad(heap, kernels, inputs, attributes);
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
    // biome-ignore format: a row for each operand
    kernels.winogradConv(
      heap.address(dy), heap.address(y), at.inRows, at.inColumns, dyWidth, co,
      heap.address(rotated), 0, 0,
      heap.address(out), at.outRows, at.outColumns, width, ci,
      outHeight, outWidth, folds ? 1 : 0, scratch,
    );
  });
  return out;
}

/**
 * A convolution of stride s leaves the pixels of its padded input in s × s lattices that do not meet: each takes its
 * gradient from every s-th tap alone, as a convolution of stride 1 over dy.
 */
function directInputGrad(
  heap: Heap,
  kernels: Kernels,
  inputs: Inputs,
  { inputShape, stride, padding: { mode, top, bottom, left, right } }: ConvGradAttributes,
): tf.TensorInfo {
  const { dy, rotated } = required(inputs, 'dy', 'rotated');
  const [kh = 0, kw = 0, co = 0, ci = 0] = rotated.shape;
  const [, height, width] = inputShape;
  const [, dyHeight = 0, dyWidth = 0] = dy.shape;
  const out = heap.output(inputShape);
  heap.floats(out).fill(0);
  const rows = latticesOf(paddingMap(height, top, bottom, mode), dyHeight, kh, stride);
  const columns = latticesOf(paddingMap(width, left, right, mode), dyWidth, kw, stride);
  for (const row of rows) {
    for (const column of columns) {
      const tables = {
        inRows: row.reads,
        tapRows: row.taps,
        outRows: row.writes,
        inColumns: column.reads,
        tapColumns: column.taps,
        outColumns: column.writes,
      };
      const [down, across] = [row.writes.length, column.writes.length];
      const [tapsDown, tapsAcross] = [row.taps.length, column.taps.length];
      const scratchFloats = kernels.directScratchFloats(across, co, ci, tapsDown, tapsAcross, 1);
      heap.withTables(tables, scratchFloats, (at, scratch) => {
        // biome-ignore format: a row for each operand
        kernels.directConv(
          heap.address(dy), heap.address(inputs.y), at.inRows, at.inColumns, dyWidth, co,
          heap.address(rotated), at.tapRows, at.tapColumns, tapsDown, tapsAcross, kw,
          1, 0, 0,
          heap.address(out), at.outRows, at.outColumns, width, ci,
          // Padding that copies a pixel gives it several gradients: they add up.
          down, across, 1, scratch,
        );
      });
    }
  }
  return out;
}

interface Lattice {
  /** Indices of dy, −1 beyond its ends; one more than `writes` for every tap after the first. */
  readonly reads: Int32Array;
  /** Indices into the rotated kernel. */
  readonly taps: Int32Array;
  /** Indices of the input, −1 where padding read none. */
  readonly writes: Int32Array;
}

/** Of one axis, without those that no tap reaches. */
function latticesOf(map: Int32Array, dySide: number, kernel: number, stride: number): Lattice[] {
  return Array.from({ length: stride }, (_, phase): Lattice => {
    const count = Math.ceil((kernel - phase) / stride);
    const writes = map.filter((_, i) => i % stride === phase);
    return {
      taps: Int32Array.from({ length: Math.max(0, count) }, (_, j) => kernel - 1 - phase - stride * (count - 1 - j)),
      writes,
      reads: Int32Array.from({ length: writes.length + count - 1 }, (_, i) => {
        const index = i - (count - 1);
        return index >= 0 && index < dySide ? index : -1;
      }),
    };
  }).filter(({ taps, writes }) => taps.length > 0 && writes.length > 0);
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
    // biome-ignore format: a row for each operand
    kernels.filterGrad(
      heap.address(x), at.inRows, at.inColumns, width, ci,
      heap.address(dy), heap.address(inputs.y), outHeight, outWidth, co,
      kh, kw, stride, heap.address(filter), heap.address(bias), scratch,
    );
  });
  return [filter, bias];
}

const isWinograd = (kh: number, kw: number, stride: number): boolean => kh === 3 && kw === 3 && stride === 1;

const outputSide = (padded: number, kernel: number, stride: number): number =>
  Math.floor((padded - kernel) / stride) + 1;

const identity = (size: number): Int32Array => Int32Array.from({ length: size }, (_, i) => i);
