/** The WebAssembly backend with our own SIMD kernels: what every machine without WebGPU runs on. */
import * as tf from '@tensorflow/tfjs-core';
import { ReverieError } from '../../../shared/errors';
import { limits } from '../../../shared/limits';
import { activate, deactivate, deviceless } from './activate';
import type { DeviceOptions, OpenedBackend } from './device';
import { heapFor, isMobile, memoryBudget } from './memory';
import { timeConvolution } from './speed';
import { threadsHere } from './threads';

const inNode = 'process' in globalThis && !('WorkerGlobalScope' in globalThis) && !('document' in globalThis);

export async function openWasm({ wasm, mobile = isMobile() }: DeviceOptions): Promise<OpenedBackend> {
  const backend = await import('@tensorflow/tfjs-backend-wasm');
  // In Node the package finds its own binaries; a bundle has them as hashed assets.
  const paths = wasm?.paths ?? (inNode ? undefined : (await import('./wasmUrls')).wasmUrls);
  if (paths !== undefined) backend.setWasmPaths(paths);
  // Its threads do not work in 4.22 (tfjs#8513); ours need no more than its memory.
  tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  if (!(await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT')))
    throw new ReverieError('backend-unavailable', 'this browser has no WebAssembly SIMD');
  const { onSharedMemory, registerWasmKernels } = await import('./wasm');
  // Node has other work too; who wants more there says so.
  const threads = wasm?.threads ?? (inNode ? 1 : threadsHere({ mobile }));
  const { heapPages } = limits.device.threads;
  if (threads === 1) await activate('wasm');
  else await onSharedMemory(mobile ? heapPages.mobile : heapPages.other, () => activate('wasm'));
  const pool = await registerWasmKernels({ threads, ...wasm?.pool });
  return {
    description: pool.count === 1 ? 'WASM SIMD' : `WASM SIMD, ${pool.count} threads`,
    budgetBytes: memoryBudget({ backend: 'wasm', mobile }),
    takes: (tensorBytes) => heapFor(tensorBytes, pool.count),
    bytes: () => ({ bytes: tf.memory().numBytes, allocatedBytes: heapBytes() }),
    time: timeConvolution,
    ...deviceless,
    failure: pool.failure,
    close() {
      pool.close();
      deactivate('wasm');
    },
  };
}

function heapBytes(): number {
  const { wasm } = tf.backend() as unknown as { wasm: { HEAPU8: Uint8Array } };
  return wasm.HEAPU8.byteLength;
}
