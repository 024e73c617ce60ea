/** A distillation on a small scale: it learns, resumes, and comes out as a network like any other. */
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import type { DistillationGradient } from '../../../tools/train/backbone/gradient';
import { backboneLayoutOf } from '../../../tools/train/backbone/layout';
import { levelled, meanActivations } from '../../../tools/train/backbone/level';
import { type BackboneSample, backboneSamplesOf, changed } from '../../../tools/train/backbone/samples';
import { fromNetwork, fromNoise } from '../../../tools/train/backbone/start';
import {
  type BackboneState,
  decodeDistillation,
  distil,
  encodeDistillation,
  startDistillation,
  taughtParameters,
} from '../../../tools/train/backbone/trainer';
import { filtersOf } from '../../../tools/train/backbone/weightNorm';
import { tensorOf } from '../../../web/engine/images/pictures';
import { architectureOf } from '../../../web/engine/network/architectures';
import { Network } from '../../../web/engine/network/network';
import type { Source } from '../../../web/engine/train/sources';
import { alive, useBackend } from '../../support/backends';
import { relativeError } from '../device/numbers';
import { distillationOf, numbersFor, optionsOf, photos, variances } from './backbone.support';

const untilDone = { onStep: () => true };
const layout = backboneLayoutOf(optionsOf());

async function* pictures(count = 4): AsyncGenerator<tf.Tensor4D> {
  for (const sample of backboneSamplesOf({ batch: count, seed: 9, brightness: 0, noise: 0 }, photos.count, 0)) {
    yield tensorOf(changed(await photos.square(sample, 32), sample));
  }
}

async function noise(): Promise<Float32Array> {
  const images: tf.Tensor4D[] = [];
  for await (const image of pictures()) images.push(image);
  const values = await fromNoise(layout, 1, images);
  tf.dispose(images);
  return values;
}

describe('the squares of a distillation', () => {
  it('should be a function of seed and number, with noise on every fourth', () => {
    const options = optionsOf({ batch: 8 });
    expect(backboneSamplesOf(options, 10, 3)).toEqual(backboneSamplesOf(options, 10, 3));
    expect(backboneSamplesOf(options, 10, 3)).not.toEqual(backboneSamplesOf(options, 10, 4));
    expect(backboneSamplesOf({ ...options, seed: 2 }, 10, 3)).not.toEqual(backboneSamplesOf(options, 10, 3));
    const noisy = backboneSamplesOf(options, 10, 3).map((sample) => sample.noise > 0);
    expect(noisy).toEqual([false, false, false, true, false, false, false, true]);
  });

  it('should be changed the same way each time, and stay within 0 and 1', async () => {
    const sample = { ...backboneSamplesOf(optionsOf(), 3, 0)[0], gain: 1.2, noise: 0.5, noiseSeed: 4 };
    const square = await photos.square({ photo: 0, left: 0, top: 0, mirrored: false, zoom: 1 }, 16);
    const [first, second] = [changed(square, sample as never), changed(square, sample as never)];
    expect(first).toEqual(second);
    expect(first.values).not.toEqual(square.values);
    expect(first.values.every((value) => value >= 0 && value <= 1)).toBe(true);
  });
});

describe('the loop', () => {
  it('should draw a silent channel up by its bias, and move nothing else', async () => {
    const options = optionsOf({ steps: 50, optimiser: { stepSize: 0.1, warmUp: 0 } });
    const start = startDistillation(options, numbersFor(layout), variances);
    const before = start.values.slice();
    const silent = 4;
    const nothing: Source<BackboneSample, DistillationGradient> = {
      gradient: async () => ({
        gradient: new Float32Array(layout.size),
        losses: [1, 1],
        firing: new Float32Array(layout.channels).fill(0.5).fill(0, silent, silent + 1),
      }),
    };
    const { values } = await distil(start, photos.count, [nothing], { onStep: ({ step }) => step < 10 });
    // Three channels in the first convolution: it is the second of the second.
    const [, second] = layout.convolutions;
    const moved = [...values.keys()].filter((i) => values[i] !== before[i]);
    expect(moved).toEqual([(second?.bias.offset ?? 0) + 1]);
    const at = moved[0] ?? 0;
    // One step before it was heard to be silent, nine after it.
    expect((values[at] ?? 0) - (before[at] ?? 0)).toBeGreaterThan(0.5);
    expect((values[at] ?? 0) - (before[at] ?? 0)).toBeLessThan(1);
  });

  it('should stop a training whose numbers are none, and leave the state as it was', async () => {
    const start = startDistillation(optionsOf(), numbersFor(layout), variances);
    const before = start.values.slice();
    const broken: Source<BackboneSample, DistillationGradient> = {
      gradient: async () => ({
        gradient: new Float32Array(layout.size).fill(Number.NaN),
        losses: [1, Number.NaN],
        firing: new Float32Array(layout.channels),
      }),
    };
    await expect(distil(start, photos.count, [broken], untilDone)).rejects.toMatchObject({ code: 'numeric-failure' });
    expect(start.values).toEqual(before);
  });
});

describe('distillation on WASM', () => {
  useBackend('wasm');

  it('should begin with channels that are centred and of one size, none silent', async () => {
    const before = alive();
    const values = await noise();
    expect(alive()).toEqual(before);
    const means = await meanActivations(layout, filtersOf(layout, values), pictures());
    expect(alive()).toEqual(before);
    for (const [tap, mean] of means) {
      // A half of a centred bell of deviation 1 has mean 0.4.
      for (const value of mean) expect(value, tap).toBeGreaterThan(0.15);
      for (const value of mean) expect(value, tap).toBeLessThan(0.8);
    }
  });

  it('should leave less of the variance over than at the start, and no tensor', async () => {
    const options = optionsOf({ steps: 60, optimiser: { stepSize: 0.02, warmUp: 5, averaging: 0.9 } });
    const source = distillationOf(options);
    const before = alive();
    const { losses } = await distil(
      startDistillation(options, await noise(), variances),
      photos.count,
      [source],
      untilDone,
    );
    expect(alive()).toEqual(before);
    const mean = (part: typeof losses) => part.flat().reduce((sum, loss) => sum + loss, 0) / part.length;
    expect(mean(losses.slice(-8))).toBeLessThan(0.5 * mean(losses.slice(0, 8)));
    source.dispose();
  });

  it('should come to the same numbers in one go, in two with a checkpoint between, and with two sources', async () => {
    const options = optionsOf();
    const values = await noise();
    const start = () => startDistillation(options, values, variances);
    const [first, second] = [distillationOf(options), distillationOf(options)];
    const whole = await distil(start(), photos.count, [first], untilDone);
    const half = await distil(start(), photos.count, [first], { onStep: ({ step }) => step < 3 });
    expect(half.step).toBe(3);
    const resumed: BackboneState = decodeDistillation(encodeDistillation(half));
    const rest = await distil(resumed, photos.count, [first], untilDone);
    const shared = await distil(start(), photos.count, [first, second], untilDone);
    expect(rest).toEqual(whole);
    expect(shared).toEqual(whole);
    first.dispose();
    second.dispose();
  });

  it('should come out as a network of its architecture whose channels have mean 1 and whose function is the same', async () => {
    const options = optionsOf();
    const state = startDistillation(options, numbersFor(layout), variances);
    const taught = taughtParameters(state);
    const means = await meanActivations(layout, taught, pictures());
    const level = levelled(layout, taught, means);
    // The whole architecture, its entrance folded into the first convolution, against what was trained.
    const network = Network.create(architectureOf(options.architecture), level);
    for await (const image of pictures(1)) {
      const trained = Network.create(architectureOf(options.architecture), taught);
      for (const { tap } of layout.convolutions) {
        const [own, expected] = [network, trained].map((each) => each.forward(image, [tap], 'features').at(tap));
        const factors = means.get(tap)?.map((mean) => (mean > 1e-4 ? mean : 1)) ?? [];
        const [values, wanted] = await Promise.all([own?.data<'float32'>(), expected?.data<'float32'>()]);
        const back = values?.map((value, i) => value * (factors[i % factors.length] ?? 1)) ?? [];
        expect(relativeError(back, wanted ?? []), tap).toBeLessThan(1e-5);
      }
      image.dispose();
    }
    for (const [tap, mean] of await meanActivations(layout, level, pictures())) {
      const fired = mean.filter((_, c) => (means.get(tap)?.[c] ?? 0) > 1e-4);
      expect(fired.length).toBeGreaterThan(0);
      for (const value of fired) expect(value, tap).toBeCloseTo(1, 3);
    }
  });

  it('should begin from a network as that network is', () => {
    const filters = filtersOf(layout, numbersFor(layout));
    const again = filtersOf(layout, fromNetwork(layout, filters));
    for (const [name, { values }] of filters) {
      expect(relativeError(again.get(name)?.values ?? [], values), name).toBeLessThan(1e-6);
    }
  });
});

describe('a distillation in bytes', () => {
  const state = () => ({
    ...startDistillation(optionsOf(), numbersFor(layout), variances),
    step: 2,
    losses: [
      [1, 2],
      [0.5, 1],
    ],
  });

  it('should come back as it was', () => {
    expect(decodeDistillation(encodeDistillation(state()))).toEqual(state());
  });

  it.each([
    ['nothing', () => new Uint8Array()],
    ['another file', () => new TextEncoder().encode('{"format":"something else"}\n')],
    ['one that is cut short', () => encodeDistillation(state()).subarray(0, -4)],
    ['one whose lessons are others', () => encodeDistillation({ ...state(), variances: [1] })],
    ['one whose numbers are none', () => encodeDistillation({ ...state(), second: state().second.fill(Number.NaN) })],
  ])('should be refused when it is %s', (_, bytes) => {
    expect(() => decodeDistillation(bytes())).toThrow(expect.objectContaining({ code: 'training-file-invalid' }));
  });
});
