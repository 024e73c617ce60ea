/** Choosing a backend: the order, the reasons, what is refused, and what is left behind. */
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ReverieError } from '../../../shared/errors';
import { limits } from '../../../shared/limits';
import { openDevice } from '../../../web/engine/device';
import { openCpu } from '../../../web/engine/device/cpuBackend';
import type { OpenBackend } from '../../../web/engine/device/device';
import { openWebGPU } from '../../../web/engine/device/webgpuBackend';
import { fusedNames, kernelNames } from '../../../web/engine/kernels/contract';

const refuse =
  (reason: string): OpenBackend =>
  async () => {
    throw new ReverieError('backend-unavailable', reason);
  };

/** The CPU backend in another's place: it is there everywhere and computes the right numbers. */
const works: OpenBackend = async () => ({ ...(await openCpu()), description: 'stand-in' });

const rejection = async (opening: Promise<unknown>): Promise<ReverieError> => {
  const error = await opening.then(
    () => null,
    (cause: unknown) => cause,
  );
  expect(error).toBeInstanceOf(ReverieError);
  return error as ReverieError;
};

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

describe('openDevice', () => {
  it('takes the best backend and says nothing of those below it', async () => {
    const wasm = vi.fn(works);
    const device = await openDevice({}, { webgpu: works, wasm });
    expect(device.report).toEqual({ backend: 'webgpu', description: 'stand-in', rejected: [] });
    expect(wasm).not.toHaveBeenCalled();
    device.dispose();
  });

  it('lists why each better backend was passed over, best first', async () => {
    const device = await openDevice({}, { webgpu: refuse('no adapter'), wasm: refuse('no SIMD') });
    expect(device.report).toEqual({
      backend: 'cpu',
      description: 'JavaScript',
      rejected: [
        { backend: 'webgpu', reason: 'no adapter' },
        { backend: 'wasm', reason: 'no SIMD' },
      ],
    });
    device.dispose();
  });

  it('fails rather than fall back when one backend was asked for', async () => {
    const wasm = vi.fn(works);
    const error = await rejection(openDevice({ backend: 'webgpu' }, { webgpu: refuse('no adapter'), wasm }));
    expect(error.code).toBe('backend-unavailable');
    expect(error.message).toContain('webgpu: no adapter');
    expect(wasm).not.toHaveBeenCalled();
  });

  it('gives up a kernel whose numbers are wrong, alone, where others stand in for it', async () => {
    const wrong = [fusedNames.settle, kernelNames.totalVariation];
    const kernelFunc = ({ inputs }: { inputs: tf.NamedTensorInfoMap }) =>
      Object.values(inputs).map((input) => tf.zerosLike(input as tf.Tensor));
    const broken: OpenBackend = async () => {
      const opened = await openCpu();
      for (const kernelName of wrong) tf.registerKernel({ kernelName, backendName: 'cpu', kernelFunc });
      return opened;
    };
    const device = await openDevice({ backend: 'cpu' }, { cpu: broken });
    expect(device.without).toEqual(wrong);
    for (const kernelName of wrong) expect(tf.getKernel(kernelName, 'cpu')).toBeUndefined();
    device.dispose();
  });

  it('tests each variant and turns off the one whose numbers are wrong', async () => {
    const turned: string[] = [];
    let broken = false;
    const withVariants: OpenBackend = async () => {
      const opened = await openCpu();
      const { read } = tf.backend() as unknown as { read(dataId: object): Promise<Float32Array> };
      Object.assign(tf.backend(), {
        read: async (dataId: object) => {
          const values = await read.call(tf.backend(), dataId);
          return broken ? values.map((value) => 1.01 * value) : values;
        },
      });
      const turn = (name: string) => (on: boolean | 'everywhere') => {
        turned.push(`${name} ${on}`);
        broken = on !== false && name === 'wrong';
      };
      return { ...opened, variants: { right: turn('right'), wrong: turn('wrong') } };
    };
    const device = await openDevice({ backend: 'cpu' }, { cpu: withVariants });
    expect(turned).toEqual(['right everywhere', 'right true', 'wrong everywhere', 'wrong false']);
    expect(device.without).toEqual(['wrong']);
    device.dispose();
  });

  it('passes over a backend that never starts', async () => {
    vi.useFakeTimers();
    const opening = openDevice({}, { webgpu: () => new Promise(() => {}), wasm: works });
    await vi.advanceTimersByTimeAsync(limits.device.openTimeoutMs);
    vi.useRealTimers();
    const device = await opening;
    expect(device.report.backend).toBe('wasm');
    expect(device.report.rejected[0]).toMatchObject({
      why: 'late',
      reason: expect.stringContaining('did not start in time'),
    });
    device.dispose();
  });

  it('passes over a backend whose device is lost during the self-test, and closes it', async () => {
    const lost = new ReverieError('device-lost', 'gone');
    const close = vi.fn();
    const webgpu: OpenBackend = async () => ({
      ...(await openCpu()),
      failed: Promise.resolve(lost),
      compile: () => new Promise(() => {}),
      close,
    });
    const device = await openDevice({}, { webgpu, wasm: works });
    expect(device.report.rejected).toEqual([{ backend: 'webgpu', why: 'failed', reason: 'gone' }]);
    expect(close).toHaveBeenCalledOnce();
    device.dispose();
  });

  it('leaves no tensor behind, and can be opened again after dispose', async () => {
    for (const _ of [1, 2, 3]) {
      const device = await openDevice({ backend: 'cpu' });
      expect(tf.getBackend()).toBe('cpu');
      expect(device.memory()).toEqual({ tensors: 0, bytes: 0, allocatedBytes: 0 });
      device.check();
      device.dispose();
    }
  });

  it('hands a failure of the device to onLost and to check', async () => {
    let fail: (error: ReverieError) => void = () => {};
    let failure: ReverieError | null = null;
    const failed = new Promise<ReverieError>((resolve) => {
      fail = (error) => {
        failure = error;
        resolve(error);
      };
    });
    const webgpu: OpenBackend = async () => ({ ...(await openCpu()), failed, failure: () => failure });
    const device = await openDevice({ backend: 'webgpu' }, { webgpu });
    device.check();
    const heard = new Promise<ReverieError>((resolve) => device.onLost(resolve));
    fail(new ReverieError('out-of-memory', 'full'));
    expect((await heard).code).toBe('out-of-memory');
    expect(() => device.check()).toThrow('full');
    device.dispose();
  });
});

describe('the self-test', () => {
  /** Registers a wrong kernel on the CPU backend while `run` runs. */
  async function withKernel(kernelName: string, kernelFunc: tf.KernelFunc, run: () => Promise<void>): Promise<void> {
    const stock = tf.getKernel(kernelName, 'cpu');
    if (stock) tf.unregisterKernel(kernelName, 'cpu');
    tf.registerKernel({ kernelName, backendName: 'cpu', kernelFunc });
    try {
      await run();
    } finally {
      tf.unregisterKernel(kernelName, 'cpu');
      if (stock) tf.registerKernel(stock);
    }
  }

  const copyOf = (tensor: tf.TensorInfo, change: (values: Float32Array) => void): tf.TensorInfo => {
    const backend = tf.backend() as unknown as {
      readSync(id: object): Float32Array;
      write(values: Float32Array, shape: number[], dtype: string): object;
    };
    const values = backend.readSync(tensor.dataId).slice();
    change(values);
    const { shape, dtype } = tensor;
    return { shape, dtype, dataId: backend.write(values, shape, dtype) };
  };

  /** What the stock kernel gives, changed by one part in a hundred at one place. */
  const almostRight = (kernelName: string): tf.KernelFunc => {
    const stock = tf.getKernel(kernelName, 'cpu');
    return (call) =>
      copyOf(stock.kernelFunc(call) as tf.TensorInfo, (values) => values.set([(values[7] ?? 0) + 0.3], 7));
  };

  it('notices one wrong number in a pooling gradient', async () => {
    (await openDevice({ backend: 'cpu' })).dispose();
    await withKernel('MaxPoolGrad', almostRight('MaxPoolGrad'), async () => {
      const { message } = await rejection(openDevice({ backend: 'cpu' }));
      expect(message).toContain('cpu: self-test failed: max pooling gradient is wrong');
    });
    (await openDevice({ backend: 'cpu' })).dispose();
  });

  it('notices a wrong kernel of our own', async () => {
    const noConvolution: tf.KernelFunc = ({ inputs }) => copyOf(inputs.dy as tf.TensorInfo, () => {});
    await withKernel(kernelNames.conv2dInputGrad, noConvolution, async () => {
      const { message } = await rejection(openDevice({ backend: 'cpu' }));
      expect(message).toContain('convolution gradient is wrong');
    });
  });

  it('notices numbers that are not finite', async () => {
    const poisoned: tf.KernelFunc = ({ inputs }) =>
      copyOf(inputs.x as tf.TensorInfo, (values) => values.set([Number.NaN], 100));
    await withKernel(kernelNames.affine, poisoned, async () => {
      const { message } = await rejection(openDevice({ backend: 'cpu' }));
      expect(message).toContain('affine map is wrong (not finite)');
    });
  });

  it('notices a kernel that is right only the first time', async () => {
    (await openDevice({ backend: 'cpu' })).dispose();
    const stock = tf.getKernel('MaxPoolGrad', 'cpu');
    let first: tf.TensorInfo | undefined;
    const stale: tf.KernelFunc = (call) => {
      first ??= copyOf(stock.kernelFunc(call) as tf.TensorInfo, () => {});
      return copyOf(first, () => {});
    };
    await withKernel('MaxPoolGrad', stale, async () => {
      const { message } = await rejection(openDevice({ backend: 'cpu' }));
      expect(message).toContain('max pooling gradient is wrong');
    });
  });
});

describe('openWebGPU', () => {
  const reasonWith = async (gpu: unknown): Promise<string> => {
    vi.stubGlobal('navigator', { gpu });
    return (await rejection(openWebGPU({}))).message;
  };

  it('says that there is no WebGPU', async () => {
    expect(await reasonWith(undefined)).toContain('no navigator.gpu');
  });

  it('says that there is no adapter', async () => {
    expect(await reasonWith({ requestAdapter: async () => null })).toContain('no graphics adapter');
  });

  const enough = {
    maxStorageBuffersPerShaderStage: 8,
    maxComputeInvocationsPerWorkgroup: 128,
    maxComputeWorkgroupSizeX: 128,
    maxComputeWorkgroupStorageSize: 16_384,
    maxStorageBufferBindingSize: 1 << 27,
  };

  it('names the limit that is too small', async () => {
    const adapter = { limits: { ...enough, maxStorageBuffersPerShaderStage: 4 } };
    const reason = await reasonWith({ requestAdapter: async () => adapter });
    expect(reason).toContain('maxStorageBuffersPerShaderStage is 4, needed are 8');
  });

  it('says why the adapter gave no device', async () => {
    const requestDevice = async () => {
      throw new Error('already consumed');
    };
    const adapter = { limits: enough, features: new Set<string>(), requestDevice };
    expect(await reasonWith({ requestAdapter: async () => adapter })).toContain('gave no device: already consumed');
  });
});
