import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it, vi } from 'vitest';
import { ReverieError } from '../../../shared/errors';
import { weightsHash } from '../../../shared/hash';
import { type Progress, phases } from '../../../web/engine/api';
import { engineVersion } from '../../../web/engine/host/version';
import { pixelsHash } from '../../../web/engine/images/hash';
import { eventually } from '../../support/eventually';
import { errorOf, fakeEngine, manifest, picture, preset, recipe, request, sleep, steps } from './fakes';

describe('a run', () => {
  it('goes through the phases in order, each announced, with counts that end full', async () => {
    const { engine, parts } = fakeEngine();
    parts.presets = [await preset()];
    const seen: Progress[] = [];
    const { result } = engine.run(
      { recipe: recipe({ styles: [{ preset: 'wave' }] }), inputs: { content: picture(), styles: [] } },
      { onProgress: (progress) => seen.push(progress) },
    );
    await result;
    const order = seen.map(({ phase }) => phase).filter((phase, i, all) => phase !== all[i - 1]);
    expect(order).toEqual([...phases]);
    for (const phase of phases.filter((name) => name !== 'style')) {
      const last = seen.filter((progress) => progress.phase === phase).at(-1);
      expect(last?.step, phase).toBe(last?.steps);
    }
    const weights = seen.filter(({ phase }) => phase === 'weights').at(-1);
    expect(weights).toMatchObject({ step: 3, steps: 3, bytes: { loaded: 12, total: 12, cached: false } });
    await engine.dispose();
  });

  it.each([
    ['once, ahead of its device', 0, 1],
    ['again where what was asked ahead failed', 1, 2],
  ])('asks for its presets %s', async (_, failures, calls) => {
    const { engine, parts } = fakeEngine();
    parts.presets = [await preset()];
    const { openDevice, fetchPresets, fetchStatistics } = parts;
    let answered = () => {};
    const ahead = new Promise<void>((resolve) => {
      answered = resolve;
    });
    parts.openDevice = () => ahead.then(() => openDevice());
    const presets = vi.spyOn(parts, 'fetchPresets').mockImplementation(async (signal) => {
      if (presets.mock.calls.length > failures) return fetchPresets(signal);
      queueMicrotask(() => queueMicrotask(answered));
      throw new ReverieError('weights-network', 'offline');
    });
    const statistics = vi.spyOn(parts, 'fetchStatistics').mockImplementation(async (chosen, watch) => {
      answered();
      return fetchStatistics(chosen, watch);
    });
    const run = { recipe: recipe({ styles: [{ preset: 'wave' }] }), inputs: { content: picture(), styles: [] } };
    expect((await engine.run(run).result).complete).toBe(true);
    expect([presets.mock.calls.length, statistics.mock.calls.length]).toEqual([calls, 1]);
    await engine.dispose();
  });

  it('leaves a record with every default and hash filled in', async () => {
    const { engine } = fakeEngine();
    const input = request({ seed: 7 });
    const { record, complete, pixels } = await engine.run(input).result;
    expect(complete).toBe(true);
    expect(record).toMatchObject({ engine: engineVersion, width: 8, height: 8, steps: 3, peakBytes: 7 });
    expect(record.device.backend).toBe('cpu');
    expect(record.recipe).toEqual({
      ...input.recipe,
      weights: await weightsHash(manifest()),
      content: await pixelsHash(input.inputs.content),
      styles: [{ image: await pixelsHash(picture()), weight: 1 }],
    });
    expect(record.losses.map(({ step }) => step)).toEqual([0, 1, 2]);
    expect(pixels.data[0]).toBe(3);
    await engine.dispose();
  });

  it('gives presets and images to the technique in the order of the recipe', async () => {
    let styles: readonly unknown[] = [];
    const { engine, parts } = fakeEngine(async (context) => {
      styles = context.styles;
      return {};
    });
    parts.presets = [await preset('wave'), await preset('mill')];
    const image = picture(20, 20, 9);
    await engine.run({
      recipe: recipe({ styles: [{ preset: 'mill' }, { image: null }, { preset: 'wave' }] }),
      inputs: { content: picture(), styles: [image] },
    }).result;
    expect(styles).toEqual([{ from: 'mill' }, { from: image }, { from: 'wave' }]);
    await engine.dispose();
  });

  it('loads weights once and opens the device once for many runs', async () => {
    const { engine, parts } = fakeEngine();
    await engine.prepare('reverie-vgg').result;
    await engine.run(request()).result;
    await engine.run(request()).result;
    expect(parts.loaded).toEqual(['reverie-vgg']);
    expect(parts.devices).toHaveLength(1);
    await engine.dispose();
    expect(parts.devices[0]?.disposed).toBe(true);
  });

  it('asks for the weights while the device opens', async () => {
    const { engine, parts } = fakeEngine();
    const { openDevice } = parts;
    let open = () => {};
    const held = new Promise<void>((resolve) => {
      open = resolve;
    });
    parts.openDevice = async (exclude) => {
      await held;
      return openDevice(exclude);
    };
    const { result } = engine.run(request());
    await eventually(() => expect(parts.loaded).toEqual(['reverie-vgg']));
    open();
    expect((await result).complete).toBe(true);
    expect(parts.loaded).toEqual(['reverie-vgg']);
    await engine.dispose();
  });

  it('keeps the two networks used last', async () => {
    const { engine, parts } = fakeEngine();
    for (const network of ['one', 'two', 'one', 'three']) await engine.run(request({ network })).result;
    expect(parts.networks).toEqual(['one', 'three']);
    expect(parts.loaded).toEqual(['one', 'two', 'three']);
    await engine.dispose();
    expect(parts.networks).toEqual([]);
  });
});

describe('memory', () => {
  it('holds after twenty runs what it held after the first, though the technique leaks', async () => {
    const { engine } = fakeEngine();
    await engine.run(request()).result;
    const first = tf.memory();
    for (let i = 0; i < 20; i++) await engine.run(request()).result;
    expect(tf.memory().numTensors).toBe(first.numTensors);
    expect(tf.memory().numBytes).toBe(first.numBytes);
    await engine.dispose();
  });

  it('does not list what it has freed until it ends', async () => {
    let listed = 0;
    const { engine } = fakeEngine(async (context) => {
      for (let step = 0; step < 20; step++) {
        for (let i = 0; i < 1000; i++) tf.scalar(i).dispose();
        await context.control.proceed();
        listed = Math.max(listed, tf.engine().state.activeScope.track.length);
      }
      return steps(1)(context);
    });
    await engine.run(request()).result;
    expect(listed).toBeLessThan(6000);
    await engine.dispose();
  });

  it('is free again after a run that failed and after one that was cancelled', async () => {
    const { engine, parts } = fakeEngine();
    await engine.run(request()).result;
    const { numTensors } = tf.memory();
    parts.script = async () => {
      tf.ones([5]);
      throw new Error('shader');
    };
    expect((await errorOf(engine.run(request()).result)).code).toBe('internal');
    expect(tf.memory().numTensors).toBe(numTensors);
    const run = engine.run(request());
    parts.script = steps(1000, { onStep: (step) => step === 3 && run.cancel() });
    expect((await run.result).complete).toBe(false);
    expect(tf.memory().numTensors).toBe(numTensors);
    await engine.dispose();
  });

  it('is estimated before the run, with the largest size that fits', async () => {
    const { engine, parts } = fakeEngine();
    await engine.device();
    const content = { width: 600, height: 400 };
    const fits = await engine.estimate(recipe({ size: 600 }), content);
    expect(fits).toEqual({ bytes: 600 * 400 * 1000, budgetBytes: 1e9, fittingSize: 600 });
    const [device] = parts.devices;
    if (device) device.budget = 60_000_000;
    expect((await engine.estimate(recipe({ size: 600 }), content)).fittingSize).toBe(300);
    if (device) device.budget = 1000;
    expect((await engine.estimate(recipe({ size: 600 }), content)).fittingSize).toBe(0);
    await engine.dispose();
  });

  it('refuses a run that does not fit, with the numbers and the size that does', async () => {
    const { engine, parts } = fakeEngine();
    await engine.device();
    const [device] = parts.devices;
    if (device) device.budget = 60_000_000;
    const { code, message } = await errorOf(
      engine.run({ recipe: recipe({ size: 600 }), inputs: { content: picture(60, 40), styles: [picture()] } }).result,
    );
    expect(code).toBe('out-of-memory');
    expect(message).toContain('240 MB');
    expect(message).toContain('60 MB');
    expect(message).toContain('fits at 300 pixels');
    await engine.dispose();
  });

  it('that runs out in an allocation is called out-of-memory', async () => {
    const { engine } = fakeEngine(async () => {
      throw new RangeError('Array buffer allocation failed');
    });
    expect((await errorOf(engine.run(request()).result)).code).toBe('out-of-memory');
    await engine.dispose();
  });
});

describe('prepare', () => {
  it('shares one download among all who wait, and tells each how far it is', async () => {
    const { engine, parts } = fakeEngine();
    const seen: number[] = [];
    const [one, two] = await Promise.all([
      engine.prepare('reverie-vgg').result,
      engine.prepare('reverie-vgg', { onProgress: ({ bytes }) => seen.push(bytes?.loaded ?? 0) }).result,
    ]);
    expect(one).toEqual(two);
    expect(parts.loaded).toHaveLength(1);
    expect(seen.at(-1)).toBe(8);
    await engine.dispose();
  });

  it('goes on when a run that shares the download is cancelled', async () => {
    const { engine } = fakeEngine();
    const prepared = engine.prepare('reverie-vgg').result;
    const run = engine.run(request());
    await sleep(0);
    run.cancel();
    expect((await errorOf(run.result)).code).toBe('aborted');
    expect((await prepared).id).toBe('reverie-vgg');
    await engine.dispose();
  });
});

it('the engine says the version of the package', () => {
  const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'));
  expect(engineVersion).toBe(version);
});
