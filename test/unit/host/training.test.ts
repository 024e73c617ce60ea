/** Trainings in the engine, with the real networks on WASM: what is handed out, pausing, going on, and painting beside. */
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ReverieError } from '../../../shared/errors';
import { parseRecipe } from '../../../shared/recipe';
import { localFetch } from '../../../tools/weights/localFetch';
import type { Engine, OwnStyle, Pixels, Progress, TrainRequest } from '../../../web/engine/api';
import { createEngine } from '../../../web/engine/client';
import { openDevice } from '../../../web/engine/device';
import { createLocalEngine } from '../../../web/engine/host/engine';
import { LocalEngine } from '../../../web/engine/host/localEngine';
import { architectureOf } from '../../../web/engine/network/architectures';
import { Network } from '../../../web/engine/network/network';
import { targetsFromImage } from '../../../web/engine/techniques/style/targets';
import { decodeStyleFile, encodeStyleFile } from '../../../web/engine/train/styleFile';
import { loadWeights, memoryShardStore } from '../../../web/engine/weights';
import { alive } from '../../support/backends';
import { landscape, painting } from '../techniques/pictures';
import { errorOf, FakeDevice, FakeParts, FakeWorker } from './fakes';

const fetch = localFetch(path.resolve(import.meta.dirname, '../../../web/public'));
const open = () => createLocalEngine({ baseUrl: 'http://localhost', backend: 'wasm', fetch });

const request = (steps: number, more: Partial<TrainRequest> = {}): TrainRequest => ({
  options: { trains: 'output', steps, batch: 1, crop: 64 },
  network: 'reverie-fast',
  perceptual: 'reverie-vgg',
  painting: painting(96, 96),
  photos: [landscape(96, 80), landscape(80, 112)],
  samples: [landscape(66, 50)],
  start: 'mean',
  ...more,
});

const engines: Engine[] = [];
afterAll(() => Promise.all(engines.map((engine) => engine.dispose())));
const keep = (engine: Engine) => {
  engines.push(engine);
  return engine;
};

async function learnedFrom(engine: Engine, training: TrainRequest): Promise<OwnStyle> {
  const { style, steps } = await engine.train(training).result;
  return decodeStyleFile(await encodeStyleFile({ ...style, steps, name: 'Mine', thumbnail: new Uint8Array() }));
}

const paint = (engine: Engine, styles: { style: string; weight?: number }[], own: OwnStyle[], strength = 100) =>
  engine.run({
    recipe: parseRecipe({ technique: 'fast', version: 2, size: 64, styles, strength }),
    inputs: { content: landscape(64, 48), own },
  }).result;

const distance = (a: Pixels, b: Pixels) =>
  a.data.reduce((sum, value, i) => sum + Math.abs(value - (b.data[i] ?? 0)), 0) / a.data.length;

describe('a training', () => {
  const engine = keep(open());

  it('should tell how far it is, show samples, hand out checkpoints, and leave no tensor behind', async () => {
    await engine.train(request(1)).result;
    const before = alive();
    const seen: Progress[] = [];
    const samples: { step: number; sizes: number[][] }[] = [];
    let checkpoints = 0;
    const training = engine.train(request(4, { start: 'nearest' }), {
      onProgress: (progress) => seen.push(progress),
      onSamples: (pictures, step) => {
        samples.push({ step, sizes: pictures.map(({ width, height }) => [width, height]) });
      },
      onCheckpoint: () => {
        checkpoints++;
      },
    });
    const result = await training.result;
    expect(result).toMatchObject({ steps: 4, complete: true, style: { trains: 'output', network: 'reverie-fast' } });
    expect(result.msPerStep).toBeGreaterThan(0);
    expect(alive()).toEqual(before);
    expect(new Set(seen.map(({ phase }) => phase))).toEqual(new Set(['device', 'weights', 'style', 'optimise']));
    expect(seen.at(-1)).toMatchObject({ step: 4, steps: 4, losses: { style: expect.any(Number) } });
    expect([samples[0]?.step, samples.at(-1)?.step]).toEqual([0, 4]);
    expect(samples[0]?.sizes).toEqual([[66, 50]]);
    expect(checkpoints).toBeGreaterThan(0);
  });

  it('should go on from a checkpoint to the very numbers that it comes to in one go', async () => {
    const far = { start: 'nearest' } as const;
    const whole = await engine.train(request(4, far)).result;
    // The painting is far from all nine, and the balance that this calls for goes on, too.
    expect(Number(/"strength":([\d.]+)/.exec(new TextDecoder().decode(whole.checkpoint))?.[1])).toBeLessThan(50);
    const first = engine.train(request(4, far), {
      // At the first word of it: progress is told ten times a second, and steps may be faster than that.
      onProgress: ({ phase }) => {
        if (phase === 'optimise') first.cancel();
      },
    });
    const half = await first.result;
    expect(half.complete).toBe(false);
    expect(half.steps).toBeLessThan(4);
    const rest = await engine.train(request(4, { checkpoint: half.checkpoint })).result;
    expect(rest.style.values).toEqual(whole.style.values);
  });

  it('should pause after a step, hand out where it is, paint meanwhile, and go on', async () => {
    let paused = () => {};
    const reached = new Promise<void>((resolve) => {
      paused = resolve;
    });
    let steps = 0;
    const training = engine.train(request(6), {
      onProgress: ({ phase, step }) => {
        if (phase !== 'optimise') return;
        steps = step;
        if (step === 2) training.pause();
      },
      onCheckpoint: (_, step) => {
        if (step >= 2) paused();
      },
    });
    await reached;
    await paint(engine, [{ style: 'udnie' }], []);
    const at = steps;
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(steps).toBe(at);
    training.resume();
    expect((await training.result).complete).toBe(true);
  });

  it('should let runs paint between its steps, and neither spoil the other', async () => {
    const alone = await paint(engine, [{ style: 'udnie' }], []);
    const undisturbed = await engine.train(request(5)).result;
    const training = engine.train(request(5));
    const beside = await Promise.all([0, 1].map(() => paint(engine, [{ style: 'udnie' }], [])));
    for (const { pixels } of beside) expect(pixels.data).toEqual(alone.pixels.data);
    expect((await training.result).style.values).toEqual(undisturbed.style.values);
  });

  it('should be one at a time, and refuse what it cannot begin with', async () => {
    const training = engine.train(request(2));
    expect((await errorOf(engine.train(request(2)).result)).code).toBe('busy');
    await training.result;
    expect((await errorOf(engine.train(request(2, { photos: [] })).result)).code).toBe('bad-request');
    expect((await errorOf(engine.train(request(2, { network: 'reverie-vgg' })).result)).code).toBe('network-unknown');
    expect((await errorOf(engine.train(request(0)).result)).code).toBe('training-invalid');
    const checkpoint = new Uint8Array(40);
    expect((await errorOf(engine.train(request(2, { checkpoint })).result)).code).toBe('training-file-invalid');
  });
});

describe('a device that fails', () => {
  it('should be opened anew, and the training go on from its last step to the same numbers', async () => {
    const parts = new FakeParts();
    const store = memoryShardStore();
    parts.openDevice = async () => {
      await openDevice({ backend: 'wasm' });
      const device = new FakeDevice();
      parts.devices.push(device);
      return device;
    };
    parts.loadWeights = (id, watch) => loadWeights({ baseUrl: 'http://localhost', id, store, fetch, ...watch });
    parts.createNetwork = ({ manifest, parameters }) =>
      Network.create(architectureOf(manifest.architecture), parameters);
    parts.targetsFromImage = targetsFromImage;
    const engine = keep(new LocalEngine(parts));
    const whole = await engine.train(request(4)).result;
    let lost = false;
    const training = engine.train(request(4), {
      onProgress: ({ phase, step }) => {
        if (lost || phase !== 'optimise' || step < 2) return;
        lost = true;
        parts.devices.at(-1)?.lose(new ReverieError('device-lost', 'The GPU was reset.'));
      },
    });
    const { style, complete } = await training.result;
    expect([complete, parts.devices.length]).toEqual([true, 2]);
    expect(style.values).toEqual(whole.style.values);
  });
});

describe('an own style', () => {
  const engine = keep(open());
  let mine: OwnStyle;
  beforeAll(async () => {
    mine = await learnedFrom(engine, request(4));
  }, 60_000);

  it('should paint otherwise than any other, by its strength, and mixed with the network’s own', async () => {
    const [own, photo, mixed, other] = await Promise.all([
      paint(engine, [{ style: mine.id }], [mine]),
      paint(engine, [{ style: mine.id }], [mine], 0),
      paint(engine, [{ style: mine.id, weight: 1 }, { style: 'udnie' }], [mine]),
      paint(engine, [{ style: 'udnie' }], [mine]),
    ]);
    for (const each of [photo, mixed, other]) expect(distance(own.pixels, each.pixels)).toBeGreaterThan(2);
    expect(distance(mixed.pixels, other.pixels)).toBeGreaterThan(2);
    expect(own.record.recipe).toMatchObject({ styles: [{ style: mine.id }] });
  });

  it('should never be replaced by another: not when it is missing, nor on other weights', async () => {
    const styles = [{ style: mine.id }];
    expect((await errorOf(paint(engine, styles, []))).code).toBe('preset-unknown');
    const foreign = { ...mine, weights: 'f'.repeat(64) };
    expect((await errorOf(paint(engine, styles, [foreign]))).code).toBe('training-file-invalid');
    const short = { ...mine, values: mine.values.slice(1) };
    expect((await errorOf(paint(engine, styles, [short]))).code).toBe('training-file-invalid');
  });

  it('should paint alone when its filters are its own', async () => {
    const options = { trains: 'all', steps: 2, batch: 2, crop: 64 } as const;
    const whole = await learnedFrom(engine, request(2, { options }));
    const before = alive();
    const { pixels } = await paint(engine, [{ style: whole.id }], [whole]);
    expect(alive()).toEqual(before);
    expect(distance(pixels, (await paint(engine, [{ style: whole.id }], [whole], 50)).pixels)).toBeGreaterThan(1);
    const mixed = errorOf(paint(engine, [{ style: whole.id }, { style: 'udnie' }], [whole]));
    expect((await mixed).code).toBe('recipe-invalid');
  });
});

describe('through the worker', () => {
  it('should carry progress, samples, checkpoints and the style, and pause and cancel the other way', async () => {
    const client = keep(createEngine({ baseUrl: '' }, () => new FakeWorker(open)));
    const sizes: number[] = [];
    const checkpoints: Uint8Array[] = [];
    const training = client.train(request(50), {
      onProgress: ({ phase }) => {
        if (phase === 'optimise') training.pause();
      },
      onSamples: async (pictures) => {
        sizes.push(pictures[0]?.data.length ?? 0);
      },
      onCheckpoint: (bytes) => {
        checkpoints.push(bytes);
        training.cancel();
      },
    });
    const { steps, complete, style } = await training.result;
    expect(complete).toBe(false);
    expect(steps).toBeLessThan(50);
    expect(style.values).toBeInstanceOf(Float32Array);
    expect(sizes[0]).toBe(66 * 50 * 4);
    expect((await client.train(request(steps, { checkpoint: checkpoints[0] })).result).steps).toBe(steps);
  });

  it('should end with the worker, and say so', async () => {
    const workers: FakeWorker[] = [];
    const client = keep(
      createEngine({ baseUrl: '' }, () => {
        const worker = new FakeWorker(open);
        workers.push(worker);
        return worker;
      }),
    );
    const training = client.train(request(1000), {
      onProgress: ({ phase }) => {
        if (phase === 'optimise') workers[0]?.fireError('out of luck');
      },
    });
    expect((await errorOf(training.result)).code).toBe('worker-died');
  });
});
