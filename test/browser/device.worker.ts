/** Runs in a Web Worker of the browser under test: opens the device, computes on it, and loses it if told to. */
import * as tf from '@tensorflow/tfjs-core';
import type { DeviceReport } from '../../web/engine/api';
import { type DeviceMemory, type DeviceOptions, openDevice } from '../../web/engine/device';
import type { Served } from '../../web/engine/device/wasm/serve';
import * as kernels from '../../web/engine/kernels';

export interface DeviceTask {
  readonly options: DeviceOptions;
  /** The graphics card has a name that tells nothing. */
  readonly nameless?: boolean;
  /** Destroy the GPU device in the middle of work, as a driver reset would. */
  readonly destroy?: boolean;
  /** Go on until all threads have begun, and give the last numbers. */
  readonly threads?: boolean;
}

/** Plain data: it crosses to the page and from there to the test. */
export interface DeviceOutcome {
  readonly report?: DeviceReport;
  readonly memory?: DeviceMemory;
  readonly budget?: number;
  /** The Gram matrix of a convolution, and what ran it. */
  readonly gram?: number[];
  readonly own?: boolean;
  /** Threads that have begun. */
  readonly running?: number;
  /** Code of the error of `onLost`, and of `check` after it. */
  readonly lost?: string;
  readonly checked?: string;
  readonly error?: { readonly code: string; readonly message: string };
}

const fields = (cause: unknown) => {
  const { code = 'none', message } = cause as { code?: string; message: string };
  return { code, message };
};

function gramOfConvolution(): tf.Tensor {
  const padding = { mode: 'reflect', top: 1, bottom: 1, left: 1, right: 1 } as const;
  return tf.tidy(() => {
    const wave = (length: number) => Float32Array.from({ length }, (_, i) => Math.sin(i * 0.7));
    const x = tf.tensor4d(wave(13 * 17 * 4), [1, 13, 17, 4]);
    const filter = tf.tensor4d(wave(9 * 4 * 3), [3, 3, 4, 3]);
    const y = kernels.conv2d(x, filter, tf.tensor1d(wave(3)), { stride: 1, padding, relu: true });
    return kernels.moments(y).gram;
  });
}

/** What each thread was told. */
const served: Served[] = [];
const OwnWorker = globalThis.Worker;
globalThis.Worker = class extends OwnWorker {
  override postMessage(message: Served): void {
    served.push(message);
    super.postMessage(message);
  }
};
const running = () =>
  served.filter(({ control, at, be, thread }) => Atomics.load(control, at.states + thread) === be.running).length;

async function perform({ options, nameless, destroy, threads }: DeviceTask): Promise<DeviceOutcome> {
  try {
    if (nameless) {
      for (const part of ['vendor', 'architecture', 'description'])
        Object.defineProperty(GPUAdapterInfo.prototype, part, { get: () => 'Some GPU' });
    }
    const device = await openDevice(options);
    if (destroy) {
      const lost = new Promise<string>((resolve) => device.onLost(({ code }) => resolve(code)));
      const pending = gramOfConvolution().data();
      (tf.backend() as unknown as { device: GPUDevice }).device.destroy();
      await pending.catch(() => {});
      const code = await lost;
      let checked = 'nothing';
      try {
        device.check();
      } catch (cause) {
        checked = fields(cause).code;
      }
      device.dispose();
      const again = await openDevice(options);
      return { report: again.report, lost: code, checked };
    }
    let result = gramOfConvolution();
    const until = performance.now() + 20_000;
    while (threads && running() + 1 < (options.wasm?.threads ?? 1) && performance.now() < until) {
      result.dispose();
      await new Promise((resolve) => setTimeout(resolve, 20));
      result = gramOfConvolution();
    }
    const gram = [...(await result.data())];
    result.dispose();
    device.trim();
    device.check();
    const own = tf.getKernel(kernels.kernelNames.conv2d, tf.getBackend()) !== undefined;
    return {
      report: device.report,
      memory: device.memory(),
      budget: device.memoryBudget(),
      gram,
      own,
      running: running(),
    };
  } catch (cause) {
    return { error: fields(cause) };
  }
}

self.addEventListener('message', async ({ data }: MessageEvent<DeviceTask>) => {
  self.postMessage(await perform(data));
});
