/** Layers and networks against their definitions in double precision: values, and finite differences at the pixels. */
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import {
  type Architecture,
  architectureOf,
  type Layer,
  uniformPadding,
} from '../../../web/engine/network/architectures';
import { Network } from '../../../web/engine/network/network';
import type { Parameters } from '../../../web/engine/network/parameters';
import { contentObjective } from '../../../web/engine/objectives/content';
import { headOf } from '../../../web/engine/objectives/objective';
import { styleObjective } from '../../../web/engine/objectives/style';
import { alive, cpuBackends, useBackend } from '../../support/backends';
import { dot, finiteDifferences, type Grid, shapeOf } from '../../support/float64/grid';
import { runNetwork } from '../../support/float64/layers';
import { contentLoss, statisticsOf, styleLosses } from '../../support/float64/losses';
import { deviationsOf, featuresAt, noise, pulls, tensorOf } from '../../support/networkChecks';
import { madeUpParameters, servedParameters } from '../../support/networks';
import { branching, chain, conv, normalise, pool, single, tapped } from '../../support/smallNetworks';
import { numbers, relativeError } from '../device/numbers';

/** Relative errors of all features and of the gradient of Σ pull · features. */
async function errorsOf(
  architecture: Architecture,
  parameters: Parameters,
  image: Grid,
  taps: readonly string[],
): Promise<{ features: number; gradient: number }> {
  const pullOf = (tap: string, size: number) => numbers(size, 50 + taps.indexOf(tap));
  const outputs = runNetwork(architecture, parameters, image);
  const expected = finiteDifferences(
    (values) => {
      const moved = runNetwork(architecture, parameters, { ...image, values });
      return taps.reduce((sum, tap) => {
        const { values: features } = featuresAt(moved, tap);
        return sum + dot(features, pullOf(tap, features.length));
      }, 0);
    },
    image.values,
    1e-6,
  );
  const before = alive();
  const network = Network.create(architecture, parameters);
  const input = tensorOf(image);
  const activations = network.forward(input, taps);
  let features = 0;
  for (const tap of taps) {
    const reference = featuresAt(outputs, tap);
    expect(activations.at(tap).shape).toEqual(shapeOf(reference));
    features = Math.max(features, relativeError(await activations.at(tap).data(), reference.values));
  }
  const gradient = activations.backward(pulls(pullOf)) ?? tf.zerosLike(input);
  const error = relativeError(await gradient.data(), expected);
  tf.dispose([gradient, input]);
  network.dispose();
  expect(alive()).toEqual(before);
  return { features, gradient: error };
}

const layers: [name: string, layer: Layer][] = [
  ['maximum of 2×2', pool('max', 2, 2)],
  ['maximum of 2×2, ceil', pool('max', 2, 2, true)],
  ['maximum of 3×3 by 2', pool('max', 3, 2)],
  ['maximum of 3×3 by 2, ceil', pool('max', 3, 2, true)],
  ['maximum of 3×3 by 1', pool('max', 3, 1)],
  ['maximum of 2×2 by 3, ceil', pool('max', 2, 3, true)],
  ['average of 2×2', pool('average', 2, 2)],
  ['average of 3×3', pool('average', 3, 3)],
  ['average of 3×3 by 1, a border', pool('average', 3, 1, false, 1)],
  ['average of 3×3 by 2', pool('average', 3, 2)],
  ['average of 3×3 by 2, ceil', pool('average', 3, 2, true)],
  ['average of 3×3 by 2, ceil and a border', pool('average', 3, 2, true, 1)],
  ['average of 2×2, ceil', pool('average', 2, 2, true)],
  ['average of 2×2 by 3, ceil', pool('average', 2, 3, true)],
  ['maximum of 3×3 by 1, a border', pool('max', 3, 1, false, 1)],
  ['maximum of 3×3 by 2, ceil and a border', pool('max', 3, 2, true, 1)],
  [
    'convolution of 1×7',
    conv(3, 2, { kernel: [1, 7], padding: { mode: 'zero', top: 0, bottom: 0, left: 3, right: 3 } }),
  ],
  [
    'convolution of 7×1',
    conv(3, 2, { kernel: [7, 1], padding: { mode: 'zero', top: 3, bottom: 3, left: 0, right: 0 } }),
  ],
  ['convolution of 5×5', conv(3, 2, { kernel: [5, 5], padding: uniformPadding('zero', 2) })],
  ['normalisation', normalise],
  ['convolution with a stride', conv(3, 4, { stride: 2, padding: uniformPadding('zero', 0) })],
  ['convolution without ReLU', conv(3, 2, { relu: false, padding: uniformPadding('replicate', 1) })],
];

const joins: [name: string, architecture: Architecture][] = [
  [
    'concatenation of the picture with its convolutions',
    {
      id: 'join',
      nodes: tapped([
        { name: 'wide', from: ['input'], layer: conv(3, 5) },
        { name: 'narrow', from: ['input'], layer: conv(3, 1, { padding: uniformPadding('zero', 1) }) },
        { name: 'join', from: ['narrow', 'input', 'wide'], layer: { kind: 'concat' } },
      ]),
    },
  ],
  [
    'concatenation of one input',
    { id: 'alone', nodes: tapped([{ name: 'join', from: ['input'], layer: { kind: 'concat' } }]) },
  ],
  ['a chain, average pooling', chain('average')],
  ['a chain, maximum pooling', chain('max')],
  ['a graph whose branches join twice', branching],
];

describe.each(cpuBackends)('on %s', (backend) => {
  useBackend(backend);

  it.each(layers)('%s: its definition, and its own adjoint', async (_, layer) => {
    for (const [height, width] of [
      [7, 9],
      [6, 5],
      [4, 3],
    ] as const) {
      const architecture = single(layer);
      const error = await errorsOf(architecture, madeUpParameters(architecture), noise(height, width), ['layer']);
      expect(error.features).toBeLessThan(1e-5);
      expect(error.gradient).toBeLessThan(1e-4);
    }
  });

  it.each(layers.filter(([, { kind }]) => kind === 'pool'))('%s of what is negative', async (_, layer) => {
    const image = noise(7, 9);
    const negative = { ...image, values: image.values.map((value) => value - 1.5) };
    const error = await errorsOf(single(layer), new Map(), negative, ['layer']);
    expect(error.features).toBeLessThan(1e-5);
    expect(error.gradient).toBeLessThan(1e-4);
  });

  it.each(joins)('%s: every tap at once', async (_, architecture) => {
    const taps = architecture.nodes.flatMap(({ tap }) => (tap ? [tap] : []));
    const error = await errorsOf(architecture, madeUpParameters(architecture), noise(7, 9), taps);
    expect(error.features).toBeLessThan(1e-5);
    expect(error.gradient).toBeLessThan(1e-4);
  });

  it('a graph: one tap in the middle, nothing deeper', async () => {
    const error = await errorsOf(branching, madeUpParameters(branching), noise(7, 9), ['right', 'stem']);
    expect(error.gradient).toBeLessThan(1e-4);
  });

  it('several objectives on several taps of a graph, two of them on one', async () => {
    const parameters = madeUpParameters(branching);
    const image = noise(9, 8);
    const style = statisticsOf(featuresAt(runNetwork(branching, parameters, noise(11, 9, 2)), 'join'));
    const shrunk = statisticsOf(featuresAt(runNetwork(branching, parameters, noise(11, 9, 2)), 'shrunk'));
    const goal = featuresAt(runNetwork(branching, parameters, noise(9, 8, 3)), 'deep');
    const loss = (values: Float64Array) => {
      const outputs = runNetwork(branching, parameters, { ...image, values });
      const join = featuresAt(outputs, 'join');
      return (
        0.5 * styleLosses.gram(join, style) +
        2 * styleLosses.moments(join, style) +
        styleLosses.covariance(featuresAt(outputs, 'shrunk'), shrunk) +
        3 * contentLoss(featuresAt(outputs, 'deep').values, goal.values)
      );
    };
    const network = Network.create(branching, parameters);
    const input = tensorOf(image);
    const objectives = [
      styleObjective('join', 'gram', style, 0.5),
      styleObjective('join', 'moments', style, 2),
      styleObjective('shrunk', 'covariance', shrunk, 1),
      contentObjective('deep', tensorOf(goal), 3),
    ];
    const terms: tf.Tensor[] = [];
    const activations = network.forward(input, ['join', 'shrunk', 'deep']);
    const gradient = activations.backward(headOf(objectives, (term) => terms.push(term))) ?? tf.zerosLike(input);
    const total = (await Promise.all(terms.map((term) => term.data()))).reduce((sum, [value = 0]) => sum + value, 0);
    expect(terms).toHaveLength(4);
    expect(total / loss(image.values)).toBeCloseTo(1, 4);
    expect(relativeError(await gradient.data(), finiteDifferences(loss, image.values, 1e-6))).toBeLessThan(1e-3);
    for (const objective of objectives) objective.dispose();
    tf.dispose([gradient, input, ...terms]);
    network.dispose();
  });
});

describe('the served network', () => {
  useBackend('wasm');

  it('computes what its weights say, forward and back, all sixteen convolutions', async () => {
    const architecture = architectureOf('reverie-vgg');
    const parameters = await servedParameters('reverie-vgg');
    const image = noise(24, 32);
    const taps = ['relu1_2', 'relu3_1', 'relu5_4'];
    const network = Network.create(architecture, parameters);
    const { features, slope } = await deviationsOf(network, parameters, image, taps);
    for (const tap of taps) expect(features[tap], tap).toBeLessThan(1e-5);
    expect(slope).toBeLessThan(1e-4);
    network.dispose();
  });
});
