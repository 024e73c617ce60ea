/** What the nodes of the graph do, forward and back. Tensors are `[1, H, W, C]`; what is returned is new and the caller's. */
import * as tf from '@tensorflow/tfjs-core';
import { ReverieError } from '../../../../shared/errors';
import { affine, channelAffine, conv2d, conv2dFilterGrad, conv2dInputGrad } from '../../kernels';
import { uniformPadding } from '../../network/layers';
import { enlargements } from '../enlarge';
import type { Layer } from './graph';

type Tensor1D = tf.Tensor1D;
type Tensor2D = tf.Tensor2D;
type Tensor4D = tf.Tensor4D;

/** A node's numbers on the device. */
export interface Weights {
  /** `[k, k, in, out]` */
  readonly filter: Tensor4D;
  readonly rotated: Tensor4D;
  readonly bias: Tensor1D;
}

/** x ↦ x · matrix + vector at every position, on the device. */
export interface Move {
  readonly matrix: Tensor2D;
  readonly vector: Tensor1D;
}

/** What a node needs beside its inputs. */
export interface Given {
  readonly weights?: Weights | undefined;
  readonly move?: Move | undefined;
  /** `[1, H, W, 1]`; absent where none is wanted. */
  readonly noise?: Tensor4D | undefined;
}

const convAttributes = (kernel: 1 | 3, relu: boolean) => ({
  stride: 1,
  relu,
  padding: kernel === 3 ? uniformPadding('reflect', 1) : uniformPadding('zero', 0),
});

export function forward(layer: Layer, inputs: readonly Tensor4D[], given: Given): Tensor4D {
  const x = required(inputs[0]);
  switch (layer.kind) {
    case 'conv': {
      const { filter, bias } = required(given.weights);
      return conv2d(x, filter, bias, convAttributes(layer.kernel, layer.relu));
    }
    case 'move': {
      const { matrix, vector } = required(given.move);
      return affine(x, matrix, vector, null);
    }
    case 'enlarge':
      return enlargements[layer.by].forward(x);
    case 'relu':
      return tf.relu(x);
    case 'add':
      return tf.tidy(() => sumOf(inputs));
    case 'noise':
      return tf.tidy(() => {
        return given.noise ? tf.add<Tensor4D>(x, given.noise) : tf.clone(x);
      });
  }
}

/**
 * A convolution that moves what it reads: two walks through memory become one. New tensors; of no use to a way back. A
 * reflected border is moved like what it mirrors, so that nothing changes there either.
 */
export const moving = ({ filter, rotated, bias }: Weights, { matrix, vector }: Move): Weights =>
  tf.tidy(() => {
    const [height, width, input, output] = filter.shape;
    const taps = tf.reshape(filter, [height * width, input, output]) as tf.Tensor3D;
    const moved = tf.matMul(tf.reshape(matrix, [1, input, input]) as tf.Tensor3D, taps);
    const added = tf.matMul(tf.reshape(vector, [1, input]), tf.sum<Tensor2D>(taps, 0));
    return {
      filter: tf.reshape(moved, filter.shape) as Tensor4D,
      rotated: tf.clone(rotated),
      bias: tf.add<Tensor1D>(bias, tf.reshape(added, [output])),
    };
  });

/** One after the other, the last together with the ReLU: each is one walk through memory, which is what takes the time. */
function sumOf([first, ...rest]: readonly Tensor4D[]): Tensor4D {
  const x = required(first);
  const channels = x.shape[3];
  const [one, zero] = [tf.ones([channels]) as Tensor1D, tf.zeros([channels]) as Tensor1D];
  return rest.reduce(
    (sum, other, i) => channelAffine(sum, one, zero, { other, gain: one }, { relu: i === rest.length - 1 }),
    x,
  );
}

export interface Gradients {
  /** One per input. */
  readonly inputs: readonly Tensor4D[];
  readonly filter?: Tensor4D;
  readonly bias?: Tensor1D;
}

/**
 * @param output what `forward` gave
 * A move is taken as constant: there is no gradient through the statistics that it was made of, which is stable, and enough.
 */
export function backward(
  layer: Layer,
  inputs: readonly Tensor4D[],
  output: Tensor4D,
  dy: Tensor4D,
  given: Given,
): Gradients {
  const x = required(inputs[0]);
  switch (layer.kind) {
    case 'conv': {
      const { rotated } = required(given.weights);
      const attributes = convAttributes(layer.kernel, layer.relu);
      const y = layer.relu ? output : null;
      return {
        ...conv2dFilterGrad(x, dy, y, { ...attributes, kernel: [layer.kernel, layer.kernel] }),
        inputs: [conv2dInputGrad(dy, y, rotated, { ...attributes, inputShape: x.shape })],
      };
    }
    case 'move':
      return tf.tidy(() => {
        const { matrix, vector } = required(given.move);
        return { inputs: [affine(dy, matrix, tf.zerosLike(vector), null)] };
      });
    case 'enlarge':
      return { inputs: [tf.tidy(() => enlargements[layer.by].adjoint(dy))] };
    case 'relu':
      return { inputs: [tf.tidy(() => tf.mul<Tensor4D>(dy, tf.step(output)))] };
    case 'add':
      return tf.tidy(() => {
        const through = tf.mul<Tensor4D>(dy, tf.step(output));
        return { inputs: inputs.map(() => tf.clone(through)) };
      });
    case 'noise':
      return { inputs: [tf.clone(dy)] };
  }
}

export function required<T>(value: T | undefined): T {
  if (value === undefined) throw new ReverieError('internal', 'A node of the network lacks what it needs.');
  return value;
}
