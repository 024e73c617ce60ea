/**
 * `conv2d` of kernels/contract.ts on WebGPU: implicit GEMM, rows are output pixels, depth runs over kernel taps and
 * input channels. Padding is index arithmetic in the load, so no padded copy exists; bias and ReLU are in the store.
 */

import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { ForwardAttributes } from '../../kernels/contract';
import { allocate, chunks, dispatch, elementFor, int } from './dispatch';
import { accessFor, gemmSource, gemmUniforms, type RowAccess, rowReader } from './gemm';
import { allocateStored } from './half';
import { effectiveMode, sourceFunction } from './padding';
import { tileFor } from './tiles';
import { byWinograd, convolveByWinograd } from './winograd';

/** WGSL `readAt(y, x, channel)`, by way of `placeOf` and `valueAt` (winograd.ts), which both ways of convolving have. */
export const reader = (element: string): string => `
fn readAt(y: i32, x: i32, channel: i32) -> ${element} {
  let place = placeOf(y, x);
  if (place < 0) { return ${element}(0.0); }
  return valueAt(place, channel);
}`;

/**
 * WGSL `locate` and `load` over taps (i, j) and channels, by way of `sample(site, i, j, channel)`; depth counts
 * channels fastest. Channels in fours are one vec4 read and their number is the uniform `channels4`.
 */
export function tapLoader(kernelWidth: number, channels: RowAccess): string {
  if (channels === 'quads')
    return `
fn locate(k: i32) -> vec4<i32> {
  let tap = (k / 4) / uniforms.channels4;
  return vec4<i32>(tap / ${kernelWidth}, tap % ${kernelWidth}, k / 4 - tap * uniforms.channels4, 0);
}
fn load(site: vec4<i32>, place: vec4<i32>) -> vec4<f32> { return sample(site, place.x, place.y, place.z); }`;
  return `
fn locate(k: i32) -> vec4<i32> { return vec4<i32>(k); }
fn load(site: vec4<i32>, place: vec4<i32>) -> vec4<f32> {
  var value = vec4<f32>(0.0);
  for (var n = 0; n < min(4, uniforms.depth - place.x); n++) {
    let k = place.x + n;
    let tap = k / ${channels};
    value[n] = sample(site, tap / ${kernelWidth}, tap % ${kernelWidth}, k - tap * ${channels});
  }
  return value;
}`;
}

/** WGSL: the index of a channel (or of four) of a pixel in a buffer of pixels. */
export const pixelIndex = (pixel: string, channels: RowAccess): string =>
  `(${pixel}) * ${channels === 'quads' ? 'uniforms.channels4' : channels} + channel`;

export function conv2d(
  backend: WebGPUBackend,
  { x, filter, bias }: { x: TensorInfo; filter: TensorInfo; bias: TensorInfo },
  { stride, padding, relu, enlarge = 1 }: ForwardAttributes,
): TensorInfo {
  const [, inputHeight, inputWidth, inputChannels] = x.shape as [number, number, number, number];
  const [height, width] = [enlarge * inputHeight, enlarge * inputWidth];
  const [kernelHeight, kernelWidth, , outputChannels] = filter.shape as [number, number, number, number];
  const outHeight = Math.floor((height + padding.top + padding.bottom - kernelHeight) / stride) + 1;
  const outWidth = Math.floor((width + padding.left + padding.right - kernelWidth) / stride) + 1;
  const shape = [1, outHeight, outWidth, outputChannels];
  // What no ReLU cuts is a difference in the making, or a picture: it stays exact.
  const result = relu ? allocateStored(backend, shape) : allocate(backend, shape);

  const mode = effectiveMode(padding);
  const columns = accessFor(outputChannels);
  const channels = accessFor(inputChannels);
  const element = elementFor(outputChannels);
  const sample = elementFor(inputChannels);
  // Enlarged by nearest neighbour: a pixel that is not there is read where it would come from.
  const pixel =
    enlarge === 1 ? 'y * uniforms.width + x' : `(y / ${enlarge}) * (uniforms.width / ${enlarge}) + x / ${enlarge}`;
  const functions = `
${sourceFunction(mode)}
fn placeOf(paddedY: i32, paddedX: i32) -> i32 {
  let y = source(paddedY - uniforms.top, uniforms.height);
  let x = source(paddedX - uniforms.left, uniforms.width);
  ${mode === 'zero' ? 'if (y < 0 || x < 0) { return -1; }' : ''}
  return ${pixel};
}
fn valueAt(place: i32, channel: i32) -> ${sample} { return image[${pixelIndex('place', channels)}]; }
${rowReader('bias', columns)}
fn finish(value: vec4<f32>, row: i32, column4: i32) -> vec4<f32> {
  let biased = value + bias4(0, column4);
  return ${relu ? 'max(biased, vec4<f32>(0.0))' : 'biased'};
}`;
  const bound = {
    outputs: { result: { tensor: result, element } },
    inputs: {
      image: { tensor: x, element: sample },
      matrix: { tensor: filter, element },
      bias: { tensor: bias, element },
    },
  };
  const uniforms = {
    channels4: int(Math.ceil(inputChannels / 4)),
    height: int(height),
    width: int(width),
    top: int(padding.top),
    left: int(padding.left),
  };
  const size = { height: outHeight, width: outWidth };
  const winograd = { inputs: inputChannels, outputs: outputChannels };
  if (byWinograd([kernelHeight, kernelWidth], stride, size, winograd)) {
    const key = `conv2d ${mode} ${relu} ${enlarge}`;
    convolveByWinograd(backend, { key, functions, ...bound, uniforms, size, channels: winograd, first: [0, 0] });
    return result;
  }
  const depth = kernelHeight * kernelWidth * inputChannels;
  const rows = outHeight * outWidth;
  const tile = tileFor(rows, outputChannels);
  const source = () =>
    gemmSource({
      tile,
      columns,
      functions: `
${functions}
${reader(sample)}
fn site(row: i32) -> vec4<i32> {
  let y = row / uniforms.outWidth;
  let x = row - y * uniforms.outWidth;
  return vec4<i32>(y * ${stride}, x * ${stride}, 0, 0);
}
fn sample(site: vec4<i32>, i: i32, j: i32, channel: i32) -> ${sample} { return readAt(site.x + i, site.y + j, channel); }
${tapLoader(kernelWidth, channels)}`,
    });
  const workPerTile = tile.rows * depth * outputChannels;
  for (const [firstTile, count] of chunks(backend, Math.ceil(rows / tile.rows), workPerTile))
    dispatch(backend, {
      ...bound,
      key: `conv2d ${kernelHeight}x${kernelWidth} /${stride} ${channels}-${columns} ${tile.name} ${mode} ${relu} ${enlarge}`,
      source,
      uniforms: {
        ...gemmUniforms(rows, outputChannels, depth, firstTile),
        ...uniforms,
        outWidth: int(outWidth),
      },
      workgroups: [count, Math.ceil(outputChannels / tile.columns), 1],
      work: workPerTile * count,
    });
  return result;
}
