/** What is told of a training before it starts. */
import { describe, expect, it } from 'vitest';
import { limits } from '../../../shared/limits';
import { expectedMs } from '../../../web/studio/training/plan';

/** A clock that takes steps, and paints what is watched whenever it is due, as host/training.ts does. */
function played(step: number, steps: number, samples: number): number {
  let [now, handedOut] = [0, 0];
  for (let i = 0; i < steps; i++) {
    now += step;
    if (now - handedOut < limits.train.sampleIntervalMs) continue;
    now += samples;
    handedOut = now;
  }
  return now;
}

describe('the time that a training is said to take', () => {
  it.each([20, 240, 1300])('should count the photos painted on the way, at %d ms a step', (step) => {
    const real = played(step, 300, 2.25 * step);
    expect(Math.abs(expectedMs(step, 300) / real - 1)).toBeLessThan(0.25);
    expect(expectedMs(step, 300)).toBeGreaterThan(300 * step);
  });
});
