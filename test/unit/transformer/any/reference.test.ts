/** One pass against PyTorch's of the same network: numbers by formula, the encoder that is shipped. Made with float32, double transports. */
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { readStored } from '../../../../tools/weights/stored';
import { architectureOf } from '../../../../web/engine/network/architectures';
import { Network } from '../../../../web/engine/network/network';
import { AnyStyleNetwork, encoderArchitecture } from '../../../../web/engine/transformer/any/network';
import { anyLayout } from '../../../../web/engine/transformer/any/parameters';
import { cpuBackends, useBackend } from '../../../support/backends';

/** Weights as large as He et al.'s, of chance that every language has. */
function formulaValues(): Float32Array {
  const values = new Float32Array(anyLayout.size);
  for (const { name, shape, offset, size } of anyLayout.slots) {
    const isWeight = name.endsWith('.weight');
    const scale = isWeight ? Math.sqrt(6 / (size / (shape.at(-1) ?? 1))) : 0.05 * Math.sqrt(6);
    for (let i = 0; i < size; i++) {
      const wild = Math.sin((offset + i) * 12.9898 + 1) * 43758.5453;
      values[offset + i] = name === 'full.pixels.bias' ? 0 : scale * (wild - Math.trunc(wild));
    }
  }
  return values;
}

const picture = (phase: number, height: number, width: number) =>
  tf.tensor4d(
    Float32Array.from({ length: height * width * 3 }, (_, i) => {
      const [x, y, c] = [Math.floor(i / 3) % width, Math.floor(i / 3 / width), i % 3];
      return 0.5 + 0.3 * Math.sin(phase + x / (3 + c) + (y * phase) / 5) + 0.15 * Math.sin((x * y) / (7 + phase) + c);
    }),
    [1, height, width, 3],
  );

const quiet = { noise: 0, seed: 0 };
const at = [
  [0, 0],
  [5, 60],
  [20, 30],
  [47, 63],
  [33, 7],
] as const;
const expected = {
  1: [
    [5.75115, -0.17839, -2.4086],
    [1.25363, -3.23373, -2.51847],
    [3.15877, -1.21415, 1.16661],
    [11.71394, -0.97883, -9.09998],
    [6.86845, -3.81103, -7.94566],
  ],
  0.5: [
    [9.69659, -0.2793, -5.8196],
    [4.05681, -2.36059, -3.62554],
    [2.73518, -1.5198, 1.67346],
    [10.76587, -0.41835, -8.92857],
    [6.38868, -4.14074, -6.81994],
  ],
};

describe.each(cpuBackends)('%s', (backend) => {
  useBackend(backend);
  it('agrees', async () => {
    const { parameters } = await readStored('web/public/weights/reverie-vgg.json');
    const encoder = Network.create(architectureOf(encoderArchitecture), parameters);
    const network = new AnyStyleNetwork(encoder, formulaValues());
    const [photo, painting] = [picture(1, 48, 64), picture(2, 40, 56)];
    const style = await network.measure(painting);
    [2.94492, 5.02578, 5.54357, 1.31854].forEach((mean, i) => {
      expect(style.relu3_1.mean[i]).toBeCloseTo(mean, 3);
    });
    for (const strength of [1, 0.5] as const) {
      const painted = await network.paintWhole(photo, style, strength, quiet);
      const values = (await painted.array()) as number[][][][];
      at.forEach(([row, column], i) => {
        const pixel = values[0]?.[row]?.[column] ?? [];
        expected[strength][i]?.forEach((value, c) => {
          expect(Math.abs((pixel[c] ?? Number.NaN) - value)).toBeLessThan(0.01);
        });
      });
      painted.dispose();
    }
    tf.dispose([photo, painting]);
    network.dispose();
    encoder.dispose();
  });
});
