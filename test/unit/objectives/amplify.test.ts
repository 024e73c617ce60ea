import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { amplifyObjective, guidedObjective } from '../../../web/engine/objectives/amplify';
import type { Objective } from '../../../web/engine/objectives/objective';
import { addAlphaNorm } from '../../../web/engine/objectives/regularisation';
import { styleObjective } from '../../../web/engine/objectives/style';
import { normaliseBands } from '../../../web/engine/optimise/pyramid';
import { cpuBackends, numbersOf, useBackend } from '../../support/backends';
import { numbers } from '../device/numbers';

type Tensor4D = tf.Tensor4D;
type Value = (x: Tensor4D, measure?: (loss: tf.Tensor) => void) => Tensor4D;

const shape: [number, number, number, number] = [1, 4, 5, 3];
const size = 4 * 5 * 3;

/** Largest difference between the gradient and central differences of the loss, relative to the largest slope. */
async function mistake(value: Value): Promise<number> {
  const point = numbers(size, 3).map((each) => 0.5 + 0.4 * each);
  const lossAt = async (values: Float32Array) => {
    const [loss = new Float32Array(1)] = await numbersOf(() => {
      const terms: tf.Tensor[] = [];
      value(tf.tensor4d(values, shape), (term) => terms.push(term));
      return terms.reduce((sum, term) => tf.add<tf.Scalar>(sum, term));
    });
    return loss[0] ?? Number.NaN;
  };
  const [gradient = new Float32Array()] = await numbersOf(() => value(tf.tensor4d(point, shape)));
  const step = 1e-2;
  let worst = 0;
  let steepest = 0;
  for (let i = 0; i < size; i++) {
    const moved = (by: number) => lossAt(point.map((each, k) => (k === i ? each + by : each)));
    const slope = ((await moved(step)) - (await moved(-step))) / (2 * step);
    worst = Math.max(worst, Math.abs(slope - (gradient[i] ?? Number.NaN)));
    steepest = Math.max(steepest, Math.abs(slope));
  }
  return worst / steepest;
}

const of =
  (objective: Objective): Value =>
  (x, measure) =>
    objective.gradient(x, null, measure);

describe.each(cpuBackends)('gradients on %s are those of the loss:', (backend) => {
  useBackend(backend);

  it.each([
    ['a whole layer', {}],
    ['two of its channels', { channels: [0, 2] }],
    ['one of its neurons', { channels: [1], at: () => ({ x: 0.5, y: 0.9 }) }],
  ])('amplifying %s', async (_, options) => {
    const objective = amplifyObjective('relu1', 3, 2, options);
    expect(await mistake(of(objective))).toBeLessThan(1e-3);
    objective.dispose();
  });

  it('dreaming towards a guide', async () => {
    // Far apart, so that no small step changes which of them is nearest.
    const guide = tf.tensor4d([5, 0, 0, 0, 0.1, 0], [1, 1, 2, 3]);
    const objective = guidedObjective('relu1', guide, 1.5);
    expect(await mistake(of(objective))).toBeLessThan(1e-3);
    objective.dispose();
  });

  it('the α-norm', async () => {
    const norm: Value = (x, measure) => tf.tidy(() => addAlphaNorm(x, tf.zerosLike(x), 3, measure));
    expect(await mistake(norm)).toBeLessThan(2e-2);
  });

  it.each(['gram', 'covariance', 'moments'] as const)('the %s loss of a region', async (kind) => {
    const covariance = Float32Array.of(0.3, 0.05, 0, 0.05, 0.2, 0.02, 0, 0.02, 0.4);
    const target = { channels: 3, mean: Float32Array.of(0.2, 0.5, 0.1), covariance };
    const guide = numbers(20, 8).map((each) => 1 + 0.8 * each);
    const level = guide.reduce((sum, each) => sum + each, 0) / 20;
    const objective = styleObjective(
      'relu1',
      kind,
      target,
      1.2,
      null,
      guide.map((each) => each / level),
    );
    expect(await mistake(of(objective))).toBeLessThan(1e-3);
    objective.dispose();
  });

  it('bands of a gradient: even strength whatever it was, and none of nothing', async () => {
    const gradient = numbers(16 * 12 * 3, 4);
    const even = (by: number) =>
      numbersOf(() =>
        normaliseBands(
          tf.tensor4d(
            gradient.map((each) => each * by),
            [1, 16, 12, 3],
          ),
          3,
        ),
      );
    const [[once = new Float32Array()], [much = new Float32Array()]] = [await even(1), await even(1000)];
    expect(once.reduce((sum, each) => sum + Math.abs(each), 0) / once.length).toBeCloseTo(1, 4);
    much.forEach((each, i) => {
      expect(each).toBeCloseTo(once[i] ?? Number.NaN, 3);
    });
    expect((await even(0))[0]?.every((each) => each === 0)).toBe(true);
  });
});
