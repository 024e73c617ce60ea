/** Folding the colour normalisation into the first convolution: the same function, or hands off. */
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import type { ReverieError } from '../../../shared/errors';
import {
  type Architecture,
  architectureOf,
  type Layer,
  uniformPadding,
} from '../../../web/engine/network/architectures';
import { foldEntrance } from '../../../web/engine/network/fold';
import { Network } from '../../../web/engine/network/network';
import { alive, useBackend } from '../../support/backends';
import { grid, shapeOf } from '../../support/float64/grid';
import { runNetwork } from '../../support/float64/layers';
import { madeUpParameters } from '../../support/networks';
import { conv, normalise } from '../../support/smallNetworks';
import { numbers, relativeError } from '../device/numbers';

const pointwise = (input: number, output: number): Layer =>
  conv(input, output, { kernel: [1, 1], padding: uniformPadding('zero', 0), relu: false });

const entered = (entrance: Layer, first: Layer): Architecture => ({
  id: 'entered',
  nodes: [
    { name: 'entrance', from: ['input'], layer: entrance },
    { name: 'first', tap: 'first', from: ['entrance'], layer: first },
  ],
});

const image = grid(
  8,
  7,
  3,
  numbers(8 * 7 * 3, 1).map((value) => (value + 1) / 2),
);

describe('folding the entrance', () => {
  useBackend('wasm');

  /** Largest deviation of the engine's network, which folds if it can, from the network as declared. */
  async function errorOf(architecture: Architecture): Promise<number> {
    const parameters = madeUpParameters(architecture, 3);
    const expected = runNetwork(architecture, parameters, image).get('first');
    const network = Network.create(architecture, parameters);
    const input = tf.tensor4d(Float32Array.from(image.values), shapeOf(image));
    const activations = network.forward(input, ['first'], 'features');
    const error = relativeError(await activations.at('first').data(), expected?.values ?? []);
    activations.dispose();
    input.dispose();
    network.dispose();
    return error;
  }

  const nodesLeft = (architecture: Architecture) =>
    foldEntrance(architecture, madeUpParameters(architecture, 3)).architecture.nodes.length;

  it.each([
    ['a normalisation', normalise, conv(3, 5)],
    ['a mixing of colours', pointwise(3, 3), conv(3, 5)],
    ['a normalisation before a wrapped border', normalise, conv(3, 4, { padding: uniformPadding('circular', 1) })],
    ['a normalisation before a replicated border', normalise, conv(3, 4, { padding: uniformPadding('replicate', 1) })],
    [
      'a normalisation before a valid convolution with a stride',
      normalise,
      conv(3, 4, { stride: 2, padding: uniformPadding('zero', 0) }),
    ],
  ])('removes %s and computes the same', async (_, entrance, first) => {
    const architecture = entered(entrance, first);
    expect(nodesLeft(architecture)).toBe(1);
    expect(await errorOf(architecture)).toBeLessThan(1e-5);
  });

  it.each([
    [
      'a border of zeros, which would have to be zero after it',
      normalise,
      conv(3, 4, { padding: uniformPadding('zero', 1) }),
    ],
    ['an entrance with a ReLU', conv(3, 3, { kernel: [1, 1], padding: uniformPadding('zero', 0) }), conv(3, 4)],
    ['an entrance that looks at neighbours', conv(3, 3, { relu: false }), conv(3, 4)],
    ['an entrance with another number of channels', pointwise(3, 5), conv(5, 4)],
  ])('leaves %s alone and computes the same', async (_, entrance, first) => {
    const architecture = entered(entrance, first);
    expect(nodesLeft(architecture)).toBe(2);
    expect(await errorOf(architecture)).toBeLessThan(1e-5);
  });

  it('leaves an entrance alone that others read, or that is a tap', async () => {
    const plain = entered(normalise, conv(3, 4));
    const shared: Architecture = {
      ...plain,
      nodes: [...plain.nodes, { name: 'other', from: ['entrance'], layer: conv(3, 2) }],
    };
    const tapped: Architecture = {
      ...plain,
      nodes: plain.nodes.map((node, i) => (i === 0 ? { ...node, tap: 'colours' } : node)),
    };
    expect(nodesLeft(shared)).toBe(3);
    expect(nodesLeft(tapped)).toBe(2);
    expect(await errorOf(shared)).toBeLessThan(1e-5);
    expect(await errorOf(tapped)).toBeLessThan(1e-5);
  });

  it('saves a layer in every VGG, and in SqueezeNet, whose first convolution has no border', () => {
    for (const id of ['reverie-vgg', 'vgg19-16x', 'squeezenet1_1']) {
      const architecture = architectureOf(id);
      expect(nodesLeft(architecture)).toBe(architecture.nodes.length - 1);
    }
  });

  it('does not fold away a mixing of colours of the wrong shape: weights-invalid', () => {
    const architecture = entered(pointwise(3, 3), conv(3, 5));
    const parameters = new Map(madeUpParameters(architecture));
    parameters.set('entrance.weight', { shape: [1, 1, 3, 4], values: numbers(12, 1) });
    const before = alive();
    expect(() => Network.create(architecture, parameters)).toThrow(
      expect.objectContaining({ code: 'weights-invalid' } satisfies Partial<ReverieError>),
    );
    expect(alive()).toEqual(before);
  });
});
