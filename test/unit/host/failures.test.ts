import { describe, expect, it } from 'vitest';
import { ReverieError } from '../../../shared/errors';
import { limits } from '../../../shared/limits';
import { eventually } from '../../support/eventually';
import { errorOf, fakeEngine, picture, preset, recipe, request, sleep, steps } from './fakes';

describe('cancel, pause and failure', () => {
  it('cancel takes effect within one iteration and keeps the last image', async () => {
    const { engine, parts } = fakeEngine();
    const run = engine.run(request());
    let last = 0;
    parts.script = steps(1000, {
      msPerStep: 10,
      onStep: (step) => {
        last = step;
        if (step === 4) run.cancel();
      },
    });
    const { complete, pixels } = await run.result;
    expect(complete).toBe(false);
    expect(last).toBe(4);
    expect(pixels.data[0]).toBe(4);
    await engine.dispose();
  });

  it('cancel before there is an image rejects with aborted, in every phase before it', async () => {
    const { engine } = fakeEngine();
    const atOnce = engine.run(request());
    const queued = engine.run(request());
    queued.cancel();
    atOnce.cancel();
    expect((await errorOf(queued.result)).code).toBe('aborted');
    expect((await errorOf(atOnce.result)).code).toBe('aborted');
    await engine.dispose();

    const slow = fakeEngine();
    const { openDevice } = slow.parts;
    slow.parts.openDevice = () => sleep(50).then(() => openDevice());
    // Asked for while the device opens.
    slow.parts.loadWeights = (_, { signal }) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason));
      });
    const opening = slow.engine.run(request());
    await sleep(5);
    opening.cancel();
    expect((await errorOf(opening.result)).code).toBe('aborted');

    const loading = slow.engine.run(request());
    await sleep(100);
    loading.cancel();
    expect((await errorOf(loading.result)).code).toBe('aborted');
    await slow.engine.dispose();
  });

  it('a run that was paused from the start makes no step before it is resumed', async () => {
    const { engine } = fakeEngine(steps(5, { msPerStep: 10 }));
    const run = engine.run(request());
    run.pause();
    let done = false;
    run.result.then(() => {
      done = true;
    });
    await sleep(150);
    expect(done).toBe(false);
    run.resume();
    expect((await run.result).complete).toBe(true);
    await engine.dispose();
  });

  it('a loss that is not finite ends in numeric-failure, sampled or only reported', async () => {
    const { engine, parts } = fakeEngine(async () => ({ losses: [{ step: 1, loss: Number.NaN }] }));
    expect((await errorOf(engine.run(request()).result)).code).toBe('numeric-failure');
    parts.script = async ({ control }) => {
      control.report({ phase: 'optimise', step: 9, steps: 9, loss: Number.POSITIVE_INFINITY });
      return {};
    };
    expect((await errorOf(engine.run(request()).result)).code).toBe('numeric-failure');
    await engine.dispose();
  });

  it('a lost device does not end the run, even if the technique hangs on it: it begins again on a fresh one', async () => {
    const { engine, parts } = fakeEngine(() => new Promise(() => {}));
    const run = engine.run(request());
    await eventually(() => expect(parts.begun).toBe(1));
    const waiting = engine.run(request());
    parts.devices[0]?.lose(new ReverieError('device-lost', 'The driver restarted.'));
    parts.script = steps(2);
    const { complete, record } = await run.result;
    expect(complete).toBe(true);
    expect(record.troubles).toEqual([
      { code: 'device-lost', message: 'The driver restarted.', backend: 'cpu', step: 0 },
    ]);
    expect((await waiting.result).complete).toBe(true);
    expect(parts.devices).toHaveLength(2);
    expect(parts.devices[0]?.disposed).toBe(true);
    expect(parts.networks).toEqual(['reverie-vgg']);
    await engine.dispose();
  });

  it('a read that fails because the device is being lost is reported as the loss', async () => {
    const { engine, parts } = fakeEngine(async () => {
      setTimeout(() => parts.devices.at(-1)?.lose(new ReverieError('device-lost', 'gone')), 10);
      throw new DOMException('Device is lost', 'AbortError');
    });
    expect((await errorOf(engine.run(request()).result)).code).toBe('device-lost');
    await engine.dispose();
  });

  it('a device that failed unnoticed gives no picture', async () => {
    const { engine, parts } = fakeEngine();
    await engine.device();
    const [device] = parts.devices;
    if (device) device.failure = new ReverieError('device-lost', 'validation');
    const { record } = await engine.run(request()).result;
    expect(record.troubles?.map(({ message }) => message)).toEqual(['validation']);
    expect(parts.devices).toHaveLength(2);
    expect(device?.disposed).toBe(true);
    await engine.dispose();
  });

  it('memory that runs out in mid-run passes the backend over; at most so many times', async () => {
    const { engine, parts } = fakeEngine(async () => {
      throw new RangeError('Array buffer allocation failed');
    });
    const excluded: unknown[] = [];
    const { openDevice } = parts;
    parts.openDevice = (...args: unknown[]) => {
      excluded.push(args[0]);
      return openDevice();
    };
    expect((await errorOf(engine.run(request()).result)).code).toBe('out-of-memory');
    expect(excluded).toEqual([[], ...Array.from({ length: limits.device.maxRecoveries }, () => ['cpu'])]);
    await engine.dispose();
  });

  it('a backend that failed to open is tried again by the next run', async () => {
    const { engine, parts } = fakeEngine();
    const { openDevice } = parts;
    parts.openDevice = () => Promise.reject(new ReverieError('backend-unavailable', 'none'));
    expect((await errorOf(engine.run(request()).result)).code).toBe('backend-unavailable');
    parts.openDevice = openDevice;
    expect((await engine.run(request()).result).complete).toBe(true);
    await engine.dispose();
  });

  it('dispose ends what runs and refuses what comes after', async () => {
    let made = 0;
    const { engine } = fakeEngine(steps(10_000, { msPerStep: 5, onStep: (step) => (made = step) }));
    const active = engine.run(request());
    const waiting = engine.run(request());
    await eventually(() => expect(made).toBeGreaterThan(0));
    await engine.dispose();
    expect((await active.result).complete).toBe(false);
    expect((await errorOf(waiting.result)).code).toBe('aborted');
    expect((await errorOf(engine.device())).code).toBe('aborted');
  });
});

describe('bad input', () => {
  const run = async (content: ReturnType<typeof picture>, fields: Parameters<typeof recipe>[0] = {}) => {
    const { engine, parts } = fakeEngine();
    const error = await errorOf(
      engine.run({ recipe: recipe(fields), inputs: { content, styles: [picture()] } }).result,
    );
    expect(parts.loaded, 'nothing is downloaded for it').toEqual([]);
    await engine.dispose();
    return error;
  };

  it('is refused with a code and the numbers', async () => {
    expect(await run(picture(1, 1))).toMatchObject({
      code: 'image-too-small',
      message: expect.stringContaining('1×1'),
    });
    expect((await run(picture(20_000, 16))).code).toBe('image-too-large');
    expect((await run(picture(400, 20))).code).toBe('image-too-long');
    expect((await run({ ...picture(), height: 33 })).code).toBe('image-truncated');
  });

  it('that would become too narrow at the size of the run names the size that works', async () => {
    const { code, message } = await run(picture(480, 40), { size: 64 });
    expect(code).toBe('image-too-small');
    expect(message).toContain('at least 192');
  });

  it('of styles that do not match the recipe is refused', async () => {
    const { engine } = fakeEngine();
    const { result } = engine.run({ recipe: recipe(), inputs: { content: picture(), styles: [] } });
    expect((await errorOf(result)).code).toBe('bad-request');
    await engine.dispose();
  });

  it('of a recipe with an unknown field is refused with the field', async () => {
    const { engine } = fakeEngine();
    const bad = { ...recipe(), brush: 3 };
    const { code, message } = await errorOf(engine.run({ ...request(), recipe: bad }).result);
    expect(code).toBe('recipe-invalid');
    expect(message).toContain('brush');
    await engine.dispose();
  });

  it('of a preset that is not there, or was measured with other weights, is refused', async () => {
    const { engine, parts } = fakeEngine();
    const inputs = { content: picture(), styles: [] };
    const wave = recipe({ styles: [{ preset: 'wave' }] });
    expect((await errorOf(engine.run({ recipe: wave, inputs }).result)).code).toBe('preset-unknown');
    const other = await preset();
    parts.presets = [{ ...other, statistics: other.statistics.map((s) => ({ ...s, weights: 'd'.repeat(64) })) }];
    const { code, message } = await errorOf(engine.run({ recipe: wave, inputs }).result);
    expect(code).toBe('preset-unknown');
    expect(message).toContain('other weights');
    await engine.dispose();
  });
});
