/** A worker that is ended, dies, never answers, or has nothing to do: what its client makes of it. */
import { describe, expect, it, vi } from 'vitest';
import { limits } from '../../../shared/limits';
import { createEngine } from '../../../web/engine/client';
import { eventually } from '../../support/eventually';
import { begun, connect } from './connected';
import { errorOf, FakeWorker, request, type Script, steps } from './fakes';

describe('cancel', () => {
  it('ends the run with the last image', async () => {
    let made = 0;
    const { client, workers } = connect(steps(10_000, { msPerStep: 5, onStep: (step) => (made = step) }));
    const run = client.run(request());
    await eventually(() => expect(made).toBeGreaterThan(1));
    run.cancel();
    const { complete, pixels } = await run.result;
    expect(complete).toBe(false);
    expect(made).toBeLessThan(10_000);
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
    let asked = 0;
    if (inside) {
      inside.loadWeights = (_, { signal }) => {
        asked++;
        return new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason));
        });
      };
    }
    const both = [client.run(request()), client.prepare('other')];
    await eventually(() => expect(asked).toBe(2));
    for (const loading of both) {
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
    let stuck = false;
    const onPreview = vi.fn();
    // Holds the thread the way a technique does that never gives control back, as far as a fake can.
    let script: Script = async (context) => {
      await steps(2)(context);
      stuck = true;
      return new Promise(() => {});
    };
    const { client, workers } = connect((context) => script(context));
    const run = client.run(request(), { onPreview });
    const next = client.run(request());
    await eventually(() => expect([stuck, onPreview.mock.calls.length]).toEqual([true, 1]));
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
    const { client, workers, parts } = connect(() => new Promise(() => {}));
    const run = client.run(request());
    await begun(parts);
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
    await begun(parts);
    const [inside] = parts;
    const loading = vi.fn(() => new Promise<never>(() => {}));
    if (inside) inside.loadWeights = loading;
    const prepared = client.prepare('other').result;
    await eventually(() => expect(loading).toHaveBeenCalled());
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
    const { client, workers, parts } = connect(() => new Promise(() => {}));
    const run = client.run(request());
    await begun(parts);
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
    const { client, workers, parts } = connect(
      () =>
        new Promise((resolve) => {
          finish = () => resolve({});
        }),
    );
    const run = client.run(request());
    await begun(parts);
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
