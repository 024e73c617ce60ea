/**
 * `channelMoments` of kernels/contract.ts on WebGPU: sums over slices of positions, then over the slices, both in a fixed order, as
 * in moments.ts. A normalisation needs the diagonal of a Gram matrix only, and a pass of a network that paints has fifteen.
 */

import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { allocate, dispatch, elementFor, float, int, scalars } from './dispatch';

const threads = 128;
/** Enough to fill a large GPU, few enough to be added up quickly. */
const mostSlices = 256;
const leastPositions = 64;

/** Threads share the positions of a slice; each has one channel, or four of them, at a time. */
const partialSource = (units: number, element: string, crossed: boolean): string => {
  const across = Math.min(units, threads);
  const shares = Math.floor(threads / across);
  return `
var<workgroup> sums: array<${element}, ${threads}>;
var<workgroup> products: array<${element}, ${threads}>;
@compute @workgroup_size(${threads})
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) localIndex: u32) {
  let thread = i32(localIndex);
  let slice = i32(group.x);
  let share = thread / ${across};
  let end = min((slice + 1) * uniforms.perSlice, uniforms.positions);
  for (var first = 0; first < ${units}; first += ${across}) {
    let unit = first + thread % ${across};
    var sum = ${element}(0.0);
    var product = ${element}(0.0);
    if (share < ${shares} && unit < ${units}) {
      for (var p = slice * uniforms.perSlice + share; p < end; p += ${shares}) {
        let value = x[p * ${units} + unit];
        sum += value;
        product += value * ${crossed ? `other[p * ${units} + unit]` : 'value'};
      }
    }
    sums[thread] = sum;
    products[thread] = product;
    workgroupBarrier();
    if (share == 0 && unit < ${units}) {
      for (var s = 1; s < ${shares}; s++) {
        sum += sums[thread + s * ${across}];
        product += products[thread + s * ${across}];
      }
      partialSums[slice * ${units} + unit] = sum;
      partialProducts[slice * ${units} + unit] = product;
    }
    workgroupBarrier();
  }
}`;
};

const totalSource = `
@compute @workgroup_size(${threads})
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let c = i32(id.x);
  if (c >= uniforms.channels) { return; }
  var sum = 0.0;
  var total = 0.0;
  for (var slice = 0; slice < uniforms.slices; slice++) {
    sum += partialSums[slice * uniforms.channels + c];
    total += partialProducts[slice * uniforms.channels + c];
  }
  mean[c] = sum * uniforms.scale;
  product[c] = total * uniforms.scale;
}`;

export function channelMoments(
  backend: WebGPUBackend,
  { x, other }: { x: TensorInfo; other?: TensorInfo | undefined },
): [mean: TensorInfo, product: TensorInfo] {
  const [, height, width, channels] = x.shape as [number, number, number, number];
  const positions = height * width;
  const perSlice = Math.max(leastPositions, Math.ceil(positions / mostSlices));
  const slices = Math.ceil(positions / perSlice);
  const element = elementFor(channels);
  const units = element === 'f32' ? channels : channels / 4;
  const partialSums = allocate(backend, [slices, channels]);
  const partialProducts = allocate(backend, [slices, channels]);
  dispatch(backend, {
    key: `channelMoments partial ${element} ${units} ${other !== undefined}`,
    source: () => partialSource(units, element, other !== undefined),
    outputs: {
      partialSums: { tensor: partialSums, element },
      partialProducts: { tensor: partialProducts, element },
    },
    inputs: { x: { tensor: x, element }, ...(other ? { other: { tensor: other, element } } : {}) },
    uniforms: { positions: int(positions), perSlice: int(perSlice) },
    workgroups: [slices, 1, 1],
    work: 2 * positions * channels,
  });
  const mean = allocate(backend, [channels]);
  const product = allocate(backend, [channels]);
  dispatch(backend, {
    key: 'channelMoments total',
    source: () => totalSource,
    outputs: { mean: scalars(mean), product: scalars(product) },
    inputs: { partialSums: scalars(partialSums), partialProducts: scalars(partialProducts) },
    uniforms: { channels: int(channels), slices: int(slices), scale: float(1 / positions) },
    workgroups: [Math.ceil(channels / threads), 1, 1],
    work: 2 * slices * channels,
  });
  for (const { dataId } of [partialSums, partialProducts]) backend.disposeData(dataId);
  return [mean, product];
}
