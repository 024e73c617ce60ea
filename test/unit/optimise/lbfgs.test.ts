import { describe, expect, it } from 'vitest';
import { type Evaluation, Lbfgs } from '../../../web/engine/optimise/lbfgs';

type Evaluate = (x: Float32Array) => Evaluation;

/** Σ k (x_k − k)², k = 1 … n: condition number n. */
const quadratic: Evaluate = (x) => ({
  loss: x.reduce((sum, value, k) => sum + (k + 1) * (value - k - 1) ** 2, 0),
  gradient: x.map((value, k) => 2 * (k + 1) * (value - k - 1)),
});

const rosenbrock: Evaluate = (x) => {
  const [a = 0, b = 0] = x;
  return {
    loss: (1 - a) ** 2 + 100 * (b - a * a) ** 2,
    gradient: Float32Array.of(-2 * (1 - a) - 400 * a * (b - a * a), 200 * (b - a * a)),
  };
};

/** Takes so many steps at most, with as many evaluations as they need. */
function minimise(evaluate: Evaluate, start: Float32Array, steps: number) {
  const optimiser = new Lbfgs(start, 10);
  const losses: number[] = [];
  let evaluations = 0;
  let at = start;
  while (losses.length < steps) {
    evaluations++;
    if (!optimiser.update(evaluate(optimiser.trial))) break;
    // A step may find nothing better, and forget its curvature: the loss stays.
    if (evaluations > 1 && optimiser.state()) losses.push(optimiser.loss ?? Number.NaN);
    at = optimiser.x;
  }
  return { x: at, losses, evaluations };
}

describe('L-BFGS', () => {
  it('finds the least of a quadratic in about as many steps as it has dimensions', () => {
    const { x, losses } = minimise(quadratic, new Float32Array(8), 25);
    expect(losses.at(-1)).toBeLessThan(1e-6);
    x.forEach((value, k) => {
      expect(value).toBeCloseTo(k + 1, 3);
    });
  });

  it('follows the valley of Rosenbrock to its end, which steepest descent does not in thousands of steps', () => {
    const { x, evaluations } = minimise(rosenbrock, Float32Array.of(-1.2, 1), 80);
    expect(x[0]).toBeCloseTo(1, 2);
    expect(x[1]).toBeCloseTo(1, 2);
    expect(evaluations).toBeLessThan(150);
  });

  it('never lets the loss rise', () => {
    const { losses } = minimise(rosenbrock, Float32Array.of(-1.2, 1), 60);
    losses.forEach((loss, i) => {
      if (i > 0) expect(loss).toBeLessThanOrEqual(losses[i - 1] ?? 0);
    });
  });

  it('steps back from where the loss is no number', () => {
    const walled: Evaluate = (x) => {
      const [a = 0] = x;
      if (a > 0.5) return { loss: Number.NaN, gradient: Float32Array.of(Number.NaN) };
      return { loss: (a - 0.4) ** 2, gradient: Float32Array.of(2 * (a - 0.4)) };
    };
    const { x } = minimise(walled, Float32Array.of(-3), 30);
    expect(x[0]).toBeCloseTo(0.4, 3);
  });

  it('stays where the gradient is zero, and leaves its start as it was', () => {
    const start = Float32Array.of(1, 2);
    const flat: Evaluate = (x) => ({ loss: 3, gradient: new Float32Array(x.length) });
    const { x, losses } = minimise(flat, start, 5);
    expect([...x]).toEqual([1, 2]);
    expect(losses).toEqual([]);
    minimise(quadratic, start, 3);
    expect([...start]).toEqual([1, 2]);
  });

  it('goes the same way every time', () => {
    const runs = [minimise(quadratic, new Float32Array(6), 7), minimise(quadratic, new Float32Array(6), 7)];
    expect(runs[0]?.x).toEqual(runs[1]?.x);
  });
});
