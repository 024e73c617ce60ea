import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { Network } from '../../../web/engine/network/network';
import { alive, cpuBackends, numbersOf, useBackend } from '../../support/backends';
import { madeUpParameters } from '../../support/networks';
import { chain } from '../../support/smallNetworks';
import { numbers } from '../device/numbers';

type Tensor4D = tf.Tensor4D;

/** Rolled down and to the right, what falls off comes in again. */
const roll = (x: Tensor4D, rows: number, columns: number): Tensor4D => {
  const [, height, width] = x.shape;
  const down = tf.concat(
    [tf.slice(x, [0, height - rows, 0, 0]), tf.slice(x, [0, 0, 0, 0], [1, height - rows, -1, -1])],
    1,
  );
  return tf.concat(
    [tf.slice(down, [0, 0, width - columns, 0]), tf.slice(down, [0, 0, 0, 0], [1, -1, width - columns, -1])],
    2,
  ) as Tensor4D;
};

const features = (network: Network, image: Tensor4D, tap: string): Promise<Float32Array[]> =>
  numbersOf(() => {
    const activations = network.forward(image, [tap], 'features');
    const kept = tf.clone(activations.at(tap));
    activations.dispose();
    return kept;
  });

const furthest = (a: Float32Array, b: Float32Array): number =>
  a.reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] ?? Number.NaN))), 0);

describe.each(cpuBackends)('a variation of a network on %s', (backend) => {
  useBackend(backend);
  const architecture = chain('max');

  it('wraps with circular padding: a rolled picture has rolled features', async () => {
    const network = Network.create(architecture, madeUpParameters(architecture));
    const wrapped = network.with({ padding: 'circular' });
    const image = tf.tensor4d(numbers(8 * 12 * 3, 5), [1, 8, 12, 3]);
    const rolled = tf.tidy(() => roll(image, 2, 4));
    for (const [candidate, wraps] of [
      [wrapped, true],
      [network, false],
    ] as const) {
      const [plain = new Float32Array()] = await features(candidate, image, 'relu2');
      const [moved = new Float32Array()] = await features(candidate, rolled, 'relu2');
      const [expected = new Float32Array()] = await numbersOf(() => roll(tf.tensor4d(plain, [1, 4, 6, 5]), 1, 2));
      if (wraps) expect(furthest(moved, expected)).toBeLessThan(1e-4);
      else expect(furthest(moved, expected)).toBeGreaterThan(1e-3);
    }
    tf.dispose([image, rolled]);
    network.dispose();
  });

  it('pools otherwise, as a network that was built so, and walks back the same', async () => {
    const parameters = madeUpParameters(architecture);
    const network = Network.create(architecture, parameters);
    const built = Network.create(chain('average'), parameters);
    const image = tf.tensor4d(numbers(7 * 9 * 3, 6), [1, 7, 9, 3]);
    const gradient = (candidate: Network) =>
      numbersOf(() => {
        const dx = candidate.forward(image, ['relu2']).backward((_, y, dy) => dy ?? tf.clone(y));
        if (!dx) throw new Error('no gradient');
        return dx;
      });
    const [varied = new Float32Array()] = await gradient(network.with({ pooling: 'average' }));
    const [expected = new Float32Array()] = await gradient(built);
    const [other = new Float32Array()] = await gradient(network);
    expect(furthest(varied, expected)).toBe(0);
    expect(furthest(other, expected)).toBeGreaterThan(1e-3);
    image.dispose();
    network.dispose();
    built.dispose();
  });

  it('owns nothing: the network works on after its variation was thrown away', async () => {
    const before = alive();
    const network = Network.create(architecture, madeUpParameters(architecture));
    const held = alive();
    network.with({ pooling: 'average', padding: 'circular' }).dispose();
    expect(alive()).toEqual(held);
    const image = tf.zeros<tf.Rank.R4>([1, 8, 8, 3]);
    expect((await features(network, image, 'relu2'))[0]).toHaveLength(4 * 4 * 5);
    image.dispose();
    network.dispose();
    expect(alive()).toEqual(before);
  });
});
