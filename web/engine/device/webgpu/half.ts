/**
 * Tensors whose numbers lie on the device with half precision, where it has `shader-f16`: outputs of rectified convolutions,
 * and filters. They take half the memory and half the time to read; sums, gradients, Gram matrices and losses stay single.
 * Our kernels read them as they are (dispatch.ts); for stock kernels, and for whoever reads one back, it is widened here, so
 * that nobody else need know.
 */

import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { type TensorInfo, util } from '@tensorflow/tfjs-core';
import { allocate } from './dispatch';
import { eachElement } from './elements';
import { isHalf, markHalf } from './halves';

const using = new WeakSet<WebGPUBackend>();

/** @param on whether kernels store so from now on; what is stored so already stays readable */
export function useHalf(backend: WebGPUBackend, on: boolean): void {
  if (on) using.add(backend);
  else using.delete(backend);
}

/** A new, unwritten tensor, of half precision where it may be: its rows are read by fours. */
export function allocateStored(backend: WebGPUBackend, shape: readonly number[]): TensorInfo {
  const tensor = allocate(backend, shape);
  if (!using.has(backend) || (shape.at(-1) ?? 0) % 4 !== 0) return tensor;
  const usage = 0x80 | 0x04 | 0x08; // STORAGE | COPY_SRC | COPY_DST, as the backend asks for its own: one pool
  const bytes = 2 * util.sizeFromShape([...shape]);
  backend.tensorMap.get(tensor.dataId).resource = backend.bufferManager.acquireBuffer(bytes, usage);
  markHalf(tensor);
  return tensor;
}

function copy(backend: WebGPUBackend, x: TensorInfo, result: TensorInfo): TensorInfo {
  const element = 'vec4<f32>';
  eachElement(backend, {
    key: 'copy',
    update: 'fn update(i: i32) { result[i] = x[i]; }',
    lanes: 4,
    outputs: { result: { tensor: result, element } },
    inputs: { x: { tensor: x, element } },
    uniforms: {},
    operations: 4,
  });
  return result;
}

const widened = (backend: WebGPUBackend, x: TensorInfo): TensorInfo => copy(backend, x, allocate(backend, x.shape));

/** `stored` of kernels/contract.ts: x itself where it is not to be stored otherwise. */
export function stored(backend: WebGPUBackend, { x }: { x: TensorInfo }): TensorInfo {
  const result = allocateStored(backend, x.shape);
  if (isHalf(result)) return copy(backend, x, result);
  backend.disposeData(result.dataId);
  backend.incRef(x.dataId);
  return { ...x };
}

/** Lets the backend's own kernels and reads meet such tensors. */
export function widenForOthers(backend: WebGPUBackend): void {
  const { runWebGPUProgram, read } = backend;
  backend.runWebGPUProgram = (program, inputs, ...rest) => {
    const wide = inputs.map((input) => (isHalf(input) ? widened(backend, input) : input));
    const result = runWebGPUProgram.call(backend, program, wide, ...rest);
    wide.forEach((input, i) => {
      if (input !== inputs[i]) backend.disposeData(input.dataId);
    });
    return result;
  };
  backend.read = async (dataId) => {
    if (!isHalf({ dataId })) return read.call(backend, dataId);
    const { shape } = backend.tensorMap.get(dataId);
    const wide = widened(backend, { dataId, shape, dtype: 'float32' });
    try {
      return await read.call(backend, wide.dataId);
    } finally {
      backend.disposeData(wide.dataId);
    }
  };
}
