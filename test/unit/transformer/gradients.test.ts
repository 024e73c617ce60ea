/** The network's gradients against TensorFlow.js' own tape over the same network written plainly in stock operations. */
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import type { TransformerConfiguration } from '../../../shared/transformer';
import { openDevice } from '../../../web/engine/device';
import { normalNoise, randomGenerator } from '../../../web/engine/images/random';
import { paddingMap } from '../../../web/engine/kernels/padding';
import { initialParameters, type Layout, layoutOf, outputOffset } from '../../../web/engine/transformer/parameters';
import type { Stage } from '../../../web/engine/transformer/stages';
import { Transformer } from '../../../web/engine/transformer/transformer';
import { alive, cpuBackends, useBackend } from '../../support/backends';
import { relativeError } from '../device/numbers';

type Tensor4D = tf.Tensor4D;

const base = { width: 3, blocks: 2, styles: ['first', 'second'] };
const configurations: TransformerConfiguration[] = [
  { ...base, norm: 'instance', upsampling: 'spline', speckle: 0.3 },
  { ...base, norm: 'batch', upsampling: 'spline', speckle: 0.3 },
  { ...base, norm: 'instance', upsampling: 'resize' },
  { ...base, norm: 'instance', upsampling: 'transposed' },
];

const [height, width, pictures, style] = [16, 12, 2, 1] as const;
const random = randomGenerator(7);
const images = Array.from({ length: pictures }, () => Float32Array.from({ length: height * width * 3 }, random));
/** Of the networks that have it. */
const speckles = images.map(() => Float32Array.from({ length: height * width }, () => 0.5 + random()));
/** The loss is Σ weights · output. */
const weights = images.map(({ length }) => normalNoise(length, random));

/** Scales and shifts that are not 1 and 0, or their gradients would hide. */
function parametersOf(configuration: TransformerConfiguration) {
  const { values, running } = initialParameters(configuration, 3);
  const { styles } = layoutOf(configuration);
  const noise = normalNoise(styles.size, randomGenerator(11));
  noise.forEach((value, i) => {
    values[styles.offset + i] = (values[styles.offset + i] ?? 0) + 0.3 * value;
  });
  return { values, running };
}

/** What a network paints on. */
const canvasesFor = ({ speckle }: TransformerConfiguration): Tensor4D[] =>
  images.map((image, i) =>
    tf.tidy(() => {
      const picture = tf.tensor4d(image, [1, height, width, 3]);
      return speckle ? tf.concat([picture, tf.tensor4d(speckles[i] ?? [], [1, height, width, 1])], 3) : picture;
    }),
  );

interface Gradient {
  readonly outputs: Float32Array[];
  readonly filters: Float32Array[];
  readonly scale: Float32Array;
  readonly shift: Float32Array;
}

const reflect = (x: Tensor4D, by: number): Tensor4D => {
  const [, rows, columns] = x.shape;
  const indices = (size: number) => tf.tensor1d(paddingMap(size, by, by, 'reflect'), 'int32');
  return tf.gather(tf.gather(x, indices(rows), 1), indices(columns), 2);
};

function plainStage(stage: Stage, x: Tensor4D, filter: Tensor4D): Tensor4D {
  const [, rows, columns] = x.shape;
  if (stage.up === 'transposed') {
    return tf.conv2dTranspose(x, filter, [x.shape[0], 2 * rows, 2 * columns, stage.channels[1]], 2, 'same');
  }
  // By gathering: stock resizing has no right gradient everywhere.
  const indices = (size: number, of: (i: number) => number) =>
    tf.tensor1d(
      Array.from({ length: 2 * size }, (_, i) => of(i)),
      'int32',
    );
  const twice = (y: Tensor4D, axis: 1 | 2) => {
    const size = axis === 1 ? rows : columns;
    const nearest = tf.gather(
      y,
      indices(size, (i) => i >> 1),
      axis,
    );
    if (stage.up === 'resize') return nearest;
    // Odd ones lean towards the next pixel, even ones towards the one before.
    const next = (i: number) => Math.min(size - 1, Math.max(0, (i >> 1) + (i % 2 ? 1 : -1)));
    const linear = tf.add<Tensor4D>(tf.mul(nearest, 0.75), tf.mul(tf.gather(y, indices(size, next), axis), 0.25));
    const inside = (i: number) => i >= 0 && i < 2 * size;
    const along = axis === 1 ? [1, 2 * size, 1, 1] : [1, 1, 2 * size, 1];
    const neighbour = (step: number) =>
      tf.mul(
        tf.gather(
          linear,
          indices(size, (i) => (inside(i + step) ? i + step : i)),
          axis,
        ),
        tf.tensor(
          Array.from({ length: 2 * size }, (_, i) => Number(inside(i + step))),
          along,
        ),
      );
    return tf.add<Tensor4D>(tf.mul(linear, 0.5), tf.mul(tf.add(neighbour(-1), neighbour(1)), 0.25));
  };
  const large = stage.up === 'none' ? x : twice(twice(x, 1), 2);
  return tf.conv2d(reflect(large, stage.padding.top), filter, stage.stride, 'valid');
}

/** The batch as one tensor, everything under the tape. */
async function oracle(configuration: TransformerConfiguration, layout: Layout): Promise<Gradient> {
  const { values } = parametersOf(configuration);
  const filters = layout.filters.map(({ offset, size, shape }) =>
    tf.tensor(values.slice(offset, offset + size), [...shape]),
  );
  const at = layout.styles.offset + style * 2 * layout.channels;
  const scale = tf.tensor1d(values.slice(at, at + layout.channels));
  const shift = tf.tensor1d(values.slice(at + layout.channels, at + 2 * layout.channels));
  const batch = tf.concat(images.map((image) => tf.tensor4d(image, [1, height, width, 3])));
  const speckle = tf.concat(speckles.map((plane) => tf.tensor4d(plane, [1, height, width, 1])));
  const weight = tf.concat(weights.map((image) => tf.tensor4d(image, [1, height, width, 3])));
  const axes = configuration.norm === 'instance' ? [1, 2] : [0, 1, 2];
  const forward = (parameters: readonly tf.Tensor[]): Tensor4D => {
    const [scales, shifts] = parameters.slice(-2) as [tf.Tensor1D, tf.Tensor1D];
    let x = batch;
    let kept = x;
    let channel = 0;
    layout.stages.forEach((stage, i) => {
      if (stage.residual === 'open') kept = x;
      if (stage.speckled && configuration.speckle) x = tf.mul(x, speckle);
      const z = plainStage(stage, x, parameters[i] as Tensor4D);
      const mean = tf.mean(z, axes, true);
      const centred = tf.sub(z, mean);
      const normal = tf.div(centred, tf.sqrt(tf.add(tf.mean(tf.square(centred), axes, true), 1e-5)));
      const [, size] = stage.channels;
      const styled = tf.add(tf.mul(normal, tf.slice(scales, channel, size)), tf.slice(shifts, channel, size));
      channel += size;
      const sum = (stage.residual === 'close' ? tf.add(styled, kept) : styled) as Tensor4D;
      x = stage.activation === 'relu' ? tf.relu(sum) : stage.activation === 'sigmoid' ? tf.sigmoid(sum) : sum;
    });
    return x;
  };
  const parameters = [...filters, scale, shift];
  const gradients = tf.grads((...p: tf.Tensor[]) => tf.sum(tf.mul(forward(p), weight)))(parameters);
  const data = await Promise.all(gradients.map((gradient) => gradient.data<'float32'>()));
  const outputs = await Promise.all(tf.split(forward(parameters), pictures).map((y) => y.data<'float32'>()));
  const [scaleGradient = new Float32Array(), shiftGradient = new Float32Array()] = data.slice(-2);
  return { outputs, filters: data.slice(0, -2), scale: scaleGradient, shift: shiftGradient };
}

describe.each(configurations)('$norm norm, $upsampling', (configuration) => {
  const layout = layoutOf(configuration);
  let expected: Gradient;
  beforeAll(async () => {
    const device = await openDevice({ backend: 'cpu' });
    expected = await oracle(configuration, layout);
    device.dispose();
  });

  describe.each(cpuBackends)('on %s', (backend) => {
    useBackend(backend);

    it('paints and walks back as the tape does, leaving no tensor', async () => {
      const before = alive();
      const transformer = new Transformer(configuration, parametersOf(configuration));
      const batch = canvasesFor(configuration);
      const pass = transformer.train(batch, transformer.blend([0, 1]));
      for (const [i, output] of pass.outputs.entries()) {
        expect(relativeError(await output.data(), expected.outputs[i] ?? [])).toBeLessThan(1e-5);
      }
      const toOutputs = weights.map((image) => tf.tensor4d(image, [1, height, width, 3]));
      const { filters, styles } = pass.backward(toOutputs);
      for (const [i, filter] of filters.entries()) {
        const error = relativeError(await filter.data(), expected.filters[i] ?? []);
        expect(error, layout.filters[i]?.name).toBeLessThan(1e-4);
      }
      const joined = async (part: 'scale' | 'shift') =>
        Float32Array.from((await Promise.all(styles.map((own) => own[part].data()))).flatMap((values) => [...values]));
      expect(relativeError(await joined('scale'), expected.scale)).toBeLessThan(1e-4);
      expect(relativeError(await joined('shift'), expected.shift)).toBeLessThan(1e-4);
      tf.dispose([...filters, ...styles.flatMap(({ scale, shift }) => [scale, shift]), ...batch, ...toOutputs]);
      transformer.dispose();
      expect(alive()).toEqual(before);
    });

    it('gives the gradients of the last filters alone where those are wanted', async () => {
      const transformer = new Transformer(configuration, parametersOf(configuration));
      const batch = canvasesFor(configuration);
      const toOutputs = weights.map((image) => tf.tensor4d(image, [1, height, width, 3]));
      const last = layout.filters.length - 1;
      const before = alive();
      const { filters, styles } = transformer.train(batch, transformer.blend([0, 1])).backward(toOutputs, last);
      expect(filters).toHaveLength(1);
      expect(relativeError((await filters[0]?.data()) ?? [], expected.filters[last] ?? [])).toBeLessThan(1e-4);
      tf.dispose([...filters, ...styles.flatMap(({ scale, shift }) => [scale, shift])]);
      expect(alive()).toEqual(before);
      tf.dispose([...batch, ...toOutputs]);
      transformer.dispose();
    });

    it('paints a style with a last filter of its own as a network with that filter does, leaving no tensor', async () => {
      const one = { ...configuration, norm: 'instance' as const };
      const image = tf.tensor4d(images[0] ?? [], [1, height, width, 3]);
      const changed = parametersOf(one);
      const values = changed.values.map((value, i) =>
        i >= outputOffset(layout) && i < layout.styles.offset ? value + 0.1 * Math.sin(i) : value,
      );
      const [plain, other] = [new Transformer(one, changed), new Transformer(one, { ...changed, values })];
      const at = layout.styles.offset + 2 * layout.channels;
      const style = Float32Array.of(
        ...values.subarray(outputOffset(layout), layout.styles.offset),
        ...values.subarray(at, at + 2 * layout.channels),
      );
      const before = alive();
      const [painted, expectedPicture] = [
        plain.paint(image, plain.blend([0, 0, 1], [style])),
        other.paint(image, other.blend([0, 1])),
      ];
      expect(await painted.data()).toEqual(await expectedPicture.data());
      tf.dispose([painted, expectedPicture]);
      expect(alive()).toEqual(before);
      for (const network of [plain, other]) network.dispose();
      image.dispose();
    });

    it('paints a picture alone as it does in training, with its own statistics or those handed in', async () => {
      const transformer = new Transformer({ ...configuration, norm: 'instance' }, parametersOf(configuration));
      const [image, ...others] = canvasesFor(configuration) as [Tensor4D, ...Tensor4D[]];
      tf.dispose(others);
      const vector = transformer.blend([0, 1]);
      const statistics = transformer.measure(image, vector);
      const [own, given] = await Promise.all([
        transformer.paint(image, vector, null).data(),
        transformer.paint(image, vector, statistics).data(),
      ]);
      expect(given).toEqual(own);
      if (configuration.norm === 'instance') {
        expect(relativeError(own, expected.outputs[0] ?? [])).toBeLessThan(1e-5);
      }
    });
  });
});
