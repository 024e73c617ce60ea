/**
 * Chooses the compute device: WebGPU, else WASM, else plain JavaScript, each only if it is there and its self-test
 * gives the right numbers; and WebGPU only if it is the faster one (speed.ts). Backends are loaded on demand, so a visitor
 * with a GPU downloads the code of nothing else.
 */
import * as tf from '@tensorflow/tfjs-core';
import { type BackendName, backendNames, type DeviceReport } from '../../../shared/backends';
import { ReverieError } from '../../../shared/errors';
import { limits } from '../../../shared/limits';
import type { Device, DeviceOptions, OpenBackend, OpenedBackend } from './device';
import { selfTest } from './selfTest';
import { assertCard, assertWorthwhile, NoCard } from './speed';
import { withTimeout } from './timeout';

export type { Device, DeviceMemory, DeviceOptions } from './device';

const openers: Record<BackendName, OpenBackend> = {
  webgpu: async (...how) => (await import('./webgpuBackend')).openWebGPU(...how),
  wasm: async (options) => (await import('./wasmBackend')).openWasm(options),
  cpu: async () => (await import('./cpuBackend')).openCpu(),
};

/** The backend of the last device opened. */
let chosen: BackendName | null = null;

/**
 * Opens the best backend that passes its self-test and makes it TensorFlow.js's active one.
 *
 * @throws ReverieError `backend-unavailable` with the reasons if none does (or the one asked for does not).
 */
export async function openDevice(
  options: DeviceOptions = {},
  overrides: Partial<typeof openers> = {},
): Promise<Device> {
  const rejected: DeviceReport['rejected'][number][] = [];
  const open = (backend: BackendName, doubts?: Doubts) =>
    openTested(overrides[backend] ?? openers[backend], options, doubts);
  const order: BackendName[] = options.backend ? [options.backend] : [...backendNames];
  for (const [index, backend] of order.entries()) {
    if (options.exclude?.includes(backend)) {
      rejected.push({ backend, why: 'failed', reason: 'it failed in mid-run' });
      continue;
    }
    try {
      const contested = order.includes('wasm', index) && !options.exclude?.includes('wasm');
      const doubts = {
        glance: assertCard,
        accept: (gpu: OpenedBackend) => assertWorthwhile(gpu, () => open('wasm')),
      };
      const opened = await open(backend, contested && backend === 'webgpu' ? doubts : undefined);
      chosen = backend;
      return new OpenDevice(
        backend,
        opened,
        rejected.filter((other) => other.backend !== backend),
      );
    } catch (cause) {
      rejected.push(rejection(backend, ReverieError.from(cause)));
      // Better than nothing, should WASM not be there.
      if (cause instanceof NoCard) order.splice(order.indexOf('wasm') + 1, 0, backend);
    }
  }
  const reasons = rejected.map(({ backend, reason }) => `${backend}: ${reason}`).join('; ');
  throw new ReverieError('backend-unavailable', `No backend can compute here. ${reasons}`);
}

function rejection(backend: BackendName, error: ReverieError): DeviceReport['rejected'][number] {
  const why = error.code === 'device-lost' ? 'failed' : error.about('backend-unavailable')?.why;
  return { backend, ...(why && { why }), reason: error.message };
}

/** Both refuse a backend by throwing: by what it is called, before it is loaded; and before it is tested, which takes longest where it is slow. */
interface Doubts {
  glance(description: string): Promise<void>;
  accept(opened: OpenedBackend): Promise<void>;
}

interface TestedBackend extends OpenedBackend {
  readonly without: readonly string[];
}

async function openTested(open: OpenBackend, options: DeviceOptions, doubts?: Doubts): Promise<TestedBackend> {
  const { openTimeoutMs, selfTestTimeoutMs } = limits.device;
  const opening = open(options, doubts?.glance);
  const opened = await withTimeout(opening, openTimeoutMs, 'did not start in time').catch((cause) => {
    // If it comes up after all, nobody is waiting for it, and the device chosen meanwhile must be active again.
    opening
      .then((late) => {
        late.close();
        return chosen && tf.setBackend(chosen);
      })
      .catch(() => {});
    throw cause;
  });
  try {
    await doubts?.accept(opened);
    const lost = opened.failed.then((error): never => {
      throw error;
    });
    const without = await withTimeout(
      Promise.race([selfTest(opened), lost]),
      selfTestTimeoutMs,
      'self-test did not finish in time',
    );
    return { ...opened, without };
  } catch (cause) {
    opened.close();
    throw cause;
  }
}

class OpenDevice implements Device {
  readonly report: Device['report'];
  readonly without: readonly string[];
  readonly #opened: OpenedBackend;
  #disposed = false;

  constructor(backend: BackendName, opened: TestedBackend, rejected: Device['report']['rejected']) {
    this.report = { backend, description: opened.description, rejected };
    this.without = opened.without;
    this.#opened = opened;
  }

  memoryBudget() {
    return this.#opened.budgetBytes;
  }

  takes(tensorBytes: number) {
    return this.#opened.takes?.(tensorBytes) ?? tensorBytes;
  }

  memory() {
    return { tensors: tf.memory().numTensors, ...this.#opened.bytes() };
  }

  onLost(callback: (error: ReverieError) => void) {
    void this.#opened.failed.then((error) => {
      if (!this.#disposed) callback(error);
    });
  }

  check() {
    const failure = this.#opened.failure();
    if (failure) throw failure;
  }

  compile(run: () => void) {
    return this.#opened.compile(run);
  }

  trim() {
    if (!this.#disposed) this.#opened.trim();
  }

  dispose() {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#opened.close();
  }
}
