/** The network as another runtime sees it: onnxruntime-web, given the export, paints what the engine paints. */
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import type { TransformerConfiguration } from '../../../shared/transformer';
import { openOnnx } from '../../../tools/onnx/runtime';
import { transformerToOnnx } from '../../../tools/onnx/transformer';
import { normalNoise, randomGenerator } from '../../../web/engine/images/random';
import { initialParameters, layoutOf } from '../../../web/engine/transformer/parameters';
import { Transformer } from '../../../web/engine/transformer/transformer';
import { numbersOf, useBackend } from '../../support/backends';

const base = { width: 5, blocks: 2, styles: ['first', 'second'] };
const configurations: TransformerConfiguration[] = [
  { ...base, norm: 'instance', upsampling: 'spline' },
  { ...base, norm: 'batch', upsampling: 'spline' },
  { ...base, norm: 'instance', upsampling: 'resize' },
  { ...base, norm: 'instance', upsampling: 'transposed' },
];
const size = { height: 24, width: 36 };
const weights = [0.3, 0.7];

/** Scales, shifts and running statistics that are not 1 and 0, or a mistake with them would hide. */
function parametersOf(configuration: TransformerConfiguration) {
  const { values, running } = initialParameters(configuration, 3);
  const { styles } = layoutOf(configuration);
  const random = randomGenerator(5);
  normalNoise(styles.size, random).forEach((value, i) => {
    values[styles.offset + i] = (values[styles.offset + i] ?? 0) + 0.3 * value;
  });
  return { values, running: running?.map((value) => value + 0.5 * random()) ?? null };
}

describe('a network exported to ONNX', () => {
  useBackend('cpu');

  it.each(configurations.map((one) => [`${one.norm} norm, ${one.upsampling}`, one] as const))(
    'paints the same: %s',
    async (_, configuration) => {
      const parameters = parametersOf(configuration);
      const random = randomGenerator(7);
      const pixels = size.height * size.width;
      const image = Float32Array.from({ length: pixels * 3 }, random);
      const network = new Transformer(configuration, parameters);
      const [ours = new Float32Array()] = await numbersOf(() =>
        network.paint(tf.tensor4d(image, [1, size.height, size.width, 3]), network.blend(weights)),
      );
      network.dispose();
      const planes = image.map((_value, i) => image[(i % pixels) * 3 + Math.floor(i / pixels)] ?? 0);
      // With the size written into the model, and without.
      for (const fixed of [size, undefined]) {
        const session = await openOnnx(transformerToOnnx(configuration, parameters, weights, fixed), 1);
        const theirs = await session.run(planes, size);
        await session.release();
        expect(theirs).toHaveLength(ours.length);
        const worst = ours.reduce(
          (most, value, i) => Math.max(most, Math.abs(value - (theirs[(i % 3) * pixels + Math.floor(i / 3)] ?? 9))),
          0,
        );
        expect(worst).toBeLessThan(1e-4);
      }
      expect(Math.max(...ours) - Math.min(...ours)).toBeGreaterThan(0.1);
    },
  );

  it('refuses weights that mix nothing', () => {
    const [configuration] = configurations;
    if (!configuration) throw new Error('no configuration');
    expect(() => transformerToOnnx(configuration, parametersOf(configuration), [0, 0])).toThrow(/above 0/);
  });
});
