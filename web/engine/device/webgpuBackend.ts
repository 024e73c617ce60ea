/**
 * The WebGPU backend on a device of our own: TensorFlow.js's registration takes no notice of a null adapter, of lost
 * devices or of errors, and asks for fewer limits than the features of a 1024-pixel picture need.
 */
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';
import { isSoftware } from '../../../shared/backends';
import { ReverieError } from '../../../shared/errors';
import { activate } from './activate';
import type { OpenBackend, OpenedBackend } from './device';
import { isMobile, memoryBudget } from './memory';
import { timeConvolution } from './speed';
import { internalsOf, submit } from './webgpu/dispatch';
import { useHalf, widenForOthers } from './webgpu/half';
import { registerWebGPUKernels } from './webgpu/register';
import { useSubgroups } from './webgpu/subgroups';
import { tilesByVendor, useTilesOf, useWinograd } from './webgpu/tiles';

/** What our kernels need at least; WebGPU's core defaults, except 128 invocations as in compatibility mode. */
export const leastLimits = {
  maxStorageBuffersPerShaderStage: 8,
  maxComputeInvocationsPerWorkgroup: 128,
  maxComputeWorkgroupSizeX: 128,
  maxComputeWorkgroupStorageSize: 16_384,
  maxStorageBufferBindingSize: 128 * 1024 * 1024,
} as const;

/** Limits taken as high as the adapter goes. */
const raised = [
  'maxBufferSize',
  'maxStorageBufferBindingSize',
  'maxStorageBuffersPerShaderStage',
  'maxComputeWorkgroupStorageSize',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupSizeX',
  'maxComputeWorkgroupsPerDimension',
] as const;

/** Features that are used where they are there, once their numbers are found right. */
const halfPrecision: GPUFeatureName = 'shader-f16';
const subgroups: GPUFeatureName = 'subgroups';
/** What WGSL promises of the size of one, where the browser does not tell. */
const leastSubgroup = 4;

const unavailable = (reason: string, options?: ConstructorParameters<typeof ReverieError<'backend-unavailable'>>[2]) =>
  new ReverieError('backend-unavailable', reason, options);

export const openWebGPU: OpenBackend = async ({ mobile = isMobile() }, glance) => {
  const adapter = await requestAdapter();
  await glance?.(describe(adapter.info));
  const device = await requestDevice(adapter);
  const failure = watch(device);
  const { info } = adapter;

  const tfjs = await import('@tensorflow/tfjs-backend-webgpu');
  // Small tensors would otherwise be computed on the CPU, and go on computing there when the device is gone.
  tf.env().set('WEBGPU_CPU_FORWARD', false);
  const backend = new tfjs.WebGPUBackend(device, info);
  if (tf.findBackendFactory('webgpu')) tf.removeBackend('webgpu');
  tf.registerBackend('webgpu', () => backend, 4);
  const close = () => {
    failure.close();
    tf.removeBackend('webgpu');
    device.destroy();
  };
  try {
    registerWebGPUKernels();
    useTilesOf(info.vendor);
    widenForOthers(backend);
    await activate('webgpu');
  } catch (cause) {
    close();
    throw cause;
  }
  return {
    description: describe(info),
    budgetBytes: memoryBudget({ backend: 'webgpu', mobile, maxBufferSize: device.limits.maxBufferSize }),
    bytes: () => ({
      bytes: backend.bufferManager.numBytesUsed,
      allocatedBytes: backend.bufferManager.numBytesAllocated,
    }),
    failed: failure.promise,
    failure: failure.current,
    compile: (run) => compile(backend, run),
    trim: () => trim(backend),
    time: timeConvolution,
    variants: variantsOf(backend, info),
    close,
  };
};

function variantsOf(backend: WebGPUBackend, info: GPUAdapterInfo): NonNullable<OpenedBackend['variants']> {
  const { features } = backend.device;
  const least = info.subgroupMinSize || leastSubgroup;
  // To a processor that plays a card the one is as quick as the other, and compiling both is not.
  const summed = features.has(subgroups) && !isSoftware({ description: describe(info) });
  return {
    ...(features.has(halfPrecision) && { [halfPrecision]: (on) => useHalf(backend, on !== false) }),
    ...(summed && { [subgroups]: (on) => useSubgroups(backend, on ? least : 1) }),
    ...(tilesByVendor[info.vendor]?.winograd && { winograd: (on) => useWinograd(info.vendor, on) }),
  };
}

async function requestAdapter(): Promise<GPUAdapter> {
  const gpu = (globalThis.navigator as Partial<Navigator> | undefined)?.gpu;
  if (!gpu) throw unavailable('this browser has no WebGPU (no navigator.gpu)', { data: { why: 'noWebGpu' } });
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (!adapter) throw unavailable('WebGPU found no graphics adapter', { data: { why: 'noAdapter' } });
  for (const [name, least] of Object.entries(leastLimits)) {
    const actual = adapter.limits[name as keyof typeof leastLimits];
    if (actual < least)
      throw unavailable(`the graphics adapter is too small: ${name} is ${actual}, needed are ${least}`);
  }
  return adapter;
}

async function requestDevice(adapter: GPUAdapter): Promise<GPUDevice> {
  const requiredLimits = Object.fromEntries(raised.map((name) => [name, adapter.limits[name]]));
  const requiredFeatures = [halfPrecision, subgroups].filter((name) => adapter.features.has(name));
  try {
    // Some adapters have what their devices have not.
    return await adapter
      .requestDevice({ requiredLimits, requiredFeatures })
      .catch(() => adapter.requestDevice({ requiredLimits }));
  } catch (cause) {
    throw unavailable(`the graphics adapter gave no device: ${(cause as Error).message}`, { cause });
  }
}

/** Turns a lost device and uncaptured errors, which TensorFlow.js ignores, into one failure. */
function watch(device: GPUDevice) {
  let error: ReverieError | null = null;
  let closed = false;
  let settle: (error: ReverieError) => void = () => {};
  const promise = new Promise<ReverieError>((resolve) => {
    settle = resolve;
  });
  const fail = (next: ReverieError) => {
    if (error || closed) return;
    error = next;
    settle(next);
  };
  device.addEventListener('uncapturederror', (event) => {
    const cause = (event as GPUUncapturedErrorEvent).error;
    const outOfMemory = cause.constructor.name === 'GPUOutOfMemoryError';
    fail(
      outOfMemory
        ? new ReverieError('out-of-memory', `The GPU ran out of memory; try a smaller size. ${cause.message}`)
        : new ReverieError('device-lost', `The GPU refused a command: ${cause.message}`),
    );
  });
  void device.lost.then(({ reason, message }) =>
    fail(new ReverieError('device-lost', `The GPU was lost (${reason ?? 'unknown'}): ${message}`)),
  );
  return {
    promise,
    current: () => error,
    close: () => {
      closed = true;
    },
  };
}

/** `info` is the browser's, and some browsers leave it empty. */
function describe(info: GPUAdapterInfo | undefined): string {
  const parts = [info?.vendor, info?.architecture, info?.description].filter((part) => part);
  return parts.length > 0 ? [...new Set(parts)].join(' ') : 'WebGPU';
}

/** The backend's compile-only mode, without its `checkCompileCompletionAsync`, which loses pipelines added meanwhile. */
async function compile(backend: WebGPUBackend, run: () => void): Promise<void> {
  tf.env().set('WEBGPU_ENGINE_COMPILE_ONLY', true);
  try {
    // Not `() => run()`: what that returned would be kept.
    tf.tidy(() => {
      run();
    });
  } finally {
    tf.env().set('WEBGPU_ENGINE_COMPILE_ONLY', false);
  }
  const { pipelineCache } = internalsOf(backend);
  const settled = Object.entries(pipelineCache).map(async ([key, pipeline]) => {
    pipelineCache[key] = await pipeline;
  });
  try {
    await Promise.all(settled);
  } catch (cause) {
    throw new ReverieError('device-lost', `The GPU could not compile a shader: ${(cause as Error).message}`, { cause });
  }
}

/**
 * Destroys the pool's free buffers. The pool keys them by exact size and never shrinks, so that every scale of a
 * pyramid would leave its buffers behind. Lists are emptied, not removed: releasing a buffer expects its list.
 */
function trim(backend: WebGPUBackend): void {
  if (internalsOf(backend).commandEncoder) submit(backend);
  const manager = backend.bufferManager as unknown as {
    freeBuffers: Map<string, GPUBuffer[]>;
    numBytesAllocated: number;
    numFreeBuffers: number;
  };
  for (const buffers of manager.freeBuffers.values()) {
    for (const buffer of buffers) {
      manager.numBytesAllocated -= buffer.size;
      manager.numFreeBuffers--;
      buffer.destroy();
    }
    buffers.length = 0;
  }
}
