/** `affine` of kernels/contract.ts on WebGPU: out = dy + x · matrix + vector, one matrix product with fused additions. */

import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { allocate, chunks, dispatch, elementFor } from './dispatch';
import { accessFor, gemmSource, gemmUniforms, rowReader } from './gemm';
import { tileFor } from './tiles';

export function affine(
  backend: WebGPUBackend,
  { x, matrix, vector, dy }: { x: TensorInfo; matrix: TensorInfo; vector: TensorInfo; dy?: TensorInfo | undefined },
): TensorInfo {
  const [, height, width, channels] = x.shape as [number, number, number, number];
  const result = allocate(backend, x.shape);
  const rows = height * width;
  const tile = tileFor(rows, channels);
  const columns = accessFor(channels);
  const element = elementFor(channels);
  const source = () =>
    gemmSource({
      tile,
      columns,
      functions: `
fn site(row: i32) -> vec4<i32> { return vec4<i32>(row, 0, 0, 0); }
${rowReader('features', columns)}
fn locate(k: i32) -> vec4<i32> { return vec4<i32>(k / 4); }
fn load(site: vec4<i32>, place: vec4<i32>) -> vec4<f32> { return features4(site.x, place.x); }
${rowReader('vector', columns)}
${dy ? rowReader('addend', columns) : ''}
fn finish(value: vec4<f32>, row: i32, column4: i32) -> vec4<f32> {
  return ${dy ? 'addend4(row, column4) + ' : ''}value + vector4(0, column4);
}`,
    });
  const workPerTile = tile.rows * channels * channels;
  for (const [firstTile, count] of chunks(backend, Math.ceil(rows / tile.rows), workPerTile))
    dispatch(backend, {
      key: `affine ${columns} ${tile.name} ${dy !== undefined}`,
      source,
      outputs: { result: { tensor: result, element } },
      inputs: {
        features: { tensor: x, element },
        matrix: { tensor: matrix, element },
        vector: { tensor: vector, element },
        ...(dy ? { addend: { tensor: dy, element } } : {}),
      },
      uniforms: gemmUniforms(rows, channels, channels, firstTile),
      workgroups: [count, Math.ceil(channels / tile.columns), 1],
      work: workPerTile * count,
    });
  return result;
}
