/** The loop that all techniques share, with stages that count: what it tells, when it stops, and where it goes on. */
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Descent, type Stage, type TallyState } from '../../../web/engine/optimise/descend';
import type { Kept, Progress, RunControl } from '../../../web/engine/types';
import { useBackend } from '../../support/backends';
import { flat } from '../techniques/pictures';

interface Counted {
  readonly at: number;
}

function watched(stopAfter = Number.POSITIVE_INFINITY) {
  const seen = { reports: [] as Progress[], previews: [] as (number | undefined)[], kept: [] as Kept[] };
  let proceeded = 0;
  const control: RunControl = {
    proceed: async () => ++proceeded < stopAfter,
    report: (progress) => void seen.reports.push(progress),
    wantsPreview: () => true,
    preview: (_, frame) => void seen.previews.push(frame),
    keep: async (take) => void seen.kept.push(await take()),
  };
  return { ...seen, control };
}

const picture = () => flat([1, 2, 3], 2, 2);

/** Counts on from `counter.value`; a tenth of it is the loss. */
const counting = (counter: { value: number }, more: Partial<Stage<number, Counted>> = {}): Stage<number, Counted> => ({
  steps: 4,
  look(measure) {
    measure?.(tf.scalar(counter.value / 10));
    return counter.value + 1;
  },
  update(next) {
    counter.value = next;
  },
  shown: picture,
  place: () => async () => ({ place: { at: counter.value }, made: () => ({ pixels: picture() }) }),
  ...more,
});

describe('the loop', () => {
  useBackend('cpu');
  afterEach(() => vi.restoreAllMocks());

  it('takes the steps of one stage after another, and tells each', async () => {
    const { control, reports, previews } = watched();
    const counter = { value: 0 };
    const descent = new Descent(control, [{ steps: 4 }, { steps: 2 }]);
    const scale = { index: 2, count: 2, width: 8, height: 6 };
    expect(await descent.through(counting(counter), () => counter.value)).toBe(4);
    expect(await descent.through(counting(counter, { steps: 2, scale, frame: 1 }), () => counter.value)).toBe(6);
    expect(reports.map(({ step, steps }) => [step, steps])).toEqual([0, 1, 2, 3, 4, 5, 6].map((step) => [step, 6]));
    expect(reports.map((report) => report.scale?.index)).toEqual([...Array(5).fill(undefined), 2, 2]);
    expect(previews).toEqual([...Array(4).fill(undefined), 1, 1]);
    const { steps, complete, losses } = descent.result({ pixels: picture() });
    expect([steps, complete]).toEqual([6, true]);
    expect(losses[0]).toEqual({ step: 1, loss: 0 });
  });

  it('stops after the step in which it is cancelled, and makes what there is', async () => {
    const { control } = watched(3);
    const counter = { value: 0 };
    const descent = new Descent(control, [{ steps: 4 }, { steps: 4 }]);
    expect(await descent.through(counting(counter), () => 'made')).toBe('made');
    await descent.through(counting(counter), () => {});
    expect(counter.value).toBe(3);
    expect(descent.result({ pixels: picture() })).toMatchObject({ complete: false, steps: 3 });
  });

  it('ends a stage that does not move any more, and is complete', async () => {
    const counter = { value: 0 };
    const descent = new Descent(watched().control, [{ steps: 4 }]);
    const update = (next: number) => {
      counter.value = next;
      return next < 2;
    };
    const stuck = counting(counter, { update });
    await descent.through(stuck, () => {});
    expect([counter.value, descent.complete]).toEqual([2, true]);
  });

  it('goes on from what was kept as if nothing had been between', async () => {
    const { control, kept } = watched();
    const counter = { value: 0 };
    await new Descent(control, [{ steps: 4 }]).through(counting(counter), () => {});
    const [, second] = kept;
    const state = second?.state as Counted & { tally: TallyState };
    expect([second?.step, state.at, second?.result().complete]).toEqual([2, 2, false]);
    const later = { value: state.at };
    const descent = new Descent(watched().control, [{ steps: 4 }], state.tally);
    await descent.through(counting(later, { done: 2 }), () => {});
    expect([later.value, descent.result({ pixels: picture() }).steps]).toEqual([4, 4]);
  });

  it('offers nothing to keep in the middle of something', async () => {
    const { control, kept } = watched();
    await new Descent(control, [{ steps: 4 }]).through(counting({ value: 0 }, { place: () => null }), () => {});
    expect(kept).toEqual([]);
  });

  it('expects dear steps to take as much longer as they cost more', async () => {
    let now = 0;
    vi.spyOn(performance, 'now').mockImplementation(() => now);
    const { control, reports } = watched();
    const descent = new Descent(control, [
      { steps: 4, cost: 100 },
      { steps: 2, cost: 400 },
    ]);
    const taking = (ms: number, steps: number, cost: number) => {
      const counter = { value: 0 };
      const stage = counting(counter, { steps, cost, look: () => counter.value + 1 });
      const update = (next: number) => {
        now += ms;
        stage.update(next);
      };
      return descent.through({ ...stage, update }, () => {});
    };
    await taking(5, 4, 100);
    // 400 of them took 20 ms; 800 are left.
    expect(reports.at(-1)).toMatchObject({ msPerStep: 5, remainingMs: 40 });
    await taking(30, 2, 400);
    expect(reports.at(-1)?.remainingMs).toBe(0);
  });

  it('rehearses a later stage once, when a few steps are taken, and tells by it what is left', async () => {
    const { control, reports } = watched();
    let now = 0;
    vi.spyOn(performance, 'now').mockImplementation(() => now);
    const taking = (ms: number) => ({
      look: async () => {
        now += ms;
        return 1;
      },
    });
    const [first, later] = [
      { steps: 12, cost: 100 },
      { steps: 20, cost: 900 },
    ];
    const dispose = vi.fn();
    const step = () => {
      now += 30;
      return tf.zeros([1]);
    };
    const rehearse = vi.fn(async (_: number) => ({ step, dispose }));
    const descent = new Descent(control, [first, later]);
    await descent.through({ ...counting({ value: 0 }), ...first, ...taking(10), rehearse }, () => {});
    await descent.through({ ...counting({ value: 0 }), ...later, ...taking(30), rehearse }, () => {});
    expect(rehearse.mock.calls).toEqual([[1]]);
    expect(dispose).toHaveBeenCalledOnce();
    const told = reports.find(({ step }) => step === 10)?.remainingMs ?? 0;
    expect(told / (2 * 10 + 20 * 30)).toBeCloseTo(1, 1);
    // What was rehearsed is no part of the run's time.
    expect(descent.result({ pixels: picture() }).msPerStep).toBeCloseTo((12 * 10 + 20 * 30) / 32);
  });

  it('frees a look that is a tensor, and disposes of a stage whatever happens in it', async () => {
    const descent = new Descent(watched().control, [{ steps: 2 }]);
    const before = tf.memory().numTensors;
    const dispose = vi.fn();
    const looking: Stage<tf.Tensor, Counted> = { steps: 2, look: () => tf.zeros([3]), update: () => {}, dispose };
    await descent.through(looking, () => {});
    const failing = { ...looking, update: () => Promise.reject(new RangeError('no')) };
    await expect(descent.through({ ...failing, look: () => 1 }, () => {})).rejects.toThrow('no');
    expect([tf.memory().numTensors, dispose.mock.calls.length]).toEqual([before, 2]);
  });
});
