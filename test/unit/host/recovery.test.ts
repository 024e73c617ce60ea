/** Devices that fail in mid-run: what is kept, where the next attempt goes on, and what is left when none is. */
import { describe, expect, it } from 'vitest';
import { ReverieError } from '../../../shared/errors';
import { limits } from '../../../shared/limits';
import type { DeviceReport, Progress } from '../../../web/engine/api';
import { JobControl } from '../../../web/engine/host/control';
import { Devices } from '../../../web/engine/host/devices';
import { Keeper } from '../../../web/engine/host/recovery';
import type { TechniqueContext } from '../../../web/engine/techniques/technique';
import type { Kept, TechniqueResult } from '../../../web/engine/types';
import { eventually } from '../../support/eventually';
import { errorOf, type FakeDevice, fakeEngine, picture, request, type Script, sleep } from './fakes';

const outOfMemory = () => new ReverieError('out-of-memory', 'The buffer was refused.');
const lost = () => new ReverieError('device-lost', 'The driver restarted.');

const resultAt = (step: number, complete: boolean): TechniqueResult => ({
  pixels: picture(8, 8, step),
  complete,
  losses: [],
  steps: step,
  msPerStep: 1,
  peakBytes: 7,
});

/** Counts to `count` and keeps every step; `begun` learns where each attempt began. */
const counting =
  (count: number, begun: number[], onStep: (step: number, context: TechniqueContext) => unknown): Script =>
  async (context) => {
    let step = (context.resume as number | undefined) ?? 0;
    begun.push(step);
    let goOn = true;
    while (step < count && goOn) {
      step++;
      const here = step;
      context.control.report({ phase: 'optimise', step, steps: count });
      await context.control.keep?.(async () => ({ state: here, step: here, result: () => resultAt(here, false) }));
      await onStep(step, context);
      goOn = await context.control.proceed();
    }
    return resultAt(step, goOn);
  };

/** An engine whose devices bear the given names, in turn, as long as those are not excluded. */
function engineOn(names: readonly DeviceReport['backend'][], script?: Script) {
  const made = fakeEngine(script);
  const open = made.parts.openDevice;
  const opened: string[] = [];
  made.parts.openDevice = async (exclude) => {
    const backend = names.find((name) => !exclude?.includes(name));
    if (!backend) throw new ReverieError('backend-unavailable', 'No backend can compute here.');
    opened.push(backend);
    const device = (await open()) as FakeDevice;
    Object.assign(device, { report: { ...device.report, backend } });
    return device;
  };
  return { ...made, opened };
}

describe('a run whose device fails', () => {
  it('goes on from what it has kept, on a fresh device of the same kind', async () => {
    const begun: number[] = [];
    const { engine, parts, opened } = engineOn(['webgpu', 'wasm']);
    parts.script = counting(9, begun, (step) => step === 5 && begun.length === 1 && parts.devices[0]?.lose(lost()));
    const seen: Progress[] = [];
    const { record, complete } = await engine.run(request(), { onProgress: (each) => seen.push(each) }).result;
    expect([begun, opened, complete, record.steps]).toEqual([[0, 5], ['webgpu', 'webgpu'], true, 9]);
    expect(record.troubles).toEqual([
      { code: 'device-lost', message: 'The driver restarted.', backend: 'webgpu', step: 5 },
    ]);
    const steps = seen.filter(({ phase }) => phase === 'optimise').map(({ step }) => step);
    expect(steps).toEqual([...steps].sort((a, b) => a - b));
    await engine.dispose();
  });

  it('changes to the next kind when the same one is lost again', async () => {
    const begun: number[] = [];
    const { engine, parts, opened } = engineOn(['webgpu', 'wasm']);
    parts.script = counting(9, begun, (step) => {
      if ([3, 6].includes(step) && opened.at(-1) === 'webgpu') parts.devices.at(-1)?.lose(lost());
    });
    const devices: string[] = [];
    const { record } = await engine.run(request(), { onDevice: ({ backend }) => void devices.push(backend) }).result;
    expect([begun, devices]).toEqual([
      [0, 3, 6],
      ['webgpu', 'webgpu', 'wasm'],
    ]);
    expect([record.device.backend, record.troubles?.map(({ step }) => step)]).toEqual(['wasm', [3, 6]]);
    await engine.dispose();
  });

  it('out of memory: first with smaller tiles, then on the next kind; the record has the tile', async () => {
    const begun: number[] = [];
    const { engine, parts, opened } = engineOn(['webgpu', 'wasm']);
    const tiles: number[] = [];
    const { techniqueOf } = parts;
    // Size stands for the tile: the fake technique's recipe is of a style, which has none.
    parts.techniqueOf = () => ({
      ...techniqueOf(),
      withSmallerTile: (recipe) => (recipe.size > 64 ? { ...recipe, size: recipe.size / 2 } : null),
    });
    parts.script = counting(9, begun, (step, { recipe }) => {
      tiles.push(recipe.size);
      if (step % 2 === 0 && opened.at(-1) === 'webgpu') throw outOfMemory();
    });
    const { record } = await engine.run(request({ size: 256 })).result;
    expect([begun, opened]).toEqual([
      [0, 2, 4, 6],
      ['webgpu', 'webgpu', 'webgpu', 'wasm'],
    ]);
    expect([...new Set(tiles)]).toEqual([256, 128, 64]);
    expect(record.recipe.size).toBe(64);
    await engine.dispose();
  });

  it('ends incomplete, with the last image and the reason, when every kind has failed', async () => {
    const { engine, parts } = engineOn(['webgpu', 'wasm']);
    parts.script = counting(9, [], (step) => {
      if (step >= 4) throw outOfMemory();
    });
    const { record, complete, pixels } = await engine.run(request()).result;
    expect([complete, pixels.data[0], record.steps]).toEqual([false, 5, 5]);
    expect(record.failure).toEqual({ code: 'out-of-memory', message: 'The buffer was refused.' });
    expect(record.troubles?.map(({ backend, step }) => [backend, step])).toEqual([
      ['webgpu', 4],
      ['wasm', 5],
    ]);
    // And the next run finds the first kind again.
    parts.script = counting(2, [], () => {});
    expect((await engine.run(request()).result).complete).toBe(true);
    await engine.dispose();
  });

  it('keeps the image of a run whose numbers went wrong later', async () => {
    const { engine, parts } = engineOn(['wasm']);
    parts.script = counting(9, [], (step, { control }) => {
      if (step === 4) control.report({ phase: 'optimise', step, steps: 9, loss: Number.NaN });
    });
    const { record, complete } = await engine.run(request()).result;
    expect([complete, record.steps, record.failure?.code]).toEqual([false, 4, 'numeric-failure']);
    await engine.dispose();
  });

  it('cancelled while it waits for another device keeps its image', async () => {
    const { engine, parts } = engineOn(['webgpu', 'wasm']);
    parts.script = counting(9, [], (step) => {
      if (step !== 3) return;
      parts.openDevice = () => sleep(1_000).then(() => Promise.reject(new Error('still not there')));
      parts.devices[0]?.lose(lost());
    });
    const run = engine.run(request());
    await eventually(() => expect(parts.devices[0]?.disposed).toBe(true));
    run.cancel();
    const { record, complete } = await run.result;
    expect([complete, record.steps, record.failure]).toEqual([false, 3, undefined]);
    await engine.dispose();
  });

  it('stays paused when it was, as over a night of the machine', async () => {
    const { engine, parts } = engineOn(['webgpu']);
    const begun: number[] = [];
    let steps = 0;
    parts.script = counting(9, begun, async (step) => {
      steps++;
      if (step === 3) run.pause();
      // A pause takes hold when the thread is next let go.
      await sleep(10);
    });
    const run = engine.run(request());
    await eventually(() => expect(steps).toBe(3));
    await sleep(30);
    parts.devices[0]?.lose(lost());
    await eventually(() => expect(parts.devices).toHaveLength(2));
    await sleep(50);
    expect(steps).toBe(3);
    run.resume();
    const { record, complete } = await run.result;
    expect([complete, record.steps, begun]).toEqual([true, 9, [0, 3]]);
    await engine.dispose();
  });

  it('is not disturbed by an attempt that hung on the lost device and wakes up late', async () => {
    const { engine, parts } = engineOn(['webgpu']);
    let wake = () => {};
    const zombie: unknown[] = [];
    const asleep = new Promise<void>((resolve) => {
      wake = resolve;
    });
    parts.script = async (context) => {
      await asleep;
      const { control } = context;
      control.report({ phase: 'optimise', step: 999, steps: 999 });
      if (control.wantsPreview()) control.preview(picture(8, 8, 99));
      zombie.push(await errorOf(control.keep?.(async () => wrong) ?? Promise.resolve()));
      zombie.push(await errorOf(control.proceed()));
      return {};
    };
    const wrong: Kept = { state: 999, step: 999, result: () => resultAt(999, true) };
    const seen: Progress[] = [];
    const previews: number[] = [];
    const run = engine.run(request(), {
      onProgress: (each) => seen.push(each),
      onPreview: ({ data }) => void previews.push(data[0] ?? 0),
    });
    await eventually(() => expect(seen.at(-1)?.phase).toBe('style'));
    await sleep(0);
    const begun: number[] = [];
    parts.devices[0]?.lose(lost());
    parts.script = counting(3, begun, async (step) => {
      if (step !== 2) return;
      wake();
      await sleep(20);
    });
    const { record } = await run.result;
    expect([record.steps, begun]).toEqual([3, [0]]);
    expect(seen.map(({ step }) => step)).not.toContain(999);
    expect(previews).not.toContain(99);
    expect(zombie).toMatchObject([{ code: 'device-lost' }, { code: 'device-lost' }]);
    await engine.dispose();
  });

  it('is lost to the other jobs on it too, when one of them gives it up', async () => {
    const { parts } = engineOn(['webgpu']);
    const devices = new Devices(parts.openDevice, () => {});
    const beside = new JobControl();
    devices.users.add(beside);
    const open = await devices.open();
    await devices.abandon(open);
    expect((await errorOf(open.lost)).code).toBe('device-lost');
    expect((await errorOf(beside.proceed())).code).toBe('device-lost');
    expect([parts.devices[0]?.disposed, (await devices.open()) === open]).toEqual([true, false]);
    await devices.dispose();
  });
});

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
