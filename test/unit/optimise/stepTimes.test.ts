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
type Length = (typeof scales)[number];

/** Milliseconds of a step at a size, the n-th there, by a number of chance in 0..1. */
type Clock = (cost: number, nth: number, scale: number, chance: number) => number;

/** Clocks as devices have them. */
const clocks: Readonly<Record<string, Clock>> = {
  'a steady one': (cost) => cost * 3e-3,
  'one that compiles at first': (cost, nth, scale) => cost * 3e-3 * (scale === 0 && nth < 4 ? 60 : 1),
  'one that compiles at every size': (cost, nth) => cost * 3e-3 + (nth < 2 ? 1_500 : 0),
  'one that compiles for long at every size': (cost, nth) => cost * 3e-3 + (nth < 3 ? 1_500 : 0),
  'one with something to do beside the pixels': (cost) => 6 + cost * 2e-3,
  'one that grows hot': (cost, nth, scale) => cost * 3e-3 * (1 + 0.1 * scale + 0.001 * nth),
};

/** These have steps that no one foresees, so that the last few may be anything. */
const busy: Readonly<Record<string, Clock>> = {
  'a busy one': (cost, _nth, _scale, chance) => cost * 3e-3 * (0.8 + 0.4 * chance) * (chance > 0.93 ? 2 : 1),
  'a busy one that compiles': (cost, nth, _scale, chance) =>
    cost * 3e-3 * (0.8 + 0.4 * chance) * (chance > 0.93 ? 2 : 1) + (nth < 2 ? 1_500 : 0),
};

/** More to do beside the pixels than for them: one size cannot tell, two can. */
const fixed: Readonly<Record<string, Clock>> = {
  'one that mostly waits': (cost) => 20 + cost * 1e-3,
  'one that mostly waits, and compiles': (cost, nth) => 20 + cost * 1e-3 + (nth < 2 ? 1_500 : 0),
};

/**
 * The largest factor between what is told and the truth, over all steps but the first ten of the run.
 * @param whole all that is left is asked for, else the rest of the scale
 */
function worstFactor(clock: Clock, lengths: readonly Length[], whole: boolean, spared = 0, from = 9): number {
  const random = randomGenerator(3);
  const times = lengths.map(({ steps, cost }, scale) =>
    Array.from({ length: steps }, (_, nth) => clock(cost, nth, scale, random())),
  );
  const seen = new StepTimes();
  let [worst, taken] = [1, 0];
  for (const [scale, { steps, cost }] of lengths.entries()) {
    for (let nth = 0; nth < steps; nth++, taken++) {
      seen.add(cost, times[scale]?.[nth] ?? 0);
      const after = whole ? scale + 1 : lengths.length;
      const left = [{ steps: steps - nth - 1, cost }, ...lengths.slice(after)];
      const truth = [...(times[scale] ?? []).slice(nth + 1), ...times.slice(after).flat()].reduce(
        (sum, ms) => sum + ms,
        0,
      );
      const remain = left.reduce((sum, each) => sum + each.steps, 0);
      if (taken < from || remain <= spared) continue;
      // What is still to be compiled for at this size is over within three steps, and nobody knows of it.
      if (!whole && nth < 9) continue;
      const told = seen.remainingMs(left) ?? 0;
      worst = Math.max(worst, told / truth, truth / told);
    }
  }
  return worst;
}

describe.each([true, false])('the time that is left, of the whole run: %s', (whole) => {
  it.each(Object.keys(clocks))('is told to a factor of 1.5 from the tenth step on: %s', (name) => {
    expect(worstFactor(clocks[name] as Clock, scales, whole)).toBeLessThan(1.5);
  });

  it.each(Object.keys(busy))('is told to a factor of 1.5 from the tenth step on but for the last ten: %s', (name) => {
    expect(worstFactor(busy[name] as Clock, scales, whole, 9)).toBeLessThan(1.5);
  });

  it.each(Object.keys(fixed))('is told to a factor of 1.5 once a second size is known: %s', (name) => {
    expect(worstFactor(fixed[name] as Clock, scales, whole, 0, 109)).toBeLessThan(1.5);
  });

  it.each(Object.keys({ ...clocks, ...fixed }))('is told as well where there is one size: %s', (name) => {
    const clock = { ...clocks, ...fixed }[name] as Clock;
    for (const cost of [84 * 110, 420 * 560])
      expect(worstFactor(clock, [{ steps: 120, cost }], whole)).toBeLessThan(1.5);
  });
});

it('should not be told before a step was taken', () => {
  expect(new StepTimes().remainingMs([{ steps: 9, cost: 1 }])).toBeNull();
});
