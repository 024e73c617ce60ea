/** The style losses and the content loss: values and gradients against their formulas in double precision. */
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { styleLosses as kinds } from '../../../shared/techniques/style/schema';
import { contentObjective, energyPerPosition } from '../../../web/engine/objectives/content';
import type { Objective } from '../../../web/engine/objectives/objective';
import { type MomentLossKind, partObjective, styleObjective } from '../../../web/engine/objectives/style';
import { alive, cpuBackends, useBackend } from '../../support/backends';
import { at, finiteDifferences, type Grid, grid, norm, shapeOf } from '../../support/float64/grid';
import {
  contentLoss,
  multiply,
  statisticsOf,
  styleLosses,
  weighedContentLoss,
  weighedStyleLosses,
} from '../../support/float64/losses';
import { numbers, relativeError } from '../device/numbers';

/** Features as a ReLU leaves them: not negative, many 0, channels of different size and correlated. */
function features(height: number, width: number, channels: number, seed: number): Grid {
  const noise = numbers(height * width * channels, seed);
  return grid(
    height,
    width,
    channels,
    noise.map((value, i) => Math.max(0, value + 0.3 + 0.4 * at(noise, i - (i % channels))) * (1 + (i % channels) / 2)),
  );
}

const tensorOf = (values: Grid) => tf.tensor4d(Float32Array.from(values.values), shapeOf(values));

/** Value and gradient, the gradient on top of `arrived` if there is one; nothing is left behind. */
async function evaluate(create: () => Objective, at64: Grid, arrived: Float32Array | null = null) {
  const before = alive();
  const objective = create();
  const input = tensorOf(at64);
  const above = arrived && tf.tensor4d(arrived, shapeOf(at64));
  const terms: tf.Tensor[] = [];
  const gradient = objective.gradient(input, above, (term) => terms.push(term));
  expect(gradient.shape).toEqual(input.shape);
  expect(terms).toHaveLength(1);
  const [loss = Number.NaN] = (await terms[0]?.data()) ?? [];
  const values = await gradient.data<'float32'>();
  tf.dispose([gradient, input, ...terms]);
  above?.dispose();
  objective.dispose();
  expect(alive()).toEqual(before);
  return { loss, gradient: values };
}

describe.each(cpuBackends)('on %s', (backend) => {
  useBackend(backend);

  describe.each<[MomentLossKind, number]>([
    ...kinds.map((kind): [MomentLossKind, number] => [kind, 4]),
    ['palette', 3],
  ])('the %s loss', (kind, channels) => {
    const target = statisticsOf(features(9, 8, channels, 2));
    const create = (weight: number) => () => styleObjective('tap', kind, target, weight);

    it.each([
      [7, 9],
      [5, 4],
    ])('has the value and gradient of its formula at %i×%i positions', async (height, width) => {
      const x = features(height, width, channels, 1);
      const expected = styleLosses[kind](x, target);
      const differences = finiteDifferences((values) => styleLosses[kind]({ ...x, values }, target), x.values);
      const { loss, gradient } = await evaluate(create(1), x);
      expect(Math.abs(loss - expected) / expected).toBeLessThan(1e-3);
      expect(relativeError(gradient, differences)).toBeLessThan(1e-3);
    });

    it('adds its weighted gradient to what arrives', async () => {
      const x = features(6, 5, channels, 1);
      const arrived = numbers(x.values.length, 9);
      const alone = await evaluate(create(1), x);
      const tripled = await evaluate(create(3), x, arrived);
      expect(tripled.loss).toBeCloseTo(3 * alone.loss, 4);
      const expected = alone.gradient.map((value, i) => 3 * value + at(arrived, i));
      expect(relativeError(tripled.gradient, expected)).toBeLessThan(1e-5);
    });

    it('is for a part of a picture what it is there for the whole', async () => {
      const whole = features(8, 6, channels, 1);
      const top = grid(5, 6, channels, whole.values.slice(0, 5 * 6 * channels));
      const differences = finiteDifferences((values) => styleLosses[kind]({ ...whole, values }, target), whole.values);
      const arrived = numbers(top.values.length, 9);
      const part = partObjective('tap', kind, target, 1 / (8 * 6), null, statisticsOf(whole));
      const [input, above] = [tensorOf(top), tf.tensor4d(arrived, shapeOf(top))];
      const gradient = part.gradient(input, above);
      const expected = arrived.map((value, i) => value + at(differences, i));
      expect(relativeError(await gradient.data<'float32'>(), expected)).toBeLessThan(1e-3);
      tf.dispose([input, above, gradient]);
      part.dispose();
    });

    it('is next to nothing at its target, wherever the positions are', async () => {
      const source = features(9, 8, channels, 2);
      // Style has no place: the same features in another order are the same style.
      const turned = { ...source, height: 8, width: 9 };
      const far = await evaluate(create(1), features(9, 8, channels, 1));
      const near = await evaluate(create(1), turned);
      expect(Math.abs(near.loss)).toBeLessThan(1e-4 * far.loss + 1e-6);
      const largest = (values: Float32Array) => values.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
      expect(largest(near.gradient)).toBeLessThan(2e-2 * largest(far.gradient));
    });

    it('is finite where features or target have no variance at all', async () => {
      const flat = grid(4, 4, channels, new Float32Array(16 * channels).fill(0.7));
      const nothing = grid(4, 4, channels, new Float32Array(16 * channels));
      for (const [x, goal] of [
        [flat, target],
        [nothing, target],
        [features(4, 4, channels, 1), statisticsOf(flat)],
        [features(4, 4, channels, 1), statisticsOf(nothing)],
        [flat, statisticsOf(flat)],
        [nothing, statisticsOf(nothing)],
      ] as const) {
        const { loss, gradient } = await evaluate(() => styleObjective('tap', kind, goal, 1), x);
        expect(Number.isFinite(loss)).toBe(true);
        expect(gradient.every(Number.isFinite)).toBe(true);
      }
    });
  });

  it('keeps a target that hardly varies in balance: its energy is at least a share of the raw moment’s', async () => {
    const around = (seed: number, spread: number) => {
      const { height, width, channels, values } = features(6, 5, 4, seed);
      return grid(
        height,
        width,
        channels,
        Float32Array.from(values, (value) => 1 + spread * value),
      );
    };
    const regular = statisticsOf(around(2, 0.01));
    const x = around(1, 0.5);
    const { loss } = await evaluate(() => styleObjective('tap', 'covariance', regular, 1), x);
    expect(Math.abs(loss / styleLosses.covariance(x, regular) - 1)).toBeLessThan(1e-3);
    // Divided by that target's own energy alone it would be tens of thousands.
    expect(loss).toBeLessThan(100);
  });

  describe('a metric', () => {
    const target = statisticsOf(features(9, 8, 4, 2));
    const root = numbers(16, 8);
    /** Symmetric, positive, far from the identity: A Aᵀ. */
    const metric = Float32Array.from(
      multiply(
        root,
        root.map((_, i) => at(root, (i % 4) * 4 + Math.floor(i / 4))),
        4,
      ),
    );
    const identity = Float32Array.from({ length: 16 }, (_, i) => (i % 5 === 0 ? 1 : 0));

    it.each(['gram', 'covariance'] as const)('weighs the differences of the %s loss', async (kind) => {
      const x = features(7, 6, 4, 1);
      const formula = (values: Float64Array) => weighedStyleLosses[kind]({ ...x, values }, target, metric);
      const { loss, gradient } = await evaluate(() => styleObjective('tap', kind, target, 1, metric), x);
      expect(Math.abs(loss / formula(x.values) - 1)).toBeLessThan(1e-3);
      expect(relativeError(gradient, finiteDifferences(formula, x.values))).toBeLessThan(1e-3);
    });

    it('weighs the differences of content', async () => {
      const [goal, x] = [features(7, 6, 4, 2), features(7, 6, 4, 1)];
      const formula = (values: Float64Array) => 2 * weighedContentLoss({ ...x, values }, goal, metric);
      const { loss, gradient } = await evaluate(() => contentObjective('tap', tensorOf(goal), 2, metric), x);
      expect(Math.abs(loss / formula(x.values) - 1)).toBeLessThan(1e-3);
      expect(relativeError(gradient, finiteDifferences(formula, x.values))).toBeLessThan(1e-3);
    });

    it('weighs the energy of content, of which a part has its share', async () => {
      const [goal, x] = [features(8, 6, 4, 2), features(8, 6, 4, 1)];
      const top = ({ values }: Grid) => grid(5, 6, 4, values.slice(0, 5 * 6 * 4));
      const formula = (values: Float64Array) => weighedContentLoss({ ...x, values }, goal, metric);
      const energy = 8 * 6 * energyPerPosition(statisticsOf(goal), metric);
      const part = await evaluate(() => contentObjective('tap', tensorOf(top(goal)), 1, metric, energy), top(x));
      const differences = finiteDifferences(formula, x.values).slice(0, 5 * 6 * 4);
      expect(relativeError(part.gradient, differences)).toBeLessThan(1e-3);
    });

    it('changes nothing when it is the identity', async () => {
      const x = features(7, 6, 4, 1);
      const plain = await evaluate(() => styleObjective('tap', 'covariance', target, 1), x);
      const weighed = await evaluate(() => styleObjective('tap', 'covariance', target, 1, identity), x);
      expect(weighed.loss).toBeCloseTo(plain.loss, 5);
      expect(relativeError(weighed.gradient, plain.gradient)).toBeLessThan(1e-5);
    });
  });

  it('wasserstein: stays near its formula where channels are nearly copies of each other', async () => {
    // As in a real network: twelve channels that say what three say, and a little noise.
    const copied = (seed: number) => {
      const source = features(12, 10, 3, seed);
      const noise = numbers(12 * 10 * 12, seed + 5);
      const values = noise.map((value, i) => at(source.values, Math.floor(i / 12) * 3 + (i % 3)) + 0.02 * value);
      return grid(12, 10, 12, values);
    };
    const [x, goal] = [copied(1), copied(2)];
    const target = statisticsOf(goal);
    const create = () => styleObjective('tap', 'wasserstein', target, 1);
    const { loss, gradient } = await evaluate(create, x);
    const exact = styleLosses.wasserstein(x, target);
    expect(Math.abs(loss - exact)).toBeLessThan(0.05 * exact);
    const length = norm(gradient);
    const along = (t: number) =>
      styleLosses.wasserstein(
        { ...x, values: x.values.map((value, i) => value + (t * at(gradient, i)) / length) },
        target,
      );
    expect((along(1e-3) - along(-1e-3)) / 2e-3 / length).toBeCloseTo(1, 1);
  });

  it('content: has the value and gradient of its formula, and is 0 at its target', async () => {
    const goal = features(7, 9, 3, 2);
    const x = features(7, 9, 3, 1);
    const create = () => contentObjective('tap', tensorOf(goal), 2);
    const { loss, gradient } = await evaluate(create, x);
    expect(loss).toBeCloseTo(2 * contentLoss(x.values, goal.values), 5);
    const differences = finiteDifferences((values) => 2 * contentLoss(values, goal.values), x.values);
    expect(relativeError(gradient, differences)).toBeLessThan(1e-4);
    const there = await evaluate(create, goal);
    expect(there.loss).toBe(0);
    expect(there.gradient.every((value) => value === 0)).toBe(true);
  });

  it('content: means the same whatever the size of the features', async () => {
    const [goal, x] = [features(5, 5, 3, 2), features(5, 5, 3, 1)];
    const scaled = (of: Grid) => ({ ...of, values: of.values.map((value) => 1000 * value) });
    const small = await evaluate(() => contentObjective('tap', tensorOf(goal), 1), x);
    const large = await evaluate(() => contentObjective('tap', tensorOf(scaled(goal)), 1), scaled(x));
    expect(large.loss / small.loss).toBeCloseTo(1, 4);
  });

  it('content: is finite for a target of zeros', async () => {
    const nothing = grid(4, 4, 3);
    const { loss, gradient } = await evaluate(
      () => contentObjective('tap', tensorOf(nothing), 1),
      features(4, 4, 3, 1),
    );
    expect(Number.isFinite(loss)).toBe(true);
    expect(gradient.every(Number.isFinite)).toBe(true);
  });
});
