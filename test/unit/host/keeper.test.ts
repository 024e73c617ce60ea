import { describe, expect, it } from 'vitest';
import { ReverieError } from '../../../shared/errors';
import { limits } from '../../../shared/limits';
import { Keeper } from '../../../web/engine/host/attempt';
import type { Kept } from '../../../web/engine/techniques/technique';
import { errorOf, picture } from './fakes';

describe('what is kept', () => {
  const result = { complete: false, losses: [], msPerStep: 1, peakBytes: 7 };
  const kept = (step: number): Kept => ({
    state: step,
    step,
    result: () => ({ ...result, pixels: picture(8, 8, step), steps: step }),
  });
  const { keepIntervalMs, keepShare } = limits.run;

  it('is kept at once, then at intervals that grow with what it costs', async () => {
    const clock = { ms: 0 };
    const keeper = new Keeper(limits.run, () => clock.ms);
    const taken: number[] = [];
    const offer = (step: number, cost = 0) =>
      keeper.offer(
        async () => {
          taken.push(step);
          clock.ms += cost;
          return kept(step);
        },
        () => {},
      );
    await offer(1);
    clock.ms += keepIntervalMs - 1;
    await offer(2);
    clock.ms += 1;
    await offer(3, keepIntervalMs);
    clock.ms += keepIntervalMs / keepShare - 1;
    await offer(4);
    clock.ms += 1;
    await offer(5);
    expect(taken).toEqual([1, 3, 5]);
    expect(keeper.kept?.step).toBe(5);
  });

  it('is what was kept before when a device turns out to have failed', async () => {
    const keeper = new Keeper(limits.run, () => Number.POSITIVE_INFINITY);
    await keeper.offer(
      async () => kept(1),
      () => {},
    );
    const failed = keeper.offer(
      async () => kept(2),
      () => {
        throw new ReverieError('device-lost', 'The driver restarted.');
      },
    );
    expect((await errorOf(failed)).code).toBe('device-lost');
    expect(keeper.kept?.step).toBe(1);
  });
});
