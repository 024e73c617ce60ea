/** `channelAffine` of kernels/contract.ts on WebGPU: one value, or one vector of four channels, per invocation. */

import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { type TensorInfo, util } from '@tensorflow/tfjs-core';
import type { ChannelAffineAttributes } from '../../kernels/contract';
import { allocate, chunks, dispatch, elementFor, int } from './dispatch';

const workgroup = 64;

interface Inputs {
  readonly x: TensorInfo;
  readonly gain: TensorInfo;
  readonly offset: TensorInfo;
  readonly other?: TensorInfo | undefined;
  readonly otherGain?: TensorInfo | undefined;
}

export function channelAffine(
  backend: WebGPUBackend,
  { x, gain, offset, other, otherGain }: Inputs,
  { relu }: ChannelAffineAttributes,
): TensorInfo {
  const channels = x.shape[3] ?? 1;
  const result = allocate(backend, x.shape);
  const element = elementFor(channels);
  const lanes = element === 'f32' ? 1 : 4;
  const count = util.sizeFromShape(x.shape) / lanes;
  const source = () => `
@compute @workgroup_size(${workgroup})
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let i = i32(id.x) + uniforms.first;
  if (i >= uniforms.count) { return; }
  let c = i % uniforms.channels;
  var value = features[i] * gain[c] + offset[c];
  ${other ? `value += other[i]${otherGain ? ' * otherGain[c]' : ''};` : ''}
  result[i] = ${relu ? `max(value, ${element}(0.0))` : 'value'};
}`;
  for (const [first, groups] of chunks(backend, Math.ceil(count / workgroup), workgroup * lanes))
    dispatch(backend, {
      key: `channelAffine ${element} ${other !== undefined} ${otherGain !== undefined} ${relu}`,
      source,
      outputs: { result: { tensor: result, element } },
      inputs: {
        features: { tensor: x, element },
        gain: { tensor: gain, element },
        offset: { tensor: offset, element },
        ...(other ? { other: { tensor: other, element } } : {}),
        ...(other && otherGain ? { otherGain: { tensor: otherGain, element } } : {}),
      },
      uniforms: { first: int(first * workgroup), count: int(count), channels: int(channels / lanes) },
      workgroups: [groups, 1, 1],
      work: groups * workgroup * lanes,
    });
  return result;
}
