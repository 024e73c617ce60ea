/**
 * The arithmetic of each layer: forward and adjoint, over the engine's kernels. An operator says what its
 * adjoint needs, so that the network keeps nothing else alive.
 */
import * as tf from '@tensorflow/tfjs-core';
import { conv2d, conv2dFilterGrad, conv2dInputGrad } from '../kernels';
import { stored } from '../kernels/fused';
import type { ConvLayer, Layer, NormaliseLayer } from './layers';
import { given, type Operator } from './operator';
import { type Parameters, parameterOf } from './parameters';
import { poolOperator } from './pooling';

type Tensor1D = tf.Tensor1D;
type Tensor4D = tf.Tensor4D;
/** @throws ReverieError `weights-invalid` when a parameter is missing or has another shape. */
export function createOperator(name: string, layer: Layer, parameters: Parameters): Operator {
  switch (layer.kind) {
    case 'conv':
      return convOperator(name, layer, parameters);
    case 'pool':
      return poolOperator(layer);
    case 'concat':
      return concatOperator();
    case 'normalise':
      return normaliseOperator(layer);
  }
}

function convOperator(name: string, layer: ConvLayer, parameters: Parameters): Operator {
  const shape = [...layer.kernel, ...layer.channels] as [number, number, number, number];
  // Both are checked before either is on the device: a refusal leaves nothing there.
  const weights = parameterOf(parameters, `${name}.weight`, shape);
  const biases = parameterOf(parameters, `${name}.bias`, [layer.channels[1]]);
  // Rounded filters turn ReLUs over: a gradient is then off by a hundredth.
  const kept = weights.every(isHalf) ? stored : <T>(x: T): T => x;
  const single = tf.tensor4d(weights, shape);
  const bias: Tensor1D = tf.tensor1d(biases);
  const rotated = kept(tf.tidy(() => tf.transpose(tf.reverse(single, [0, 1]), [0, 1, 3, 2])));
  const filter = kept(single);
  const over = ({ stride, padding, relu, backward }: ConvLayer): Operator => ({
    masks: relu && backward !== 'deconvnet',
    needsInput: false,
    // The ReLU's mask is y > 0: the output is enough.
    needsOutput: relu,
    weights: { filter, bias },
    forward: ([x]) => conv2d(given(x), filter, bias, { stride, padding, relu }),
    adjoint: (dy, { inputShapes: [inputShape], output }) => {
      const masked = relu && backward !== 'deconvnet';
      const back = (gradient: Tensor4D) =>
        conv2dInputGrad(gradient, masked ? output : null, rotated, {
          stride,
          padding,
          relu: masked,
          inputShape: given(inputShape),
        });
      return [relu && backward ? tf.tidy(() => back(tf.relu(dy))) : back(dy)];
    },
    parameterGradient: (dy, { input, output }) => {
      const attributes = { stride, padding, relu, kernel: layer.kernel };
      const gradient = conv2dFilterGrad(given(input), dy, output, attributes);
      return { weight: gradient.filter, bias: gradient.bias };
    },
    dispose: () => undefined,
  });
  return {
    ...over(layer),
    as: (variant) => over(variant.kind === 'conv' ? variant : layer),
    dispose: () => tf.dispose([filter, bias, rotated]),
  };
}

/** Whether half precision has this number: eleven digits, and none below 2⁻²⁴. */
function isHalf(value: number): boolean {
  const size = Math.abs(value);
  const digit = 2 ** Math.max(-24, Math.floor(Math.log2(size)) - 10);
  return size === 0 || (size <= 65504 && Number.isInteger(size / digit));
}

function concatOperator(): Operator {
  return {
    needsInput: false,
    needsOutput: false,
    forward: (inputs) => tf.concat([...inputs], 3),
    adjoint: (dy, { inputShapes }) =>
      tf.split(
        dy,
        inputShapes.map((shape) => shape[3]),
        3,
      ),
    dispose: () => undefined,
  };
}

function normaliseOperator({ mean, std }: NormaliseLayer): Operator {
  const shift = tf.tensor1d([...mean]);
  const scale = tf.tensor1d(std.map((value) => 1 / value));
  return {
    needsInput: false,
    needsOutput: false,
    forward: ([x]) => tf.tidy(() => tf.mul<Tensor4D>(tf.sub(given(x), shift), scale)),
    adjoint: (dy) => [tf.mul<Tensor4D>(dy, scale)],
    dispose: () => tf.dispose([shift, scale]),
  };
}
