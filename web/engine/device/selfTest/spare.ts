/** Kernels that the engine can do without, and what follows one another in a network, for ways of computing that it can do without. */
import * as tf from '@tensorflow/tfjs-core';
import * as kernels from '../../kernels';
import { fusedNames, kernelNames } from '../../kernels/contract';
import * as fused from '../../kernels/fused';
import {
  type Check,
  type Checks,
  channels,
  filled,
  height,
  numbers,
  oddChannels,
  outputs,
  padding,
  tensor4d,
  width,
} from './check';
import * as reference from './reference';
import * as losses from './referenceLosses';

/** Their checks, by name. */
export const spareKernels: readonly (readonly [kernelName: string, checks: Checks])[] = [
  [fusedNames.covarianceLoss, covarianceChecks],
  [fusedNames.paletteLoss, paletteChecks],
  [fusedNames.squaresLoss, squaresChecks],
  [fusedNames.guidedLoss, guidedChecks],
  [fusedNames.total, totalChecks],
  [fusedNames.enlarge, enlargeChecks],
  [fusedNames.settle, settleChecks],
  [fusedNames.variance, normalisationChecks],
  [fusedNames.gains, normalisationChecks],
  [kernelNames.totalVariation, variationChecks],
];

/** What follows one another in a network: features with their filter, and there what is read of them. */
function chainChecks(round: number): Check[] {
  const convolution: reference.Convolution = {
    size: 3,
    inputChannels: channels,
    outputChannels: outputs,
    stride: 1,
    padding,
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

/** For a way of computing that the backend has beside its plain one. */
export const variantChecks = (round: number): Check[] => [
  ...chainChecks(round),
  ...[...new Set(spareKernels.filter(([name]) => kernels.hasOwn(name)).map(([, checks]) => checks))].flatMap((checks) =>
    checks(round),
  ),
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
    { n: oddChannels(), withMetric: true },
    { n: oddChannels(), withMetric: false },
    { n: 36, withMetric: true },
  ].flatMap(({ n, withMetric }): Check[] => {
    const [x, dy] = [filled(7, 9, n, 51 * round), filled(7, 9, n, 52 * round)];
    const half = numbers(n * n, 53 * round);
    const symmetric = half.map((value, i) => (value + (half[(i % n) * n + Math.floor(i / n)] ?? 0)) / 2);
    const goal = Float32Array.from([...symmetric, ...numbers(n, 54 * round), 0.7, 1.3]);
    const metric = withMetric ? symmetric : null;
    const weight = 40;
    const expected = losses.covarianceLossOf(x, goal, metric, dy, weight);
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
  return actual ? lossChecks('palette loss', actual, losses.paletteLossOf(x, directions, goal, dy, attributes)) : [];
}

function squaresChecks(round: number): Check[] {
  const [x, target, weighed, dy] = [63, 64, 65, 66].map((seed) => filled(height, width, channels, seed * round)) as [
    reference.Volume,
    reference.Volume,
    reference.Volume,
    reference.Volume,
  ];
  const [weight, energy] = [3, 200];
  const differences = x.data.map((value, i) => value - (target.data[i] ?? 0));
  const volumes = { x: tensor4d(x), target: tensor4d(target), weighed: tensor4d(weighed), dy: tensor4d(dy) };
  const actual = fused.squaresLoss({ ...volumes, energy: tf.scalar(energy) }, { weight });
  const share = weight / energy;
  const gradient = weighed.data.map((value, i) => (dy.data[i] ?? 0) + 2 * share * value);
  const loss = share * differences.reduce((sum, value, i) => sum + value * (weighed.data[i] ?? 0), 0);
  return actual ? lossChecks('loss of squares', actual, { gradient, loss }) : [];
}

function guidedChecks(round: number): Check[] {
  const [x, dy, guide] = [67, 68, 69].map((seed) => filled(height, width, channels, seed * round)) as [
    reference.Volume,
    reference.Volume,
    reference.Volume,
  ];
  const weight = 0.3;
  const actual = fused.guidedLoss(
    { x: tensor4d(x), guide: tf.tensor2d(guide.data, [height * width, channels]), dy: tensor4d(dy) },
    { weight },
  );
  return actual ? lossChecks('loss of a guide', actual, losses.guidedLossOf(x, guide, dy, weight)) : [];
}

function totalChecks(round: number): Check[] {
  // More than are added up in one go.
  const terms = Array.from({ length: 9 }, (_, n) => numbers(1 + 20 * n, 67 * round + n));
  const expected = terms.reduce((sum, term) => term.reduce((all, value) => all + value, sum), 0);
  return [['total', fused.totalOf(terms.map((term) => tf.tensor1d(term))), [expected]]];
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
    ['total variation', tf.sum(actual.loss), [expected.loss]],
    ['gradient of the total variation', actual.out, expected.out],
  ];
}
