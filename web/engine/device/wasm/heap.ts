/** TensorFlow.js' WASM memory, as our kernels see it: addresses of tensors, new tensors, and scratch on loan. */
import type * as tf from '@tensorflow/tfjs-core';
import { ReverieError } from '../../../../shared/errors';

/** The parts of tfjs-backend-wasm 4.22 that we rely on; checked before use. */
export interface WasmBackend {
  readonly wasm: {
    readonly asm: { readonly memory: WebAssembly.Memory };
    _malloc(bytes: number): number;
    _free(address: number): void;
  };
  readonly dataIdMap: { get(dataId: object): { memoryOffset: number } };
  makeOutput(shape: readonly number[], dtype: 'float32'): tf.TensorInfo;
}

export class Heap {
  constructor(private readonly backend: WasmBackend) {}

  /** A new, unwritten tensor. */
  output(shape: readonly number[]): tf.TensorInfo {
    return this.backend.makeOutput(shape, 'float32');
  }

  /** Byte address; 0, which kernels take for "none", without a tensor. */
  address(tensor: tf.TensorInfo | undefined): number {
    return tensor ? this.backend.dataIdMap.get(tensor.dataId).memoryOffset : 0;
  }

  /** Good until the heap grows: use at once. */
  floats(tensor: tf.TensorInfo): Float32Array {
    const size = tensor.shape.reduce((a, b) => a * b, 1);
    return new Float32Array(this.backend.wasm.asm.memory.buffer, this.address(tensor), size);
  }

  /**
   * Lends index tables and scratch to `run`, in one allocation.
   * @throws ReverieError `out-of-memory`
   */
  withTables<K extends string>(
    tables: Record<K, Int32Array>,
    scratchFloats: number,
    run: (addresses: Record<K, number>, scratch: number) => void,
  ): void {
    const entries = Object.entries(tables) as [K, Int32Array][];
    const tableBytes = entries.reduce((bytes, [, table]) => bytes + table.byteLength, 0);
    const scratchBytes = 4 * scratchFloats;
    const start = this.backend.wasm._malloc(scratchBytes + tableBytes) >>> 0;
    if (start === 0) throw new ReverieError('out-of-memory', 'The WASM heap is full.');
    try {
      let at = start + scratchBytes;
      const addresses = {} as Record<K, number>;
      for (const [name, table] of entries) {
        new Int32Array(this.backend.wasm.asm.memory.buffer, at, table.length).set(table);
        addresses[name] = at;
        at += table.byteLength;
      }
      run(addresses, start);
    } finally {
      this.backend.wasm._free(start);
    }
  }
}
