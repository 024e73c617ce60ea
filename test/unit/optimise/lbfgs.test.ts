import { describe, expect, it } from 'vitest';
import { type Evaluate, Lbfgs } from '../../../web/engine/optimise/lbfgs';

/** Σ k (x_k − k)², k = 1 … n: condition number n. */
const quadratic: Evaluate = async (x) => ({
  loss: x.reduce((sum, value, k) => sum + (k + 1) * (value - k - 1) ** 2, 0),
  gradient: x.map((value, k) => 2 * (k + 1) * (value - k - 1)),
});

const rosenbrock: Evaluate = async (x) => {
  const [a = 0, b = 0] = x;
  return {
    loss: (1 - a) ** 2 + 100 * (b - a * a) ** 2,
    gradient: Float32Array.of(-2 * (1 - a) - 400 * a * (b - a * a), 200 * (b - a * a)),
  };
};

async function minimise(evaluate: Evaluate, start: Float32Array, steps: number) {
  const optimiser = new Lbfgs(start, 10);
  const losses: number[] = [];
  let evaluations = 0;
  const counted: Evaluate = (x) => {
    evaluations++;
    return evaluate(x);
  };
  for (let i = 0; i < steps && (await optimiser.step(counted)); i++) losses.push(optimiser.loss ?? Number.NaN);
  return { x: optimiser.x, losses, evaluations };
}

describe('L-BFGS', () => {
  it('finds the least of a quadratic in about as many steps as it has dimensions', async () => {
    const { x, losses } = await minimise(quadratic, new Float32Array(8), 25);
    expect(losses.at(-1)).toBeLessThan(1e-6);
    x.forEach((value, k) => {
      expect(value).toBeCloseTo(k + 1, 3);
    });
  });

  it('follows the valley of Rosenbrock to its end, which steepest descent does not in thousands of steps', async () => {
    const { x, evaluations } = await minimise(rosenbrock, Float32Array.of(-1.2, 1), 80);
    expect(x[0]).toBeCloseTo(1, 2);
    expect(x[1]).toBeCloseTo(1, 2);
    expect(evaluations).toBeLessThan(150);
  });

  it('never lets the loss rise', async () => {
    const { losses } = await minimise(rosenbrock, Float32Array.of(-1.2, 1), 60);
    losses.forEach((loss, i) => {
      if (i > 0) expect(loss).toBeLessThanOrEqual(losses[i - 1] ?? 0);
    });
  });

  it('steps back from where the loss is no number', async () => {
    const walled: Evaluate = async (x) => {
      const [a = 0] = x;
      if (a > 0.5) return { loss: Number.NaN, gradient: Float32Array.of(Number.NaN) };
      return { loss: (a - 0.4) ** 2, gradient: Float32Array.of(2 * (a - 0.4)) };
    };
    const { x } = await minimise(walled, Float32Array.of(-3), 30);
    expect(x[0]).toBeCloseTo(0.4, 3);
  });

  it('stays where the gradient is zero, and leaves its start as it was', async () => {
    const start = Float32Array.of(1, 2);
    const flat: Evaluate = async (x) => ({ loss: 3, gradient: new Float32Array(x.length) });
    const { x, losses } = await minimise(flat, start, 5);
    expect([...x]).toEqual([1, 2]);
    expect(losses).toEqual([]);
    await minimise(quadratic, start, 3);
    expect([...start]).toEqual([1, 2]);
  });

  it('goes the same way every time', async () => {
    const runs = [await minimise(quadratic, new Float32Array(6), 7), await minimise(quadratic, new Float32Array(6), 7)];
    expect(runs[0]?.x).toEqual(runs[1]?.x);
  });
});
