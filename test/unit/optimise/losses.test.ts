import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { LossReader } from '../../../web/engine/optimise/losses';
import { alive, cpuBackends, useBackend } from '../../support/backends';

const failure = expect.objectContaining({ code: 'numeric-failure', message: expect.stringContaining('step') });

describe.each(cpuBackends)('the loss reader on %s', (backend) => {
  useBackend(backend);

  it('sums the terms of a step, in the order of the steps, and frees them', async () => {
    const before = alive();
    const losses = new LossReader();
    for (const step of [1, 2, 3]) {
      losses.add(tf.scalar(step));
      losses.add(tf.scalar(10));
      await losses.read(step);
    }
    await losses.finish();
    losses.dispose();
    expect(losses.sampled).toEqual([
      { step: 1, loss: 11 },
      { step: 2, loss: 12 },
      { step: 3, loss: 13 },
    ]);
    expect(losses.latest).toBe(13);
    expect(alive()).toEqual(before);
  });

  it('wants the first step, then fewer, but one in sixteen at least', async () => {
    const losses = new LossReader();
    expect(losses.wants(1)).toBe(true);
    let last = 0;
    const gaps: number[] = [];
    for (let step = 1; step <= 200; step++) {
      if (!losses.wants(step)) continue;
      losses.add(tf.scalar(1));
      await losses.read(step);
      gaps.push(step - last);
      last = step;
    }
    await losses.finish();
    expect(Math.max(...gaps)).toBeLessThanOrEqual(16);
    expect(gaps.length).toBeLessThan(100);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])('fails at the next reading after a loss of %d', async (bad) => {
    const before = alive();
    const losses = new LossReader();
    losses.add(tf.scalar(1));
    losses.add(tf.scalar(bad));
    await losses.read(1);
    losses.add(tf.scalar(1));
    await expect(losses.read(2)).rejects.toThrow(failure);
    await losses.finish();
    losses.dispose();
    expect(losses.sampled).toEqual([{ step: 2, loss: 1 }]);
    expect(alive()).toEqual(before);
  });

  it('fails at the end when the last loss was no number', async () => {
    const before = alive();
    const losses = new LossReader();
    losses.add(tf.scalar(Number.NaN));
    await losses.read(7);
    await expect(losses.finish()).rejects.toThrow(failure);
    losses.dispose();
    expect(alive()).toEqual(before);
  });

  it('frees terms that were never read', () => {
    const before = alive();
    const losses = new LossReader();
    losses.add(tf.scalar(1));
    losses.add(tf.scalar(2));
    losses.dispose();
    expect(alive()).toEqual(before);
  });

  it('keeps its failure to itself until it is asked: no rejection goes unhandled meanwhile', async () => {
    const losses = new LossReader();
    losses.add(tf.scalar(Number.NaN));
    await losses.read(1);
    // A run yields to the event loop here. An unhandled rejection would end a Node process, and fails this run.
    await new Promise((resolve) => setTimeout(resolve, 20));
    await expect(losses.finish()).rejects.toThrow(failure);
    losses.dispose();
  });
});
