/**
 * `adam` of kernels/contract.ts on WebGPU. Two dispatches rather than one: five inputs and four outputs would be nine
 * storage buffers, and WebGPU promises eight per stage. The image has three channels; the second costs next to nothing.
 */

import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { type TensorInfo, util } from '@tensorflow/tfjs-core';
import type { AdamAttributes } from '../../kernels/contract';
import { allocate, dispatch, float, int, type Pass } from './dispatch';

const threads = 128;
const perThread = 4;

/** Calls `update(i)` once for every element; the grid folds into two dimensions when one is too short. */
const forEachElement = (update: string) => `
${update}
@compute @workgroup_size(${threads})
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) thread: u32,
) {
  let first = i32((group.y * groups.x + group.x) * ${threads * perThread}u + thread);
  for (var n = 0; n < ${perThread}; n++) {
    let i = first + n * ${threads};
    if (i < uniforms.size) { update(i); }
  }
}`;

function grid(backend: WebGPUBackend, size: number): Pass['workgroups'] {
  const groups = Math.ceil(size / (threads * perThread));
  const across = Math.min(groups, backend.device.limits.maxComputeWorkgroupsPerDimension);
  return [across, Math.ceil(groups / across), 1];
}

export function adam(
  backend: WebGPUBackend,
  inputs: { x: TensorInfo; gradient: TensorInfo; first: TensorInfo; second: TensorInfo; average: TensorInfo },
  { stepSize, beta1, beta2, epsilon, step, averaging, min, max }: AdamAttributes,
): [x: TensorInfo, first: TensorInfo, second: TensorInfo, average: TensorInfo] {
  const { shape } = inputs.x;
  const size = util.sizeFromShape(shape);
  const workgroups = grid(backend, size);
  const scalar = (tensor: TensorInfo) => ({ tensor, element: 'f32' as const });
  const x = allocate(backend, shape);
  const first = allocate(backend, shape);
  const second = allocate(backend, shape);
  const average = allocate(backend, shape);
  dispatch(backend, {
    key: 'adam step',
    source: () =>
      forEachElement(`
fn update(i: i32) {
  let g = gradient[i];
  let m = uniforms.beta1 * first[i] + uniforms.rest1 * g;
  let v = uniforms.beta2 * second[i] + uniforms.rest2 * g * g;
  let direction = (m / uniforms.correction1) / (sqrt(v / uniforms.correction2) + uniforms.epsilon);
  newX[i] = clamp(x[i] - uniforms.stepSize * direction, uniforms.low, uniforms.high);
  newFirst[i] = m;
  newSecond[i] = v;
}`),
    outputs: { newX: scalar(x), newFirst: scalar(first), newSecond: scalar(second) },
    inputs: {
      x: scalar(inputs.x),
      gradient: scalar(inputs.gradient),
      first: scalar(inputs.first),
      second: scalar(inputs.second),
    },
    uniforms: {
      size: int(size),
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
    workgroups,
    work: size * 8,
  });
  dispatch(backend, {
    key: 'adam average',
    source: () =>
      forEachElement('fn update(i: i32) { newAverage[i] = uniforms.keep * average[i] + uniforms.rest * x[i]; }'),
    outputs: { newAverage: scalar(average) },
    inputs: { x: scalar(x), average: scalar(inputs.average) },
    uniforms: { size: int(size), keep: float(averaging), rest: float(1 - averaging) },
    workgroups,
    work: size * 2,
  });
  return [x, first, second, average];
}
