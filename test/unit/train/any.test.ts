/** The training of the network that paints in any style: its losses, its data, its steps, at a size that takes a moment. */
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { AnyGradientSource } from '../../../tools/train/any/gradient';
import {
  contentLoss,
  identityLoss,
  rangeLoss,
  styleLoss,
  styleTarget,
  type TapLoss,
} from '../../../tools/train/any/losses';
import { splitFiles } from '../../../tools/train/any/paintings';
import { anySamplesOf } from '../../../tools/train/any/samples';
import { parseAnyOptions } from '../../../tools/train/any/schema';
import { type AnyState, decodeAny, encodeAny, startAny, trainAny, trainedAny } from '../../../tools/train/any/trainer';
import { normalNoise, randomGenerator } from '../../../web/engine/images/random';
import { architectureOf, parameterShapes } from '../../../web/engine/network/architectures';
import { Network } from '../../../web/engine/network/network';
import type { PhotoSource } from '../../../web/engine/train/samples';
import { encoderArchitecture } from '../../../web/engine/transformer/any/network';
import { useBackend } from '../../support/backends';
import { trainingOf } from '../../support/lines';

type Tensor4D = tf.Tensor4D;
const random = randomGenerator(6);
useBackend('wasm');

const features = (seed: number, size = 5, channels = 4): Tensor4D =>
  tf.tensor4d(
    normalNoise(size * size * channels, randomGenerator(seed)).map((value) => 0.3 + value),
    [1, size, size, channels],
  );

describe('has a gradient that finite differences agree with:', () => {
  const other = 2;
  it.each<[string, (x: Tensor4D) => TapLoss]>([
    ['content', (x) => contentLoss(x, features(other), 1.3)],
    ['style', (x) => styleLoss(x, styleTarget(features(other)), 1.3)],
    ['range', (x) => rangeLoss(x)],
    ['identity', (x) => identityLoss(x, features(other), 1.3)],
  ])('%s', async (_, lossOf) => {
    const x = features(1);
    const { gradient } = lossOf(x);
    const length = (await tf.norm(gradient).data())[0] ?? 0;
    const along = (step: number) => {
      const { loss } = lossOf(tf.add<Tensor4D>(x, tf.mul(gradient, step / length)));
      return loss.dataSync()[0] ?? 0;
    };
    const step = 0.02;
    expect((along(step) - along(-step)) / (2 * step) / length).toBeCloseTo(1, 1);
  });

  it('and there is none where there is nothing to be gained', async () => {
    const x = features(1);
    const losses = [contentLoss(x, x, 1), styleLoss(x, styleTarget(x), 1), identityLoss(x, x, 1)];
    for (const { loss, gradient } of losses) {
      expect((await loss.data())[0]).toBeCloseTo(0, 5);
      expect((await tf.max(tf.abs(gradient)).data())[0]).toBeLessThan(1e-4);
    }
  });
});

it('keeps works of painters out of whom there is nothing else, here or in other folders', () => {
  const collection = ['ann-lee--a', 'ann-lee--b', 'bob-stone--c', 'cy-munch--d', 'di-fox--e'].map(
    (name) => `x/${name}.jpg`,
  );
  const { trained, heldOut } = splitFiles(collection, ['y/the-scream--edvard-cy-munch-1893.jpg']);
  expect(heldOut).toEqual(['x/bob-stone--c.jpg', 'x/di-fox--e.jpg']);
  expect(trained).toHaveLength(4);
});

const judges = [
  {
    architecture: 'vgg-2-3',
    contentLayers: [{ layer: 'relu2_1', weight: 1 }],
    styleLayers: [{ layer: 'relu1_1', weight: 1 }],
  },
];
const options = parseAnyOptions({ judges, batch: 1, crop: 64, steps: 2, seed: 3 });

it('draws the same pairs for the same seed, all of them within what there is', () => {
  const counts = { photos: 5, paintings: 3 };
  expect(anySamplesOf(options, counts, 7)).toEqual(anySamplesOf(options, counts, 7));
  const many = Array.from({ length: 60 }, (_, step) => anySamplesOf(options, counts, step)).flat();
  expect(new Set(many.map(({ painting }) => painting.photo))).toEqual(new Set([0, 1, 2]));
  expect(new Set(many.map(({ smallFirst }) => smallFirst))).toEqual(new Set([false, true]));
  expect(many.filter(({ identity }) => identity)).toHaveLength(20);
});

function randomNetwork(id: string): Network {
  const architecture = architectureOf(id);
  const parameters = parameterShapes(architecture).map(({ name, shape }) => {
    const size = shape.reduce((product, side) => product * side, 1);
    const scale = shape.length > 1 ? Math.sqrt(2 / (size / (shape.at(-1) ?? 1))) : 0.1;
    return [name, { shape, values: normalNoise(size, random).map((value) => scale * value) }] as const;
  });
  return Network.create(architecture, new Map(parameters));
}

const waves = (phase: number): PhotoSource => ({
  count: 2,
  square: async ({ photo, left }, side) => ({
    width: side,
    height: side,
    channels: 3,
    values: Float32Array.from(
      { length: side * side * 3 },
      (_, i) => 0.5 + 0.4 * Math.sin(phase + photo + left + i / (7 + photo) + (i % 3)),
    ),
  }),
});

describe('a training', () => {
  const counts = { photos: 2, paintings: 2 };
  const run = (source: AnyGradientSource, start: AnyState, until = Number.POSITIVE_INFINITY) =>
    trainAny(start, counts, [source], ({ step }) => step < until);

  it('comes to the same when it was stopped, kept and taken up, and leaves nothing on the device', async () => {
    const pictures = { photos: waves(0), paintings: waves(2) };
    const source = new AnyGradientSource(
      options,
      randomNetwork(encoderArchitecture),
      [randomNetwork('vgg-2-3')],
      pictures,
    );
    const before = tf.memory().numTensors;
    const whole = await run(source, startAny(options));
    const half = await run(source, startAny(options), 1);
    const rest = await run(source, decodeAny(encodeAny(half)));
    expect(rest.losses).toEqual(whole.losses);
    expect(trainedAny(rest)).toEqual(trainedAny(whole));
    expect(trainedAny(whole)).not.toEqual(startAny(options).values);
    expect(whole.losses.map(({ identity }) => identity > 0)).toEqual([true, false]);
    expect(tf.memory().numTensors).toBe(before);
    source.dispose();
  });

  it('is not taken up from anything else', () => {
    const bytes = encodeAny(startAny(options));
    const broken = [
      new Uint8Array(8),
      bytes.subarray(0, bytes.length - 4),
      new TextEncoder().encode('{"format":"x"}\n'),
    ];
    for (const each of broken) {
      expect(() => decodeAny(each)).toThrow(expect.objectContaining({ code: 'training-file-invalid' }));
    }
  });
});

describe('the command line', () => {
  const needed = ['--images', 'p', '--paintings', 'q'];
  it('takes judges of its own, deeper taps heavier, and the embedded network without', async () => {
    const { options: own, judges: files } = await trainingOf('any', [
      ...needed,
      '--judge',
      'w.safetensors:vgg16:relu1_1,relu2_1',
    ]);
    expect(files).toEqual(['w.safetensors']);
    expect(own.judges[0]?.styleLayers).toEqual([
      { layer: 'relu1_1', weight: 0.5 },
      { layer: 'relu2_1', weight: 1 },
    ]);
    expect((await trainingOf('any', needed)).options.judges[0]?.architecture).toBe('reverie-vgg');
  });
  it.each([[['--images', 'p']], [[...needed, '--judge', 'w']], [[...needed, '--from', 'a', '--resume']]])(
    'refuses %s',
    async (args) => {
      await expect(trainingOf('any', args)).rejects.toMatchObject({ code: 'usage' });
    },
  );
  it('refuses a crop that cannot be painted small first', async () => {
    await expect(trainingOf('any', [...needed, '--crop', '132'])).rejects.toMatchObject({ code: 'training-invalid' });
  });
});
