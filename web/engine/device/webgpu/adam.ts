/**
 * `adam` of kernels/contract.ts on WebGPU. Two dispatches rather than one: five inputs and four outputs would be nine
 * storage buffers, and WebGPU promises eight per stage. The image has three channels; the second costs next to nothing.
 */

import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { AdamAttributes } from '../../kernels/contract';
import { allocate, float, scalars } from './dispatch';
import { eachElement } from './elements';

export function adam(
  backend: WebGPUBackend,
  inputs: { x: TensorInfo; gradient: TensorInfo; first: TensorInfo; second: TensorInfo; average: TensorInfo },
  { stepSize, beta1, beta2, epsilon, step, averaging, min, max }: AdamAttributes,
): [x: TensorInfo, first: TensorInfo, second: TensorInfo, average: TensorInfo] {
  const { shape } = inputs.x;
  const x = allocate(backend, shape);
  const first = allocate(backend, shape);
  const second = allocate(backend, shape);
  eachElement(backend, {
    key: 'adam step',
    update: `
fn update(i: i32) {
  let g = gradient[i];
  let m = uniforms.beta1 * first[i] + uniforms.rest1 * g;
  let v = uniforms.beta2 * second[i] + uniforms.rest2 * g * g;
  let direction = (m / uniforms.correction1) / (sqrt(v / uniforms.correction2) + uniforms.epsilon);
  newX[i] = clamp(x[i] - uniforms.stepSize * direction, uniforms.low, uniforms.high);
  newFirst[i] = m;
  newSecond[i] = v;
}`,
    outputs: { newX: scalars(x), newFirst: scalars(first), newSecond: scalars(second) },
    inputs: {
      x: scalars(inputs.x),
      gradient: scalars(inputs.gradient),
      first: scalars(inputs.first),
      second: scalars(inputs.second),
    },
    uniforms: {
      stepSize: float(stepSize),
      beta1: float(beta1),
      rest1: float(1 - beta1),
      beta2: float(beta2),
      rest2: float(1 - beta2),
      correction1: float(1 - beta1 ** (step + 1)),
      correction2: float(1 - beta2 ** (step + 1)),
      epsilon: float(epsilon),
      low: float(min),
      high: float(max),
    },
    operations: 8,
  });
  if (averaging === 0) {
    backend.incRef(x.dataId);
    return [x, first, second, { ...x }];
  }
  const average = allocate(backend, shape);
  eachElement(backend, {
    key: 'adam average',
    update: 'fn update(i: i32) { newAverage[i] = uniforms.keep * average[i] + uniforms.rest * x[i]; }',
    outputs: { newAverage: scalars(average) },
    inputs: { x: scalars(x), average: scalars(inputs.average) },
    uniforms: { keep: float(averaging), rest: float(1 - averaging) },
    operations: 2,
  });
  return [x, first, second, average];
}
