/** TensorFlow.js' WASM memory, as our kernels see it: addresses of tensors, new tensors, and scratch on loan. */
import type * as tf from '@tensorflow/tfjs-core';
import { ReverieError } from '../../../../shared/errors';

/** The parts of tfjs-backend-wasm 4.22 that we rely on; checked before use. */
export interface WasmBackend {
  readonly wasm: {
    readonly asm: { readonly memory: WebAssembly.Memory; malloc(bytes: number): number };
    _malloc(bytes: number): number;
    _free(address: number): void;
  };
  readonly dataIdMap: { get(dataId: object): { memoryOffset: number } };
  makeOutput(shape: readonly number[], dtype: 'float32'): tf.TensorInfo;
  incRef(dataId: object): void;
  refCount(dataId: object): number;
}

/** In emscripten's `_emscripten_resize_heap`. */
const growthAttempts = 3;

/**
 * Makes a heap grow by little, and one that cannot grow say so. TensorFlow.js takes the 0 that `malloc` then gives for an address and writes one
 * tensor over the other there, until something traps; and its kernels go on without the scratch that they did not get.
 * @returns what has gone wrong so far
 */
export function watchHeap({ wasm }: WasmBackend): () => ReverieError | null {
  const { memory, malloc } = wasm.asm;
  let full: ReverieError | null = null;
  let asked = 0;
  const refuse = (cause?: unknown) =>
    new ReverieError('out-of-memory', 'The WASM heap is full and cannot grow. Choose a smaller size.', { cause });
  // Emscripten asks for a fifth more than there is, if that is refused for a tenth, then for a twentieth: the least will do.
  memory.grow = (pages) => {
    if (++asked % growthAttempts !== 0) throw new RangeError('Ask for less.');
    try {
      const before = WebAssembly.Memory.prototype.grow.call(memory, pages);
      full = null;
      return before;
    } catch (cause) {
      full = refuse(cause);
      throw cause;
    }
  };
  // Not its own `_malloc`, which puts another function in its place when it is first called.
  wasm._malloc = (bytes) => {
    const address = malloc(bytes);
    if (address === 0) throw full ?? refuse();
    return address;
  };
  return () => full;
}

export class Heap {
  constructor(private readonly backend: WasmBackend) {}

  /** A new, unwritten tensor. */
  output(shape: readonly number[]): tf.TensorInfo {
    return this.backend.makeOutput(shape, 'float32');
  }

  /** A new tensor where another lies, which is freed with the last of them. */
  over({ dataId, shape, dtype }: tf.TensorInfo): tf.TensorInfo {
    this.backend.incRef(dataId);
    return { dataId, shape, dtype };
  }

  /** The same where nobody else has it by another name, else a new, unwritten one: for what may be overwritten. */
  reused(tensor: tf.TensorInfo): tf.TensorInfo {
    return this.backend.refCount(tensor.dataId) === 1 ? this.over(tensor) : this.output(tensor.shape);
  }

  /** Byte address; 0, which kernels take for "none", without a tensor. */
  address(tensor: tf.TensorInfo | undefined): number {
    return tensor ? this.backend.dataIdMap.get(tensor.dataId).memoryOffset : 0;
  }

  /** Good until the heap grows: use at once. */
  floats(tensor: tf.TensorInfo): Float32Array {
    const size = tensor.shape.reduce((a, b) => a * b, 1);
    return this.floatsAt(this.address(tensor), size);
  }

  /** As `floats`, of scratch. */
  floatsAt(address: number, count: number): Float32Array {
    return new Float32Array(this.backend.wasm.asm.memory.buffer, address, count);
  }

  /** The same, copied: the address need be no multiple of eight. */
  doubles(address: number, count: number): Float64Array {
    return new Float64Array(new Uint8Array(this.backend.wasm.asm.memory.buffer, address, 8 * count).slice().buffer);
  }

  /**
   * Lends index tables and scratch to `run`, in one allocation.
   * @throws ReverieError `out-of-memory`, see `watchHeap`
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
