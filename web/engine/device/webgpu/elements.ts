/** Kernels that make every number of a tensor by itself. */

import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { util } from '@tensorflow/tfjs-core';
import { dispatch, int, type Pass } from './dispatch';
import { neighboursOf, sumWorkgroup } from './subgroups';

export const threads = 128;
const perThread = 4;

export interface ElementPass extends Pick<Pass, 'key' | 'outputs' | 'inputs' | 'uniforms'> {
  /** WGSL `fn update(i: i32)`, called once for every element of the first output; `uniforms.size` is their number. */
  readonly update: string;
  /** WGSL at the end of every workgroup, which `thread` and `group` are known in; every thread comes here. */
  readonly last?: string;
  /** Numbers in an element; 1 when absent. */
  readonly lanes?: 1 | 4;
  /** Of an element, roughly. */
  readonly operations: number;
}

/** For a pass that leaves a sum for every workgroup in `name`: what an update adds to `own`, and how that is added up, always in the same order. */
export function sumsTo(name: string, backend: WebGPUBackend) {
  const neighbours = neighboursOf(backend);
  return {
    key: neighbours,
    declared: `var<private> own = 0.0;
var<workgroup> sums: array<f32, ${threads}>;`,
    last: `${sumWorkgroup('own', 'sums', threads, neighbours)}
  if (thread == 0 && i32(group) < uniforms.groups) { ${name}[group] = own; }`,
  };
}

/** Workgroups of a pass over so many elements. */
export const groupsOf = (size: number): number => Math.ceil(size / (threads * perThread));

export function eachElement(
  backend: WebGPUBackend,
  { update, last, lanes = 1, operations, ...pass }: ElementPass,
): void {
  const [first] = Object.values(pass.outputs);
  const size = util.sizeFromShape(first?.tensor.shape ?? []) / lanes;
  const groups = groupsOf(size);
  // The grid folds into two dimensions when one is too short.
  const across = Math.min(groups, backend.device.limits.maxComputeWorkgroupsPerDimension);
  dispatch(backend, {
    ...pass,
    source: () => `
${update}
@compute @workgroup_size(${threads})
fn main(
  @builtin(workgroup_id) place: vec3<u32>,
  @builtin(num_workgroups) places: vec3<u32>,
  @builtin(local_invocation_index) localIndex: u32,
) {
  let thread = i32(localIndex);
  let group = place.y * places.x + place.x;
  let first = i32(group) * ${threads * perThread} + thread;
  for (var n = 0; n < ${perThread}; n++) {
    let i = first + n * ${threads};
    if (i < uniforms.size) { update(i); }
  }
  ${last ?? ''}
}`,
    uniforms: { size: int(size), ...pass.uniforms },
    workgroups: [across, Math.ceil(groups / across), 1],
    work: size * operations,
  });
}
