/**
 * `covarianceLoss` and `paletteLoss` of kernels/contract.ts on WebGPU. Composed of stock operations, a loss on moments is thirty
 * dispatches on matrices of a few hundred numbers, and an iteration has a dozen of them: what a GPU then waits for is being
 * told what to do. Here it is four: the pass over the features (moments.ts), one or two over the matrices, and the way back
 * (affine.ts).
 */

import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { PaletteLossAttributes, WeightAttributes } from '../../kernels/contract';
import { affine } from './affine';
import { allocate, dispatch, float, int, scalars } from './dispatch';
import { type PartialMoments, partialMoments } from './moments';
import { neighboursOf, sumWorkgroup } from './subgroups';

const threads = 128;
/** Rows of a matrix that a workgroup makes at a time, as one vec4. */
const rows = 4;
/** One workgroup makes all of a matrix of so many channels at most: fewer dispatches, and too little work to share out. */
const mostAlone = 32;
/** For so many channels a shader is compiled, and taken for fewer: a network has eight such numbers. */
const rooms = [mostAlone, 128, 512];

type Result = [gradient: TensorInfo, loss: TensorInfo];
type Tensors = Readonly<Record<string, TensorInfo>>;

interface Inputs {
  readonly x: TensorInfo;
  readonly dy?: TensorInfo | undefined;
}

/** WGSL: the totals of `partialMoments` over its slices, in a fixed order; four sums, so that loads need not wait for one another. */
const totals = (channels: number | 'uniforms.channels', side: number): string => {
  const over = (buffer: string, size: string, index: string) => `
  var sums = vec4<f32>(0.0);
  for (var slice = 0; slice < uniforms.slices; slice += 4) {
    let left = uniforms.slices - slice;
    let size = ${size};
    let at = slice * size + ${index};
    sums.x += ${buffer}[at];
    if (left > 1) { sums.y += ${buffer}[at + size]; }
    if (left > 2) { sums.z += ${buffer}[at + 2 * size]; }
    if (left > 3) { sums.w += ${buffer}[at + 3 * size]; }
  }
  return (sums.x + sums.y + sums.z + sums.w) * uniforms.scale;`;
  return `
fn meanOf(c: i32) -> f32 {${over('partialSum', `${channels}`, 'c')}
}
fn gramOf(row: i32, column: i32) -> f32 {
  // Only tiles on and above the diagonal were made.
  let mirrored = row / ${side} > column / ${side};
  let index = select(row, column, mirrored) * ${channels} + select(column, row, mirrored);${over('partialGram', `${channels} * ${channels}`, 'index')}
}`;
};

/** A: U = D P of some rows of D = Σ − Σ₀. B: R = P U of some rows, and what follows. Both at once where there is no P. */
type Phase = 'differences' | 'gradients' | 'alone' | 'plain';

function covarianceSource(phase: Phase, room: number, side: number, neighbours: number): string {
  const one = (call: string) => `let block = i32(group.x); ${call}`;
  const each = (call: string) => `for (var block = 0; block * ${rows} < channels(); block++) { ${call} }`;
  const body: Record<Phase, string> = {
    plain: `measure(thread); ${one('differences(block, thread); gradients(block, thread);')}`,
    differences: `measure(thread); ${one('differences(block, thread); products(block, thread);')}`,
    gradients: `recall(thread); ${one('gradients(block, thread);')}`,
    alone: `measure(thread);
  ${each('differences(block, thread); products(block, thread);')}
  storageBarrier();
  ${each('gradients(block, thread);')}`,
  };
  const measures = phase !== 'gradients';
  const ends = phase !== 'differences';
  const plain = phase === 'plain';
  // Layout of `goal`: covariance, mean, 2 / energy of either. Of `work`: U, D, the mean.
  return `
fn channels() -> i32 { return uniforms.channels; }
fn square() -> i32 { return uniforms.channels * uniforms.channels; }
var<workgroup> mean: array<f32, ${room}>;
var<workgroup> held: array<vec4<f32>, ${room}>;
${ends ? `var<workgroup> shares: array<vec4<f32>, ${threads}>;` : ''}
${
  measures
    ? `${totals('uniforms.channels', side)}
fn measure(thread: i32) {
  for (var c = thread; c < channels(); c += ${threads}) { mean[c] = meanOf(c); }
  workgroupBarrier();
}
fn differences(block: i32, thread: i32) {
  for (var c = thread; c < channels(); c += ${threads}) {
    held[c] = vec4<f32>(0.0);
    for (var r = 0; r < ${rows}; r++) {
      let row = block * ${rows} + r;
      if (row < channels()) { held[c][r] = gramOf(row, c) - mean[row] * mean[c] - goal[row * channels() + c]; }
    }
  }
  workgroupBarrier();
}`
    : `
fn recall(thread: i32) {
  for (var c = thread; c < channels(); c += ${threads}) { mean[c] = work[2 * square() + c]; }
  workgroupBarrier();
}`
}
${
  measures && !plain
    ? `
fn products(block: i32, thread: i32) {
  for (var c = thread; c < channels(); c += ${threads}) {
    var u = vec4<f32>(0.0);
    for (var k = 0; k < channels(); k++) { u += held[k] * metric[k * channels() + c]; }
    for (var r = 0; r < ${rows}; r++) {
      let at = (block * ${rows} + r) * channels() + c;
      if (at < square()) { work[at] = u[r]; work[square() + at] = held[c][r]; }
    }
    if (block == 0) { work[2 * square() + c] = mean[c]; }
  }
  workgroupBarrier();
}`
    : ''
}
${
  ends
    ? `
fn total(share: vec4<f32>, thread: i32) -> vec4<f32> {
  var sum = share;
  ${sumWorkgroup('sum', 'shares', threads, neighbours)}
  workgroupBarrier();
  return sum;
}
fn gradients(block: i32, thread: i32) {
  let gains = vec2<f32>(goal[square() + channels()], goal[square() + channels() + 1]);
  ${
    plain
      ? ''
      : `for (var c = thread; c < channels(); c += ${threads}) {
    held[c] = vec4<f32>(0.0);
    for (var r = 0; r < ${rows}; r++) {
      let at = (block * ${rows} + r) * channels() + c;
      if (at < square()) { held[c][r] = metric[at]; }
    }
  }
  workgroupBarrier();`
  }
  var errors = vec4<f32>(0.0);
  var throughMean = vec4<f32>(0.0);
  var toMean = vec4<f32>(0.0);
  for (var c = thread; c < channels(); c += ${threads}) {
    let off = mean[c] - goal[square() + c];
    ${
      plain
        ? `let gradient = held[c];
    errors += gradient * gradient;
    for (var r = 0; r < ${rows}; r++) { if (block * ${rows} + r == c) { toMean[r] = off; } }`
        : `var gradient = vec4<f32>(0.0);
    for (var k = 0; k < channels(); k++) { gradient += held[k] * work[k * channels() + c]; }
    for (var r = 0; r < ${rows}; r++) {
      let at = (block * ${rows} + r) * channels() + c;
      if (at < square()) { errors[r] += gradient[r] * work[square() + at]; }
    }
    toMean += held[c] * off;`
    }
    throughMean += gradient * mean[c];
    for (var r = 0; r < ${rows}; r++) {
      let at = (block * ${rows} + r) * channels() + c;
      if (at < square()) { matrix[at] = gradient[r] * gains.y * 2.0 * uniforms.pull; }
    }
  }
  errors = total(errors, thread);
  throughMean = total(throughMean, thread);
  toMean = total(toMean, thread);
  if (thread == 0) {
    var sum = vec4<f32>(0.0);
    for (var r = 0; r < ${rows}; r++) {
      let row = block * ${rows} + r;
      if (row < channels()) {
        vector[row] = (gains.x * toMean[r] - 2.0 * gains.y * throughMean[r]) * uniforms.pull;
        sum[r] = gains.y * errors[r] + gains.x * toMean[r] * (mean[row] - goal[square() + row]);
      }
    }
    loss[block] = 0.5 * uniforms.weight * (sum.x + sum.y + sum.z + sum.w);
  }
  workgroupBarrier();
}`
    : ''
}
@compute @workgroup_size(${threads})
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) localIndex: u32) {
  let thread = i32(localIndex);
  ${body[phase]}
}`;
}

/** Matrix and vector of the way back, and the terms of the loss, which add up to it. */
interface Back {
  readonly matrix: TensorInfo;
  readonly vector: TensorInfo;
  readonly loss: TensorInfo;
}

function uniformsOf(x: TensorInfo, { slices }: PartialMoments, weight: number) {
  const positions = (x.shape[1] ?? 1) * (x.shape[2] ?? 1);
  // G = Σ f fᵀ / M and μ = Σ f / M, so ∂L/∂f = (2 ∂L/∂G · f + ∂L/∂μ) / M for a symmetric ∂L/∂G.
  return {
    slices: int(slices),
    scale: float(1 / positions),
    weight: float(weight),
    pull: float(weight / positions),
  };
}

/** From the features there and back. @param solve from their moments; every tensor that comes back is freed here, but the loss */
function throughMoments(
  backend: WebGPUBackend,
  { x, dy }: Inputs,
  solve: (partial: PartialMoments, back: Back) => void,
  terms: number,
): Result {
  const channels = x.shape[3] ?? 1;
  const partial = partialMoments(backend, x);
  const back: Back = {
    matrix: allocate(backend, [channels, channels]),
    vector: allocate(backend, [channels]),
    loss: allocate(backend, [terms]),
  };
  solve(partial, back);
  const gradient = affine(backend, { x, matrix: back.matrix, vector: back.vector, dy });
  for (const { dataId } of [partial.gram, partial.sum, back.matrix, back.vector]) backend.disposeData(dataId);
  return [gradient, back.loss];
}

const bound = (tensors: Tensors) =>
  Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, scalars(tensor)]));

export function covarianceLoss(
  backend: WebGPUBackend,
  { goal, metric, ...inputs }: Inputs & { goal: TensorInfo; metric?: TensorInfo | undefined },
  { weight }: WeightAttributes,
): Result {
  const channels = inputs.x.shape[3] ?? 1;
  const blocks = Math.ceil(channels / rows);
  const neighbours = neighboursOf(backend);
  const room = rooms.find((most) => channels <= most) ?? channels;
  return throughMoments(
    backend,
    inputs,
    (partial, back) => {
      const pass = (phase: Phase, outputs: Tensors, read: Tensors) =>
        dispatch(backend, {
          key: `covariance loss ${phase} ${room} ${partial.side} ${neighbours}`,
          source: () => covarianceSource(phase, room, partial.side, neighbours),
          outputs: bound(outputs),
          inputs: bound(read),
          uniforms: { ...uniformsOf(inputs.x, partial, weight), channels: int(channels) },
          workgroups: [phase === 'alone' ? 1 : blocks, 1, 1],
          work: channels * channels * (partial.slices + 2 * channels),
        });
      const sums = { partialGram: partial.gram, partialSum: partial.sum };
      const ends = { matrix: back.matrix, vector: back.vector, loss: back.loss };
      if (!metric) {
        pass('plain', ends, { ...sums, goal });
        return;
      }
      const work = allocate(backend, [2 * channels * channels + channels]);
      if (channels <= mostAlone) pass('alone', { ...ends, work }, { ...sums, goal, metric });
      else {
        pass('differences', { work }, { ...sums, goal, metric });
        pass('gradients', ends, { work, goal, metric });
      }
      backend.disposeData(work.dataId);
    },
    blocks,
  );
}

/** `directions` [D, 3], `goal` [D + 3]: the deviations along them, the mean. */
const paletteSource = (directions: number, side: number): string => `
${totals(3, side)}
var<workgroup> moments: array<f32, 12>;
@compute @workgroup_size(${threads})
fn main(@builtin(local_invocation_index) localIndex: u32) {
  let thread = i32(localIndex);
  if (thread < 9) { moments[thread] = gramOf(thread / 3, thread % 3); }
  else if (thread < 12) { moments[thread] = meanOf(thread - 9); }
  workgroupBarrier();
  if (thread > 0) { return; }
  let mean = vec3<f32>(moments[9], moments[10], moments[11]);
  // Symmetric: rows are columns.
  let gram = mat3x3<f32>(moments[0], moments[1], moments[2], moments[3], moments[4], moments[5], moments[6], moments[7], moments[8]);
  var toCovariance = mat3x3<f32>();
  var sum = 0.0;
  for (var d = 0; d < ${directions}; d++) {
    let along = vec3<f32>(directions[3 * d], directions[3 * d + 1], directions[3 * d + 2]);
    let centred = dot(along, mean);
    let sigma = sqrt(max(0.0, dot(along, gram * along) - centred * centred) + uniforms.least);
    let error = sigma - goal[d];
    sum += uniforms.share * error * error;
    let slope = uniforms.share * error / sigma;
    toCovariance += mat3x3<f32>(slope * along.x * along, slope * along.y * along, slope * along.z * along);
  }
  let off = mean - vec3<f32>(goal[${directions}], goal[${directions + 1}], goal[${directions + 2}]);
  let toMean = 2.0 * uniforms.gain * off - 2.0 * (toCovariance * mean);
  for (var row = 0; row < 3; row++) {
    vector[row] = toMean[row] * uniforms.pull;
    for (var column = 0; column < 3; column++) { matrix[3 * row + column] = 2.0 * toCovariance[column][row] * uniforms.pull; }
  }
  loss[0] = uniforms.weight * (sum + uniforms.gain * dot(off, off));
}`;

export function paletteLoss(
  backend: WebGPUBackend,
  { directions, goal, ...inputs }: Inputs & { directions: TensorInfo; goal: TensorInfo },
  { weight, share, gain, least }: PaletteLossAttributes,
): Result {
  const count = directions.shape[0] ?? 0;
  return throughMoments(
    backend,
    inputs,
    (partial, back) =>
      dispatch(backend, {
        key: `palette loss ${count} ${partial.side}`,
        source: () => paletteSource(count, partial.side),
        outputs: bound({ matrix: back.matrix, vector: back.vector, loss: back.loss }),
        inputs: bound({ partialGram: partial.gram, partialSum: partial.sum, directions, goal }),
        uniforms: {
          ...uniformsOf(inputs.x, partial, weight),
          share: float(share),
          gain: float(gain),
          least: float(least),
        },
        workgroups: [1, 1, 1],
        work: 12 * partial.slices,
      }),
    1,
  );
}
