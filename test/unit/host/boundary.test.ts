import { describe, expect, it, vi } from 'vitest';
import { ReverieError } from '../../../shared/errors';
import { limits } from '../../../shared/limits';
import type { Pixels, Progress } from '../../../web/engine/api';
import { eventually } from '../../support/eventually';
import { begun, connect } from './connected';
import { errorOf, picture, recipe, request, sleep, steps } from './fakes';

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
    const { client, workers, parts } = connect(steps(10_000, { msPerStep: 5 }));
    const run = client.run(request());
    await begun(parts);
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

/** Waits until a count stands still. */
const standing = (count: () => number) =>
  eventually(async () => {
    const held = count();
    await sleep(60);
    expect(count()).toBe(held);
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
    let made = 0;
    const { client } = connect(steps(10_000, { msPerStep: 3, onStep: (step) => (made = step) }));
    const more = (count: number, from = made) => eventually(() => expect(made).toBeGreaterThan(from + count));
    const run = client.run(request(), {
      onPreview: ({ data }) => {
        seen.push(data[0] ?? 0);
        return new Promise<void>((resolve) => {
          take = resolve;
        });
      },
    });
    await eventually(() => expect(seen).toEqual([1]));
    await more(10);
    expect(seen).toEqual([1]);
    take();
    await eventually(() => expect(seen).toHaveLength(2));
    await more(10);
    expect(seen).toHaveLength(2);
    run.cancel();
    take();
    await run.result;
    vi.restoreAllMocks();
  });

  it('ends on both sides when a listener fails', async () => {
    let made = 0;
    const { client } = connect(steps(1000, { msPerStep: 3, onStep: (step) => (made = step) }));
    const onPreview = () => Promise.reject(new Error('canvas is gone'));
    await expect(client.run(request(), { onPreview }).result).rejects.toThrow('canvas is gone');
    await standing(() => made);
    expect(made).toBeLessThan(1000);
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
    const taking = vi.fn(onBand);
    const run = client.run(request(), { onBand: taking });
    await eventually(() => expect(taking).toHaveBeenCalled());
    run.cancel();
    await errorOf(run.result);
    band = false;
    expect((await client.run(request()).result).complete).toBe(true);
    expect(workers).toHaveLength(1);
  });

  it('pauses, and goes on when resumed', async () => {
    let made = 0;
    const onStep = (step: number) => {
      made = step;
      if (step === 2) run.pause();
    };
    const { client } = connect(steps(60, { msPerStep: 4, onStep }));
    const run = client.run(request());
    await eventually(() => expect(made).toBeGreaterThan(1));
    await standing(() => made);
    expect(made).toBeLessThan(60);
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

describe('clearing the storage', () => {
  it('reaches the store', async () => {
    const { client, parts } = connect();
    await client.clearStorage();
    expect(parts[0]?.cleared).toBe(1);
  });
});
