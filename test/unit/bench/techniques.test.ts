/** What the techniques' benchmark rests on: floors by hand, a stock network that is the same, and a watch that sees. */
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import type { TransformerConfiguration } from '../../../shared/transformer';
import type { Opened } from '../../../tools/bench/engine/subjects';
import { floorOf, forwardFloor, passFloor, watchForward } from '../../../tools/bench/engine/watch';
import { normalNoise, randomGenerator } from '../../../web/engine/images/random';
import { type Architecture, architectureOf, parameterShapes } from '../../../web/engine/network/architectures';
import { Network } from '../../../web/engine/network/network';
import { layoutOf } from '../../../web/engine/transformer/parameters';
import { useBackend } from '../../support/backends';

const configuration: TransformerConfiguration = {
  width: 4,
  blocks: 2,
  norm: 'instance',
  upsampling: 'resize',
  styles: ['first', 'second'],
};
const width = 40;
const height = 32;

function smallNetwork() {
  const nodes = architectureOf('reverie-vgg').nodes.filter(({ name }) => /^(normalise|pool1|conv[12]_1)$/.test(name));
  const architecture: Architecture = {
    id: 'small',
    nodes: nodes.map((node, i) => ({ ...node, from: [nodes[i - 1]?.name ?? 'input'] })),
  };
  const random = randomGenerator(3);
  const parameters = new Map(
    parameterShapes(architecture).map(({ name, shape }) => {
      const size = shape.reduce((product, side) => product * side, 1);
      return [name, { shape, values: normalNoise(size, random) }];
    }),
  );
  return { architecture, parameters, network: Network.create(architecture, parameters) };
}

describe('the techniques’ benchmark', () => {
  useBackend('wasm');

  it('should see the pass that is walked back, whatever else is asked of the network', () => {
    const { network } = smallNetwork();
    const own = Network.prototype.forward;
    const watch = watchForward();
    try {
      expect(watch.last()).toBeNull();
      const image = tf.zeros<tf.Rank.R4>([1, height, width, 3]);
      network.forward(image, ['relu1_1'], 'features').dispose();
      expect(watch.last()).toMatchObject({ taps: ['relu1_1'], purpose: 'features' });
      network.with({ pooling: 'max' }).forward(image, ['relu2_1']).dispose();
      network.forward(image, ['relu1_1'], 'features').dispose();
      expect(watch.last()).toEqual({ width, height, taps: ['relu2_1'], purpose: 'gradient' });
      image.dispose();
    } finally {
      watch.stop();
      network.dispose();
    }
    expect(Network.prototype.forward).toBe(own);
  });

  it('should find the floors that one finds by hand', () => {
    const weighed = smallNetwork();
    const area = width * height;
    // 3 → 16 at full size, pooled, 16 → 32: both convolutions' outputs are asked for again, for their ReLUs.
    expect(passFloor(weighed, ['relu2_1'], { width, height })).toEqual({
      savedBytes: 4 * (16 * area + 32 * (area / 4)),
      temporaryBytes: 4 * 16 * area,
    });
    // The first convolution's output and the pooled one beside it; with the picture it is less.
    expect(forwardFloor(weighed, ['relu2_1'], { width, height })).toBe(4 * (16 * area + 16 * (area / 4)));
    weighed.network.dispose();
  });

  it('should count for the fast style the widest stage’s input and output, and for a training all of them', () => {
    const full: TransformerConfiguration = { ...configuration, width: 16, blocks: 5, styles: ['painting'] };
    const weighed = smallNetwork();
    const layout = layoutOf(full);
    const content = { width: 64, height: 64 };
    const opened = { problem: { ...weighed, content }, transformer: { layout } } as unknown as Opened;
    const area = 64 * 64;
    expect(floorOf('fast', opened, { last: () => null, painted: () => content })).toBe(4 * (8 + 16) * area);
    const pass = { ...content, taps: ['relu2_1'], purpose: 'gradient' } as const;
    const { savedBytes, temporaryBytes } = passFloor(weighed, pass.taps, pass);
    // In and out of each stage, in values per pixel of the picture, and the picture at the end once more.
    const perPixel = 3 + 16 + (16 + 8) + (8 + 4) + 10 * (4 + 4) + (4 + 8) + (8 + 16) + (16 + 3) + 3;
    expect(floorOf('training', opened, { last: () => pass, painted: () => null })).toBe(
      savedBytes + temporaryBytes + 4 * (perPixel * area + layout.size),
    );
    weighed.network.dispose();
  });
});
