/** `squaresLoss` and `total` of kernels/contract.ts on WebGPU: what an objective has to say of a difference in one dispatch, and a loss of many terms in two or three. */

import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { type TensorInfo, util } from '@tensorflow/tfjs-core';
import type { WeightAttributes } from '../../kernels/contract';
import { allocate, dispatch, elementFor, float, int, scalars } from './dispatch';
import { eachElement, groupsOf, sumsTo, threads } from './elements';
import { neighboursOf, sumWorkgroup } from './subgroups';

interface Inputs {
  readonly x: TensorInfo;
  readonly target?: TensorInfo | undefined;
  readonly weighed?: TensorInfo | undefined;
  readonly energy?: TensorInfo | undefined;
  readonly dy?: TensorInfo | undefined;
}

export function squaresLoss(
  backend: WebGPUBackend,
  { x, target, weighed, energy, dy }: Inputs,
  { weight }: WeightAttributes,
): [gradient: TensorInfo, loss: TensorInfo] {
  const element = elementFor(x.shape.at(-1) ?? 1);
  const lanes = element === 'f32' ? 1 : 4;
  const groups = groupsOf(util.sizeFromShape(x.shape) / lanes);
  const gradient = allocate(backend, x.shape);
  const terms = allocate(backend, [groups]);
  const sums = sumsTo('terms', backend);
  const whole = (tensor: TensorInfo) => ({ tensor, element });
  eachElement(backend, {
    key: `squares loss ${element} ${[target, weighed, energy, dy].map((input) => input !== undefined).join(' ')} ${sums.key}`,
    lanes,
    update: `
${sums.declared}
fn update(i: i32) {
  let share = uniforms.weight${energy ? ' / energy[0]' : ''};
  let difference = x[i]${target ? ' - goal[i]' : ''};
  let pulled = ${weighed ? 'weighed[i]' : 'difference'};
  own += share * ${lanes === 4 ? 'dot(difference, pulled)' : 'difference * pulled'};
  gradient[i] = ${dy ? 'dy[i] + ' : ''}2.0 * share * pulled;
}`,
    last: sums.last,
    outputs: { gradient: whole(gradient), terms: scalars(terms) },
    inputs: {
      x: whole(x),
      ...(target && { goal: whole(target) }),
      ...(weighed && { weighed: whole(weighed) }),
      ...(energy && { energy: scalars(energy) }),
      ...(dy && { dy: whole(dy) }),
    },
    uniforms: { groups: int(groups), weight: float(weight) },
    operations: 4 * lanes,
  });
  return [gradient, terms];
}

/** Beside its result, of the eight buffers that a shader may have. */
const mostTerms = 7;

const totalSource = (count: number, neighbours: number): string => `
var<workgroup> sums: array<f32, ${threads}>;
@compute @workgroup_size(${threads})
fn main(@builtin(local_invocation_index) localIndex: u32) {
  let thread = i32(localIndex);
  var sum = 0.0;
  ${Array.from({ length: count }, (_, n) => `for (var i = thread; i < uniforms.size${n}; i += ${threads}) { sum += term${n}[i]; }`).join('\n  ')}
  ${sumWorkgroup('sum', 'sums', threads, neighbours)}
  if (thread == 0) { result[0] = sum; }
}`;

export function total(backend: WebGPUBackend, terms: readonly TensorInfo[]): TensorInfo {
  const [now, rest] = [terms.slice(0, mostTerms), terms.slice(mostTerms)];
  const result = allocate(backend, []);
  const neighbours = neighboursOf(backend);
  const sizes = now.map(({ shape }) => util.sizeFromShape(shape));
  dispatch(backend, {
    key: `total of ${now.length} ${neighbours}`,
    source: () => totalSource(now.length, neighbours),
    outputs: { result: scalars(result) },
    inputs: Object.fromEntries(now.map((term, n) => [`term${n}`, scalars(term)])),
    uniforms: Object.fromEntries(sizes.map((size, n) => [`size${n}`, int(size)])),
    workgroups: [1, 1, 1],
    work: sizes.reduce((sum, size) => sum + size, 0),
  });
  if (rest.length === 0) return result;
  const all = total(backend, [result, ...rest]);
  backend.disposeData(result.dataId);
  return all;
}
