/** The WebAssembly backend with our own SIMD kernels: what every machine without WebGPU runs on. */
import * as tf from '@tensorflow/tfjs-core';
import { ReverieError } from '../../../shared/errors';
import { activate, deactivate, deviceless } from './activate';
import type { DeviceOptions, OpenedBackend } from './device';
import { isMobile, memoryBudget } from './memory';
import { timeConvolution } from './speed';

const inNode = 'process' in globalThis && !('WorkerGlobalScope' in globalThis) && !('document' in globalThis);

export async function openWasm({ wasm, mobile = isMobile() }: DeviceOptions): Promise<OpenedBackend> {
  const backend = await import('@tensorflow/tfjs-backend-wasm');
  // In Node the package finds its own binaries; a bundle has them as hashed assets.
  const paths = wasm?.paths ?? (inNode ? undefined : (await import('./wasmUrls')).wasmUrls);
  if (paths !== undefined) backend.setWasmPaths(paths);
  // Its threads do not work in 4.22 (tfjs#8513), and the threaded build is slower alone.
  tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  if (!(await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT')))
    throw new ReverieError('backend-unavailable', 'this browser has no WebAssembly SIMD');
  await activate('wasm');
  const { registerWasmKernels } = await import('./wasm');
  const failure = await registerWasmKernels();
  return {
    description: 'WASM SIMD',
    budgetBytes: memoryBudget({ backend: 'wasm', mobile }),
    bytes: () => ({ bytes: tf.memory().numBytes, allocatedBytes: heapBytes() }),
    time: timeConvolution,
    ...deviceless,
    failure,
    close: () => deactivate('wasm'),
  };
}

function heapBytes(): number {
  const { wasm } = tf.backend() as unknown as { wasm: { HEAPU8: Uint8Array } };
  return wasm.HEAPU8.byteLength;
}
