/** `reverie-kinds` as it is served against PyTorch: scores of a picture made by formula, and the gradient of one of them. */
import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { classLayer, kindsNetwork } from '../../../shared/networks';
import { architectureOf } from '../../../web/engine/network/architectures';
import { Network } from '../../../web/engine/network/network';
import { channelResponse } from '../../../web/engine/techniques/see/response';
import { useBackend } from '../../support/backends';
import { servedParameters } from '../../support/networks';

useBackend('wasm');

const [height, width] = [64, 96];
const picture = () =>
  tf.tensor4d(
    Float32Array.from({ length: height * width * 3 }, (_, i) => {
      const [c, x, y] = [i % 3, Math.floor(i / 3) % width, Math.floor(i / 3 / width)];
      return 0.5 + 0.4 * Math.sin(0.1 * x + 0.07 * y * (c + 1) + c);
    }),
    [1, height, width, 3],
  );

const scores = [
  ...[2.359, 1.2536, 1.8059, 1.8536, 3.0399, 0.0004, 0, 0, 0, 0, 0.117, 0, 0, 1.6474, 0, 0, 0.6273, 0.6851, 1.7389],
  ...[0.8697, 0.0446, 1.336, 0.1911, 1.17, 0.7998, 1.5803, 3.2585, 4.3721, 1.5347, 2.8748, 1.5562, 1.5165, 2.2369],
  ...[1.9482, 1.8423, 1.8283, 3.4629],
];

it('has the scores, and the gradient of one', async () => {
  const network = Network.create(architectureOf(kindsNetwork), await servedParameters(kindsNetwork));
  const x = picture();
  const map = tf.tidy(() => tf.mean(network.forward(x, [classLayer], 'features').at(classLayer), [1, 2]));
  const found = Array.from(await map.data());
  expect(found).toHaveLength(scores.length);
  for (const [kind, score] of scores.entries()) expect(Math.abs((found[kind] ?? 0) - score)).toBeLessThan(1e-3);
  const response = channelResponse(classLayer, 5, scores.length);
  const gradient = network
    .forward(x, [classLayer])
    .backward((tap, features, arrived) => (tap === classLayer ? response.gradient(features, arrived) : arrived));
  const values = Float32Array.from(gradient ? await gradient.data() : []);
  const sum = values.reduce((total, value) => total + Math.abs(value), 0);
  expect(Math.abs(sum / 46.171 - 1)).toBeLessThan(1e-3);
  for (const [value, c, y, x] of [
    [-0.000465, 0, 10, 20],
    [0.004506, 1, 30, 50],
    [-0.002816, 2, 50, 80],
  ] as const)
    expect(values[(y * width + x) * 3 + c]).toBeCloseTo(value, 5);
  tf.dispose([x, map, ...(gradient ? [gradient] : [])]);
  response.dispose();
  network.dispose();
});
