/**
 * Gives the stock WASM backend our own SIMD kernels: they run on TensorFlow.js' WASM memory, on its
 * tensors, under the names of kernels/contract.ts.
 */
import * as tf from '@tensorflow/tfjs-core';
import { ReverieError } from '../../../../shared/errors';
import {
  type AdamAttributes,
  type BehindRelu,
  type ChannelAffineAttributes,
  fusedNames,
  kernelNames,
  type PoolAttributes,
  type PoolGradAttributes,
  type VariationAttributes,
} from '../../kernels/contract';
import kernelsBase64, { memoryFlagAt } from './build/kernels';
import { conv2d, conv2dFilterGrad, conv2dInputGrad, conv2dSpline } from './convolution';
import type { Kernels } from './exports';
import { affineOf, covarianceLoss, momentsOf, paletteLoss, sizesOf } from './features';
import { enlarge, gains, settle, variance } from './fused';
import { Heap, type WasmBackend, watchHeap } from './heap';
import { type Inputs, required } from './inputs';
import { Machine } from './machine';
import { Pool, type PoolOptions, type PoolTuning } from './pool';
import { sharedWithMaximum } from './sharedMemory';

export interface WasmThreads {
  /** How many, this one counted. */
  readonly count: number;
  /** Why numbers since are not to be trusted, or what did not fit; null when all is well. */
  failure(): ReverieError | null;
  close(): void;
}

/**
 * Call once the backend is active.
 * @throws ReverieError `backend-unavailable` when TensorFlow.js' internals are not as expected.
 */
export async function registerWasmKernels(
  pooling: Pick<PoolOptions, 'threads' | keyof PoolTuning>,
): Promise<WasmThreads> {
  const backend = tf.backend() as unknown as Partial<WasmBackend>;
  const { memory, malloc } = backend.wasm?.asm ?? {};
  if (
    !(memory instanceof WebAssembly.Memory) ||
    !malloc ||
    !backend.dataIdMap ||
    !backend.makeOutput ||
    !backend.incRef ||
    !backend.refCount
  ) {
    throw new ReverieError('backend-unavailable', 'The WASM backend does not give access to its memory.');
  }
  const bytes = Uint8Array.from(atob(kernelsBase64), (character) => character.charCodeAt(0));
  if (!(memory.buffer instanceof ArrayBuffer)) bytes[memoryFlagAt] = sharedWithMaximum;
  const module = await WebAssembly.compile(bytes);
  const { exports } = await WebAssembly.instantiate(module, { env: { memory } });
  const kernels = exports as unknown as Kernels;
  const full = watchHeap(backend as WasmBackend);
  const pool = new Pool({ module, memory, kernels, ...pooling });
  const machine = new Machine(new Heap(backend as WasmBackend), kernels, pool);
  for (const [kernelName, run] of Object.entries(runners)) {
    if (tf.getKernel(kernelName, 'wasm')) tf.unregisterKernel(kernelName, 'wasm');
    tf.registerKernel({
      kernelName,
      backendName: 'wasm',
      kernelFunc: ({ inputs, attrs }) => run(machine, inputs as Inputs, attrs as never),
    });
  }
  return { count: pool.threads, failure: () => pool.failure ?? full(), close: () => pool.close() };
}

type Runner = (machine: Machine, inputs: Inputs, attributes: never) => tf.TensorInfo | tf.TensorInfo[];

const runners: Record<string, Runner> = {
  [kernelNames.conv2d]: conv2d,
  [kernelNames.conv2dSpline]: conv2dSpline,
  [kernelNames.conv2dInputGrad]: conv2dInputGrad,
  [kernelNames.conv2dFilterGrad]: conv2dFilterGrad,
  [kernelNames.moments]: moments,
  [kernelNames.affine]: affine,
  [kernelNames.channelMoments]: channelMoments,
  [kernelNames.channelAffine]: channelAffine,
  [kernelNames.positionGain]: positionGain,
  [kernelNames.averagePool]: averagePool,
  [kernelNames.averagePoolGrad]: averagePoolGrad,
  [kernelNames.adam]: adam,
  [kernelNames.totalVariation]: totalVariation,
  [fusedNames.covarianceLoss]: covarianceLoss,
  [fusedNames.paletteLoss]: paletteLoss,
  [fusedNames.enlarge]: enlarge,
  [fusedNames.settle]: settle,
  [fusedNames.variance]: variance,
  [fusedNames.gains]: gains,
  // TensorFlow.js' own copies here what its other backends share.
  [tf.Identity]: ({ heap }, inputs) => heap.over(required(inputs, 'x').x),
};

function moments(machine: Machine, inputs: Inputs): tf.TensorInfo[] {
  const { heap } = machine;
  const { x } = required(inputs, 'x');
  const channels = x.shape[3] ?? 0;
  const mean = heap.output([channels]);
  const gram = heap.output([channels, channels]);
  momentsOf(machine, x, heap.address(mean), heap.address(gram));
  return [mean, gram];
}

function affine(machine: Machine, inputs: Inputs, { relu }: BehindRelu): tf.TensorInfo {
  const { heap } = machine;
  const { x, matrix, vector } = required(inputs, 'x', 'matrix', 'vector');
  const out = heap.output(x.shape);
  affineOf(machine, x, heap.address(matrix), heap.address(vector), inputs.dy, out, relu);
  return out;
}

function channelMoments(machine: Machine, inputs: Inputs): tf.TensorInfo[] {
  const { heap, kernels } = machine;
  const { x } = required(inputs, 'x');
  const [positions, channels] = sizesOf(x);
  const mean = heap.output([channels]);
  const product = heap.output([channels]);
  const total = kernels.channelMomentsBlocks(positions, channels);
  const slice = kernels.channelMomentsSlice(positions, channels);
  const count = Math.ceil(total / slice);
  // Always the same slices, whoever sums them.
  const bounds = [...Array.from({ length: count }, (_, i) => i * slice), total];
  heap.withTables({}, 4 * channels * count, (_, totals) => {
    const [at, other] = [heap.address(x), heap.address(inputs.other ?? x)];
    machine.run('channelMoments', [at, other, positions, channels, slice, totals], bounds);
    kernels.channelMomentsEnd(totals, count, positions, channels, heap.address(mean), heap.address(product));
  });
  return [mean, product];
}

function channelAffine(
  machine: Machine,
  inputs: Inputs,
  { relu, consumes = false }: ChannelAffineAttributes,
): tf.TensorInfo {
  const { heap, kernels } = machine;
  const { x, gain, offset } = required(inputs, 'x', 'gain', 'offset');
  const [positions, channels] = sizesOf(x);
  const out = consumes ? heap.reused(x) : heap.output(x.shape);
  const unit = kernels.channelAffineUnit(channels);
  const bounds = machine.slices({ total: positions, unit, work: positions * channels });
  // biome-ignore format: a row for each operand
  machine.run('channelAffine', [
    heap.address(x), channels, heap.address(gain), heap.address(offset),
    heap.address(inputs.other), heap.address(inputs.otherGain), relu ? 1 : 0, heap.address(out),
  ], bounds, kernels.channelAffineScratchFloats(channels));
  return out;
}

function positionGain(machine: Machine, inputs: Inputs): tf.TensorInfo {
  const { heap } = machine;
  const { x, gain } = required(inputs, 'x', 'gain');
  const [positions, channels] = sizesOf(x);
  const bounds = machine.slices({ total: positions, unit: 1, work: positions * channels });
  const out = heap.reused(x);
  machine.run('positionGain', [heap.address(x), heap.address(gain), channels, heap.address(out)], bounds);
  return out;
}

function averagePool(machine: Machine, inputs: Inputs, { size }: PoolAttributes): tf.TensorInfo {
  const { heap } = machine;
  const { x } = required(inputs, 'x');
  const [, height = 0, width = 0, channels = 0] = x.shape;
  const out = heap.output([1, Math.floor(height / size), Math.floor(width / size), channels]);
  const [, rows = 0, columns = 0] = out.shape;
  const bounds = machine.slices({ total: rows, unit: 1, work: height * width * channels });
  machine.run('averagePool', [heap.address(x), width, channels, size, heap.address(out), columns], bounds);
  return out;
}

function averagePoolGrad(machine: Machine, inputs: Inputs, { size, inputShape }: PoolGradAttributes): tf.TensorInfo {
  const { heap } = machine;
  const { dy } = required(inputs, 'dy');
  const [, rows = 0, columns = 0, channels = 0] = dy.shape;
  const [, height, width] = inputShape;
  const out = heap.output(inputShape);
  const bounds = machine.slices({ total: height, unit: 1, work: height * width * channels });
  const operands = [heap.address(dy), rows, columns, channels, size, heap.address(out), width] as const;
  machine.run('averagePoolGrad', operands, bounds);
  return out;
}

function adam(machine: Machine, inputs: Inputs, attributes: AdamAttributes): tf.TensorInfo[] {
  const { heap } = machine;
  const { x, gradient, first, second, average } = required(inputs, 'x', 'gradient', 'first', 'second', 'average');
  const { stepSize, beta1, beta2, epsilon, step, averaging, min, max } = attributes;
  const outputs = [x, first, second, average].map(({ shape }) => heap.output(shape));
  const [newX = 0, newFirst = 0, newSecond = 0, newAverage = 0] = outputs.map((output) => heap.address(output));
  const size = x.shape.reduce((a, b) => a * b, 1);
  // biome-ignore format: a row for each operand
  machine.run('adam', [
    heap.address(x), heap.address(gradient), heap.address(first), heap.address(second), heap.address(average),
    newX, newFirst, newSecond, newAverage,
    stepSize / (1 - beta1 ** (step + 1)), 1 / (1 - beta2 ** (step + 1)), beta1, beta2,
    epsilon, averaging, min, max,
  ], machine.slices({ total: size, unit: 4, work: 8 * size }));
  return outputs;
}

function totalVariation(
  machine: Machine,
  inputs: Inputs,
  { straight, diagonal }: VariationAttributes,
): tf.TensorInfo[] {
  const { heap } = machine;
  const { image, gradient } = required(inputs, 'image', 'gradient');
  const [, height = 0, width = 0, channels = 0] = image.shape;
  const out = heap.output(image.shape);
  const loss = heap.output([]);
  const rows = machine.slices({ total: height, unit: 1, work: 16 * height * width * channels });
  heap.withTables({}, 2 * height, (_, energies) => {
    // biome-ignore format: a row for each operand
    machine.run('totalVariation', [
      heap.address(image), heap.address(gradient), heap.address(out), height, width, channels,
      straight, diagonal, energies,
    ], rows);
    // Every pair was seen from both sides.
    heap.floats(loss).fill(0.5 * heap.doubles(energies, height).reduce((sum, energy) => sum + energy, 0));
  });
  return [out, loss];
}
