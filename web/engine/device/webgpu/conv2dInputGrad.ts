/**
 * `conv2dInputGrad` of kernels/contract.ts on WebGPU, in gather form: a row is an input pixel, which sums over every
 * padded position that the padding copied it to. Inside the picture that is one position; near the border the pads are
 * searched for others, which makes the adjoint exact for every mode and any amount of padding. The ReLU mask is
 * applied as dy is loaded.
 */

import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { ConvGradAttributes } from '../../kernels/contract';
import { pixelIndex, tapLoader } from './conv2d';
import { allocate, chunks, dispatch, elementFor, int } from './dispatch';
import { accessFor, gemmSource, gemmUniforms } from './gemm';
import { effectiveMode, sourceFunction } from './padding';
import { tileFor } from './tiles';

/** WGSL `sample` where padded positions beyond the picture were zeros: each pixel has one padded position. */
const sampleOnce = (element: string) => `
fn sample(site: vec4<i32>, i: i32, j: i32, channel: i32) -> ${element} {
  return gradientAt(site.x + uniforms.top + i, site.y + uniforms.left + j, channel);
}`;

/** WGSL `sample` where the border was copied into the pads. */
const sampleFolded = (element: string) => `
// The n-th padded position that reads source index q, or -1; position 0 is the pixel itself, the rest are the pads.
fn position(q: i32, n: i32, size: i32, before: i32) -> i32 {
  if (n == 0) { return q + before; }
  let padded = select(n - 1 + size, n - 1, n - 1 < before);
  return select(-1, padded, source(padded - before, size) == q);
}
fn sample(site: vec4<i32>, i: i32, j: i32, channel: i32) -> ${element} {
  if (site.z == 0) { return gradientAt(site.x + uniforms.top + i, site.y + uniforms.left + j, channel); }
  var sum = ${element}(0.0);
  for (var n = 0; n <= uniforms.top + uniforms.bottom; n++) {
    let y = position(site.x, n, uniforms.height, uniforms.top);
    if (y < 0) { continue; }
    for (var m = 0; m <= uniforms.left + uniforms.right; m++) {
      let x = position(site.y, m, uniforms.width, uniforms.left);
      if (x >= 0) { sum += gradientAt(y + i, x + j, channel); }
    }
  }
  return sum;
}`;

export function conv2dInputGrad(
  backend: WebGPUBackend,
  { dy, y, rotated }: { dy: TensorInfo; y?: TensorInfo | undefined; rotated: TensorInfo },
  { inputShape, stride, padding, relu }: ConvGradAttributes,
): TensorInfo {
  const [, height, width, inputChannels] = inputShape;
  const [, outHeight, outWidth, outputChannels] = dy.shape as [number, number, number, number];
  const [kernelHeight, kernelWidth] = rotated.shape as [number, number];
  const result = allocate(backend, inputShape);

  const depth = kernelHeight * kernelWidth * outputChannels;
  const rows = height * width;
  const mode = effectiveMode(padding);
  const masked = relu && y !== undefined;
  const tile = tileFor(rows, inputChannels);
  const columns = accessFor(inputChannels);
  const channels = accessFor(outputChannels);
  const element = elementFor(inputChannels);
  const sample = elementFor(outputChannels);
  const reach = Math.max(padding.top, padding.bottom, padding.left, padding.right);
  const zero = `${sample}(0.0)`;
  const source = () =>
    gemmSource({
      tile,
      columns,
      functions: `
${sourceFunction(mode)}
fn site(row: i32) -> vec4<i32> {
  let y = row / uniforms.width;
  let x = row - y * uniforms.width;
  let edge = min(min(y, uniforms.height - 1 - y), min(x, uniforms.width - 1 - x));
  return vec4<i32>(y, x, select(0, 1, edge <= uniforms.reach), 0);
}
// The full correlation at tap (i, j): padded position p meets dy at p - (kernel - 1) + tap, on the stride's grid.
fn gradientAt(paddedY: i32, paddedX: i32, channel: i32) -> ${sample} {
  let y = paddedY - ${kernelHeight - 1};
  let x = paddedX - ${kernelWidth - 1};
  if (y < 0 || x < 0${stride === 1 ? '' : ` || y % ${stride} != 0 || x % ${stride} != 0`}) { return ${zero}; }
  let outY = y / ${stride};
  let outX = x / ${stride};
  if (outY >= uniforms.outHeight || outX >= uniforms.outWidth) { return ${zero}; }
  let index = ${pixelIndex('outY * uniforms.outWidth + outX', channels)};
  return ${masked ? `select(${zero}, gradient[index], activation[index] > ${zero})` : 'gradient[index]'};
}
${mode === 'zero' ? sampleOnce(sample) : sampleFolded(sample)}
${tapLoader(kernelWidth, channels)}
fn finish(value: vec4<f32>, row: i32, column4: i32) -> vec4<f32> { return value; }`,
    });
  const workPerTile = tile.rows * depth * inputChannels;
  for (const [firstTile, count] of chunks(backend, Math.ceil(rows / tile.rows), workPerTile))
    dispatch(backend, {
      key: `conv2dInputGrad ${kernelHeight}x${kernelWidth} /${stride} ${channels}-${columns} ${tile.name} ${mode} ${masked}`,
      source,
      outputs: { result: { tensor: result, element } },
      inputs: {
        gradient: { tensor: dy, element: sample },
        ...(masked ? { activation: { tensor: y, element: sample } } : {}),
        matrix: { tensor: rotated, element },
      },
      uniforms: {
        ...gemmUniforms(rows, inputChannels, depth, firstTile),
        channels4: int(Math.ceil(outputChannels / 4)),
        height: int(height),
        width: int(width),
        outHeight: int(outHeight),
        outWidth: int(outWidth),
        top: int(padding.top),
        bottom: int(padding.bottom),
        left: int(padding.left),
        right: int(padding.right),
        reach: int(reach),
      },
      workgroups: [count, Math.ceil(inputChannels / tile.columns), 1],
      work: workPerTile * count,
    });
  return result;
}
