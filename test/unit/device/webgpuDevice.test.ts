/** Our WebGPU device in Node: its memory, its pool, its failures. */
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ReverieError } from '../../../shared/errors';
import { limits } from '../../../shared/limits';
import { type Device, openDevice } from '../../../web/engine/device';
import { submit } from '../../../web/engine/device/webgpu/dispatch';
import { tilesByVendor } from '../../../web/engine/device/webgpu/tiles';
import * as kernels from '../../../web/engine/kernels';
import { gpu } from './gpu';
import { numbers } from './numbers';

const attributes = {
  stride: 1,
  padding: { mode: 'reflect', top: 1, bottom: 1, left: 1, right: 1 },
  relu: true,
} as const;

/** A GPU made of software compiles every shader on a processor that may have other work. */
const patienceMs = 60_000;

// A processor that plays a GPU compiles for longer than a visitor is let wait.
const waits = limits.device as { selfTestTimeoutMs: number };
const { selfTestTimeoutMs } = waits;
beforeAll(() => {
  waits.selfTestTimeoutMs = 240_000;
});
afterAll(() => {
  waits.selfTestTimeoutMs = selfTestTimeoutMs;
});

let device: Device;
const open = async () => {
  device = await openDevice({ backend: 'webgpu' });
};

const gpuDevice = () => (tf.backend() as WebGPUBackend).device;

/** Features, their convolution and its moments: enough to meet every buffer size twice. */
async function work(side: number): Promise<Float32Array> {
  const gram = tf.tidy(() => {
    const x = tf.tensor4d(numbers(side * side * 8, 1), [1, side, side, 8]);
    const filter = tf.tensor4d(numbers(576, 2), [3, 3, 8, 8]);
    return kernels.moments(kernels.conv2d(x, filter, tf.tensor1d(numbers(8, 3)), attributes)).gram;
  });
  const values = await gram.data<'float32'>();
  gram.dispose();
  return values;
}

describe.skipIf(!gpu)('the WebGPU device at work', () => {
  beforeAll(open, patienceMs);
  afterAll(() => device.dispose());

  it('holds after many runs what it held after one, and that is nothing', async () => {
    expect(device.memory()).toMatchObject({ tensors: 0, bytes: 0 });
    const first = await work(20);
    const after = device.memory();
    for (let run = 0; run < 20; run++) expect(await work(20)).toEqual(first);
    expect(device.memory()).toEqual(after);
    expect(after).toMatchObject({ tensors: 0, bytes: 0 });
  });

  it('gives the buffers of past sizes back when trimmed, and computes on', async () => {
    const first = await work(20);
    await work(30);
    await work(40);
    const before = device.memory();
    device.trim();
    const after = device.memory();
    expect(before.allocatedBytes).toBeGreaterThan(100_000);
    expect(after.allocatedBytes).toBe(0);
    expect(await work(20)).toEqual(first);
    device.check();
  });

  it('keeps what live tensors hold when trimmed', async () => {
    const x = tf.tensor1d(numbers(5000, 1));
    const doubled = tf.mul(x, 2);
    device.trim();
    expect((await doubled.data())[4999]).toBeCloseTo(2 * (numbers(5000, 1)[4999] ?? 0), 5);
    expect(device.memory().bytes).toBeGreaterThanOrEqual(40_000);
    tf.dispose([x, doubled]);
  });

  it('submits in the midst of a pass, which ends there, and with nothing to submit', async () => {
    const backend = tf.backend() as WebGPUBackend;
    const x = tf.tensor1d(numbers(5000, 1));
    const doubled = tf.mul(x, 2);
    submit(backend);
    submit(backend);
    await backend.device.queue.onSubmittedWorkDone();
    // A command buffer whose pass is open is refused, and nothing in it happens.
    device.check();
    expect((await doubled.data())[4999]).toBeCloseTo(2 * (numbers(5000, 1)[4999] ?? 0), 5);
    tf.dispose([x, doubled]);
  });

  it('compiles ahead, so that the first real pass compiles nothing', async () => {
    const pass = () => {
      const x = tf.zeros<tf.Rank.R4>([1, 6, 6, 12]);
      kernels.conv2d(x, tf.zeros([5, 5, 12, 12]), tf.zeros([12]), attributes);
    };
    await device.compile(pass);
    const compiling = vi.spyOn(gpuDevice(), 'createComputePipeline');
    tf.tidy(pass);
    device.trim();
    expect(compiling).not.toHaveBeenCalled();
    device.check();
  });
});

describe.skipIf(!gpu)('the WebGPU device in trouble', () => {
  beforeEach(open, patienceMs);
  afterEach(() => device.dispose());

  it('is lost when the GPU is, and opens again', async () => {
    const heard = new Promise<ReverieError>((resolve) => device.onLost(resolve));
    gpuDevice().destroy();
    expect((await heard).code).toBe('device-lost');
    expect(() => device.check()).toThrow('The GPU was lost');
    device.dispose();
    await open();
    device.check();
    expect((await work(9)).every(Number.isFinite)).toBe(true);
  });

  it('fails on a command that the GPU refuses, which TensorFlow.js would not notice', async () => {
    const heard = new Promise<ReverieError>((resolve) => device.onLost(resolve));
    gpuDevice().createBuffer({ size: 16, usage: 0 });
    const error = await heard;
    expect(error.code).toBe('device-lost');
    expect(error.message).toContain('refused a command');
    expect(() => device.check()).toThrow(error);
  });

  it('opens without a feature that the adapter says it has and the device refuses', async () => {
    device.dispose();
    const { requestAdapter } = navigator.gpu;
    const asked: (readonly string[])[] = [];
    const adapters = vi.spyOn(navigator.gpu, 'requestAdapter').mockImplementation(async (options) => {
      const adapter = await requestAdapter.call(navigator.gpu, options);
      const { requestDevice } = adapter ?? {};
      if (!adapter || !requestDevice) return null;
      Object.defineProperty(adapter, 'features', { value: new Set(['shader-f16']) });
      adapter.requestDevice = (descriptor) => {
        const wanted = [...(descriptor?.requiredFeatures ?? [])];
        asked.push(wanted);
        if (wanted.length > 0) return Promise.reject(new TypeError('not this one'));
        return requestDevice.call(adapter, descriptor);
      };
      return adapter;
    });
    await open();
    adapters.mockRestore();
    expect(asked).toEqual([['shader-f16'], []]);
    expect((await work(9)).every(Number.isFinite)).toBe(true);
  });

  /** With what `change` makes of every shader. @param vendor instead of its own, by which subgroups would not be asked for */
  async function openAs(vendor: string | null, change: (code: string) => string): Promise<GPUSupportedFeatures> {
    device.dispose();
    const { requestAdapter } = navigator.gpu;
    let features: GPUSupportedFeatures = new Set();
    const adapters = vi.spyOn(navigator.gpu, 'requestAdapter').mockImplementation(async (options) => {
      const adapter = await requestAdapter.call(navigator.gpu, options);
      const { requestDevice } = adapter ?? {};
      if (!adapter || !requestDevice) return null;
      ({ features } = adapter);
      const { subgroupMinSize } = adapter.info;
      if (vendor !== null)
        Object.defineProperty(adapter, 'info', { value: { vendor, architecture: 'card', subgroupMinSize } });
      adapter.requestDevice = async (descriptor) => {
        const made = await requestDevice.call(adapter, descriptor);
        const compile = made.createShaderModule.bind(made);
        made.createShaderModule = ({ code, ...rest }) => compile({ ...rest, code: change(code) });
        return made;
      };
      return adapter;
    });
    await open();
    adapters.mockRestore();
    return features;
  }

  it('gives up subgroups whose neighbours are not what they seem, alone', async (context) => {
    const features = await openAs('some', (code) => code.replaceAll(/subgroupShuffleXor\((\w+), 1u\)/g, '0.5 * $1'));
    if (!features.has('subgroups')) context.skip('This device has no subgroups.');
    expect(device.without).toEqual(['subgroups']);
    expect((await work(9)).every(Number.isFinite)).toBe(true);
    device.check();
  });

  it("convolves by Winograd's way where it was found quicker, and gives it up alone where it is wrong", async () => {
    const measured = tilesByVendor as Record<string, { winograd: number }>;
    const vendor = (await gpu?.requestAdapter())?.info.vendor ?? '';
    measured[vendor] = { winograd: 16 };
    const ways = async () => {
      const made = vi.spyOn(GPUComputePassEncoder.prototype, 'setPipeline');
      for (const [side, channels] of [
        [9, 16],
        [120, 8],
        [120, 16],
      ] as const) {
        tf.tidy(() => {
          const filter = tf.zeros<tf.Rank.R4>([3, 3, channels, channels]);
          kernels.conv2d(tf.zeros([1, side, side, channels]), filter, tf.zeros([channels]), attributes);
        });
      }
      const labels = made.mock.calls.map(([{ label }]) => label).filter((label) => label.includes('conv2d'));
      made.mockRestore();
      return labels.map((label) => label.includes('winograd'));
    };
    try {
      await openAs(null, (code) => code);
      expect(device.without).toEqual([]);
      expect(await ways()).toEqual([false, false, true]);
      await openAs(null, (code) => code.replace('0.25 * g0', '0.26 * g0'));
      expect(device.without).toEqual(['winograd']);
      expect(await ways()).toEqual([false, false, false]);
      device.check();
    } finally {
      delete measured[vendor];
    }
  }, 240_000);

  it('does not call onLost for its own dispose', async () => {
    const lost = vi.fn();
    device.onLost(lost);
    const { lost: gone } = gpuDevice();
    device.dispose();
    await gone;
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(lost).not.toHaveBeenCalled();
  });
});
