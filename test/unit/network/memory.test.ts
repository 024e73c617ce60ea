/** What a network holds, when, and that it lets go of all of it. */
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { architectureOf } from '../../../web/engine/network/architectures';
import { Network } from '../../../web/engine/network/network';
import { contentObjective } from '../../../web/engine/objectives/content';
import { headOf, type Objective } from '../../../web/engine/objectives/objective';
import { alive, cpuBackends, useBackend } from '../../support/backends';
import { madeUpParameters } from '../../support/networks';
import { branching, chain } from '../../support/smallNetworks';

const height = 14;
const width = 10;
const floats = (...shape: number[]) => 4 * shape.reduce((a, b) => a * b, 1);

const networkOf = (architecture = chain()) => Network.create(architecture, madeUpParameters(architecture));
const picture = (h = height, w = width) => tf.fill([1, h, w, 3], 0.5) as tf.Tensor4D;

/** A gradient of ones at every tap. */
const ones = (_tap: string, features: tf.Tensor4D, arrived: tf.Tensor4D | null) => {
  arrived?.dispose();
  return tf.onesLike(features);
};

describe.each(cpuBackends)('a network on %s', (backend) => {
  useBackend(backend);

  it('frees everything: by itself after the way back, and when told', () => {
    const start = alive();
    const network = networkOf(branching);
    const image = picture();
    const ready = alive();
    const taps = ['stem', 'join', 'deep'];
    network.forward(image, taps).backward(ones)?.dispose();
    expect(alive()).toEqual(ready);
    network.forward(image, taps, 'gradient').dispose();
    expect(alive()).toEqual(ready);
    network.forward(image, taps, 'features').dispose();
    expect(alive()).toEqual(ready);
    network.dispose();
    image.dispose();
    expect(alive()).toEqual(start);
  });

  it('says null, and holds nothing, when no head has anything to say', () => {
    const network = networkOf(branching);
    const image = picture();
    const ready = alive();
    expect(network.forward(image, ['stem', 'deep']).backward(() => null)).toBeNull();
    expect(alive()).toEqual(ready);
    network.dispose();
    image.dispose();
  });

  it('keeps the taps alone for features', () => {
    const network = networkOf();
    const image = picture();
    const ready = alive();
    const activations = network.forward(image, ['relu2'], 'features');
    expect(alive()).toEqual({ tensors: ready.tensors + 1, bytes: ready.bytes + floats(7, 5, 5) });
    activations.dispose();
    network.dispose();
    image.dispose();
  });

  it('keeps for a gradient what its adjoints ask for: masks of ReLUs, both sides of a maximum', () => {
    const image = picture();
    for (const [method, bytes] of [
      ['average', floats(height, width, 4) + floats(7, 5, 5)],
      ['max', floats(height, width, 4) + floats(7, 5, 4) + floats(7, 5, 5)],
    ] as const) {
      const network = networkOf(chain(method));
      const ready = alive();
      const activations = network.forward(image, ['relu2'], 'gradient');
      expect(alive().bytes - ready.bytes, method).toBe(bytes);
      activations.dispose();
      network.dispose();
    }
    image.dispose();
  });

  it('goes no deeper than the deepest tap', () => {
    const network = networkOf();
    const image = picture();
    const ready = alive();
    const activations = network.forward(image, ['relu1']);
    expect(alive().bytes - ready.bytes).toBe(floats(height, width, 4));
    activations.dispose();
    network.dispose();
    image.dispose();
  });

  it.each(['deep', 'join', 'stem'])('frees everything when the head throws at %s', (failing) => {
    const network = networkOf(branching);
    const image = picture();
    const ready = alive();
    const activations = network.forward(image, ['stem', 'join', 'deep']);
    const head = (tap: string, features: tf.Tensor4D, arrived: tf.Tensor4D | null) => {
      if (tap === failing) throw new Error('out of ideas');
      return ones(tap, features, arrived);
    };
    expect(() => activations.backward(head)).toThrow('out of ideas');
    expect(alive()).toEqual(ready);
    network.dispose();
    image.dispose();
  });

  it('frees everything when the second of two objectives throws', () => {
    const network = networkOf();
    const image = picture();
    const ready = alive();
    const activations = network.forward(image, ['relu1', 'relu2']);
    const failing: Objective = {
      tap: 'relu1',
      gradient: () => {
        throw new Error('out of ideas');
      },
      dispose: () => undefined,
    };
    const objectives = [
      contentObjective('relu2', tf.ones([1, 7, 5, 5]), 1),
      contentObjective('relu1', tf.ones([1, height, width, 4]), 1),
      failing,
    ];
    expect(() => activations.backward(headOf(objectives))).toThrow('out of ideas');
    for (const objective of objectives) objective.dispose();
    expect(alive()).toEqual(ready);
    network.dispose();
    image.dispose();
  });

  it('tells the shapes of features without allocating', () => {
    const network = networkOf(branching);
    const image = picture();
    const before = alive();
    const shapes = network.featureShapes(['deep'], height, width);
    expect(alive()).toEqual(before);
    const activations = network.forward(image, ['stem', 'join', 'shrunk', 'deep'], 'features');
    for (const tap of ['stem', 'join', 'shrunk', 'deep']) {
      expect([1, ...(shapes.get(tap) ?? [])]).toEqual(activations.at(tap).shape);
    }
    activations.dispose();
    network.dispose();
    image.dispose();
  });
});

describe('a network that cannot be', () => {
  useBackend('wasm');

  const parameterNames = [...madeUpParameters(chain()).keys()];

  it.each(parameterNames)('refuses weights without %s, and leaks nothing', (name) => {
    const start = alive();
    const parameters = new Map(madeUpParameters(chain()));
    parameters.delete(name);
    expect(() => Network.create(chain(), parameters)).toThrow(
      expect.objectContaining({ code: 'weights-invalid', message: expect.stringContaining(name) }),
    );
    expect(alive()).toEqual(start);
  });

  it.each(parameterNames)('refuses %s in another shape, or cut short, and leaks nothing', (name) => {
    const start = alive();
    const good = madeUpParameters(chain()).get(name);
    const { shape = [], values = new Float32Array() } = good ?? {};
    for (const bad of [
      { shape: [...shape].reverse().concat(1), values },
      { shape, values: values.slice(1) },
    ]) {
      const parameters = new Map(madeUpParameters(chain())).set(name, bad);
      expect(() => Network.create(chain(), parameters)).toThrow(
        expect.objectContaining({ code: 'weights-invalid', message: expect.stringContaining(name) }),
      );
      expect(alive()).toEqual(start);
    }
  });

  it('refuses a layer that it has not, and names those that it has', () => {
    const network = networkOf();
    const image = picture();
    const ready = alive();
    const unknown = expect.objectContaining({
      code: 'layer-unknown',
      message: expect.stringMatching(/relu9_9.*relu1, relu2/),
    });
    expect(() => network.forward(image, ['relu1', 'relu9_9'])).toThrow(unknown);
    expect(() => network.featureShapes(['relu9_9'], 8, 8)).toThrow(unknown);
    expect(() => network.nodeOf('relu9_9')).toThrow(unknown);
    const activations = network.forward(image, ['relu1']);
    expect(() => activations.at('relu2')).toThrow(expect.objectContaining({ code: 'layer-unknown' }));
    activations.dispose();
    expect(alive()).toEqual(ready);
    network.dispose();
    image.dispose();
  });

  it('refuses a picture that a layer would leave nothing of, naming size and layer', () => {
    for (const [id, tap, h, w] of [
      ['squeezenet1_1', 'conv1', 2, 9],
      ['reverie-vgg', 'relu5_1', 40, 15],
    ] as const) {
      const network = networkOf(architectureOf(id));
      const image = picture(h, w);
      const ready = alive();
      expect(() => network.forward(image, [tap])).toThrow(
        expect.objectContaining({ code: 'image-too-small', message: expect.stringContaining(`${w}×${h}`) }),
      );
      expect(alive()).toEqual(ready);
      network.dispose();
      image.dispose();
    }
  });

  it('refuses an architecture that it does not know', () => {
    expect(() => architectureOf('resnet-50')).toThrow(
      expect.objectContaining({ code: 'network-unknown', message: expect.stringContaining('reverie-vgg') }),
    );
  });
});
