/** Gradients of weights against finite differences of the same network in double precision. */
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { type Architecture, architectureOf } from '../../../web/engine/network/architectures';
import { Network } from '../../../web/engine/network/network';
import type { Parameter } from '../../../web/engine/network/parameters';
import { alive, cpuBackends, useBackend } from '../../support/backends';
import { dot, finiteDifferences, grid } from '../../support/float64/grid';
import { runNetwork } from '../../support/float64/layers';
import { madeUpParameters } from '../../support/networks';
import { branching, chain, tapped } from '../../support/smallNetworks';
import { numbers, relativeError } from '../device/numbers';

/** Without the entrance, which would be merged into the first convolution. */
const bare = (architecture: Architecture): Architecture => ({
  ...architecture,
  nodes: tapped(architecture.nodes.slice(1)).map((node) => ({
    ...node,
    from: node.from.map((source) => (source === 'normalise' ? 'input' : source)),
  })),
});

const [height, width] = [8, 10] as const;

describe.each(cpuBackends)('gradients of weights on %s', (backend) => {
  useBackend(backend);

  it.each([
    ['two blocks with average pooling', bare(chain())],
    ['two blocks with maximum pooling', bare(chain('max'))],
    ['branches that join', bare(branching)],
    ['an architecture named by its channels', bare(architectureOf('vgg-3.4-5'))],
  ])('should be those of finite differences: %s', async (_, architecture) => {
    const parameters = madeUpParameters(architecture);
    const picture = grid(height, width, 3, numbers(height * width * 3, 9));
    const tap = architecture.nodes.at(-1)?.tap ?? '';
    const outputs = runNetwork(architecture, parameters, picture);
    const pull = numbers(outputs.get(tap)?.values.length ?? 0, 50);

    const before = alive();
    const network = Network.create(architecture, parameters);
    const image = tf.tensor4d(Float32Array.from(picture.values), [1, height, width, 3]);
    const found = new Map<string, tf.Tensor>();
    const pass = network.forward(image, [tap], 'training');
    const toPixels = pass.backward(
      (_tap, features) => tf.tensor4d(pull, features.shape),
      (node, { weight, bias }) => {
        found.set(`${node}.weight`, weight);
        found.set(`${node}.bias`, bias);
      },
    );
    for (const [name, { shape, values }] of parameters) {
      const expected = finiteDifferences(
        (moved) => {
          // In double precision, or the differences would drown.
          const changed = new Map<string, Parameter>(parameters).set(name, {
            shape,
            values: moved as ArrayLike<number> as Float32Array,
          });
          return dot(runNetwork(architecture, changed, picture).get(tap)?.values ?? [], pull);
        },
        Float64Array.from(values),
        1e-6,
      );
      const gradient = found.get(name);
      expect(gradient?.shape, name).toEqual([...shape]);
      expect(relativeError((await gradient?.data<'float32'>()) ?? [], expected), name).toBeLessThan(1e-3);
    }
    tf.dispose([image, ...found.values()]);
    toPixels?.dispose();
    network.dispose();
    expect(alive()).toEqual(before);
  });
});
