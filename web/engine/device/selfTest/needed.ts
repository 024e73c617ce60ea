/** Kernels that a run cannot do without, on every backend. */
import * as tf from '@tensorflow/tfjs-core';
import * as kernels from '../../kernels';
import { type Check, channels, filled, height, numbers, oddChannels, outputs, padding, tensor4d, width } from './check';
import * as reference from './reference';

const adam = { stepSize: 0.02, beta1: 0.9, beta2: 0.99, epsilon: 1e-8, step: 2, averaging: 0.9, min: 0, max: 1 };

export const neededChecks = (round: number): Check[] => [
  ...convolutionChecks(round),
  ...poolChecks(round),
  ...momentChecks(round),
  ...adamChecks(round),
];

function convolutionChecks(round: number): Check[] {
  const convolution: reference.Convolution = {
    size: 3,
    inputChannels: channels,
    outputChannels: outputs,
    filter: numbers(9 * channels * outputs, 11 * round),
    bias: numbers(outputs, 12 * round),
    stride: 1,
    padding,
  };
  const x = filled(height, width, channels, 13 * round);
  const y = reference.convolve(x, convolution);
  const dy = filled(y.height, y.width, y.channels, 14 * round);
  const attributes = { stride: 1, padding, relu: true };
  const filter = tf.tensor4d(convolution.filter, [3, 3, channels, outputs]);
  const rotated = tf.tensor4d(reference.rotate(convolution), [3, 3, outputs, channels]);
  const gradientAttributes = { ...attributes, inputShape: [1, height, width, channels] } as const;
  return [
    ['convolution', kernels.conv2d(tensor4d(x), filter, tf.tensor1d(convolution.bias), attributes), y.data],
    [
      'convolution gradient',
      kernels.conv2dInputGrad(tensor4d(dy), tensor4d(y), rotated, gradientAttributes),
      reference.convolveAdjoint(x, y, dy, convolution).data,
    ],
  ];
}

function poolChecks(round: number): Check[] {
  // Positive, as everywhere behind a ReLU: the stock WASM gradient of max pooling takes no negative number for a maximum.
  const x = filled(height, width, channels, 21 * round);
  x.data.forEach((value, index) => {
    x.data[index] = Math.abs(value);
  });
  const dy = filled(height >> 1, width >> 1, channels, 22 * round);
  const attributes = { filterSize: [2, 2], strides: [2, 2], pad: 'valid' };
  const run = (name: string, inputs: object) =>
    tf.engine().runKernel(name, inputs as tf.NamedTensorMap, attributes as unknown as tf.NamedAttrMap) as tf.Tensor;
  const input = tensor4d(x);
  const output = run('MaxPool', { x: input });
  return [
    [
      'max pooling gradient',
      run('MaxPoolGrad', { dy: tensor4d(dy), input, output }),
      reference.poolAdjoint(x, dy, 'max').data,
    ],
    ['average pooling', kernels.averagePool(input, { size: 2 }), reference.averagePool(x).data],
    [
      'average pooling gradient',
      kernels.averagePoolGrad(tensor4d(dy), { size: 2, inputShape: input.shape }),
      reference.poolAdjoint(x, dy, 'average').data,
    ],
  ];
}

function momentChecks(round: number): Check[] {
  const odd = oddChannels();
  const x = filled(height, width, odd, 31 * round);
  const dy = filled(height, width, odd, 32 * round);
  const matrix = numbers(odd * odd, 33 * round);
  const vector = numbers(odd, 34 * round);
  const expected = reference.momentsOf(x);
  const features = tensor4d(x);
  const { mean, gram } = kernels.moments(features);
  const gains = numbers(odd, 35 * round);
  const isDiagonal = (index: number) => index % (odd + 1) === 0;
  const diagonal = matrix.map((_, index) => (isDiagonal(index) ? (gains[index % odd] ?? 0) : 0));
  return [
    ['mean', mean, expected.mean],
    ['Gram matrix', gram, expected.gram],
    ['sum', tf.sum(features), [x.data.reduce((total, value) => total + value, 0)]],
    [
      'affine map',
      kernels.affine(features, tf.tensor2d(matrix, [odd, odd]), tf.tensor1d(vector), tensor4d(dy)),
      reference.affineOf(x, matrix, vector, dy),
    ],
    ['channel means', kernels.channelMoments(features).product, expected.gram.filter((_, index) => isDiagonal(index))],
    [
      'channel scaling',
      kernels.channelAffine(
        features,
        tf.tensor1d(gains),
        tf.tensor1d(vector),
        { other: tensor4d(dy) },
        { relu: false },
      ),
      reference.affineOf(x, diagonal, vector, dy),
    ],
  ];
}

function adamChecks(round: number): Check[] {
  const size = height * width * 3;
  const positive = (seed: number) => numbers(size, seed).map(Math.abs);
  const gradient = numbers(size, 41 * round);
  const state: reference.AdamArrays = {
    x: positive(42 * round),
    first: numbers(size, 43 * round),
    second: positive(44 * round),
    average: positive(45 * round),
  };
  const picture = (data: Float32Array) => tf.tensor4d(data, [1, height, width, 3]);
  const next = kernels.adam(
    {
      x: picture(state.x),
      first: picture(state.first),
      second: picture(state.second),
      average: picture(state.average),
    },
    picture(gradient),
    adam,
  );
  const expected = reference.adamOf(state, gradient, adam);
  return (['x', 'first', 'second', 'average'] as const).map((name) => [`Adam: ${name}`, next[name], expected[name]]);
}
