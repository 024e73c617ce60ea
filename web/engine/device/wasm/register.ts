/**
 * Gives the stock WASM backend our own SIMD kernels: they run on TensorFlow.js' WASM memory, on its
 * tensors, under the names of kernels/contract.ts.
 */
import * as tf from '@tensorflow/tfjs-core';
import { ReverieError } from '../../../../shared/errors';
import {
  type AdamAttributes,
  type ChannelAffineAttributes,
  kernelNames,
  type VariationAttributes,
} from '../../kernels/contract';
import kernelsBase64 from './build/kernels';
import { conv2d, conv2dFilterGrad, conv2dInputGrad } from './convolution';
import type { Kernels } from './exports';
import { Heap, type WasmBackend, watchHeap } from './heap';
import { type Inputs, required } from './inputs';

/**
 * Call once the backend is active.
 * @returns what has gone wrong with its memory so far
 * @throws ReverieError `backend-unavailable` when TensorFlow.js' internals are not as expected.
 */
export async function registerWasmKernels(): Promise<() => ReverieError | null> {
  const backend = tf.backend() as unknown as Partial<WasmBackend>;
  const { memory, malloc } = backend.wasm?.asm ?? {};
  if (!(memory instanceof WebAssembly.Memory) || !malloc || !backend.dataIdMap || !backend.makeOutput) {
    throw new ReverieError('backend-unavailable', 'The WASM backend does not give access to its memory.');
  }
  const bytes = Uint8Array.from(atob(kernelsBase64), (character) => character.charCodeAt(0));
  const { instance } = await WebAssembly.instantiate(bytes, { env: { memory } });
  const failure = watchHeap(backend as WasmBackend);
  const heap = new Heap(backend as WasmBackend);
  const exported = instance.exports as unknown as Kernels;
  for (const [kernelName, run] of Object.entries(runners)) {
    if (tf.getKernel(kernelName, 'wasm')) tf.unregisterKernel(kernelName, 'wasm');
    tf.registerKernel({
      kernelName,
      backendName: 'wasm',
      kernelFunc: ({ inputs, attrs }) => run(heap, exported, inputs as Inputs, attrs as never),
    });
  }
  return failure;
}

type Runner = (heap: Heap, kernels: Kernels, inputs: Inputs, attributes: never) => tf.TensorInfo | tf.TensorInfo[];

const runners: Record<string, Runner> = {
  [kernelNames.conv2d]: conv2d,
  [kernelNames.conv2dInputGrad]: conv2dInputGrad,
  [kernelNames.conv2dFilterGrad]: conv2dFilterGrad,
  [kernelNames.moments]: moments,
  [kernelNames.affine]: affine,
  [kernelNames.channelMoments]: channelMoments,
  [kernelNames.channelAffine]: channelAffine,
  [kernelNames.adam]: adam,
  [kernelNames.totalVariation]: totalVariation,
};

function moments(heap: Heap, kernels: Kernels, inputs: Inputs): tf.TensorInfo[] {
  const { x } = required(inputs, 'x');
  const [, height = 0, width = 0, channels = 0] = x.shape;
  const mean = heap.output([channels]);
  const gram = heap.output([channels, channels]);
  kernels.moments(heap.address(x), height * width, channels, heap.address(mean), heap.address(gram));
  return [mean, gram];
}

function affine(heap: Heap, kernels: Kernels, inputs: Inputs): tf.TensorInfo {
  const { x, matrix, vector } = required(inputs, 'x', 'matrix', 'vector');
  const [, height = 0, width = 0, channels = 0] = x.shape;
  const out = heap.output(x.shape);
  // biome-ignore format: a row for each operand
  kernels.affine(
    heap.address(x), height * width, channels, heap.address(matrix),
    heap.address(vector), heap.address(inputs.dy), heap.address(out),
  );
  return out;
}

function channelMoments(heap: Heap, kernels: Kernels, inputs: Inputs): tf.TensorInfo[] {
  const { x } = required(inputs, 'x');
  const [, height = 0, width = 0, channels = 0] = x.shape;
  const mean = heap.output([channels]);
  const product = heap.output([channels]);
  heap.withTables({}, kernels.channelMomentsScratchFloats(channels), (_, scratch) => {
    // biome-ignore format: a row for each operand
    kernels.channelMoments(
      heap.address(x), heap.address(inputs.other ?? x), height * width, channels,
      heap.address(mean), heap.address(product), scratch,
    );
  });
  return [mean, product];
}

function channelAffine(heap: Heap, kernels: Kernels, inputs: Inputs, { relu }: ChannelAffineAttributes): tf.TensorInfo {
  const { x, gain, offset } = required(inputs, 'x', 'gain', 'offset');
  const [, height = 0, width = 0, channels = 0] = x.shape;
  const out = heap.output(x.shape);
  heap.withTables({}, kernels.channelAffineScratchFloats(channels), (_, scratch) => {
    // biome-ignore format: a row for each operand
    kernels.channelAffine(
      heap.address(x), height * width, channels, heap.address(gain), heap.address(offset),
      heap.address(inputs.other), heap.address(inputs.otherGain), relu ? 1 : 0,
      heap.address(out), scratch,
    );
  });
  return out;
}

function adam(heap: Heap, kernels: Kernels, inputs: Inputs, attributes: AdamAttributes): tf.TensorInfo[] {
  const { x, gradient, first, second, average } = required(inputs, 'x', 'gradient', 'first', 'second', 'average');
  const { stepSize, beta1, beta2, epsilon, step, averaging, min, max } = attributes;
  const outputs = [x, first, second, average].map(({ shape }) => heap.output(shape));
  const [newX = 0, newFirst = 0, newSecond = 0, newAverage = 0] = outputs.map((output) => heap.address(output));
  const size = x.shape.reduce((a, b) => a * b, 1);
  // biome-ignore format: a row for each operand
  kernels.adam(
    size, heap.address(x), heap.address(gradient),
    heap.address(first), heap.address(second), heap.address(average),
    newX, newFirst, newSecond, newAverage,
    stepSize / (1 - beta1 ** (step + 1)), 1 / (1 - beta2 ** (step + 1)), beta1, beta2,
    epsilon, averaging, min, max,
  );
  return outputs;
}

function totalVariation(
  heap: Heap,
  kernels: Kernels,
  inputs: Inputs,
  { straight, diagonal }: VariationAttributes,
): tf.TensorInfo[] {
  const { image, gradient } = required(inputs, 'image', 'gradient');
  const [, height = 0, width = 0, channels = 0] = image.shape;
  const out = heap.output(image.shape);
  const loss = heap.output([]);
  // biome-ignore format: a row for each operand
  const value = kernels.totalVariation(
    heap.address(image), heap.address(gradient), heap.address(out), height, width, channels,
    straight, diagonal,
  );
  heap.floats(loss).fill(value);
  return [out, loss];
}
