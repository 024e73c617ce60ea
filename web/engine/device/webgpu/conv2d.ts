/**
 * `conv2d` of kernels/contract.ts on WebGPU: implicit GEMM, rows are output pixels, depth runs over kernel taps and
 * input channels. Padding is index arithmetic in the load, so no padded copy exists; bias and ReLU are in the store.
 */

import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { ConvAttributes } from '../../kernels/contract';
import { allocate, chunks, dispatch, elementFor, int } from './dispatch';
import { gemmSource, rowReader, tileFor } from './gemm';
import { effectiveMode, sourceFunction } from './padding';

/** WGSL `load`: four values of depth for one pixel; one vec4 read when the channels come in fours. */
export function tapLoader({
  kernel: [, kernelWidth],
  channels,
}: {
  kernel: readonly [number, number];
  channels: number;
}): string {
  if (channels % 4 === 0)
    return `
fn load(site: vec4<i32>, k: i32) -> vec4<f32> {
  let tap = k / ${channels};
  return sample(site, tap / ${kernelWidth}, tap % ${kernelWidth}, (k % ${channels}) / 4);
}`;
  return `
fn loadOne(site: vec4<i32>, k: i32) -> f32 {
  if (k >= depth) { return 0.0; }
  let tap = k / ${channels};
  return sample(site, tap / ${kernelWidth}, tap % ${kernelWidth}, k % ${channels});
}
fn load(site: vec4<i32>, k: i32) -> vec4<f32> {
  return vec4<f32>(loadOne(site, k), loadOne(site, k + 1), loadOne(site, k + 2), loadOne(site, k + 3));
}`;
}

export function conv2d(
  backend: WebGPUBackend,
  { x, filter, bias }: { x: TensorInfo; filter: TensorInfo; bias: TensorInfo },
  { stride, padding, relu }: ConvAttributes,
): TensorInfo {
  const [, height, width, inputChannels] = x.shape as [number, number, number, number];
  const [kernelHeight, kernelWidth, , outputChannels] = filter.shape as [number, number, number, number];
  const outHeight = Math.floor((height + padding.top + padding.bottom - kernelHeight) / stride) + 1;
  const outWidth = Math.floor((width + padding.left + padding.right - kernelWidth) / stride) + 1;
  const result = allocate(backend, [1, outHeight, outWidth, outputChannels]);

  const depth = kernelHeight * kernelWidth * inputChannels;
  const rows = outHeight * outWidth;
  const mode = effectiveMode(padding);
  const tile = tileFor(outputChannels);
  const tilesAcross = Math.ceil(outputChannels / tile.columns);
  const element = elementFor(outputChannels);
  const sample = elementFor(inputChannels);
  const lanes = sample === 'f32' ? 1 : 4;
  const source = () =>
    gemmSource({
      depth,
      columns: outputChannels,
      functions: `
${sourceFunction(mode)}
fn site(row: i32) -> vec4<i32> {
  let y = row / uniforms.outWidth;
  let x = row - y * uniforms.outWidth;
  return vec4<i32>(y * ${stride} - uniforms.top, x * ${stride} - uniforms.left, 0, 0);
}
fn sample(site: vec4<i32>, i: i32, j: i32, channel: i32) -> ${sample} {
  let y = source(site.x + i, uniforms.height);
  let x = source(site.y + j, uniforms.width);
  ${mode === 'zero' ? `if (y < 0 || x < 0) { return ${sample}(0.0); }` : ''}
  return image[(y * uniforms.width + x) * ${inputChannels / lanes} + channel];
}
${tapLoader({ kernel: [kernelHeight, kernelWidth], channels: inputChannels })}
${rowReader('bias', outputChannels)}
fn finish(value: vec4<f32>, row: i32, column4: i32) -> vec4<f32> {
  let biased = value + bias4(0, column4);
  return ${relu ? 'max(biased, vec4<f32>(0.0))' : 'biased'};
}`,
    });
  const workPerTile = tile.rows * depth * outputChannels;
  for (const [firstTile, count] of chunks(backend, Math.ceil(rows / tile.rows), workPerTile))
    dispatch(backend, {
      key: `conv2d ${kernelHeight}x${kernelWidth} ${inputChannels}-${outputChannels} /${stride} ${mode} ${relu}`,
      source,
      outputs: { result: { tensor: result, element } },
      inputs: {
        image: { tensor: x, element: sample },
        matrix: { tensor: filter, element },
        bias: { tensor: bias, element },
      },
      uniforms: {
        rows: int(rows),
        firstTile: int(firstTile),
        height: int(height),
        width: int(width),
        outWidth: int(outWidth),
        top: int(padding.top),
        left: int(padding.left),
      },
      workgroups: [count, tilesAcross, 1],
      work: workPerTile * count,
    });
  return result;
}
