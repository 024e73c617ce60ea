/** The network that needs no weights: what its filters keep of a picture, and its gradient. */
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { randomGenerator } from '../../../web/engine/images/random';
import {
  grainArchitecture,
  grainNetwork,
  grainParameters,
  paletteTap,
  pixelTaps,
} from '../../../web/engine/network/grain';
import { addPixelTaps, seeded } from '../../../web/engine/objectives/grain';
import { styleObjective } from '../../../web/engine/objectives/style';
import { alive, cpuBackends, useBackend } from '../../support/backends';
import { finiteDifferences, type Grid } from '../../support/float64/grid';
import { runNetwork } from '../../support/float64/layers';
import { statisticsOf, styleLosses } from '../../support/float64/losses';
import { featuresAt, noise, tensorOf } from '../../support/networkChecks';
import { relativeError } from '../device/numbers';

const architecture = grainArchitecture('reflect');
const features = (image: Grid, tap: string) => featuresAt(runNetwork(architecture, grainParameters(), image), tap);

describe('the grain network', () => {
  it('loses nothing of a window but its mean colour, and counts nothing twice: its filters are orthonormal', () => {
    const image = noise(5, 5);
    // By the filters' opposites, what the ReLU cuts off: x = relu(x) − relu(−x).
    const opposite = new Map(
      [...grainParameters()].map(([name, { shape, values }]) => [name, { shape, values: values.map((v) => -v) }]),
    );
    const middle = ({ channels, values }: Grid) => values.slice(12 * channels, 13 * channels);
    const [there = [], back = []] = [grainParameters(), opposite].map((parameters) =>
      middle(featuresAt(runNetwork(architecture, parameters, image), 'grain1')),
    );
    const energy = [...there].reduce((sum, value, c) => sum + (value - (back[c] ?? Number.NaN)) ** 2, 0);

    const window = [6, 7, 8, 11, 12, 13, 16, 17, 18];
    let expected = 0;
    for (const c of [0, 1, 2]) {
      const values = window.map((pixel) => image.values[pixel * 3 + c] ?? Number.NaN);
      const mean = values.reduce((sum, value) => sum + value / values.length, 0);
      expected += values.reduce((sum, value) => sum + ((value - mean) / 0.226) ** 2, 0);
    }
    expect(energy).toBeCloseTo(expected, 4);
  });
});

describe.each(cpuBackends)('on %s', (backend) => {
  useBackend(backend);

  it('draws a picture to the moments of another, as finite differences say', async () => {
    const [image, painting] = [noise(8, 10, 1), noise(12, 8, 2)];
    const targets = pixelTaps.map((tap) => {
      const kind = tap === paletteTap ? ('palette' as const) : ('covariance' as const);
      return { tap, kind, statistics: statisticsOf(features(painting, tap)) };
    });
    const weight = 1.5;
    const loss = (values: Float64Array) =>
      targets.reduce(
        (sum, { tap, kind, statistics }) =>
          sum + weight * styleLosses[kind](features({ ...image, values }, tap), statistics),
        0,
      );
    const before = alive();
    const grain = grainNetwork();
    const objectives = targets.map(({ tap, kind, statistics }) => styleObjective(tap, kind, statistics, weight));
    const [x, arrived] = [tensorOf(image), tf.ones(tensorShape(image))];
    const terms: tf.Tensor[] = [];
    const gradient = addPixelTaps(grain, x, arrived as tf.Tensor4D, objectives, (term) => terms.push(term));
    const values = await gradient.data<'float32'>();
    const losses = await Promise.all(terms.map(async (term) => (await term.data())[0] ?? Number.NaN));
    for (const objective of objectives) objective.dispose();
    grain.dispose();
    tf.dispose([x, arrived, gradient, ...terms]);
    expect(alive()).toEqual(before);

    const expected = finiteDifferences(loss, image.values, 1e-6).map((value) => value + 1);
    expect(relativeError(values, expected)).toBeLessThan(1e-3);
    expect(losses.reduce((sum, value) => sum + value, 0)).toBeCloseTo(loss(Float64Array.from(image.values)), 3);
  });

  it('leaves a gradient as it is where none of its taps counts', async () => {
    const [x, arrived] = [tensorOf(noise(4, 4)), tensorOf(noise(4, 4, 2))];
    const gradient = addPixelTaps(null, x, arrived, []);
    expect(await gradient.data()).toEqual(await arrived.data());
    tf.dispose([x, arrived, gradient]);
  });
});

describe('what grain grows from', () => {
  const grey = { width: 64, height: 48, channels: 3, values: new Float32Array(64 * 48 * 3).fill(0.5) };

  it('is noise of lightness alone, a little, the same for the same seed', () => {
    const { values } = seeded(grey, 1, randomGenerator(3));
    expect(seeded(grey, 1, randomGenerator(3)).values).toEqual(values);
    let [sum, squares] = [0, 0];
    for (let i = 0; i < values.length; i += 3) {
      const [red = 0, green, blue] = values.subarray(i, i + 3);
      expect([green, blue]).toEqual([red, red]);
      sum += red - 0.5;
      squares += (red - 0.5) ** 2;
    }
    const count = values.length / 3;
    expect(Math.abs(sum / count)).toBeLessThan(0.003);
    expect(Math.sqrt(squares / count)).toBeCloseTo(0.03, 2);
  });

  it('stays within what a picture may be', () => {
    const white = seeded({ ...grey, values: grey.values.map(() => 1) }, 1, randomGenerator(3));
    expect(Math.max(...white.values)).toBe(1);
    expect(Math.min(...white.values)).toBeLessThan(1);
  });

  it('is nothing where no grain counts', () => {
    expect(seeded(grey, 0, randomGenerator(3))).toBe(grey);
  });
});

const tensorShape = ({ height, width, channels }: Grid): [number, number, number, number] => [
  1,
  height,
  width,
  channels,
];
