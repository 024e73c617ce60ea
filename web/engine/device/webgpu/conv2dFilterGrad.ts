/**
 * `conv2dFilterGrad` of kernels/contract.ts on WebGPU: a product of [taps × channels, positions] with
 * [positions, output channels], whose depth is far longer than its sides. As in moments.ts, the positions are cut into
 * slices that leave partial sums, and a second pass adds the slices in a fixed order: no atomics, the same bits each
 * time. One row more than the filter has sees ones everywhere: it sums the bias gradient.
 */

import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { FilterGradAttributes } from '../../kernels/contract';
import { pixelIndex } from './conv2d';
import { allocate, chunks, dispatch, elementFor, int } from './dispatch';
import { accessFor, type RowAccess, rowReader } from './gemm';
import { effectiveMode, sourceFunction } from './padding';

const threads = 128;
/** Positions staged in workgroup memory at a time. */
const staged = 16;
/** Products in rows that one thread holds; each is four columns wide. */
const tall = 8;
/** Workgroups worth starting: enough to fill a large GPU, few enough that partial sums stay small. */
const targetGroups = 512;
const minPositionsPerSlice = 64;

interface FilterTile {
  readonly rows: number;
  readonly columns: number;
  /** Threads that share a product and split the staged positions between them. */
  readonly groups: number;
}

function tileFor(outputChannels: number): FilterTile {
  const [rows, columns] =
    outputChannels <= 4 ? [128, 4] : outputChannels <= 16 ? [64, 16] : outputChannels <= 32 ? [64, 32] : [64, 64];
  return { rows, columns, groups: threads / ((rows / tall) * (columns / 4)) };
}

/** WGSL `seenAt(position, row4)`: what four neighbouring rows of the product saw at an output position. */
function seenFunction(kernelWidth: number, stride: number, channels: RowAccess, zeroPadded: boolean): string {
  const element = channels === 'quads' ? 'vec4<f32>' : 'f32';
  const tapAt = `
fn tapAt(position: i32, tap: i32, channel: i32) -> ${element} {
  let outY = position / uniforms.outWidth;
  let outX = position - outY * uniforms.outWidth;
  let y = source(outY * ${stride} - uniforms.top + tap / ${kernelWidth}, uniforms.height);
  let x = source(outX * ${stride} - uniforms.left + tap % ${kernelWidth}, uniforms.width);
  ${zeroPadded ? `if (y < 0 || x < 0) { return ${element}(0.0); }` : ''}
  return image[${pixelIndex('y * uniforms.width + x', channels)}];
}`;
  if (channels === 'quads')
    return `${tapAt}
fn seenAt(position: i32, row4: i32) -> vec4<f32> {
  let tap = row4 / uniforms.channels4;
  if (row4 * 4 >= uniforms.rows) { return vec4<f32>(select(0.0, 1.0, row4 * 4 == uniforms.rows), 0.0, 0.0, 0.0); }
  return tapAt(position, tap, row4 - tap * uniforms.channels4);
}`;
  return `${tapAt}
fn seenAt(position: i32, row4: i32) -> vec4<f32> {
  var value = vec4<f32>(0.0);
  for (var n = 0; n < 4; n++) {
    let row = row4 * 4 + n;
    if (row == uniforms.rows) { value[n] = 1.0; }
    else if (row < uniforms.rows) {
      let tap = row / ${channels};
      value[n] = tapAt(position, tap, row - tap * ${channels});
    }
  }
  return value;
}`;
}

function partialSource({ rows, columns, groups }: FilterTile, functions: string, masked: boolean): string {
  const rows4 = rows / 4;
  const columns4 = columns / 4;
  const perGroup = threads / groups;
  const products = Array.from({ length: tall }, (_, i) => i);
  const quads = Array.from({ length: tall / 4 }, (_, i) => i);
  return `
${functions}
fn gradientAt(position: i32, column4: i32) -> vec4<f32> {
  let value = gradient4(position, column4);
  ${masked ? 'return select(vec4<f32>(0.0), value, activation4(position, column4) > vec4<f32>(0.0));' : 'return value;'}
}
fn put(slice: i32, row: i32, column: i32, value: vec4<f32>) {
  if (row > uniforms.rows) { return; }
  for (var c = 0; c < min(4, uniforms.columns - column); c++) {
    partialSums[(slice * (uniforms.rows + 1) + row) * uniforms.columns + column + c] = value[c];
  }
}
var<workgroup> tileA: array<vec4<f32>, ${staged * rows4}>;
var<workgroup> tileB: array<vec4<f32>, ${staged * columns4}>;
${groups === 1 ? '' : `var<workgroup> shared4: array<vec4<f32>, ${threads}>;`}

@compute @workgroup_size(${threads})
fn main(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(local_invocation_index) localIndex: u32) {
  let thread = i32(localIndex);
  let slice = i32(workgroup.x) + uniforms.firstSlice;
  let firstRow4 = i32(workgroup.y) * ${rows4};
  let firstColumn4 = i32(workgroup.z) * ${columns4};
  let start = slice * uniforms.perSlice;
  let end = min(start + uniforms.perSlice, uniforms.positions);
  let share = thread / ${perGroup};
  let member = thread % ${perGroup};
  let rowQuad = (member / ${columns4}) * ${tall / 4};
  let column4 = member % ${columns4};
  ${products.map((i) => `var p${i} = vec4<f32>(0.0);`).join(' ')}
  for (var base = start; base < end; base += ${staged}) {
    for (var i = thread; i < ${staged * rows4}; i += ${threads}) {
      let position = base + i / ${rows4};
      var value = vec4<f32>(0.0);
      if (position < end) { value = seenAt(position, firstRow4 + i % ${rows4}); }
      tileA[i] = value;
    }
    for (var i = thread; i < ${staged * columns4}; i += ${threads}) {
      let position = base + i / ${columns4};
      let column = firstColumn4 + i % ${columns4};
      var value = vec4<f32>(0.0);
      if (position < end && column < uniforms.columns4) { value = gradientAt(position, column); }
      tileB[i] = value;
    }
    workgroupBarrier();
    for (var r = share; r < ${staged}; r += ${groups}) {
      let b = tileB[r * ${columns4} + column4];
      ${quads
        .map(
          (q) => `let a${q} = tileA[r * ${rows4} + rowQuad + ${q}];
      ${['x', 'y', 'z', 'w'].map((lane, i) => `p${q * 4 + i} = fma(b, vec4<f32>(a${q}.${lane}), p${q * 4 + i});`).join(' ')}`,
        )
        .join('\n      ')}
    }
    workgroupBarrier();
  }
  ${
    groups === 1
      ? ''
      : products
          .map(
            (i) => `shared4[thread] = p${i};
  workgroupBarrier();
  if (share == 0) { for (var g = 1; g < ${groups}; g++) { p${i} += shared4[g * ${perGroup} + member]; } }
  workgroupBarrier();`,
          )
          .join('\n  ')
  }
  if (share != 0) { return; }
  let row = (firstRow4 + rowQuad) * 4;
  let column = (firstColumn4 + column4) * 4;
  ${products.map((i) => `put(slice, row + ${i}, column, p${i});`).join('\n  ')}
}`;
}

const totalSource = `
@compute @workgroup_size(${threads})
fn main(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(local_invocation_index) localIndex: u32) {
  let index = (i32(workgroup.x) + uniforms.firstGroup) * ${threads} + i32(localIndex);
  let size = uniforms.filterSize + uniforms.columns;
  if (index >= size) { return; }
  var sum = 0.0;
  for (var slice = 0; slice < uniforms.slices; slice++) { sum += partialSums[slice * size + index]; }
  if (index < uniforms.filterSize) { filterGradient[index] = sum; }
  else { biasGradient[index - uniforms.filterSize] = sum; }
}`;

export function conv2dFilterGrad(
  backend: WebGPUBackend,
  { x, dy, y }: { x: TensorInfo; dy: TensorInfo; y?: TensorInfo | undefined },
  { kernel: [kernelHeight, kernelWidth], stride, padding, relu }: FilterGradAttributes,
): [filter: TensorInfo, bias: TensorInfo] {
  const [, height, width, inputChannels] = x.shape as [number, number, number, number];
  const [, outHeight, outWidth, outputChannels] = dy.shape as [number, number, number, number];
  const positions = outHeight * outWidth;
  const rows = kernelHeight * kernelWidth * inputChannels;
  const mode = effectiveMode(padding);
  const masked = relu && y !== undefined;
  const tile = tileFor(outputChannels);
  const channels = accessFor(inputChannels);
  const columns = accessFor(outputChannels);
  const element = elementFor(outputChannels);
  const rowTiles = Math.ceil((rows + 1) / tile.rows);
  const columnTiles = Math.ceil(outputChannels / tile.columns);
  const wanted = Math.ceil(targetGroups / (rowTiles * columnTiles));
  const perSlice = Math.max(minPositionsPerSlice, Math.ceil(positions / wanted));
  const slices = Math.ceil(positions / perSlice);
  const scalar = (tensor: TensorInfo) => ({ tensor, element: 'f32' as const });

  const partialSums = allocate(backend, [slices, rows + 1, outputChannels]);
  const source = () =>
    partialSource(
      tile,
      `
${sourceFunction(mode)}
${seenFunction(kernelWidth, stride, channels, mode === 'zero')}
${rowReader('gradient', columns)}
${masked ? rowReader('activation', columns) : ''}`,
      masked,
    );
  const workPerSlice = perSlice * rows * outputChannels;
  for (const [firstSlice, count] of chunks(backend, slices, workPerSlice))
    dispatch(backend, {
      key: `conv2dFilterGrad ${kernelWidth} /${stride} ${channels}-${columns} ${tile.rows}x${tile.columns} ${mode} ${masked}`,
      source,
      outputs: { partialSums: scalar(partialSums) },
      inputs: {
        image: { tensor: x, element: elementFor(inputChannels) },
        gradient: { tensor: dy, element },
        ...(masked ? { activation: { tensor: y, element } } : {}),
      },
      uniforms: {
        positions: int(positions),
        perSlice: int(perSlice),
        firstSlice: int(firstSlice),
        rows: int(rows),
        columns: int(outputChannels),
        columns4: int(Math.ceil(outputChannels / 4)),
        channels4: int(Math.ceil(inputChannels / 4)),
        height: int(height),
        width: int(width),
        outWidth: int(outWidth),
        top: int(padding.top),
        left: int(padding.left),
      },
      workgroups: [count, rowTiles, columnTiles],
      work: workPerSlice * count,
    });

  const filter = allocate(backend, [kernelHeight, kernelWidth, inputChannels, outputChannels]);
  const bias = allocate(backend, [outputChannels]);
  const size = (rows + 1) * outputChannels;
  for (const [firstGroup, count] of chunks(backend, Math.ceil(size / threads), slices * threads))
    dispatch(backend, {
      key: 'conv2dFilterGrad total',
      source: () => totalSource,
      outputs: { filterGradient: scalar(filter), biasGradient: scalar(bias) },
      inputs: { partialSums: scalar(partialSums) },
      uniforms: {
        slices: int(slices),
        firstGroup: int(firstGroup),
        filterSize: int(rows * outputChannels),
        columns: int(outputChannels),
      },
      workgroups: [count, 1, 1],
      work: slices * threads * count,
    });
  backend.disposeData(partialSums.dataId);
  return [filter, bias];
}
