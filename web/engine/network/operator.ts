/** What a layer is to the network: forward, adjoint, and what the adjoint needs. */
import type * as tf from '@tensorflow/tfjs-core';
import { ReverieError } from '../../../shared/errors';
import type { Layer } from './layers';

type Tensor1D = tf.Tensor1D;
type Tensor4D = tf.Tensor4D;
type Shape4D = readonly [number, number, number, number];

/** What the forward pass left for the adjoint. */
export interface Saved {
  readonly inputShapes: readonly Shape4D[];
  /** Present when `needsInput` (first input only). */
  readonly input: Tensor4D | null;
  /** Present when `needsOutput`. */
  readonly output: Tensor4D | null;
}

export interface ParameterGradient {
  /** `[kh, kw, in, out]` */
  readonly weight: Tensor4D;
  /** `[out]` */
  readonly bias: Tensor1D;
}

/** Of a convolution. */
export interface Weights {
  readonly filter: Tensor4D;
  readonly bias: Tensor1D;
}

export interface Operator {
  /** Of those that have some; the operator's own. */
  readonly weights?: Weights;
  readonly needsInput: boolean;
  readonly needsOutput: boolean;
  /** To the adjoint, dy counts where the output is above 0 only. */
  readonly masks?: boolean;
  /** A new tensor; inputs are the caller's. */
  forward(inputs: readonly Tensor4D[]): Tensor4D;
  /** Gradients with respect to each input, new tensors; `dy` is the caller's. */
  adjoint(dy: Tensor4D, saved: Saved): Tensor4D[];
  /** Gradients with respect to the weights, new tensors; of layers that have some. Both input and output are asked for. */
  parameterGradient?(dy: Tensor4D, saved: Saved): ParameterGradient;
  /** The same weights in a layer that differs in pooling or padding only; what is shared stays this one's to free. */
  as?(layer: Layer): Operator;
  dispose(): void;
}

/** @throws ReverieError `internal` when a layer is run without what its declaration promised it. */
export function given<T>(value: T | null | undefined): T {
  if (value === null || value === undefined) throw new ReverieError('internal', 'A layer was run without its input.');
  return value;
}
