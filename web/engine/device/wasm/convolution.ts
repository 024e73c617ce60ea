/**
 * The convolution and its adjoints on the WASM heap: in Winograd's form where it is 3×3 of stride 1, directly otherwise.
 * Borders become index tables, in and out (assembly/winograd.ts, assembly/direct.ts).
 */
import type * as tf from '@tensorflow/tfjs-core';
import type {
  ConvAttributes,
  ConvGradAttributes,
  FilterGradAttributes,
  ForwardAttributes,
  PaddingMode,
} from '../../kernels/contract';
import { enlargedMap, paddingMap } from '../../kernels/padding';
import { splineTaps } from '../../kernels/spline';
import { type Inputs, required } from './inputs';
import { apart, type Machine } from './machine';

/** A convolution of stride `stride` between two tensors, whichever way it goes; what else it reads and writes. */
interface Convolution {
  /** Where it begins, and how wide it is. */
  readonly input: number;
  readonly inWidth: number;
  /** The input counts where this is above 0. */
  readonly mask?: tf.TensorInfo | undefined;
  readonly filter: tf.TensorInfo;
  readonly bias?: tf.TensorInfo;
  readonly relu?: boolean;
  readonly stride: number;
  readonly out: tf.TensorInfo;
  readonly rows: Axis;
  readonly columns: Axis;
  readonly winograd: boolean;
  /** Some of the output is written to several times, or not at all: it is added to zeros. */
  readonly adds?: boolean;
}

/** Index tables along one axis. */
interface Axis {
  /** Indices of the input, −1 beyond its ends; `(writes − 1) · stride + taps` of them. */
  readonly reads: Int32Array;
  /** Indices into the kernel. */
  readonly taps: Int32Array;
  /** Indices of the output, −1 for what is dropped. */
  readonly writes: Int32Array;
}

export function conv2d(machine: Machine, inputs: Inputs, attributes: ForwardAttributes): tf.TensorInfo {
  const { x, filter, bias } = required(inputs, 'x', 'filter', 'bias');
  const [kh = 0, kw = 0, , co = 0] = filter.shape;
  const { stride, padding, relu, enlarge = 1 } = attributes;
  const [, height = 0, width = 0] = x.shape;
  const { mode, top, bottom, left, right } = padding;
  const axis = (size: number, taps: number, before: number, after: number): Axis => ({
    reads: enlargedMap(size, enlarge, { before, after, mode }),
    taps: identity(taps),
    writes: identity(outputSide(enlarge * size + before + after, taps, stride)),
  });
  const [rows, columns] = [axis(height, kh, top, bottom), axis(width, kw, left, right)];
  const out = machine.heap.output([1, rows.writes.length, columns.writes.length, co]);
  convolve(machine, {
    input: machine.heap.address(x),
    inWidth: width,
    filter,
    bias,
    relu,
    stride,
    out,
    rows,
    columns,
    winograd: isWinograd(kh, kw, stride),
  });
  return out;
}

/** Of what is enlarged there is never more than this, unless a few rows are. */
const stripFloats = 2 ** 18;

/** The convolution of a picture that a spline enlarges, strip by strip: the large picture is never there as a whole. */
export function conv2dSpline(machine: Machine, inputs: Inputs, attributes: ConvAttributes): tf.TensorInfo {
  const { heap, kernels } = machine;
  const { x, filter, bias } = required(inputs, 'x', 'filter', 'bias');
  const [kh = 0, kw = 0, ci = 0, co = 0] = filter.shape;
  const { stride, padding, relu } = attributes;
  const { mode, top, bottom, left, right } = padding;
  const [, height = 0, width = 0] = x.shape;
  const tables = { rows: splineTable(height, top, bottom, mode), columns: splineTable(width, left, right, mode) };
  const lines = (table: Int32Array) => table.length / splineLine;
  const inWidth = lines(tables.columns);
  const outWidth = outputSide(inWidth, kw, stride);
  const outHeight = outputSide(lines(tables.rows), kh, stride);
  const out = heap.output([1, outHeight, outWidth, co]);
  const readBy = (count: number) => (count - 1) * stride + kh;
  // A multiple of four: Winograd's tiles are that high.
  const fitting = 4 * Math.floor((stripFloats / (inWidth * ci) - kh) / stride / 4);
  const most = Math.min(outHeight, Math.max(4, fitting));
  heap.withTables(tables, readBy(most) * inWidth * ci, (at, strip) => {
    for (let begin = 0; begin < outHeight; begin += most) {
      const count = Math.min(most, outHeight - begin);
      const read = readBy(count);
      const slices = machine.slices({ total: read, unit: 1, work: 6 * read * inWidth * ci });
      const rows = at.rows + 4 * splineLine * begin * stride;
      const operands = [heap.address(x), width, ci, rows, at.columns, strip, inWidth] as const;
      machine.run('spline', operands, slices, kernels.splineScratchFloats(width, ci));
      convolve(machine, {
        input: strip,
        inWidth,
        filter,
        bias,
        relu,
        stride,
        out,
        winograd: isWinograd(kh, kw, stride),
        rows: { reads: identity(read), taps: identity(kh), writes: identity(count).map((row) => begin + row) },
        columns: { reads: identity(inWidth), taps: identity(kw), writes: identity(outWidth) },
      });
    }
  });
  return out;
}

/** Ints for each line: indices, then weights (assembly/spline.ts). */
const splineLine = 6;

function splineTable(size: number, before: number, after: number, mode: PaddingMode): Int32Array {
  const taps = splineTaps(size);
  const table = new Int32Array(splineLine * (before + 2 * size + after));
  const weights = new Float32Array(table.buffer);
  paddingMap(2 * size, before, after, mode).forEach((index, i) => {
    const tap = taps[index];
    table.set(tap?.from ?? [-1], splineLine * i);
    weights.set(tap?.weights ?? [], splineLine * i + 3);
  });
  return table;
}

export function conv2dInputGrad(machine: Machine, inputs: Inputs, attributes: ConvGradAttributes): tf.TensorInfo {
  const { dy, rotated } = required(inputs, 'dy', 'rotated');
  const { inputShape, stride, padding } = attributes;
  const { mode, top, bottom, left, right } = padding;
  const [kh = 0, kw = 0] = rotated.shape;
  const [, height, width] = inputShape;
  const [, dyHeight = 0, dyWidth = 0] = dy.shape;
  const mask = inputs.y && machine.masked.get(dy.dataId) !== inputs.y.dataId ? inputs.y : undefined;
  const from = { input: machine.heap.address(dy), inWidth: dyWidth, mask };
  const out = machine.heap.output(inputShape);
  const winograd = isWinograd(kh, kw, stride);
  // What zero padding read is no pixel: crop instead of adding it back.
  const folds = mode !== 'zero' && top + bottom + left + right > 0;
  const adds = folds || !winograd;
  if (adds) {
    const total = out.shape.reduce((a, b) => a * b, 1);
    machine.run('zero', [machine.heap.address(out)], machine.slices({ total, unit: 16, work: total }));
  }
  const axes = (size: number, dySide: number, taps: number, before: number, after: number): Axis[] => {
    const padded = paddingMap(size, before, after, mode);
    if (!winograd) return latticesOf(padded, dySide, taps, stride);
    const reads = paddingMap(dySide, 2, 2, 'zero');
    return [
      folds
        ? { reads, taps: identity(taps), writes: padded }
        : { reads: reads.subarray(before), taps: identity(taps), writes: identity(size) },
    ];
  };
  for (const rows of axes(height, dyHeight, kh, top, bottom)) {
    for (const columns of axes(width, dyWidth, kw, left, right)) {
      // Padding that copies a pixel gives it several gradients: they add up.
      convolve(machine, { ...from, filter: rotated, stride: 1, out, rows, columns, winograd, adds });
    }
  }
  return out;
}

/** Of a slice, unless it is one for each thread. */
const leastTiles = 96;

function convolve(machine: Machine, convolution: Convolution): void {
  const { heap, kernels } = machine;
  const { input, inWidth, mask, filter, bias, relu = false, stride, out, rows, columns } = convolution;
  const { winograd, adds = false } = convolution;
  const [, kernelWidth = 0, ci = 0, co = 0] = filter.shape;
  const [kh, kw] = [rows.taps.length, columns.taps.length];
  const [outHeight, outWidth] = [rows.writes.length, columns.writes.length];
  const [, , outStride = 0] = out.shape;
  const tables = {
    inRows: rows.reads,
    inColumns: columns.reads,
    outRows: rows.writes,
    outColumns: columns.writes,
    tapRows: rows.taps,
    tapColumns: columns.taps,
  };
  const work = outHeight * outWidth * kh * kw * ci * co;
  const filterFloats = winograd ? kernels.winogradFilterFloats(ci, co) : kernels.directFilterFloats(ci, co, kh, kw);
  heap.withTables(tables, filterFloats, (at, filters) => {
    const source = [input, heap.address(mask), at.inRows, at.inColumns, inWidth, ci] as const;
    const finish = [heap.address(bias), relu ? 1 : 0] as const;
    const target = [heap.address(out), at.outRows, at.outColumns, outStride, co] as const;
    if (winograd) {
      const channels = roundUp4(ci);
      const perFilter = machine.slices({ total: channels, unit: 1, work: 100 * channels * co });
      machine.run('winogradFilters', [heap.address(filter), ci, co, filters], perFilter, 72);
      const across = Math.ceil(outWidth / 4);
      const down = Math.ceil(outHeight / 4);
      // Every slice reads all filters: with few tiles that would be most of its work.
      const most = Math.max(machine.pool.threads, Math.floor((down * across) / leastTiles));
      const tiles = adds
        ? apart(machine.slices({ total: down, unit: 1, work }, most), rows.writes, 4).map((row) => row * across)
        : machine.slices({ total: down * across, unit: 4, work }, most);
      const operands = [...source, filters, ...finish, ...target, outHeight, outWidth, adds ? 1 : 0] as const;
      machine.run('winogradConv', operands, tiles, kernels.winogradScratchFloats(ci, co));
      return;
    }
    kernels.directFilter(heap.address(filter), at.tapRows, at.tapColumns, kh, kw, kernelWidth, ci, co, stride, filters);
    const whole = machine.slices({ total: outHeight, unit: 1, work });
    const operands = [...source, filters, kh, kw, stride, ...finish, ...target, outWidth, adds ? 1 : 0] as const;
    const scratch = kernels.directScratchFloats(outWidth, ci, co, kh, kw, stride);
    machine.run('directConv', operands, adds ? apart(whole, rows.writes) : whole, scratch);
  });
}

/** Of one axis, without those that no tap reaches. */
function latticesOf(map: Int32Array, dySide: number, kernel: number, stride: number): Axis[] {
  return Array.from({ length: stride }, (_, phase): Axis => {
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
  machine: Machine,
  inputs: Inputs,
  { kernel: [kh, kw], stride, padding: { mode, top, bottom, left, right } }: FilterGradAttributes,
): [filter: tf.TensorInfo, bias: tf.TensorInfo] {
  const { heap, kernels } = machine;
  const { x, dy } = required(inputs, 'x', 'dy');
  const [, height = 0, width = 0, ci = 0] = x.shape;
  const [, outHeight = 0, outWidth = 0, co = 0] = dy.shape;
  const filter = heap.output([kh, kw, ci, co]);
  const bias = heap.output([co]);
  const tables = {
    inRows: paddingMap(height, top, bottom, mode),
    inColumns: paddingMap(width, left, right, mode),
  };
  const work = outHeight * outWidth * kh * kw * ci * co;
  // Every slice packs rows of its own: as few as there are threads, twice.
  const blocks = machine.slices(
    { total: kernels.filterGradBlocks(ci, kh, kw), unit: 1, work },
    2 * machine.pool.threads,
  );
  const most = Math.max(...blocks.slice(1).map((end, i) => end - (blocks[i] ?? 0)));
  heap.withTables(tables, 0, (at) => {
    // biome-ignore format: a row for each operand
    machine.run('filterGrad', [
      heap.address(x), at.inRows, at.inColumns, width, ci,
      heap.address(dy), heap.address(inputs.y), outHeight, outWidth, co,
      kh, kw, stride, heap.address(filter), heap.address(bias),
    ], blocks, kernels.filterGradScratchFloats(outWidth, ci, co, kh, kw, stride, most));
  });
  return [filter, bias];
}

const isWinograd = (kh: number, kw: number, stride: number): boolean => kh === 3 && kw === 3 && stride === 1;

const roundUp4 = (count: number): number => 4 * Math.ceil(count / 4);

const outputSide = (padded: number, kernel: number, stride: number): number =>
  Math.floor((padded - kernel) / stride) + 1;

let ramp = new Int32Array();

/** 0, 1, 2 …: to be read only. */
function identity(size: number): Int32Array {
  if (ramp.length < size) ramp = new Int32Array(2 * size).map((_, i) => i);
  return ramp.subarray(0, size);
}
