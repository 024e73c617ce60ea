/** High-water marks of memory, kept from inside TensorFlow.js: between two of its calls there is nothing left to see. */
import * as tf from '@tensorflow/tfjs-core';

/** What we rely on of tfjs-core 4.22's engine. */
interface Engine {
  readonly state: {
    readonly tensorInfo: { has(dataId: object): boolean; get(dataId: object): { backend: object; bytes: number } };
  };
  trackTensor(tensor: tf.Tensor, backend: object): void;
  removeDataId(dataId: object, backend: object): void;
}

export interface MemoryMark {
  /** Bytes of live tensors, data that several tensors share counted once (`tf.memory()` counts it each time). */
  readonly tensorBytes: number;
  /** Bytes of the WASM heap, scratch of kernels and free space included; 0 on other backends. */
  readonly heapBytes: number;
}

export class MemoryWatch {
  #live = 0;
  #peak = 0;
  /** Data made before the watch began must not be counted when it goes. */
  readonly #seen = new WeakSet<object>();

  /** Sees tensors made from now on. */
  constructor() {
    const engine = tf.engine() as unknown as Engine;
    const { state, trackTensor, removeDataId } = engine;
    engine.trackTensor = (tensor, backend) => {
      const known = state.tensorInfo.has(tensor.dataId);
      trackTensor.call(engine, tensor, backend);
      if (!known) {
        this.#live += state.tensorInfo.get(tensor.dataId).bytes;
        this.#seen.add(tensor.dataId);
      }
      this.#peak = Math.max(this.#peak, this.#live);
    };
    engine.removeDataId = (dataId, backend) => {
      const info = state.tensorInfo.has(dataId) ? state.tensorInfo.get(dataId) : null;
      if (info?.backend === backend && this.#seen.has(dataId)) this.#live -= info.bytes;
      removeDataId.call(engine, dataId, backend);
    };
  }

  live(): MemoryMark {
    return { tensorBytes: this.#live, heapBytes: heapBytes() };
  }

  /** Since the last `reset`. The heap never shrinks: its mark is its size. */
  peak(): MemoryMark {
    return { tensorBytes: this.#peak, heapBytes: heapBytes() };
  }

  reset(): void {
    this.#peak = this.#live;
  }
}

function heapBytes(): number {
  const { wasm } = tf.backend() as { wasm?: { HEAPU8: Uint8Array } };
  return wasm?.HEAPU8.byteLength ?? 0;
}
