/**
 * `guidedLoss` of kernels/contract.ts on WebGPU in one dispatch: a tiled product of positions and guide of which only every
 * position's largest number is kept, so that the products are never written down.
 */
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { WeightAttributes } from '../../kernels/contract';
import { allocate, chunks, dispatch, type ElementType, elementFor, float, int, scalars } from './dispatch';

const threads = 128;
/** Positions of a workgroup, and guide vectors at a time; a thread has 4 × 4 of them. */
const rows = 32;
const columns = 64;
const [threadRows, threadColumns] = [rows / 4, columns / 4];
/** Elements of depth staged per step; two more between them keep neighbouring threads on different banks. */
const staged = 4;
const [planeA, planeB] = [rows + 2, columns + 2];

const four = [0, 1, 2, 3] as const;
const of16 = four.flatMap((i) => four.map((j) => [i, j] as const));

const source = (element: ElementType, withDy: boolean): string => `
var<workgroup> tileA: array<${element}, ${staged * planeA}>;
var<workgroup> tileB: array<${element}, ${staged * planeB}>;
var<workgroup> values: array<f32, ${rows * threadColumns}>;
var<workgroup> indices: array<i32, ${rows * threadColumns}>;

fn times(a: ${element}, b: ${element}) -> f32 { return ${element === 'f32' ? 'a * b' : 'dot(a, b)'}; }

@compute @workgroup_size(${threads})
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) localIndex: u32) {
  let thread = i32(localIndex);
  let own = i32(group.x) + uniforms.firstGroup;
  let firstRow = own * ${rows};
  let lane = thread % ${staged};
  let loadRow = thread / ${staged};
  let threadRow = thread / ${threadColumns};
  let threadColumn = thread % ${threadColumns};
  ${four.map((i) => `var best${i} = -3.4e38; var where${i} = 0;`).join('\n  ')}
  for (var first = 0; first < uniforms.guides; first += ${columns}) {
    ${of16.map(([i, j]) => `var sum${i}${j} = 0.0;`).join(' ')}
    for (var k = 0; k < uniforms.depth; k += ${staged}) {
      let there = k + lane < uniforms.depth;
      let at = min(k + lane, uniforms.depth - 1);
      tileA[lane * ${planeA} + loadRow] =
        select(${element}(0.0), x[min(firstRow + loadRow, uniforms.rows - 1) * uniforms.depth + at], there);
      for (var n = loadRow; n < ${columns}; n += ${rows}) {
        tileB[lane * ${planeB} + n] = select(${element}(0.0), guide[min(first + n, uniforms.guides - 1) * uniforms.depth + at], there);
      }
      workgroupBarrier();
      for (var q = 0; q < ${staged}; q++) {
        ${four.map((i) => `let a${i} = tileA[q * ${planeA} + threadRow + ${threadRows * i}];`).join('\n        ')}
        ${four.map((j) => `let b${j} = tileB[q * ${planeB} + threadColumn + ${threadColumns * j}];`).join('\n        ')}
        ${of16.map(([i, j]) => `sum${i}${j} += times(a${i}, b${j});`).join('\n        ')}
      }
      workgroupBarrier();
    }
    // Of equal ones the first; beyond the last is the last once more.
    ${of16
      .map(
        ([i, j]) =>
          `if (sum${i}${j} > best${i}) { best${i} = sum${i}${j}; where${i} = min(first + threadColumn + ${threadColumns * j}, uniforms.guides - 1); }`,
      )
      .join('\n    ')}
  }
  ${four
    .map((i) => {
      const at = `(threadRow + ${threadRows * i}) * ${threadColumns} + threadColumn`;
      return `values[${at}] = best${i}; indices[${at}] = where${i};`;
    })
    .join('\n  ')}
  workgroupBarrier();
  if (thread < ${rows}) {
    var best = values[thread * ${threadColumns}];
    var index = indices[thread * ${threadColumns}];
    for (var n = thread * ${threadColumns} + 1; n < (thread + 1) * ${threadColumns}; n++) {
      if (values[n] > best || (values[n] == best && indices[n] < index)) { best = values[n]; index = indices[n]; }
    }
    values[thread * ${threadColumns}] = select(0.0, best, firstRow + thread < uniforms.rows);
    indices[thread * ${threadColumns}] = index;
  }
  workgroupBarrier();
  if (thread == 0) {
    var sum = 0.0;
    for (var row = 0; row < ${rows}; row++) { sum += values[row * ${threadColumns}]; }
    terms[own] = uniforms.weight * sum;
  }
  for (var i = thread; i < min(${rows}, uniforms.rows - firstRow) * uniforms.depth; i += ${threads}) {
    let row = i / uniforms.depth;
    let to = firstRow * uniforms.depth + i;
    gradient[to] = ${withDy ? 'dy[to] + ' : ''}uniforms.weight * guide[indices[row * ${threadColumns}] * uniforms.depth + i - row * uniforms.depth];
  }
}`;

export function guidedLoss(
  backend: WebGPUBackend,
  { x, guide, dy }: { x: TensorInfo; guide: TensorInfo; dy?: TensorInfo | undefined },
  { weight }: WeightAttributes,
): [gradient: TensorInfo, loss: TensorInfo] {
  const [, height, width, channels] = x.shape as [number, number, number, number];
  const [guides] = guide.shape as [number];
  const element = elementFor(channels);
  const groups = Math.ceil((height * width) / rows);
  const gradient = allocate(backend, x.shape);
  const terms = allocate(backend, [groups]);
  const whole = (tensor: TensorInfo) => ({ tensor, element });
  const workPerGroup = rows * guides * channels;
  for (const [firstGroup, count] of chunks(backend, groups, workPerGroup))
    dispatch(backend, {
      key: `guided loss ${element} ${dy !== undefined}`,
      source: () => source(element, dy !== undefined),
      outputs: { gradient: whole(gradient), terms: scalars(terms) },
      inputs: { x: whole(x), guide: whole(guide), ...(dy && { dy: whole(dy) }) },
      uniforms: {
        rows: int(height * width),
        guides: int(guides),
        depth: int(channels / (element === 'f32' ? 1 : 4)),
        firstGroup: int(firstGroup),
        weight: float(weight),
      },
      workgroups: [count, 1, 1],
      work: workPerGroup * count,
    });
  return [gradient, terms];
}
