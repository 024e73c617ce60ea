import { afterEach, describe, expect, it, vi } from 'vitest';
import { ReverieError } from '../../../shared/errors';
import { limits } from '../../../shared/limits';
import type { Engine, Pixels, Progress } from '../../../web/engine/api';
import { createEngine } from '../../../web/engine/client';
import { eventually } from '../../support/eventually';
import {
  errorOf,
  type FakeParts,
  FakeWorker,
  fakeEngine,
  picture,
  recipe,
  request,
  type Script,
  sleep,
  steps,
} from './fakes';

const engines: Engine[] = [];

/** A client over fake workers; every restart makes another. */
function connect(script?: Script, spawn?: (make: () => FakeWorker) => FakeWorker) {
  const workers: FakeWorker[] = [];
  const parts: FakeParts[] = [];
  const make = () => {
    const worker = new FakeWorker(() => {
      const fake = fakeEngine(script);
      parts.push(fake.parts);
      return fake.engine;
    });
    workers.push(worker);
    return worker;
  };
  const client = createEngine({ baseUrl: '' }, () => (spawn ? spawn(make) : make()));
  engines.push(client);
  return { client, workers, parts };
}

/** Holds the thread the way a technique does that never gives control back, as far as a fake can. */
const stuck: Script = async ({ control }) => {
  await steps(2)({ control } as Parameters<Script>[0]);
  return new Promise(() => {});
};

afterEach(async () => {
  vi.useRealTimers();
  for (const engine of engines.splice(0)) await engine.dispose();
});

describe('calls', () => {
  it('start the worker only when the first comes, and only once', async () => {
    const { client, workers } = connect();
    expect(workers).toHaveLength(0);
    const [device, manifest] = await Promise.all([client.device(), client.prepare('reverie-vgg').result]);
    expect(device.backend).toBe('cpu');
    expect(manifest.id).toBe('reverie-vgg');
    expect(workers).toHaveLength(1);
  });

  it('carry progress of prepare and the numbers of estimate', async () => {
    const { client } = connect();
    const seen: Progress[] = [];
    expect((await client.prepare('reverie-vgg', { onProgress: (progress) => seen.push(progress) }).result).id).toBe(
      'reverie-vgg',
    );
    expect(seen.at(-1)).toMatchObject({ phase: 'weights', step: 2, steps: 2 });
    expect((await client.estimate(recipe(), { width: 64, height: 64 })).bytes).toBe(64 * 64 * 1000);
  });

  it('reject with the code that was thrown in the worker', async () => {
    const { client, parts } = connect();
    await client.device();
    const [inside] = parts;
    if (inside) {
      inside.loadWeights = () => Promise.reject(new ReverieError('weights-integrity', 'Part 2 arrived damaged twice.'));
    }
    const error = await errorOf(client.prepare('reverie-vgg').result);
    expect(error).toBeInstanceOf(ReverieError);
    expect(error).toMatchObject({
      code: 'weights-integrity',
      message: 'Part 2 arrived damaged twice.',
      retryable: true,
    });
    const run = await errorOf(client.run(request({ network: 'other' })).result);
    expect(run.code).toBe('weights-integrity');
  });

  it('turn an unforeseen error into internal, with its message', async () => {
    const { client } = connect(async () => {
      throw new TypeError('x is undefined');
    });
    expect(await errorOf(client.run(request()).result)).toMatchObject({ code: 'internal', message: 'x is undefined' });
  });

  it('reject when the engine was disposed of', async () => {
    const { client, workers } = connect(steps(1000, { msPerStep: 5 }));
    const run = client.run(request());
    await sleep(50);
    await client.dispose();
    expect((await errorOf(run.result)).code).toBe('aborted');
    expect(workers[0]?.terminated).toBe(true);
    expect((await errorOf(client.device())).code).toBe('aborted');
    expect(workers).toHaveLength(1);
  });
});

describe('a print', () => {
  const printed = () => ({
    ...request(),
    inputs: { ...request().inputs, print: { photo: picture(64, 64), base: picture(64, 64), width: 64, height: 64 } },
  });

  it('gets a worker of its own, with none of what runs before it took', async () => {
    const { client, workers } = connect();
    await client.run(request()).result;
    expect(await errorOf(client.run(printed()).result)).toMatchObject({ code: 'bad-request' });
    expect(workers.map(({ terminated }) => terminated)).toEqual([true, false]);
    await client.run(request()).result;
    expect(workers).toHaveLength(2);
  });

  it('shares one with what is under way there', async () => {
    const { client, workers } = connect();
    await client.device();
    const prepared = client.prepare('reverie-vgg').result;
    await Promise.all([errorOf(client.run(printed()).result), prepared]);
    expect(workers).toHaveLength(1);
  });
});

describe('a run', () => {
  it('delivers progress, previews and the result, and leaves the inputs to the caller', async () => {
    const { client } = connect(steps(3));
    const progress: Progress[] = [];
    const previews: Pixels[] = [];
    const input = request();
    const { pixels, complete, record } = await client.run(input, {
      onProgress: (p) => progress.push(p),
      onPreview: (p) => void previews.push(p),
    }).result;
    expect(complete).toBe(true);
    expect(pixels.data[0]).toBe(3);
    expect(record.steps).toBe(3);
    expect(progress[0]?.phase).toBe('device');
    expect(progress.at(-1)).toMatchObject({ phase: 'finish', step: 1 });
    expect(previews[0]?.data[0]).toBe(1);
    expect(input.inputs.content.data.length).toBe(48 * 32 * 4);
  });

  it('moves the buffers of previews and result instead of copying them', async () => {
    const given: Pixels[] = [];
    const { client } = connect(async ({ control }) => {
      const preview = { width: 2, height: 2, data: new Uint8ClampedArray(16) };
      const pixels = { width: 2, height: 2, data: new Uint8ClampedArray(16).fill(9) };
      given.push(preview, pixels);
      control.preview(preview);
      return { pixels };
    });
    const { pixels } = await client.run(request()).result;
    expect(pixels.data).toEqual(new Uint8ClampedArray(16).fill(9));
    expect(given.map(({ data }) => data.length)).toEqual([0, 0]);
  });

  it('waits for its turn; the queue is bounded', async () => {
    const log: string[] = [];
    const { client } = connect(async ({ recipe: { seed } }) => {
      log.push(`${seed} begins`);
      await sleep(3);
      log.push(`${seed} ends`);
      return {};
    });
    const runs = Array.from({ length: limits.worker.maxQueue + 1 }, (_, i) => client.run(request({ seed: i })));
    expect((await errorOf(client.run(request()).result)).code).toBe('busy');
    await Promise.all(runs.map(({ result }) => result));
    expect(log).toEqual(runs.flatMap((_, i) => [`${i} begins`, `${i} ends`]));
  });

  it('sends no further preview before the last was taken', async () => {
    vi.spyOn(limits.worker, 'previewIntervalMs', 'get').mockReturnValue(0 as never);
    let take = () => {};
    const seen: number[] = [];
    const { client } = connect(steps(40, { msPerStep: 3 }));
    const run = client.run(request(), {
      onPreview: ({ data }) => {
        seen.push(data[0] ?? 0);
        return new Promise<void>((resolve) => {
          take = resolve;
        });
      },
    });
    await sleep(100);
    expect(seen).toEqual([1]);
    take();
    await sleep(30);
    expect(seen).toHaveLength(2);
    take();
    await run.result;
    vi.restoreAllMocks();
  });

  it('ends on both sides when a listener fails', async () => {
    let made = 0;
    const { client } = connect(steps(1000, { msPerStep: 3, onStep: (step) => (made = step) }));
    const onPreview = () => Promise.reject(new Error('canvas is gone'));
    await expect(client.run(request(), { onPreview }).result).rejects.toThrow('canvas is gone');
    await sleep(60);
    const held = made;
    await sleep(60);
    expect([made, held < 1000]).toEqual([held, true]);
  });

  it.each([
    ['is stopped', () => new Promise(() => {})],
    ['fails', () => Promise.reject(new Error('the disk is full'))],
  ])('does not hold up the next when the one who takes its bands %s', async (_, onBand) => {
    let band = true;
    const { client, workers } = connect(async (context) => {
      if (band) await context.control.band?.(picture(8, 1));
      return steps(1)(context);
    });
    const run = client.run(request(), { onBand });
    await eventually(() => expect(workers).toHaveLength(1));
    await sleep(60);
    run.cancel();
    await errorOf(run.result);
    band = false;
    expect((await client.run(request()).result).complete).toBe(true);
    expect(workers).toHaveLength(1);
  });

  it('pauses, and goes on when resumed', async () => {
    let made = 0;
    const { client } = connect(steps(60, { msPerStep: 4, onStep: (step) => (made = step) }));
    const run = client.run(request());
    await sleep(80);
    run.pause();
    await sleep(50);
    const held = made;
    expect(held).toBeGreaterThan(0);
    await sleep(100);
    expect(made).toBe(held);
    run.resume();
    expect((await run.result).complete).toBe(true);
  });

  it('that is paused before it starts waits before its first step', async () => {
    let made = 0;
    const { client } = connect(steps(30, { msPerStep: 5, onStep: (step) => (made = step) }));
    const run = client.run(request());
    run.pause();
    await sleep(150);
    expect(made).toBeLessThan(5);
    run.resume();
    expect((await run.result).complete).toBe(true);
  });
});

describe('cancel', () => {
  it('ends the run with the last image', async () => {
    const { client, workers } = connect(steps(1000, { msPerStep: 5 }));
    const run = client.run(request());
    await sleep(80);
    const asked = performance.now();
    run.cancel();
    const { complete, pixels } = await run.result;
    expect(performance.now() - asked).toBeLessThan(100);
    expect(complete).toBe(false);
    expect(pixels.data[0]).toBeGreaterThan(0);
    expect(workers[0]?.terminated).toBe(false);
  });

  it('before any image rejects with aborted: in the queue, while the worker starts, while weights load', async () => {
    const { client, parts, workers } = connect(steps(1000, { msPerStep: 5 }));
    const starting = client.run(request());
    const queued = client.run(request());
    queued.cancel();
    starting.cancel();
    expect((await errorOf(queued.result)).code).toBe('aborted');
    expect((await errorOf(starting.result)).code).toBe('aborted');
    await client.device();
    const [inside] = parts;
    if (inside) {
      inside.loadWeights = (_, { signal }) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason));
        });
    }
    for (const loading of [client.run(request()), client.prepare('other')]) {
      await sleep(30);
      loading.cancel();
      expect((await errorOf(loading.result)).code).toBe('aborted');
    }
    expect(workers).toHaveLength(1);
  });

  it('after the end does nothing: no worker is ended for what has ended by itself', async () => {
    const { client, workers } = connect(steps(2));
    const [run, preparing] = [client.run(request()), client.prepare('reverie-vgg')];
    await Promise.all([run.result, preparing.result]);
    vi.useFakeTimers();
    run.cancel();
    preparing.cancel();
    await vi.advanceTimersByTimeAsync(2 * limits.worker.cancelGraceMs);
    expect(workers.map(({ terminated }) => terminated)).toEqual([false]);
  });

  it('terminates a run that does not listen, keeps the last preview, and the next run starts another worker', async () => {
    let script = stuck;
    const { client, workers } = connect((context) => script(context));
    const run = client.run(request());
    const next = client.run(request());
    await sleep(80);
    vi.useFakeTimers();
    run.cancel();
    await vi.advanceTimersByTimeAsync(limits.worker.cancelGraceMs - 1);
    expect(workers[0]?.terminated).toBe(false);
    script = steps(2);
    await vi.advanceTimersByTimeAsync(1);
    vi.useRealTimers();
    const { complete, pixels, record } = await run.result;
    expect(complete).toBe(false);
    expect(pixels.data[0]).toBe(1);
    expect(record.device.backend).toBe('cpu');
    expect(workers[0]?.terminated).toBe(true);
    expect((await next.result).complete).toBe(true);
    expect(workers).toHaveLength(2);
  });

  it('of a run that hangs before any image rejects with aborted after the grace time', async () => {
    const { client, workers } = connect(() => new Promise(() => {}));
    const run = client.run(request());
    await sleep(80);
    vi.useFakeTimers();
    run.cancel();
    await vi.advanceTimersByTimeAsync(limits.worker.cancelGraceMs);
    vi.useRealTimers();
    expect((await errorOf(run.result)).code).toBe('aborted');
    expect(workers[0]?.terminated).toBe(true);
  });
});

describe('the death of the worker', () => {
  it('rejects everything that waits for it, and the next call starts another', async () => {
    const { client, workers, parts } = connect(() => new Promise(() => {}));
    const run = client.run(request());
    await sleep(60);
    const [inside] = parts;
    if (inside) inside.loadWeights = () => new Promise(() => {});
    const prepared = client.prepare('other').result;
    await sleep(5);
    workers[0]?.fireError('Uncaught RangeError: out of memory');
    const error = await errorOf(run.result);
    expect(error.code).toBe('worker-died');
    expect(error.message).toContain('out of memory');
    expect((await errorOf(prepared)).code).toBe('worker-died');
    expect(workers[0]?.terminated).toBe(true);
    expect((await client.device()).backend).toBe('cpu');
    expect(workers).toHaveLength(2);
  });

  it('by a message that cannot be read is noticed too', async () => {
    const { client, workers } = connect(() => new Promise(() => {}));
    const run = client.run(request());
    await sleep(60);
    workers[0]?.dispatchEvent(new MessageEvent('messageerror'));
    expect((await errorOf(run.result)).code).toBe('worker-died');
  });

  it('at birth, when its script cannot be loaded or it may not be made at all, is reported with the reason', async () => {
    const failing = connect(undefined, () => new FakeWorker());
    const worker = new FakeWorker();
    const unloadable = createEngine({ baseUrl: '' }, () => worker);
    const call = unloadable.device();
    worker.fireError();
    expect(await errorOf(call)).toMatchObject({
      code: 'worker-died',
      message: expect.stringContaining('could not be loaded'),
    });
    const forbidden = connect(undefined, () => {
      throw new DOMException('blocked by policy', 'SecurityError');
    });
    expect(await errorOf(forbidden.client.device())).toMatchObject({
      code: 'worker-died',
      message: expect.stringContaining('blocked by policy'),
    });
    await unloadable.dispose();
    await failing.client.dispose();
  });
});

describe('the handshake', () => {
  it('that never comes ends in worker-timeout, and the next call tries again', async () => {
    const dead: FakeWorker[] = [];
    const { client, workers } = connect(undefined, (make) => {
      if (dead.length > 0) return make();
      const silent = new FakeWorker();
      dead.push(silent);
      return silent;
    });
    vi.useFakeTimers();
    const call = errorOf(client.device());
    await vi.advanceTimersByTimeAsync(limits.worker.readyTimeoutMs);
    vi.useRealTimers();
    expect((await call).code).toBe('worker-timeout');
    expect(dead[0]?.terminated).toBe(true);
    expect((await client.device()).backend).toBe('cpu');
    expect(workers).toHaveLength(1);
  });

  it('of a worker of another version is refused', async () => {
    const other = new FakeWorker();
    const client = createEngine({ baseUrl: '' }, () => other);
    const call = client.device();
    other.dispatchEvent(new MessageEvent('message', { data: { type: 'reverie-ready', version: '999' } }));
    expect(await errorOf(call)).toMatchObject({ code: 'worker-died', message: expect.stringContaining('Reload') });
  });
});

describe('an idle worker', () => {
  it('is stopped after a while, not during a run, and starts again on the next call', async () => {
    let finish = () => {};
    const { client, workers } = connect(
      () =>
        new Promise((resolve) => {
          finish = () => resolve({});
        }),
    );
    const run = client.run(request());
    await sleep(80);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    await vi.advanceTimersByTimeAsync(2 * limits.worker.idleMs);
    expect(workers[0]?.terminated).toBe(false);
    finish();
    await run.result;
    await vi.advanceTimersByTimeAsync(limits.worker.idleMs - 1);
    expect(workers[0]?.terminated).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(workers[0]?.terminated).toBe(true);
    vi.useRealTimers();
    expect((await client.device()).backend).toBe('cpu');
    expect(workers).toHaveLength(2);
  });
});

describe('clearing the storage', () => {
  it('reaches the store', async () => {
    const { client, parts } = connect();
    await client.clearStorage();
    expect(parts[0]?.cleared).toBe(1);
  });
});
