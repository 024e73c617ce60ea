/**
 * Gives the stock WASM backend our own SIMD kernels: they run on TensorFlow.js' WASM memory, on its
 * tensors, under the names of kernels/contract.ts.
 */
import * as tf from '@tensorflow/tfjs-core';
import { ReverieError } from '../../../../shared/errors';
import * as composed from '../../kernels/composed';
import {
  type AdamAttributes,
  type ConvAttributes,
  type ConvGradAttributes,
  kernelNames,
  type VariationAttributes,
} from '../../kernels/contract';
import { paddingMap } from '../../kernels/padding';
import kernelsBase64 from './build/kernels';

/** What `assembly/index.ts` exports. Pointers are byte addresses, 0 is "none". */
interface Kernels {
  winogradScratchFloats(ci: number, co: number): number;
  winogradConv(
    ...operands: [
      ...[input: number, mask: number, inRows: number, inColumns: number, inWidth: number, ci: number],
      ...[filter: number, bias: number, relu: number],
      ...[out: number, outRows: number, outColumns: number, outStride: number, co: number],
      ...[outHeight: number, outWidth: number, accumulate: number, scratch: number],
    ]
  ): void;
  moments(x: number, positions: number, channels: number, mean: number, gram: number): void;
  affine(
    ...operands: [
      ...[x: number, positions: number, channels: number, matrix: number],
      ...[vector: number, dy: number, out: number],
    ]
  ): void;
  adam(
    ...operands: [
      ...[size: number, x: number, gradient: number, first: number, second: number, average: number],
      ...[newX: number, newFirst: number, newSecond: number, newAverage: number],
      ...[rate: number, correction: number, beta1: number, beta2: number],
      ...[epsilon: number, averaging: number, min: number, max: number],
    ]
  ): void;
  totalVariation(
    ...operands: [
      ...[image: number, gradient: number, out: number, height: number, width: number, channels: number],
      ...[straight: number, diagonal: number],
    ]
  ): number;
}

/** The parts of tfjs-backend-wasm 4.22 that we rely on; checked before use. */
interface WasmBackend {
  readonly wasm: {
    readonly asm: { readonly memory: WebAssembly.Memory };
    _malloc(bytes: number): number;
    _free(address: number): void;
  };
  readonly dataIdMap: { get(dataId: object): { memoryOffset: number } };
  makeOutput(shape: readonly number[], dtype: 'float32'): tf.TensorInfo;
}

/**
 * Call once the backend is active.
 * @throws ReverieError `backend-unavailable` when TensorFlow.js' internals are not as expected.
 */
export async function registerWasmKernels(): Promise<void> {
  const backend = tf.backend() as unknown as Partial<WasmBackend>;
  const memory = backend.wasm?.asm?.memory;
  if (!(memory instanceof WebAssembly.Memory) || !backend.dataIdMap || !backend.makeOutput) {
    throw new ReverieError('backend-unavailable', 'The WASM backend does not give access to its memory.');
  }
  const bytes = Uint8Array.from(atob(kernelsBase64), (character) => character.charCodeAt(0));
  const { instance } = await WebAssembly.instantiate(bytes, { env: { memory } });
  new WasmKernels(backend as WasmBackend, instance.exports as unknown as Kernels).register();
}

class WasmKernels {
  constructor(
    private readonly backend: WasmBackend,
    private readonly kernels: Kernels,
  ) {}

  register(): void {
    this.define(kernelNames.conv2d, this.conv2d);
    this.define(kernelNames.conv2dInputGrad, this.conv2dInputGrad);
    this.define(kernelNames.moments, this.moments);
    this.define(kernelNames.affine, this.affine);
    this.define(kernelNames.adam, this.adam);
    this.define(kernelNames.totalVariation, this.totalVariation);
  }

  private define(
    kernelName: string,
    run: (inputs: Record<string, tf.TensorInfo>, attributes: never) => tf.TensorInfo | tf.TensorInfo[],
  ): void {
    if (tf.getKernel(kernelName, 'wasm')) tf.unregisterKernel(kernelName, 'wasm');
    tf.registerKernel({
      kernelName,
      backendName: 'wasm',
      kernelFunc: ({ inputs, attrs }) => run(inputs as Record<string, tf.TensorInfo>, attrs as never),
    });
  }

  private readonly conv2d = (inputs: Record<string, tf.TensorInfo>, attributes: ConvAttributes): tf.TensorInfo => {
    const { x, filter, bias } = required(inputs, 'x', 'filter', 'bias');
    const [kh = 0, kw = 0, ci = 0, co = 0] = filter.shape;
    if (!isWinograd(kh, kw, attributes.stride)) {
      return composed.conv2d(asTensor(x), asTensor(filter), asTensor(bias), attributes);
    }
    const [, height = 0, width = 0] = x.shape;
    const { mode, top, bottom, left, right } = attributes.padding;
    const outHeight = height + top + bottom - 2;
    const outWidth = width + left + right - 2;
    const out = this.backend.makeOutput([1, outHeight, outWidth, co], 'float32');
    const tables = {
      inRows: paddingMap(height, top, bottom, mode),
      inColumns: paddingMap(width, left, right, mode),
      outRows: identity(outHeight),
      outColumns: identity(outWidth),
    };
    this.withTables(tables, ci, co, (at, scratch) => {
      this.kernels.winogradConv(
        ...([this.address(x), 0, at.inRows, at.inColumns, width, ci] as const),
        ...([this.address(filter), this.address(bias), attributes.relu ? 1 : 0] as const),
        ...([this.address(out), at.outRows, at.outColumns, outWidth, co] as const),
        ...([outHeight, outWidth, 0, scratch] as const),
      );
    });
    return out;
  };

  private readonly conv2dInputGrad = (
    inputs: Record<string, tf.TensorInfo>,
    attributes: ConvGradAttributes,
  ): tf.TensorInfo => {
    const { dy, rotated } = required(inputs, 'dy', 'rotated');
    const y = inputs.y;
    const [kh = 0, kw = 0, co = 0, ci = 0] = rotated.shape;
    if (!isWinograd(kh, kw, attributes.stride)) {
      return composed.conv2dInputGrad(asTensor(dy), y ? asTensor(y) : null, asTensor(rotated), attributes);
    }
    const [, height, width] = attributes.inputShape;
    const [, dyHeight = 0, dyWidth = 0] = dy.shape;
    const { mode, top, bottom, left, right } = attributes.padding;
    const paddedHeight = height + top + bottom;
    const paddedWidth = width + left + right;
    const folds = mode !== 'zero' && top + bottom + left + right > 0;
    // What zero padding read is no pixel: crop instead of adding it back.
    const cropTop = folds ? 0 : top;
    const cropLeft = folds ? 0 : left;
    const outHeight = folds ? paddedHeight : height;
    const outWidth = folds ? paddedWidth : width;
    const out = this.backend.makeOutput(attributes.inputShape, 'float32');
    if (folds) this.floats(out).fill(0);
    const tables = {
      inRows: paddingMap(dyHeight, 2, 2, 'zero').subarray(cropTop),
      inColumns: paddingMap(dyWidth, 2, 2, 'zero').subarray(cropLeft),
      outRows: folds ? paddingMap(height, top, bottom, mode) : identity(height),
      outColumns: folds ? paddingMap(width, left, right, mode) : identity(width),
    };
    this.withTables(tables, co, ci, (at, scratch) => {
      this.kernels.winogradConv(
        ...([this.address(dy), y ? this.address(y) : 0, at.inRows, at.inColumns, dyWidth, co] as const),
        ...([this.address(rotated), 0, 0] as const),
        ...([this.address(out), at.outRows, at.outColumns, width, ci] as const),
        ...([outHeight, outWidth, folds ? 1 : 0, scratch] as const),
      );
    });
    return out;
  };

  private readonly moments = (inputs: Record<string, tf.TensorInfo>): tf.TensorInfo[] => {
    const { x } = required(inputs, 'x');
    const [, height = 0, width = 0, channels = 0] = x.shape;
    const mean = this.backend.makeOutput([channels], 'float32');
    const gram = this.backend.makeOutput([channels, channels], 'float32');
    this.kernels.moments(this.address(x), height * width, channels, this.address(mean), this.address(gram));
    return [mean, gram];
  };

  private readonly affine = (inputs: Record<string, tf.TensorInfo>): tf.TensorInfo => {
    const { x, matrix, vector } = required(inputs, 'x', 'matrix', 'vector');
    const [, height = 0, width = 0, channels = 0] = x.shape;
    const out = this.backend.makeOutput(x.shape, 'float32');
    this.kernels.affine(
      ...([this.address(x), height * width, channels, this.address(matrix)] as const),
      ...([this.address(vector), inputs.dy ? this.address(inputs.dy) : 0, this.address(out)] as const),
    );
    return out;
  };

  private readonly adam = (inputs: Record<string, tf.TensorInfo>, attributes: AdamAttributes): tf.TensorInfo[] => {
    const { x, gradient, first, second, average } = required(inputs, 'x', 'gradient', 'first', 'second', 'average');
    const { stepSize, beta1, beta2, epsilon, step, averaging, min, max } = attributes;
    const outputs = [x, first, second, average].map(({ shape }) => this.backend.makeOutput(shape, 'float32'));
    const [newX = 0, newFirst = 0, newSecond = 0, newAverage = 0] = outputs.map((output) => this.address(output));
    const size = x.shape.reduce((a, b) => a * b, 1);
    this.kernels.adam(
      ...([
        size,
        this.address(x),
        this.address(gradient),
        this.address(first),
        this.address(second),
        this.address(average),
      ] as const),
      ...([newX, newFirst, newSecond, newAverage] as const),
      ...([stepSize / (1 - beta1 ** (step + 1)), 1 / (1 - beta2 ** (step + 1)), beta1, beta2] as const),
      ...([epsilon, averaging, min, max] as const),
    );
    return outputs;
  };

  private readonly totalVariation = (
    inputs: Record<string, tf.TensorInfo>,
    { straight, diagonal }: VariationAttributes,
  ): tf.TensorInfo[] => {
    const { image, gradient } = required(inputs, 'image', 'gradient');
    const [, height = 0, width = 0, channels = 0] = image.shape;
    const out = this.backend.makeOutput(image.shape, 'float32');
    const loss = this.backend.makeOutput([], 'float32');
    const value = this.kernels.totalVariation(
      ...([this.address(image), this.address(gradient), this.address(out), height, width, channels] as const),
      ...([straight, diagonal] as const),
    );
    this.floats(loss).fill(value);
    return [out, loss];
  };

  private address(tensor: tf.TensorInfo): number {
    return this.backend.dataIdMap.get(tensor.dataId).memoryOffset;
  }

  private floats(tensor: tf.TensorInfo): Float32Array {
    const size = tensor.shape.reduce((a, b) => a * b, 1);
    return new Float32Array(this.backend.wasm.asm.memory.buffer, this.address(tensor), size);
  }

  /** Lends the index tables and the scratch to `run`, in one allocation. */
  private withTables<K extends string>(
    tables: Record<K, Int32Array>,
    ci: number,
    co: number,
    run: (addresses: Record<K, number>, scratch: number) => void,
  ): void {
    const entries = Object.entries(tables) as [K, Int32Array][];
    const tableBytes = entries.reduce((bytes, [, table]) => bytes + table.byteLength, 0);
    const scratchBytes = 4 * this.kernels.winogradScratchFloats(ci, co);
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

const isWinograd = (kh: number, kw: number, stride: number): boolean => kh === 3 && kw === 3 && stride === 1;

const identity = (size: number): Int32Array => Int32Array.from({ length: size }, (_, i) => i);

/** Inside a kernel, inputs are the tensors themselves. */
const asTensor = <T extends tf.Tensor>(info: tf.TensorInfo): T => info as unknown as T;

function required<K extends string>(inputs: Record<string, tf.TensorInfo>, ...names: K[]): Record<K, tf.TensorInfo> {
  for (const name of names) {
    if (!inputs[name]) throw new ReverieError('internal', `A kernel was called without "${name}".`);
  }
  return inputs as Record<K, tf.TensorInfo>;
}
