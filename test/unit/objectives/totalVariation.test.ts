import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { fromNaturalAxes, toNaturalAxes } from '../../../web/engine/images/colours';
import { addNaturalVariation, addTotalVariation } from '../../../web/engine/objectives/regularisation';
import { alive, cpuBackends, useBackend } from '../../support/backends';
import { at, finiteDifferences, type Grid, grid, shapeOf } from '../../support/float64/grid';
import { totalVariation } from '../../support/float64/losses';
import { numbers, relativeError } from '../device/numbers';

async function evaluate(
  image: Grid,
  weight: number,
  arrived: Float32Array = new Float32Array(image.values.length),
  add = addTotalVariation,
) {
  const before = alive();
  const x = tf.tensor4d(Float32Array.from(image.values), shapeOf(image));
  const above = tf.tensor4d(arrived, shapeOf(image));
  const terms: tf.Tensor[] = [];
  const gradient = add(x, above, weight, (term) => terms.push(term));
  const values = await Promise.all(terms.map((term) => term.data()));
  const result = {
    loss: values.reduce((sum, [value = Number.NaN]) => sum + value, 0),
    gradient: await gradient.data<'float32'>(),
  };
  tf.dispose([x, above, gradient, ...terms]);
  expect(alive()).toEqual(before);
  return result;
}

const picture = (height: number, width: number, channels = 3) =>
  grid(height, width, channels, numbers(height * width * channels, 1));

describe.each(cpuBackends)('total variation on %s', (backend) => {
  useBackend(backend);

  it.each([
    [7, 9],
    [2, 2],
    [1, 6],
    [6, 1],
    [1, 1],
  ])('has the value and gradient of its formula at %i×%i pixels', async (height, width) => {
    const image = picture(height, width);
    const { loss, gradient } = await evaluate(image, 3);
    expect(loss).toBeCloseTo(3 * totalVariation(image), 5);
    const differences = finiteDifferences((values) => 3 * totalVariation({ ...image, values }), image.values);
    expect(relativeError(gradient, differences)).toBeLessThan(1e-4);
  });

  it('is 0 for one colour, whatever the colour, and passes on what arrives', async () => {
    const flat = grid(
      5,
      4,
      3,
      new Float32Array(60).map((_, i) => 0.2 + (i % 3) / 4),
    );
    const arrived = numbers(60, 2);
    const { loss, gradient } = await evaluate(flat, 5, arrived);
    expect(loss).toBe(0);
    expect(relativeError(gradient, arrived)).toBeLessThan(1e-6);
  });

  it('pulls neighbours together: a step against the gradient makes it smaller', async () => {
    const image = picture(8, 8);
    const { gradient } = await evaluate(image, 1);
    const moved = { ...image, values: image.values.map((value, i) => value - 5 * at(gradient, i)) };
    expect(totalVariation(moved)).toBeLessThan(totalVariation(image));
  });
});

/** By axes of colour instead of RGB. */
const alongAxes = (image: Grid): Grid => ({
  ...image,
  values: Float64Array.from(image.values, (_, i) =>
    [0, 1, 2].reduce((sum, j) => sum + (image.values[i - (i % 3) + j] ?? 0) * at(toNaturalAxes[j] ?? [], i % 3), 0),
  ),
});

describe.each(cpuBackends)('variation of natural colours on %s', (backend) => {
  useBackend(backend);

  it('has the value and gradient of its formula, beside what arrives', async () => {
    const image = picture(7, 9);
    const arrived = numbers(image.values.length, 2);
    const { loss, gradient } = await evaluate(image, 3, arrived, addNaturalVariation);
    const formula = (values: Float64Array) => 3 * totalVariation(alongAxes({ ...image, values }));
    expect(loss / formula(image.values)).toBeCloseTo(1, 5);
    const differences = finiteDifferences(formula, image.values).map((value, i) => value + at(arrived, i));
    expect(relativeError(gradient, differences)).toBeLessThan(1e-4);
  });

  it('minds green beside magenta more than blue beside yellow, and that more than light beside dark', async () => {
    const losses: number[] = [];
    for (const axis of fromNaturalAxes) {
      const board = picture(6, 6);
      const values = Float64Array.from(board.values, (_, i) => {
        const sign = Math.floor(i / 3) % 2 ? 1 : -1;
        return 0.5 + (0.2 * sign * at(axis, i % 3)) / Math.hypot(...axis);
      });
      losses.push((await evaluate({ ...board, values }, 1, undefined, addNaturalVariation)).loss);
    }
    const [light = 0, blue = 0, green = 0] = losses;
    expect(blue).toBeGreaterThan(5 * light);
    expect(green).toBeGreaterThan(3 * blue);
  });
});
