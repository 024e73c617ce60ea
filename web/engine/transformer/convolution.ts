/** A stage's convolution, forward and both gradients: plain, behind an enlargement, or transposed. */
import * as tf from '@tensorflow/tfjs-core';
import { type ConvGradAttributes, conv2d, conv2dFilterGrad, conv2dInputGrad, conv2dSpline } from '../kernels';
import { enlargements } from './enlarge';
import type { Stage } from './stages';

type Tensor4D = tf.Tensor4D;

/** On the device; made once per change of the parameters. */
export interface Filter {
  readonly filter: Tensor4D;
  /** Turned by 180° with its channels swapped, for the adjoint. */
  readonly rotated: Tensor4D;
  readonly noBias: tf.Tensor1D;
}

export function uploadFilter(values: Float32Array, shape: readonly number[]): Filter {
  const filter = tf.tensor4d(values, shape as [number, number, number, number]);
  const rotated = tf.tidy(() => tf.transpose(tf.reverse(filter, [0, 1]), [0, 1, 3, 2]));
  return { filter, rotated, noBias: tf.zeros([filter.shape[3]]) as tf.Tensor1D };
}

export const disposeFilter = ({ filter, rotated, noBias }: Filter): void => tf.dispose([filter, rotated, noBias]);

/**
 * A new tensor.
 * @param onPeak called when most is held on the device
 */
export function convolve(
  { up, ...stage }: Stage,
  x: Tensor4D,
  { filter, rotated, noBias }: Filter,
  onPeak?: () => void,
): Tensor4D {
  if (up === 'transposed') return conv2dInputGrad(x, null, rotated, transposedAttributes(stage, x, 2));
  const attributes = { stride: stage.stride, padding: stage.padding, relu: false };
  if (up === 'spline') return conv2dSpline(x, filter, noBias, attributes, onPeak);
  // Nearest neighbours are read by the kernel itself, and never written down.
  return conv2d(x, filter, noBias, { ...attributes, enlarge: up === 'resize' ? 2 : 1 });
}

export interface ConvolveGradient {
  /** Each absent when it was not asked for. */
  readonly input?: Tensor4D;
  /** Of the shape of `Filter.filter`. */
  readonly filter?: Tensor4D;
}

/** New tensors. */
export function convolveGradient(
  { up, stride, padding, kernel, channels }: Stage,
  x: Tensor4D,
  dy: Tensor4D,
  { filter, rotated }: Filter,
  wanted: { readonly input: boolean; readonly filter: boolean },
): ConvolveGradient {
  const attributes = { stride, padding, relu: false };
  const gradients = tf.tidy((): Record<string, Tensor4D> => {
    const enlargement = up === 'spline' || up === 'resize' ? enlargements[up] : null;
    const input = enlargement ? enlargement.forward(x) : x;
    const toFilter = () =>
      // A transposed stage is the adjoint of a strided convolution from the large picture to the small one.
      up === 'transposed'
        ? conv2dFilterGrad(dy, x, null, { ...attributes, kernel }).filter
        : conv2dFilterGrad(input, dy, null, { ...attributes, kernel }).filter;
    const toInput = () => {
      if (up === 'transposed') return conv2d(dy, filter, tf.zeros([channels[0]]), attributes);
      const gradient = conv2dInputGrad(dy, null, rotated, { ...attributes, inputShape: input.shape });
      return enlargement ? enlargement.adjoint(gradient) : gradient;
    };
    return { ...(wanted.filter && { filter: toFilter() }), ...(wanted.input && { input: toInput() }) };
  });
  return gradients;
}

function transposedAttributes(
  { stride, padding, channels }: Omit<Stage, 'up'>,
  { shape: [, height, width] }: Tensor4D,
  factor: number,
): ConvGradAttributes {
  return { stride, padding, relu: false, inputShape: [1, height * factor, width * factor, channels[1]] };
}
