/** The network that paints in any style, on an encoder of chance: its gradients, and what holds whatever its weights are. */
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Place, type PlaceStatistics, placeChannels, places } from '../../../../shared/anyStyle/places';
import { normalNoise, randomGenerator } from '../../../../web/engine/images/random';
import { architectureOf, parameterShapes } from '../../../../web/engine/network/architectures';
import { Network } from '../../../../web/engine/network/network';
import { AnyStyleNetwork, type Plan, towards } from '../../../../web/engine/transformer/any/network';
import { noiseField } from '../../../../web/engine/transformer/any/noise';
import { anyLayout, initialAny } from '../../../../web/engine/transformer/any/parameters';
import type { PassOptions } from '../../../../web/engine/transformer/any/pass';
import type { Transport } from '../../../../web/engine/transformer/any/transport';
import { useBackend } from '../../../support/backends';

const random = randomGenerator(3);

function randomEncoder(): Network {
  const architecture = architectureOf('vgg-16.2-2.2-64');
  const parameters = parameterShapes(architecture).map(({ name, shape }) => {
    const size = shape.reduce((product, side) => product * side, 1);
    const deviation = shape.length > 1 ? Math.sqrt(2 / (size / (shape.at(-1) ?? 1))) : 0.1;
    return [name, { shape, values: normalNoise(size, random).map((value) => deviation * value) }] as const;
  });
  return Network.create(architecture, new Map(parameters));
}

const [height, width] = [48, 32] as const;
/** Slow waves with some noise: features that vary, and vary together. */
const picture = (phase: number) =>
  tf.tensor4d(
    Float32Array.from({ length: height * width * 3 }, (_, i) => {
      const [x, y, c] = [Math.floor(i / 3) % width, Math.floor(i / 3 / width), i % 3];
      return 0.5 + 0.3 * Math.sin(phase + x / (3 + c) + (y * phase) / 5) + 0.1 * random();
    }),
    [1, height, width, 3],
  );
const options: PassOptions = { noise: 1, seed: 5 };

const mapPlaces = (make: (channels: number) => Transport): Plan =>
  Object.fromEntries(places.map((place) => [place, make(placeChannels[place])])) as unknown as Plan;

let encoder: Network;
let network: AnyStyleNetwork;
const values = initialAny(2);

useBackend('wasm');
beforeAll(() => {
  encoder = randomEncoder();
  network = new AnyStyleNetwork(encoder, values);
});

const paint = async (
  made: AnyStyleNetwork,
  photo: tf.Tensor4D,
  style: PlaceStatistics,
  strength: number,
  given = options,
) => {
  const painted = await made.paintWhole(photo, style, strength, given);
  const result = await painted.data<'float32'>();
  painted.dispose();
  return result;
};
const meanError = (a: Float32Array, b: Float32Array) =>
  a.reduce((sum, v, i) => sum + Math.abs(v - (b[i] ?? 0)), 0) / a.length;

it('has gradients that finite differences agree with', async () => {
  const photo = picture(1);
  // Moves are constants to the gradient, so they are held: gentle ones, or every ReLU would be a kink.
  const plan = mapPlaces((size) => {
    const matrix = new Float64Array(size * size);
    const noise = normalNoise(size * size, random);
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < size; j++) {
        const both = (noise[i * size + j] ?? 0) + (noise[j * size + i] ?? 0);
        matrix[i * size + j] = (0.1 * both) / Math.sqrt(size) + (i === j ? 0.9 : 0);
      }
    }
    return { matrix, vector: Float64Array.from(normalNoise(size, random), (value) => 0.2 * value) };
  });
  const weights = tf.tensor4d(normalNoise(height * width * 3, random), [1, height, width, 3]);
  const pass = network.passOf(photo, options);
  const mover = async (place: Place) => {
    const { matrix, vector } = plan[place];
    const size = vector.length;
    return { matrix: tf.tensor2d([...matrix], [size, size]), vector: tf.tensor1d([...vector]) };
  };
  await pass.forward(mover, true);
  const found = new Map<string, Float32Array>();
  const gradients: tf.Tensor[] = [];
  pass.backward(weights, (node, kind, gradient) => {
    found.set(`${node}.${kind}`, gradient.dataSync<'float32'>().slice());
    gradients.push(gradient);
  });
  pass.dispose();
  tf.dispose(gradients);
  const lossWith = async (changed: Float32Array) => {
    const other = new AnyStyleNetwork(encoder, changed);
    const painted = await other.paint(photo, plan, options);
    const result = await painted.data<'float32'>();
    const by = await weights.data<'float32'>();
    tf.dispose(painted);
    other.dispose();
    return result.reduce((sum, value, i) => sum + value * (by[i] ?? 0), 0);
  };
  expect([...found.keys()].sort()).toEqual(anyLayout.slots.map(({ name }) => name).sort());
  for (const { name, offset, size } of anyLayout.slots) {
    const gradient = found.get(name) ?? new Float32Array();
    // Along the gradient itself the loss changes most, and rounding hides least.
    const length = Math.hypot(...gradient);
    const step = (0.00005 * Math.hypot(...values.subarray(offset, offset + size)) + 1e-4) / length;
    const along = (sign: number) => {
      const changed = values.slice();
      for (let i = 0; i < size; i++) changed[offset + i] = (values[offset + i] ?? 0) + sign * step * (gradient[i] ?? 0);
      return lossWith(changed);
    };
    const slope = ((await along(1)) - (await along(-1))) / (2 * step * length);
    expect(Math.abs(slope / length - 1), name).toBeLessThan(0.06);
  }
  tf.dispose([photo, weights]);
});

describe('a picture', () => {
  it('that is its own style comes back as without any', async () => {
    const photo = picture(1);
    const quiet = { ...options, noise: 0 };
    const own = await network.measure(photo);
    const other = await network.measure(picture(2));
    const still = await paint(network, photo, other, 0, quiet);
    expect(meanError(await paint(network, photo, own, 1, quiet), still)).toBeLessThan(1e-3);
    expect(meanError(await paint(network, photo, other, 1, quiet), still)).toBeGreaterThan(1e-2);
    tf.dispose(photo);
  });

  it('is the same in one pass and by its plan, tile for tile where the lattice fits', async () => {
    const photo = picture(1);
    const style = await network.measure(picture(2));
    const whole = await paint(network, photo, style, 1);
    const plan = await network.plan(photo, style, 1, options);
    const planned = await network.paint(photo, plan, options);
    expect(meanError(await planned.data<'float32'>(), whole)).toBeLessThan(1e-5);
    // A pass that can be walked back moves by itself what the other's convolutions do.
    const pass = network.passOf(photo, options);
    const kept = await pass.forward(towards(style, 1), true);
    expect(meanError(await kept.data<'float32'>(), whole)).toBeLessThan(1e-4);
    pass.dispose();
    tf.dispose([photo, planned]);
  });

  it.each([
    ['one colour', () => tf.fill([1, 32, 32, 3], 0.4)],
    [
      'two colours, one pixel of it',
      () =>
        tf.tidy(() =>
          tf.pad(tf.ones([1, 1, 1, 3]), [
            [0, 0],
            [0, 31],
            [0, 31],
            [0, 0],
          ]),
        ),
    ],
    ['black', () => tf.zeros([1, 32, 32, 3])],
  ])('of %s is a style and a photo without a number that is none', async (_, make) => {
    const poor = make() as tf.Tensor4D;
    const rich = picture(1);
    const styles = [await network.measure(poor), await network.measure(rich)];
    for (const photo of [poor, rich]) {
      for (const style of styles) expect((await paint(network, photo, style, 1)).every(Number.isFinite)).toBe(true);
    }
    tf.dispose([poor, rich]);
  });
});

it('leaves nothing on the device but what it returns', async () => {
  const photo = picture(1);
  const style = await network.measure(photo);
  const before = tf.memory().numTensors;
  (await network.paintWhole(photo, style, 0.5, options)).dispose();
  const pass = network.passOf(photo, options);
  await pass.forward(towards(style, 1), true);
  pass.dispose();
  expect(tf.memory().numTensors).toBe(before);
  photo.dispose();
});

it('has the same noise wherever a picture is cut, of mean 0 and deviation 1', () => {
  const whole = noiseField(9, 0, 0, 40, 50);
  const part = noiseField(9, 8, 10, 20, 30);
  for (let y = 0; y < 20; y++) {
    expect(part.subarray(y * 30, y * 30 + 30)).toEqual(whole.subarray((y + 8) * 50 + 10, (y + 8) * 50 + 40));
  }
  const mean = whole.reduce((sum, v) => sum + v, 0) / whole.length;
  const variance = whole.reduce((sum, v) => sum + (v - mean) ** 2, 0) / whole.length;
  expect([mean, variance]).toEqual([expect.closeTo(0, 1), expect.closeTo(1, 1)]);
  expect(noiseField(10, 0, 0, 40, 50)).not.toEqual(whole);
});
