/**
 * Does this backend compute the right numbers? Drivers have returned wrong ones without any error (Adreno with reused
 * bind groups, Mali with packed depthwise, tfjs#6775), and a failed WebGPU pipeline leaves buffers unwritten. Every
 * kernel that a run depends on, on odd sizes, twice over: the second round meets buffers that the first has used.
 */
import * as tf from '@tensorflow/tfjs-core';
import { ReverieError } from '../../../shared/errors';
import * as kernels from '../kernels';
import { fusedNames, kernelNames } from '../kernels/contract';
import * as fused from '../kernels/fused';
import type { OpenedBackend } from './device';
import * as reference from './reference';

/** Largest error over largest value; float32 on any sane device stays a hundred times below. */
export const tolerance = 1e-3;

/** What a kernel gave and what it should have given. */
type Check = [name: string, actual: tf.Tensor, expected: ArrayLike<number>];

const height = 19;
const width = 23;
const channels = 8;
const outputs = 16;
/** Not in fours: the one-by-one path of kernels that read vectors. */
const oddChannels = 5;
const padding = { mode: 'reflect', top: 1, bottom: 1, left: 1, right: 1 } as const;
const adam = { stepSize: 0.02, beta1: 0.9, beta2: 0.99, epsilon: 1e-8, step: 2, averaging: 0.9, min: 0, max: 1 };

/** Kernels that the engine can do without: their checks, by name. */
type Spare = readonly [kernelName: string, checks: (round: number) => Check[]];

/**
 * A kernel that stock ones stand in for is given up where its numbers are wrong, alone.
 * @returns the names of kernels and variants that were given up
 * @throws ReverieError `backend-unavailable` that names the first kernel whose numbers are wrong.
 */
export async function selfTest({
  compile,
  variants = {},
}: Pick<OpenedBackend, 'compile' | 'variants'>): Promise<string[]> {
  const spares = spareKernels.filter(([kernelName]) => kernels.hasOwn(kernelName));
  await compile(() => [...allChecks(0), ...spares.flatMap(([, checks]) => checks(0))]);
  for (const round of [1, 2]) await run(() => allChecks(round));
  const wrong: string[] = [];
  /** Gives up what is wrong. */
  const attempt = async (name: string, checks: (round: number) => Check[], giveUp: () => void) => {
    try {
      await run(() => checks(1));
    } catch (cause) {
      if (ReverieError.from(cause).about('backend-unavailable')?.why !== 'wrong') throw cause;
      giveUp();
      wrong.push(name);
    }
  };
  for (const [kernelName, checks] of spares) {
    await attempt(kernelName, checks, () => tf.unregisterKernel(kernelName, tf.getBackend()));
  }
  for (const [name, turn] of Object.entries(variants)) {
    turn(true);
    await compile(() => chainChecks(1));
    await attempt(name, chainChecks, () => turn(false));
  }
  return wrong;
}

async function run(make: () => Check[]): Promise<void> {
  const checks: Check[] = [];
  // Returned alone: tidy would walk through every number of the expected arrays in search of tensors.
  tf.tidy(() => {
    checks.push(...make());
    return checks.map(([, actual]) => actual);
  });
  try {
    const values = await Promise.all(checks.map(([, actual]) => actual.data()));
    checks.forEach(([name, , expected], index) => {
      compare(name, values[index] ?? [], expected);
    });
  } finally {
    for (const [, actual] of checks) actual.dispose();
  }
}

const allChecks = (round: number): Check[] => [
  ...convolutionChecks(round),
  ...poolChecks(round),
  ...momentChecks(round),
  ...adamChecks(round),
];

/** Throws unless all numbers are finite and within the tolerance of the largest expected one. */
export function compare(name: string, actual: ArrayLike<number>, expected: ArrayLike<number>): void {
  let error = actual.length === expected.length ? 0 : Number.POSITIVE_INFINITY;
  let scale = 0;
  for (let i = 0; i < expected.length; i++) {
    const difference = Math.abs((actual[i] ?? Number.NaN) - (expected[i] ?? Number.NaN));
    // Not Math.max: a NaN must not pass for the largest number so far.
    if (!(difference <= error)) error = Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference;
    scale = Math.max(scale, Math.abs(expected[i] ?? 0));
  }
  if (error <= tolerance * scale) return;
  const size = Number.isFinite(error) ? `relative error ${(error / scale).toPrecision(2)}` : 'not finite';
  throw new ReverieError('backend-unavailable', `self-test failed: ${name} is wrong (${size})`, {
    data: { why: 'wrong' },
  });
}

/** Fixed numbers in [-1, 1] that repeat in no pattern a kernel could exploit; `seed` makes them differ. */
function numbers(length: number, seed: number): Float32Array {
  let state = Math.imul(seed, 0x9e3779b1) >>> 0;
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 0x8000_0000 - 1;
  });
}

const filled = (h: number, w: number, c: number, seed: number): reference.Volume => ({
  ...reference.volume(h, w, c),
  data: numbers(h * w * c, seed),
});

const tensor4d = ({ height: h, width: w, channels: c, data }: reference.Volume): tf.Tensor4D =>
  tf.tensor4d(data, [1, h, w, c]);

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
    [
      'average pooling gradient',
      run('AvgPoolGrad', { dy: tensor4d(dy), input }),
      reference.poolAdjoint(x, dy, 'average').data,
    ],
    ['average pooling', kernels.averagePool(input, { size: 2 }), reference.averagePool(x).data],
    [
      'average pooling adjoint',
      kernels.averagePoolGrad(tensor4d(dy), { size: 2, inputShape: input.shape }),
      reference.poolAdjoint(x, dy, 'average').data,
    ],
  ];
}

function momentChecks(round: number): Check[] {
  const x = filled(height, width, oddChannels, 31 * round);
  const dy = filled(height, width, oddChannels, 32 * round);
  const matrix = numbers(oddChannels * oddChannels, 33 * round);
  const vector = numbers(oddChannels, 34 * round);
  const expected = reference.momentsOf(x);
  const features = tensor4d(x);
  const { mean, gram } = kernels.moments(features);
  const gains = numbers(oddChannels, 35 * round);
  const isDiagonal = (index: number) => index % (oddChannels + 1) === 0;
  const diagonal = matrix.map((_, index) => (isDiagonal(index) ? (gains[index % oddChannels] ?? 0) : 0));
  const sum = tf.sum(tf.sum(features, [0, 1]), [0, 1]);
  return [
    ['mean', mean, expected.mean],
    ['Gram matrix', gram, expected.gram],
    ['two-stage sum', sum, [x.data.reduce((total, value) => total + value, 0)]],
    [
      'affine map',
      kernels.affine(features, tf.tensor2d(matrix, [oddChannels, oddChannels]), tf.tensor1d(vector), tensor4d(dy)),
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

/** What follows one another in a network: features with their filter, and there what is read of them. */
function chainChecks(round: number): Check[] {
  const convolution: reference.Convolution = {
    size: 3,
    ...{ inputChannels: channels, outputChannels: outputs, stride: 1, padding },
    // Numbers that half precision has: what is wrong by more than the rounding of features is wrong.
    filter: numbers(9 * channels * outputs, 101 * round).map((value) => Math.round(256 * value) / 256),
    bias: numbers(outputs, 102 * round),
  };
  const x = filled(height, width, channels, 103 * round);
  const y = reference.convolve(x, convolution);
  const dy = filled(y.height, y.width, y.channels, 104 * round);
  const filter = fused.stored(tf.tensor4d(convolution.filter, [3, 3, channels, outputs]));
  const rotated = fused.stored(tf.tensor4d(reference.rotate(convolution), [3, 3, outputs, channels]));
  const attributes = { stride: 1, padding, relu: true };
  const features = kernels.conv2d(tensor4d(x), filter, tf.tensor1d(convolution.bias), attributes);
  const gradientAttributes = { ...attributes, inputShape: [1, height, width, channels] } as const;
  return [
    ['stored features', features, y.data],
    [
      'gradient through stored features',
      kernels.conv2dInputGrad(tensor4d(dy), features, rotated, gradientAttributes),
      reference.convolveAdjoint(x, y, dy, convolution).data,
    ],
    ['Gram matrix of stored features', kernels.moments(features).gram, reference.momentsOf(y).gram],
    ['pooling of stored features', kernels.averagePool(features, { size: 2 }), reference.averagePool(y).data],
  ];
}

const spareKernels: readonly Spare[] = [
  [fusedNames.covarianceLoss, covarianceChecks],
  [fusedNames.paletteLoss, paletteChecks],
  [fusedNames.enlarge, enlargeChecks],
  [fusedNames.settle, settleChecks],
  [fusedNames.variance, normalisationChecks],
  [fusedNames.gains, normalisationChecks],
  [kernelNames.totalVariation, variationChecks],
];

function normalisationChecks(round: number): Check[] {
  const [mean, scale, shift] = [1, 2, 3].map((seed) => numbers(outputs, 110 * round + seed)) as [
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  // Some below the square of the mean, as rounding leaves them.
  const product = mean.map((value, i) => value * value + (i % 4 === 0 ? -0.1 : 0.5));
  const squares = product.map((value, i) => Math.max(0, value - (mean[i] ?? 0) ** 2));
  const epsilon = 0.01;
  const slopes = scale.map((value, i) => value / Math.sqrt((squares[i] ?? 0) + epsilon));
  const tensor = (values: Float32Array) => tf.tensor1d(values);
  const variance = fused.variance(tensor(mean), tensor(product));
  const inputs = { mean: tensor(mean), variance: tensor(squares), scale: tensor(scale), shift: tensor(shift) };
  const normal = fused.gains(inputs, { epsilon });
  const offsets = shift.map((value, i) => value - (mean[i] ?? 0) * (slopes[i] ?? 0));
  const checks: (Check | null)[] = [
    variance && ['variance', variance, squares],
    normal && ['gain of a normalisation', normal.gain, slopes],
    normal && ['offset of a normalisation', normal.offset, offsets],
  ];
  return checks.filter((check) => check !== null);
}

/** Of every way that it is done in: all at once, in two passes, without a metric. */
function covarianceChecks(round: number): Check[] {
  return [
    { n: oddChannels, withMetric: true },
    { n: oddChannels, withMetric: false },
    { n: 36, withMetric: true },
  ].flatMap(({ n, withMetric }): Check[] => {
    const [x, dy] = [filled(7, 9, n, 51 * round), filled(7, 9, n, 52 * round)];
    const half = numbers(n * n, 53 * round);
    const symmetric = half.map((value, i) => (value + (half[(i % n) * n + Math.floor(i / n)] ?? 0)) / 2);
    const goal = Float32Array.from([...symmetric, ...numbers(n, 54 * round), 0.7, 1.3]);
    const metric = withMetric ? symmetric : null;
    const weight = 40;
    const expected = reference.covarianceLossOf(x, goal, metric, dy, weight);
    const actual = fused.covarianceLoss(
      { x: tensor4d(x), goal: tf.tensor1d(goal), metric: metric && tf.tensor2d(metric, [n, n]), dy: tensor4d(dy) },
      { weight },
    );
    const name = `covariance loss of ${n} channels`;
    return actual ? [...lossChecks(name, actual, expected)] : [];
  });
}

const lossChecks = (
  name: string,
  { gradient, loss }: fused.Fused,
  expected: { gradient: Float32Array; loss: number },
): Check[] => [
  [name, tf.sum(loss), [expected.loss]],
  [`gradient of the ${name}`, gradient, expected.gradient],
];

function paletteChecks(round: number): Check[] {
  const [x, dy] = [filled(height, width, 3, 61 * round), filled(height, width, 3, 62 * round)];
  const directions = [
    [1, 0, 0],
    [0.6, 0.8, 0],
    [0, -0.6, 0.8],
  ];
  const goal = numbers(6, 63 * round);
  const attributes = { weight: 30, share: 0.4, gain: 0.7, least: 1e-3 };
  const actual = fused.paletteLoss(
    { x: tensor4d(x), directions: tf.tensor2d(directions), goal: tf.tensor1d(goal), dy: tensor4d(dy) },
    attributes,
  );
  return actual ? lossChecks('palette loss', actual, reference.paletteLossOf(x, directions, goal, dy, attributes)) : [];
}

function enlargeChecks(round: number): Check[] {
  const [coarse, fine] = [filled(5, 4, 3, 71 * round), filled(9, 8, 3, 72 * round)];
  const actual = fused.enlarge(tensor4d(coarse), tensor4d(fine));
  return actual ? [['enlargement', actual, reference.enlargeOf(coarse, fine)]] : [];
}

function settleChecks(round: number): Check[] {
  const [x, step, average] = [81, 82, 83].map((seed) => filled(height, width, 3, seed * round)) as [
    reference.Volume,
    reference.Volume,
    reference.Volume,
  ];
  const keep = 0.8;
  const actual = fused.settle({ x: tensor4d(x), step: tensor4d(step), average: tensor4d(average) }, { keep });
  const moved = x.data.map((value, i) => Math.min(1, Math.max(0, value + (step.data[i] ?? 0))));
  const averages = moved.map((value, i) => keep * (average.data[i] ?? 0) + (1 - keep) * value);
  return actual
    ? [
        ['step', actual.x, moved],
        ['average of steps', actual.average, averages],
      ]
    : [];
}

function variationChecks(round: number): Check[] {
  const image = filled(height, width, 3, 91 * round);
  const gradient = filled(height, width, 3, 92 * round);
  const attributes = { straight: 0.3, diagonal: 0.1 };
  const actual = kernels.totalVariation(tensor4d(image), tensor4d(gradient), attributes);
  const expected = reference.variationOf(image, gradient.data, attributes);
  return [
    ['total variation', actual.loss, [expected.loss]],
    ['gradient of the total variation', actual.out, expected.out],
  ];
}
