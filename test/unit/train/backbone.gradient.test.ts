/** The distillation's gradient against TensorFlow.js' own tape over the same loss written plainly in stock operations. */
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { type BackboneLayout, backboneLayoutOf } from '../../../tools/train/backbone/layout';
import { backboneSamplesOf, changed } from '../../../tools/train/backbone/samples';
import { filtersOf, takeFilters } from '../../../tools/train/backbone/weightNorm';
import { openDevice } from '../../../web/engine/device';
import { paddingMap } from '../../../web/engine/kernels/padding';
import type { Slot } from '../../../web/engine/transformer/parameters';
import { alive, cpuBackends, useBackend } from '../../support/backends';
import { relativeError } from '../device/numbers';
import { distillationOf, numbersFor, optionsOf, photos, teacher, variances } from './backbone.support';

const options = optionsOf();
const layout = backboneLayoutOf(options);
const values = numbersFor(layout);
const samples = backboneSamplesOf({ ...options, batch: 4 }, photos.count, 0);

const reflect = (x: tf.Tensor4D): tf.Tensor4D => {
  const indices = (size: number) => tf.tensor1d(paddingMap(size, 1, 1, 'reflect'), 'int32');
  return tf.gather(tf.gather(x, indices(x.shape[1]), 1), indices(x.shape[2]), 2);
};

const part = (all: tf.Tensor1D, { offset, size, shape }: Slot) => tf.reshape(tf.slice(all, offset, size), [...shape]);

/** All losses of one picture; targets are the teacher's features. */
function plainLosses(
  { architecture, convolutions, heads, entrance }: BackboneLayout,
  all: tf.Tensor1D,
  image: tf.Tensor4D,
  targets: readonly tf.Tensor4D[],
): tf.Scalar[] {
  const outputs = new Map<string, tf.Tensor4D>();
  let x = tf.div(tf.sub(image, tf.tensor1d([...entrance.mean])), tf.tensor1d([...entrance.std])) as tf.Tensor4D;
  for (const { name, layer, tap } of architecture.nodes) {
    if (layer.kind === 'pool') {
      x = tf.avgPool(x, 2, 2, 'valid');
      continue;
    }
    const slots = convolutions.find((each) => each.name === name);
    if (!slots) throw new Error(`no ${name}`);
    const v = part(all, slots.direction);
    const length = tf.sqrt(tf.sum(tf.square(v), [0, 1, 2]));
    const filter = tf.mul(tf.div(v, length), part(all, slots.gain)) as tf.Tensor4D;
    x = tf.relu(tf.add(tf.conv2d(reflect(x), filter, 1, 'valid'), part(all, slots.bias))) as tf.Tensor4D;
    outputs.set(tap ?? '', x);
  }
  return heads.map(({ lesson, weight, bias }, i) => {
    const features = outputs.get(lesson.tap) as tf.Tensor4D;
    const rows = tf.reshape(features, [-1, features.shape[3]]);
    const said = tf.add(tf.matMul(rows, part(all, weight) as tf.Tensor2D), part(all, bias));
    const wanted = tf.div(tf.reshape(targets[i] as tf.Tensor4D, said.shape), Math.sqrt(variances[i] ?? 1));
    return tf.mean(tf.square(tf.sub(said, wanted))) as tf.Scalar;
  });
}

describe('the gradient of a distillation', () => {
  const expected = { gradient: new Float64Array(layout.size), losses: [0, 0] };

  beforeAll(async () => {
    const device = await openDevice({ backend: 'cpu' });
    const network = teacher();
    for (const sample of samples) {
      const raster = changed(await photos.square(sample, options.crop), sample);
      const image = tf.tensor4d(raster.values, [1, options.crop, options.crop, 3]);
      const features = network.forward(image, ['relu1_1', 'relu2_1'], 'features');
      const targets = ['relu1_1', 'relu2_1'].map((tap) => features.at(tap));
      const at = tf.tensor1d(values);
      const gradient = await tf
        .grad((all) => tf.addN(plainLosses(layout, all as tf.Tensor1D, image, targets)))(at)
        .data();
      gradient.forEach((value, i) => {
        expected.gradient[i] = (expected.gradient[i] ?? 0) + value / samples.length;
      });
      for (const [i, loss] of plainLosses(layout, at, image, targets).entries()) {
        expected.losses[i] = (expected.losses[i] ?? 0) + ((await loss.data())[0] ?? 0) / samples.length;
      }
    }
    device.dispose();
    // The plain way is a slow one.
  }, 60_000);

  describe.each(cpuBackends)('on %s', (backend) => {
    useBackend(backend);

    it('should be that of the tape in every direction, gain, bias and head, leaving no tensor', async () => {
      const source = distillationOf();
      const before = alive();
      const { gradient, losses, firing } = await source.gradient({ values, running: null }, samples);
      expect(alive()).toEqual(before);
      expect(relativeError(losses, expected.losses)).toBeLessThan(1e-4);
      const slots = [
        ...layout.convolutions.flatMap(({ direction, gain, bias }) => [direction, gain, bias]),
        ...layout.heads.flatMap(({ weight, bias }) => [weight, bias]),
      ];
      for (const { name, offset, size } of slots) {
        const [own, tape] = [gradient, expected.gradient].map((all) => all.subarray(offset, offset + size));
        expect(relativeError(own ?? [], tape ?? []), name).toBeLessThan(1e-3);
      }
      expect(firing.every((share) => share >= 0 && share <= 1)).toBe(true);
      source.dispose();
    });
  });
});

describe('weight normalisation', () => {
  it('should be taken off a network and give its very weights back', () => {
    const filters = filtersOf(layout, values);
    const taken = new Float32Array(layout.size);
    takeFilters(layout, filters, taken);
    const again = filtersOf(layout, taken);
    for (const [name, { shape, values: expectedValues }] of filters) {
      expect(again.get(name)?.shape).toEqual(shape);
      expect(relativeError(again.get(name)?.values ?? [], expectedValues), name).toBeLessThan(1e-6);
    }
  });

  it('should not mind how long a direction is, nor one that is all zeros', () => {
    const longer = values.slice();
    for (const { direction } of layout.convolutions) {
      for (let i = 0; i < direction.size; i++) longer[direction.offset + i] = 7 * (values[direction.offset + i] ?? 0);
    }
    const [filters, others] = [filtersOf(layout, values), filtersOf(layout, longer)];
    for (const [name, { values: expectedValues }] of filters) {
      expect(relativeError(others.get(name)?.values ?? [], expectedValues), name).toBeLessThan(1e-6);
    }
    for (const filter of filtersOf(layout, new Float32Array(layout.size)).values()) {
      expect(filter.values.every((value) => value === 0)).toBe(true);
    }
  });
});
