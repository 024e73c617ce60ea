import { describe, expect, it } from 'vitest';
import { randomGenerator } from '../../../web/engine/images/random';
import { StepTimes } from '../../../web/engine/optimise/stepTimes';

/** Long sides 96 to 512, as style transfer goes. */
const scales = [
  { steps: 100, cost: 110 * 84 },
  { steps: 50, cost: 190 * 140 },
  { steps: 50, cost: 330 * 250 },
  { steps: 50, cost: 560 * 420 },
];

/** Clocks as devices have them: milliseconds of a step at a size, the n-th there. */
const clocks: Readonly<Record<string, (cost: number, nth: number, scale: number, chance: number) => number>> = {
  'a steady one': (cost) => cost * 3e-3,
  'one that compiles at first': (cost, nth, scale) => cost * 3e-3 * (scale === 0 && nth < 4 ? 60 : 1),
  'one that compiles at every size': (cost, nth) => cost * 3e-3 + (nth < 2 ? 1_500 : 0),
  'one with something to do beside the pixels': (cost) => 6 + cost * 2e-3,
  'a busy one': (cost, _nth, _scale, chance) => cost * 3e-3 * (0.8 + 0.4 * chance) * (chance > 0.93 ? 2 : 1),
};

describe('the time that is left', () => {
  it.each(Object.keys(clocks))('is told to a factor of 1.5 from the tenth step on, at every size: %s', (name) => {
    const clock = clocks[name] as (typeof clocks)[string];
    const random = randomGenerator(3);
    const times = scales.map(({ steps, cost }, scale) =>
      Array.from({ length: steps }, (_, nth) => clock(cost, nth, scale, random())),
    );
    const seen = new StepTimes();
    let worst = 1;
    for (const [scale, { steps, cost }] of scales.entries()) {
      for (let nth = 0; nth < steps; nth++) {
        seen.add(cost, times[scale]?.[nth] ?? 0);
        const left = [{ steps: steps - nth - 1, cost }, ...scales.slice(scale + 1)];
        const truth = [...(times[scale] ?? []).slice(nth + 1), ...times.slice(scale + 1).flat()].reduce(
          (sum, ms) => sum + ms,
          0,
        );
        // The last few steps are told well enough by any number.
        if (nth < 9 || (scale === scales.length - 1 && nth > steps - 10)) continue;
        const told = seen.remainingMs(left) ?? 0;
        worst = Math.max(worst, told / truth, truth / told);
      }
    }
    expect(worst).toBeLessThan(1.5);
  });

  it('is not told before a step was taken', () => {
    expect(new StepTimes().remainingMs([{ steps: 9, cost: 1 }])).toBeNull();
  });
});
