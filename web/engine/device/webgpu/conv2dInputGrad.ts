/**
 * `conv2dInputGrad` of kernels/contract.ts on WebGPU, in gather form: a row is an input pixel, which sums over every
 * padded position that the padding copied it to. Inside the picture that is one position; near the border the pads are
 * searched for others, which makes the adjoint exact for every mode and any amount of padding. The ReLU mask is
 * applied as dy is loaded.
 */

import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { ConvGradAttributes, Padding, PaddingMode } from '../../kernels/contract';
import { pixelIndex, reader, tapLoader } from './conv2d';
import { allocate, chunks, dispatch, elementFor, int } from './dispatch';
import { accessFor, gemmSource, gemmUniforms } from './gemm';
import { effectiveMode, sourceFunction } from './padding';
import { tileFor } from './tiles';
import { byWinograd, convolveByWinograd, type Winograd } from './winograd';

/** WGSL `sample` where padded positions beyond the picture were zeros: each pixel has one padded position. */
const sampleOnce = (element: string) => `
fn sample(site: vec4<i32>, i: i32, j: i32, channel: i32) -> ${element} {
  return readAt(site.x + uniforms.top + i, site.y + uniforms.left + j, channel);
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
  if (site.z == 0) { return readAt(site.x + uniforms.top + i, site.y + uniforms.left + j, channel); }
  var sum = ${element}(0.0);
  for (var n = 0; n <= uniforms.top + uniforms.bottom; n++) {
    let y = position(site.x, n, uniforms.height, uniforms.top);
    if (y < 0) { continue; }
    for (var m = 0; m <= uniforms.left + uniforms.right; m++) {
      let x = position(site.y, m, uniforms.width, uniforms.left);
      if (x >= 0) { sum += readAt(y + i, x + j, channel); }
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

  const mode = effectiveMode(padding);
  const masked = relu && y !== undefined;
  const columns = accessFor(inputChannels);
  const channels = accessFor(outputChannels);
  const element = elementFor(inputChannels);
  const sample = elementFor(outputChannels);
  const zero = `${sample}(0.0)`;
  const index = pixelIndex('place', channels);
  const functions = `
// The full correlation: padded position p meets dy at p - (kernel - 1) + tap, on the stride's grid.
fn placeOf(paddedY: i32, paddedX: i32) -> i32 {
  let y = paddedY - ${kernelHeight - 1};
  let x = paddedX - ${kernelWidth - 1};
  if (y < 0 || x < 0${stride === 1 ? '' : ` || y % ${stride} != 0 || x % ${stride} != 0`}) { return -1; }
  let outY = y / ${stride};
  let outX = x / ${stride};
  if (outY >= uniforms.outHeight || outX >= uniforms.outWidth) { return -1; }
  return outY * uniforms.outWidth + outX;
}
fn valueAt(place: i32, channel: i32) -> ${sample} {
  let index = ${index};
  return ${masked ? `select(${zero}, gradient[index], activation[index] > ${zero})` : 'gradient[index]'};
}
fn finish(value: vec4<f32>, row: i32, column4: i32) -> vec4<f32> { return value; }`;
  const bound = {
    outputs: { result: { tensor: result, element } },
    inputs: {
      gradient: { tensor: dy, element: sample },
      ...(masked ? { activation: { tensor: y, element: sample } } : {}),
      matrix: { tensor: rotated, element },
    },
  };
  const uniforms = {
    channels4: int(Math.ceil(outputChannels / 4)),
    outHeight: int(outHeight),
    outWidth: int(outWidth),
  };
  const size = { height, width };
  const winograd = { inputs: outputChannels, outputs: inputChannels };
  const folds = foldsInTiles(mode, padding);
  if (folds && byWinograd([kernelHeight, kernelWidth], stride, size, winograd)) {
    const key = `conv2dInputGrad ${masked}`;
    convolveByWinograd(backend, { key, functions, ...bound, uniforms, size, channels: winograd, ...folds });
    return result;
  }
  const depth = kernelHeight * kernelWidth * outputChannels;
  const rows = height * width;
  const tile = tileFor(rows, inputChannels);
  const source = () =>
    gemmSource({
      tile,
      columns,
      functions: `
${sourceFunction(mode)}
${functions}
${reader(sample)}
fn site(row: i32) -> vec4<i32> {
  let y = row / uniforms.width;
  let x = row - y * uniforms.width;
  let edge = min(min(y, uniforms.height - 1 - y), min(x, uniforms.width - 1 - x));
  return vec4<i32>(y, x, select(0, 1, edge <= uniforms.reach), 0);
}
${mode === 'zero' ? sampleOnce(sample) : sampleFolded(sample)}
${tapLoader(kernelWidth, channels)}`,
    });
  const workPerTile = tile.rows * depth * inputChannels;
  for (const [firstTile, count] of chunks(backend, Math.ceil(rows / tile.rows), workPerTile))
    dispatch(backend, {
      ...bound,
      key: `conv2dInputGrad ${kernelHeight}x${kernelWidth} /${stride} ${channels}-${columns} ${tile.name} ${mode} ${masked}`,
      source,
      uniforms: {
        ...gemmUniforms(rows, inputChannels, depth, firstTile),
        ...uniforms,
        height: int(height),
        width: int(width),
        top: int(padding.top),
        bottom: int(padding.bottom),
        left: int(padding.left),
        right: int(padding.right),
        reach: int(Math.max(padding.top, padding.bottom, padding.left, padding.right)),
      },
      workgroups: [count, Math.ceil(inputChannels / tile.columns), 1],
      work: workPerTile * count,
    });
  return result;
}

/** What Winograd's way must know of the padding: nothing is copied, or from the tile that it lies in; null where it may come from elsewhere. */
function foldsInTiles(
  mode: PaddingMode,
  { top, bottom, left, right }: Padding,
): Pick<Winograd, 'first' | 'folded'> | null {
  if (mode === 'zero') return { first: [top, left] };
  if (mode === 'circular' || [top, bottom, left, right].some((pad) => pad !== 1)) return null;
  return { first: [0, 0], folded: mode };
}
