import { describe, expect, it } from 'vitest';
import { ReverieError } from '../../../shared/errors';
import { limits } from '../../../shared/limits';
import type { Phase, Progress, RunListener } from '../../../web/engine/api';
import { JobControl, RemainingTime } from '../../../web/engine/host/control';
import { errorOf, picture, sleep } from './fakes';

/** A control whose clock only moves when told to. */
function controlled(listener: ConstructorParameters<typeof JobControl<RunListener>>[0] = {}) {
  const clock = { ms: 1000 };
  return { clock, control: new JobControl<RunListener>({ now: () => clock.ms, ...listener }) };
}

const at = (step: number, phase: Phase = 'optimise', more: Partial<Progress> = {}): Progress => ({
  phase,
  step,
  steps: 100,
  ...more,
});

describe('proceed', () => {
  it('yields to messages only when a slice of time is over', async () => {
    const { clock, control } = controlled();
    let messages = 0;
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      messages++;
    };
    port2.postMessage('hello');
    for (let i = 0; i < 100; i++) expect(await control.proceed()).toBe(true);
    expect(messages).toBe(0);
    clock.ms += 20;
    await control.proceed();
    clock.ms += 20;
    await control.proceed();
    expect(messages).toBe(1);
    control.end();
    port1.close();
  });

  it('waits while paused and goes on when resumed', async () => {
    const { clock, control } = controlled();
    clock.ms += 20;
    control.pause();
    let passed = false;
    const proceeding = control.proceed().then((go) => {
      passed = true;
      return go;
    });
    await sleep(20);
    expect(passed).toBe(false);
    clock.ms += 500;
    control.resume();
    expect(await proceeding).toBe(true);
    expect(control.pausedMs).toBe(500);
    control.end();
  });

  it('returns false once cancelled, also out of a pause', async () => {
    const { clock, control } = controlled();
    clock.ms += 20;
    control.pause();
    const proceeding = control.proceed();
    await sleep(5);
    control.cancel();
    expect(await proceeding).toBe(false);
    expect(await control.proceed()).toBe(false);
    expect(control.signal.aborted).toBe(true);
    control.end();
  });

  it('throws what went wrong beside the technique', async () => {
    const { control } = controlled();
    control.fail(new ReverieError('device-lost', 'gone'));
    expect((await errorOf(control.proceed())).code).toBe('device-lost');
  });

  it('throws numeric-failure after a loss that is not finite', async () => {
    const { control } = controlled();
    control.report(at(7, 'optimise', { loss: Number.NaN }));
    expect((await errorOf(control.proceed())).code).toBe('numeric-failure');
  });
});

describe('progress', () => {
  it('delivers every phase start and the last record of every phase, and few in between', () => {
    const seen: string[] = [];
    const { clock, control } = controlled({ listener: { onProgress: (p) => seen.push(`${p.phase} ${p.step}`) } });
    control.report(at(0, 'style'));
    control.report(at(1, 'style'));
    control.report(at(2, 'style'));
    for (let step = 0; step <= 50; step++) {
      control.report(at(step));
      clock.ms += 10;
    }
    control.end();
    expect(seen.slice(0, 3)).toEqual(['style 0', 'style 2', 'optimise 0']);
    expect(seen.at(-1)).toBe('optimise 50');
    expect(seen.length).toBeLessThan(10);
  });

  it('delivers a record that was held back, even if the technique reports nothing more', async () => {
    const seen: number[] = [];
    const { clock, control } = controlled({ listener: { onProgress: (p) => seen.push(p.step) } });
    control.report(at(0));
    control.report(at(1));
    clock.ms += 200;
    await control.proceed();
    expect(seen).toEqual([0, 1]);
    control.end();
  });

  it('adds the memory in use and an estimate of the time left', () => {
    const seen: Progress[] = [];
    const { control } = controlled({ listener: { onProgress: (p) => seen.push(p) }, memoryBytes: () => 1234 });
    control.report(at(40, 'optimise', { msPerStep: 10 }));
    expect(seen).toEqual([
      { phase: 'optimise', step: 40, steps: 100, msPerStep: 10, remainingMs: 600, memoryBytes: 1234 },
    ]);
  });
});

describe('previews', () => {
  it('are wanted neither before the last was taken nor more often than the interval', async () => {
    let taken = () => {};
    const onPreview = () =>
      new Promise<void>((resolve) => {
        taken = resolve;
      });
    const { clock, control } = controlled({ listener: { onPreview } });
    expect(control.wants('onPreview', limits.worker.previewIntervalMs)).toBe(true);
    control.hand('onPreview', picture());
    clock.ms += 10 * limits.worker.previewIntervalMs;
    expect(control.wants('onPreview', limits.worker.previewIntervalMs)).toBe(false);
    taken();
    await sleep(0);
    expect(control.wants('onPreview', limits.worker.previewIntervalMs)).toBe(true);
    control.hand('onPreview', picture());
    taken();
    await sleep(0);
    expect(control.wants('onPreview', limits.worker.previewIntervalMs)).toBe(false);
    clock.ms += limits.worker.previewIntervalMs;
    expect(control.wants('onPreview', limits.worker.previewIntervalMs)).toBe(true);
  });

  it('are not wanted when nobody listens', () => {
    expect(controlled().control.wants('onPreview', 0)).toBe(false);
  });

  it('fail the run when the listener fails', async () => {
    const onPreview = () => Promise.reject(new Error('canvas is gone'));
    const { control } = controlled({ listener: { onPreview } });
    control.hand('onPreview', picture());
    await sleep(0);
    expect((await errorOf(control.proceed())).message).toBe('canvas is gone');
  });
});

describe('the remaining time', () => {
  it('counts down with the clock while estimates agree', () => {
    const remaining = new RemainingTime();
    expect(remaining.update(10_000, 0)).toBe(10_000);
    expect(remaining.update(9_000, 1_000)).toBeCloseTo(9_000);
  });

  it('moves gradually when one step was slow', () => {
    const remaining = new RemainingTime();
    remaining.update(10_000, 0);
    const after = remaining.update(30_000, 100);
    expect(after).toBeGreaterThan(9_900);
    expect(after).toBeLessThan(11_000);
  });

  it('does not count a pause', () => {
    const remaining = new RemainingTime();
    remaining.update(10_000, 0);
    remaining.skip(60_000);
    expect(remaining.update(9_900, 60_100)).toBeCloseTo(9_900);
  });
});
