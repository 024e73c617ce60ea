/** Where an iteration's time goes on WASM: every kernel of a real run timed from inside TensorFlow.js' registry. */
import * as tf from '@tensorflow/tfjs-core';
import { fusedNames, kernelNames } from '../../../web/engine/kernels/contract';
import { grainId } from '../../../web/engine/network/grain';
import { Network } from '../../../web/engine/network/network';
import { LossReader } from '../../../web/engine/optimise/losses';
import { PyramidAdam } from '../../../web/engine/optimise/pyramidAdam';
import { Shifter } from '../../../web/engine/optimise/shift';
import type { Stepper } from './subjects';

/** The parts of an iteration. `shift` is there and back. */
type Part = 'network' | 'shift' | 'grain' | 'total variation' | 'Adam';

/** What the rows of the table are, in order. */
export const layerKinds = [
  'shift and back',
  'convolution',
  'convolution adjoint',
  'pooling',
  'pooling adjoint',
  'losses on moments',
  'rest of the losses',
  'grain and palette',
  'total variation',
  'Adam',
  'between kernels',
] as const;
export type LayerKind = (typeof layerKinds)[number];

export interface ConvolutionTime {
  /** `3→16 at 256×192` of the forward convolution. */
  readonly shape: string;
  /** Multiplications and additions that a direct convolution needs, one way. */
  readonly flop: number;
  /** Milliseconds per iteration, all layers of this shape together; one entry per iteration. */
  readonly forward: readonly number[];
  readonly adjoint: readonly number[];
  readonly layers: number;
}

export interface LayerTimes {
  /** One entry per iteration, milliseconds. */
  readonly kinds: Readonly<Record<LayerKind, readonly number[]>>;
  readonly total: readonly number[];
  readonly convolutions: readonly ConvolutionTime[];
}

/** Of the network's kernels; whatever else it runs is the losses'. */
const kindsOfKernels: Readonly<Record<string, LayerKind>> = {
  [kernelNames.conv2d]: 'convolution',
  [kernelNames.conv2dInputGrad]: 'convolution adjoint',
  [kernelNames.totalVariation]: 'total variation',
  [kernelNames.moments]: 'losses on moments',
  [fusedNames.covarianceLoss]: 'losses on moments',
  [kernelNames.averagePool]: 'pooling',
  MaxPool: 'pooling',
  [kernelNames.averagePoolGrad]: 'pooling adjoint',
  MaxPoolGrad: 'pooling adjoint',
};

/** Which row a kernel's time belongs to, given the part of the iteration that called it. */
export function kindOf(kernel: string, part: Part): LayerKind {
  if (part === 'network') return kindsOfKernels[kernel] ?? 'rest of the losses';
  if (part === 'shift') return 'shift and back';
  return part === 'grain' ? 'grain and palette' : part;
}

interface Iteration {
  readonly kinds: Map<LayerKind, number>;
  readonly convolutions: Map<string, { flop: number; forward: number; adjoint: number; layers: number }>;
}

/** @param run of style transfer on the WASM backend, with the engine's own kernels registered */
export async function timeLayers(run: Stepper, count: number): Promise<LayerTimes> {
  let part: Part = 'network';
  let current: Iteration = { kinds: new Map(), convolutions: new Map() };
  // The first iterations grow the heap and warm the compiler.
  for (let i = 0; i < 2; i++) await run.step();
  const unmark = markParts((next) => {
    part = next;
  });
  const restore = wrapKernels(({ name, inputs, ms }) => {
    const kind = kindOf(name, part);
    current.kinds.set(kind, (current.kinds.get(kind) ?? 0) + ms);
    if (kind === 'convolution' || kind === 'convolution adjoint') addConvolution(current, name, inputs, ms);
  });
  const iterations: { iteration: Iteration; total: number }[] = [];
  try {
    for (let i = 0; i < count; i++) {
      current = { kinds: new Map(), convolutions: new Map() };
      const startedAt = performance.now();
      await run.step();
      const total = performance.now() - startedAt;
      const inKernels = [...current.kinds.values()].reduce((sum, ms) => sum + ms, 0);
      current.kinds.set('between kernels', total - inKernels);
      iterations.push({ iteration: current, total });
    }
  } finally {
    restore();
    unmark();
  }
  const kinds = Object.fromEntries(
    layerKinds.map((kind) => [kind, iterations.map(({ iteration }) => iteration.kinds.get(kind) ?? 0)]),
  ) as Record<LayerKind, number[]>;
  const shapes = [...(iterations[0]?.iteration.convolutions ?? [])];
  return {
    kinds,
    total: iterations.map(({ total }) => total),
    convolutions: shapes.map(([shape, { flop, layers }]) => ({
      shape,
      flop,
      layers,
      forward: iterations.map(({ iteration }) => iteration.convolutions.get(shape)?.forward ?? Number.NaN),
      adjoint: iterations.map(({ iteration }) => iteration.convolutions.get(shape)?.adjoint ?? Number.NaN),
    })),
  };
}

function addConvolution({ convolutions }: Iteration, name: string, inputs: tf.NamedTensorInfoMap, ms: number): void {
  const forward = name === kernelNames.conv2d;
  // Stride 1 and padding that keeps the size, as in every layer of the embedded network: dy has x's height and width.
  const [, height = 0, width = 0] = (forward ? inputs.x : inputs.dy)?.shape ?? [];
  const [kh = 0, kw = 0, ...channels] = (forward ? inputs.filter : inputs.rotated)?.shape ?? [];
  const [ci = 0, co = 0] = forward ? channels : channels.reverse();
  const shape = `${ci}→${co} at ${width}×${height}`;
  const entry = convolutions.get(shape) ?? { flop: 0, forward: 0, adjoint: 0, layers: 0 };
  if (forward) {
    entry.forward += ms;
    entry.flop += 2 * height * width * kh * kw * ci * co;
    entry.layers++;
  } else entry.adjoint += ms;
  convolutions.set(shape, entry);
}

/** Says which part begins, by what the run calls; what follows a part that has ended is the next one's. @returns undo */
function markParts(begin: (part: Part) => void): () => void {
  const undo: (() => void)[] = [];
  // biome-ignore lint/suspicious/noExplicitAny: whatever the method takes is passed on.
  const mark = (prototype: any, name: string, during: (self: unknown) => Part, after?: Part) => {
    const own = prototype[name];
    prototype[name] = function (this: unknown, ...given: unknown[]) {
      begin(during(this));
      const result = own.apply(this, given);
      if (after) begin(after);
      return result;
    };
    undo.push(() => {
      prototype[name] = own;
    });
  };
  const isGrain = (network: unknown) => (network as Network).architecture.id === grainId;
  mark(Shifter.prototype, 'apply', () => 'shift', 'network');
  mark(Network.prototype, 'forward', (network) => (isGrain(network) ? 'grain' : 'network'));
  mark(Shifter.prototype, 'adjoint', () => 'shift', 'total variation');
  mark(PyramidAdam.prototype, 'update', () => 'Adam', 'network');
  mark(LossReader.prototype, 'read', () => 'network');
  return () => {
    for (const back of undo) back();
  };
}

interface KernelCall {
  readonly name: string;
  readonly inputs: tf.NamedTensorInfoMap;
  readonly ms: number;
}

/** Times every kernel of the active backend, a kernel called by another one as part of that. @returns undo */
function wrapKernels(onCall: (call: KernelCall) => void): () => void {
  const kernels = tf.getKernelsForBackend(tf.getBackend());
  let depth = 0;
  const replace = (kernel: tf.KernelConfig) => {
    tf.unregisterKernel(kernel.kernelName, kernel.backendName);
    tf.registerKernel(kernel);
  };
  for (const kernel of kernels) {
    replace({
      ...kernel,
      kernelFunc: (parameters) => {
        const startedAt = performance.now();
        depth++;
        try {
          return kernel.kernelFunc(parameters);
        } finally {
          depth--;
          const ms = performance.now() - startedAt;
          if (depth === 0) onCall({ name: kernel.kernelName, inputs: parameters.inputs, ms });
        }
      },
    });
  }
  return () => kernels.forEach(replace);
}
