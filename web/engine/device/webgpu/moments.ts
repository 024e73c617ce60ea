/**
 * `moments` of kernels/contract.ts on WebGPU: one pass over the features leaves, for every slice of positions, the
 * partial sums of f and of f fᵀ (upper triangle of tiles); a second pass adds the slices in a fixed order. No atomics,
 * so the same features give the same bits, which replaying a recipe needs; the stock product of this shape (tall and
 * thin, split-K) adds by compare-and-swap.
 */

import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { allocate, dispatch, elementFor, float, int, scalars } from './dispatch';
import { accessFor, type RowAccess, rowReader } from './gemm';
import { neighboursOf, sumNeighbours } from './subgroups';

const threads = 128;
/** Workgroups worth starting: enough to fill a large GPU, few enough that partial sums stay small (8 MB at most). */
const targetGroups = 512;
const minPositionsPerSlice = 64;

interface MomentsTile {
  /** Channels on a side. */
  readonly side: number;
  /** Each thread holds `tall` × 4 products. */
  readonly tall: 4 | 8;
  /** Threads that share a product and split the positions between them. */
  readonly groups: number;
  /** Positions staged in workgroup memory at a time. */
  readonly staged: number;
}

/** 128 threads in every case; with few channels several threads work on one product. */
function tileFor(channels: number): MomentsTile {
  if (channels <= 16) return { side: 16, tall: 4, groups: 8, staged: 32 };
  if (channels <= 32) return { side: 32, tall: 4, groups: 2, staged: 16 };
  return { side: 64, tall: 8, groups: 1, staged: 16 };
}

/** @param beside threads that share a product are neighbours, and add it up as such */
function partialSource(
  access: RowAccess,
  { side, tall, groups, staged }: MomentsTile,
  single: boolean,
  beside: boolean,
): string {
  const side4 = side / 4;
  // One more between rows, which neighbours then read from different banks.
  const row4 = beside ? side4 + 1 : side4;
  const perGroup = threads / groups;
  const held = tall / 4;
  const products = Array.from({ length: tall }, (_, i) => i);
  const quads = Array.from({ length: held }, (_, i) => i);
  const b = single ? 'tileA' : 'tileB';
  /** Sums that threads of a product have to add up. */
  const values = [...products.map((i) => `p${i}`), ...quads.map((i) => `s${i}`)];
  return `
${rowReader('features', access)}
fn featuresAt(position: i32, end: i32, column4: i32) -> vec4<f32> {
  if (position >= end || column4 >= uniforms.columns4) { return vec4<f32>(0.0); }
  return features4(position, column4);
}
fn put(slice: i32, row: i32, column: i32, value: vec4<f32>) {
  if (row >= uniforms.channels) { return; }
  for (var c = 0; c < min(4, uniforms.channels - column); c++) {
    partialGram[(slice * uniforms.channels + row) * uniforms.channels + column + c] = value[c];
  }
}
var<workgroup> tileA: array<vec4<f32>, ${staged * row4}>;
${single ? '' : `var<workgroup> tileB: array<vec4<f32>, ${staged * row4}>;`}
${groups === 1 || beside ? '' : `var<workgroup> partials: array<vec4<f32>, ${values.length * threads}>;`}

@compute @workgroup_size(${threads})
fn main(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(local_invocation_index) localIndex: u32) {
  let thread = i32(localIndex);
  let slice = i32(workgroup.x);
  // Workgroup y counts the tiles of the upper triangle row by row.
  var across = i32(workgroup.y);
  var down = 0;
  while (across >= uniforms.tiles - down) { across -= uniforms.tiles - down; down++; }
  across += down;
  let start = slice * uniforms.perSlice;
  let end = min(start + uniforms.perSlice, uniforms.positions);
  let share = ${beside ? `thread % ${groups}` : `thread / ${perGroup}`};
  let member = ${beside ? `thread / ${groups}` : `thread % ${perGroup}`};
  let rowQuad = (member / ${side4}) * ${held};
  let column4 = member % ${side4};
  ${products.map((i) => `var p${i} = vec4<f32>(0.0);`).join(' ')}
  ${quads.map((i) => `var s${i} = vec4<f32>(0.0);`).join(' ')}
  for (var base = start; base < end; base += ${staged}) {
    for (var i = thread; i < ${staged * side4}; i += ${threads}) {
      let at = (i / ${side4}) * ${row4} + i % ${side4};
      tileA[at] = featuresAt(base + i / ${side4}, end, down * ${side4} + i % ${side4});
      ${single ? '' : `tileB[at] = featuresAt(base + i / ${side4}, end, across * ${side4} + i % ${side4});`}
    }
    workgroupBarrier();
    for (var r = share; r < ${staged}; r += ${groups}) {
      let b = ${b}[r * ${row4} + column4];
      ${quads
        .map(
          (q) => `let a${q} = tileA[r * ${row4} + rowQuad + ${q}];
      s${q} += a${q};
      ${['x', 'y', 'z', 'w'].map((lane, i) => `p${q * 4 + i} = fma(b, vec4<f32>(a${q}.${lane}), p${q * 4 + i});`).join(' ')}`,
        )
        .join('\n      ')}
    }
    workgroupBarrier();
  }
  ${
    groups === 1
      ? ''
      : beside
        ? `${sumNeighbours(values, groups)}
  if (share != 0) { return; }`
        : `${values.map((name, n) => `partials[${n * threads} + thread] = ${name};`).join(' ')}
  workgroupBarrier();
  if (share != 0) { return; }
  for (var other = member + ${perGroup}; other < ${threads}; other += ${perGroup}) {
    ${values.map((name, n) => `${name} += partials[${n * threads} + other];`).join(' ')}
  }`
  }
  let row = down * ${side} + rowQuad * 4;
  let column = across * ${side} + column4 * 4;
  ${products.map((i) => `put(slice, row + ${i}, column, p${i});`).join('\n  ')}
  if (down == across && column4 == 0) {
    ${quads
      .map(
        (q) => `for (var c = 0; c < 4; c++) {
      if (row + ${q * 4} + c < uniforms.channels) { partialSum[slice * uniforms.channels + row + ${q * 4} + c] = s${q}[c]; }
    }`,
      )
      .join('\n    ')}
  }
}`;
}

const lanes = 8;

/** 16 results per workgroup, 8 threads to each, added up in a fixed order. */
function totalSource(side: number, beside: boolean): string {
  return `
${beside ? '' : `var<workgroup> lane: array<f32, ${threads}>;`}
@compute @workgroup_size(${threads})
fn main(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(local_invocation_index) localIndex: u32) {
  let thread = i32(localIndex);
  let index = i32(workgroup.x) * ${threads / lanes} + ${beside ? `thread / ${lanes}` : `thread % ${threads / lanes}`};
  let channels = uniforms.channels;
  let gramSize = channels * channels;
  let first = ${beside ? `thread % ${lanes}` : `thread / ${threads / lanes}`};
  // The first C² results are the Gram matrix, the last C the mean. Only tiles on and above the diagonal were made.
  let isGram = index < gramSize;
  var row = index / channels;
  var column = index % channels;
  if (isGram && row / ${side} > column / ${side}) { let swap = row; row = column; column = swap; }
  var sum = 0.0;
  for (var slice = first; slice < uniforms.slices; slice += ${lanes}) {
    if (isGram) { sum += partialGram[(slice * channels + row) * channels + column]; }
    else if (index < (gramSize + channels)) { sum += partialSum[slice * channels + column]; }
  }
  ${
    beside
      ? sumNeighbours(['sum'], lanes)
      : `lane[thread] = sum;
  workgroupBarrier();
  if (first == 0) { for (var l = 1; l < ${lanes}; l++) { sum += lane[thread + l * ${threads / lanes}]; } }`
  }
  if (first != 0 || index >= (gramSize + channels)) { return; }
  if (isGram) { gram[index] = sum * uniforms.scale; }
  else { mean[column] = sum * uniforms.scale; }
}`;
}

/** What a pass over the features leaves: sums of every slice of positions, of f and, of tiles on and above the diagonal, of f fᵀ. */
export interface PartialMoments {
  /** `[slices, C, C]`, the caller's to dispose of, as the next. */
  readonly gram: TensorInfo;
  /** `[slices, C]` */
  readonly sum: TensorInfo;
  readonly slices: number;
  /** Channels on a side of a tile. */
  readonly side: number;
}

export function partialMoments(backend: WebGPUBackend, x: TensorInfo): PartialMoments {
  const [, height, width, channels] = x.shape as [number, number, number, number];
  const positions = height * width;
  const tile = tileFor(channels);
  const access = accessFor(channels);
  const tiles = Math.ceil(channels / tile.side);
  const triangle = (tiles * (tiles + 1)) / 2;
  const wanted = Math.ceil(targetGroups / triangle);
  const perSlice = Math.max(minPositionsPerSlice, Math.ceil(positions / wanted));
  const slices = Math.ceil(positions / perSlice);

  const beside = tile.groups > 1 && tile.groups <= neighboursOf(backend);

  const partialGram = allocate(backend, [slices, channels, channels]);
  const partialSum = allocate(backend, [slices, channels]);
  dispatch(backend, {
    key: `moments partial ${access} ${tile.side} ${tiles === 1} ${beside}`,
    source: () => partialSource(access, tile, tiles === 1, beside),
    outputs: { partialGram: scalars(partialGram), partialSum: scalars(partialSum) },
    inputs: { features: { tensor: x, element: elementFor(channels) } },
    uniforms: {
      positions: int(positions),
      perSlice: int(perSlice),
      channels: int(channels),
      columns4: int(Math.ceil(channels / 4)),
      tiles: int(tiles),
    },
    workgroups: [slices, triangle, 1],
    work: positions * triangle * tile.side * tile.side,
  });
  return { gram: partialGram, sum: partialSum, slices, side: tile.side };
}

export function moments(backend: WebGPUBackend, x: TensorInfo): [mean: TensorInfo, gram: TensorInfo] {
  const [, height, width, channels] = x.shape as [number, number, number, number];
  const partial = partialMoments(backend, x);
  const mean = allocate(backend, [channels]);
  const gram = allocate(backend, [channels, channels]);
  const beside = lanes <= neighboursOf(backend);
  dispatch(backend, {
    key: `moments total ${partial.side} ${beside}`,
    source: () => totalSource(partial.side, beside),
    outputs: { mean: scalars(mean), gram: scalars(gram) },
    inputs: { partialGram: scalars(partial.gram), partialSum: scalars(partial.sum) },
    uniforms: { slices: int(partial.slices), channels: int(channels), scale: float(1 / (height * width)) },
    workgroups: [Math.ceil((channels * (channels + 1)) / (threads / lanes)), 1, 1],
    work: partial.slices * channels * (channels + 1),
  });
  backend.disposeData(partial.gram.dataId);
  backend.disposeData(partial.sum.dataId);
  return [mean, gram];
}
