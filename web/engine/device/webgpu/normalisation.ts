/** `variance` and `gains` of kernels/contract.ts on WebGPU: a normalisation's arithmetic on a few dozen numbers, told in two dispatches. */

import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { GainsAttributes } from '../../kernels/contract';
import { allocate, float, scalars } from './dispatch';
import { eachElement } from './elements';

export function variance(
  backend: WebGPUBackend,
  { mean, product }: { mean: TensorInfo; product: TensorInfo },
): TensorInfo {
  const result = allocate(backend, mean.shape);
  eachElement(backend, {
    key: 'variance',
    update: 'fn update(i: i32) { result[i] = max(0.0, product[i] - mean[i] * mean[i]); }',
    outputs: { result: scalars(result) },
    inputs: { mean: scalars(mean), product: scalars(product) },
    uniforms: {},
    operations: 2,
  });
  return result;
}

export function gains(
  backend: WebGPUBackend,
  inputs: { mean: TensorInfo; variance: TensorInfo; scale: TensorInfo; shift: TensorInfo },
  { epsilon }: GainsAttributes,
): [gain: TensorInfo, offset: TensorInfo] {
  const { shape } = inputs.mean;
  const gain = allocate(backend, shape);
  const offset = allocate(backend, shape);
  eachElement(backend, {
    key: 'gains',
    update: `
fn update(i: i32) {
  let value = scale[i] * inverseSqrt(variance[i] + uniforms.epsilon);
  gain[i] = value;
  offset[i] = shift[i] - mean[i] * value;
}`,
    outputs: { gain: scalars(gain), offset: scalars(offset) },
    inputs: {
      mean: scalars(inputs.mean),
      variance: scalars(inputs.variance),
      scale: scalars(inputs.scale),
      shift: scalars(inputs.shift),
    },
    uniforms: { epsilon: float(epsilon) },
    operations: 5,
  });
  return [gain, offset];
}
