/** Threads of the WASM kernels: the same bits with any number of them, and what happens to those that fail. */
import { createHash } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { limits } from '../../../shared/limits';
import { parseRecipe } from '../../../shared/recipe';
import { type Device, openDevice } from '../../../web/engine/device';
import { threadsHere } from '../../../web/engine/device/threads';
import { apart } from '../../../web/engine/device/wasm/machine';
import { type PoolTuning, type StartThread, startThread, trustThreads } from '../../../web/engine/device/wasm/pool';
import { states } from '../../../web/engine/device/wasm/serve';
import { withSharedMemory } from '../../../web/engine/device/wasm/sharedMemory';
import * as kernels from '../../../web/engine/kernels';
import * as fused from '../../../web/engine/kernels/fused';
import { numbersOf } from '../../support/backends';
import { eventually } from '../../support/eventually';
import { smallEngine } from '../../support/smallEngine';
import { landscape } from '../techniques/pictures';
import { numbers } from './numbers';

/** So that small pictures are shared too. */
const eager = { leastWork: 100 };

const volume = (h: number, w: number, c: number, seed: number) =>
  tf.tensor4d(numbers(h * w * c, seed), [1, h, w, c] as const);

/** Every kernel that is divided, on sides and channels that divide by nothing. */
const everyKernel = (): tf.Tensor[] => [
  ...(
    [
      [21, 26, 8, 12, 3, 1, 'reflect', 1],
      [22, 27, 3, 17, 3, 1, 'circular', 1],
      [19, 23, 6, 5, 3, 1, 'replicate', 3],
      [17, 25, 5, 7, 3, 1, 'zero', 1],
      [24, 20, 3, 9, 9, 1, 'reflect', 4],
      [23, 21, 7, 10, 3, 2, 'zero', 1],
      [25, 18, 4, 6, 5, 2, 'replicate', 2],
      [25, 18, 4, 6, 1, 1, 'zero', 0],
    ] as const
  ).flatMap(([h, w, ci, co, size, stride, mode, side]) => {
    const padding = { mode, top: side, bottom: side, left: side, right: side };
    const attributes = { stride, padding, relu: true };
    const [x, filter] = [volume(h, w, ci, 1), tf.tensor4d(numbers(size * size * ci * co, 2), [size, size, ci, co])];
    const rotated = tf.transpose(tf.reverse(filter, [0, 1]), [0, 1, 3, 2]);
    const y = kernels.conv2d(x, filter, tf.tensor1d(numbers(co, 3)), attributes);
    const dy = volume(y.shape[1], y.shape[2], co, 4);
    const trained = kernels.conv2dFilterGrad(x, dy, y, { ...attributes, kernel: [size, size] });
    const back = kernels.conv2dInputGrad(dy, y, rotated, { ...attributes, inputShape: x.shape });
    return [y, back, trained.filter, trained.bias, kernels.conv2dSpline(x, filter, tf.zeros([co]), attributes)];
  }),
  ...[3, 16, 35].flatMap((channels) => {
    const [h, w] = [37, 41];
    const [x, dy] = [volume(h, w, channels, 5), volume(h, w, channels, 6)];
    const vector = tf.tensor1d(numbers(channels, 7));
    const matrix = tf.tensor2d(numbers(channels * channels, 8), [channels, channels]);
    const { mean, gram } = kernels.moments(x);
    const by = kernels.channelMoments(x, dy);
    const variation = kernels.totalVariation(x, dy, { straight: 0.5, diagonal: 0.2 });
    const pooled = kernels.averagePool(x, { size: 2 });
    const settings = { stepSize: 0.02, beta1: 0.9, beta2: 0.99, epsilon: 1e-8, step: 2, averaging: 0.9 };
    const state = { x, first: dy, second: tf.abs(dy), average: x };
    const moved = kernels.adam(state, dy, { ...settings, min: 0, max: 1 });
    const goal = tf.tensor1d(numbers(channels * (channels + 1) + 2, 9));
    const [head, masked] = [false, true].map((relu) =>
      fused.covarianceLoss({ x, goal, metric: matrix, dy }, { weight: 3, relu }),
    );
    const settled = fused.settle({ x, step: dy, average: x }, { keep: 0.9 });
    const enlarged = fused.enlarge(pooled, tf.slice(x, [0, 0, 0, 0], [1, 36, 40, channels]));
    if (!head || !masked || !settled || !enlarged) throw new Error('A kernel is missing.');
    return [
      ...[head.gradient, head.loss, masked.gradient, settled.x, settled.average, enlarged],
      ...[mean, gram, by.mean, by.product, variation.out, variation.loss, pooled],
      kernels.affine(x, matrix, vector, dy),
      kernels.channelAffine(x, vector, vector, { other: dy }, { relu: true }),
      kernels.averagePoolGrad(pooled, { size: 2, inputShape: x.shape }),
      ...[moved.x, moved.first, moved.second, moved.average],
    ];
  }),
];

/** A thread that says that it is at work and sleeps, then ends: all others wait for it. */
const heldUp: StartThread = ({ control, at, be, thread }) => {
  const code = `const { control, at, be, thread } = require('node:worker_threads').workerData;
    Atomics.add(control, at.busy, 1);
    Atomics.store(control, at.states + thread, be.running);
    Atomics.notify(control, at.states + thread);
    Atomics.wait(control, at.failed, 0, 200);
    Atomics.store(control, at.states + thread, be.refused);
    Atomics.sub(control, at.busy, 1);
    Atomics.notify(control, at.busy);`;
  const worker = new Worker(code, { eval: true, workerData: { control, at, be, thread } });
  worker.unref();
  Atomics.wait(control, at.states + thread, be.starting);
  return worker;
};

let device: Device | undefined;
afterEach(() => {
  device?.dispose();
  device = undefined;
  trustThreads();
  vi.unstubAllGlobals();
});

/** A hash for every output: of a million numbers, which are slow to compare one by one. */
async function withThreads(threads: number, pool: Partial<PoolTuning> = {}): Promise<string[]> {
  device?.dispose();
  device = await openDevice({ backend: 'wasm', wasm: { threads, pool: { ...eager, ...pool } } });
  return (await numbersOf(everyKernel)).map((values) => createHash('sha1').update(values).digest('hex'));
}

describe('the numbers of every kernel', () => {
  let alone: string[];
  beforeAll(async () => {
    alone = await withThreads(1);
    expect(device?.report.description).toBe('WASM SIMD');
  });

  it.each([2, 3, 5])('are the same, bit for bit, with %i threads', async (threads) => {
    // Twice: the first time most threads are still starting.
    for (let round = 0; round < 2; round++) expect(await withThreads(threads)).toEqual(alone);
    expect(device?.report.description).toBe(`WASM SIMD, ${threads} threads`);
  });

  it.each<[string, StartThread]>([
    [
      'cannot be made',
      () => {
        throw new Error('Refused.');
      },
    ],
    [
      'end at once',
      (_, refused) => {
        refused();
        return { terminate() {} };
      },
    ],
    ['never begin', () => ({ terminate() {} })],
    ['are held up in the middle of their work, as those of a tab in the background are', heldUp],
  ])('are the same when threads %s', async (_, start) => {
    expect(await withThreads(3, { start })).toEqual(alone);
  });

  it('are the same where memory cannot be shared', async () => {
    vi.stubGlobal('SharedArrayBuffer', undefined);
    expect(await withThreads(3)).toEqual(alone);
    expect(device?.report.description).toBe('WASM SIMD');
  });

  it('are the same where there is no room for a heap that is shared', async () => {
    const { instantiate } = WebAssembly;
    const refusing = vi.spyOn(WebAssembly, 'instantiate') as unknown as ReturnType<typeof vi.fn>;
    refusing.mockImplementationOnce(async () => {
      throw new RangeError('WebAssembly.Memory(): could not allocate memory');
    });
    expect(await withThreads(3)).toEqual(alone);
    expect(WebAssembly.instantiate).toBe(refusing);
    vi.restoreAllMocks();
    expect(WebAssembly.instantiate).toBe(instantiate);
    expect(device?.report.description).toBe('WASM SIMD');
  });
});

/** A thread that takes work like any other, and is killed in the middle of the first. */
const dying: StartThread = ({ control, at, be, thread }) => {
  const code = `const { control, at, be, thread } = require('node:worker_threads').workerData;
    Atomics.add(control, at.busy, 1);
    Atomics.store(control, at.states + thread, be.running);
    Atomics.notify(control, at.states + thread);
    for (;;);`;
  const worker = new Worker(code, { eval: true, workerData: { control, at, be, thread } });
  worker.unref();
  // Until it is at work.
  Atomics.wait(control, at.states + thread, be.starting);
  void worker.terminate();
  return { terminate() {} };
};

/** One whose module makes no sense over there: it throws at its first slice. */
const throwing: StartThread = (served) => {
  const { control, at, be, thread } = served;
  Atomics.store(control, at.states + thread, be.running);
  Atomics.add(control, at.busy, 1);
  Atomics.store(control, at.failed, 1);
  return { terminate() {} };
};

describe.each([
  ['is killed in mid-kernel', dying],
  ['fails in mid-kernel', throwing],
])('a thread that %s', (_, start) => {
  it('loses the device: what it was to write is not to be trusted', async () => {
    device = await openDevice({ backend: 'wasm', wasm: { threads: 1 } });
    await expect(withThreads(2, { start, patienceMs: 100 })).rejects.toThrow('stopped in the middle');
    // The next one does without.
    device = await openDevice({ backend: 'wasm', wasm: { threads: 2 } });
    expect(device.report.description).toBe('WASM SIMD');
  });
});

it('a run whose thread is killed goes on without, with the same picture', async () => {
  const recipe = parseRecipe({
    technique: 'dream',
    version: 2,
    size: 64,
    octaves: 1,
    steps: 4,
    layers: [{ layer: 'relu2' }],
  });
  const run = async (small: ReturnType<typeof smallEngine>) => {
    const result = await small.engine.run({ recipe, inputs: { content: landscape(64, 48), styles: [] } }).result;
    await small.engine.dispose();
    return result;
  };
  const whole = await run(smallEngine('wasm'));
  let steps = 0;
  // For the self-test and two steps there is none yet.
  const start: StartThread = (served, refused) => {
    if (steps > 2) return dying(served, refused);
    Atomics.store(served.control, served.at.states + served.thread, served.be.none);
    return { terminate() {} };
  };
  const small = smallEngine('wasm', { threads: 2, pool: { ...eager, start, patienceMs: 100 } });
  small.onStep = (step) => {
    steps = step;
  };
  const { record, pixels, complete } = await run(small);
  expect(pixels.data).toEqual(whole.pixels.data);
  expect([complete, record.device.description]).toEqual([true, 'WASM SIMD']);
  expect(record.troubles).toMatchObject([{ code: 'device-lost', backend: 'wasm' }]);
});

it('threads end when there is nothing to do, and are there again when there is', async () => {
  let state = () => -1;
  const start: StartThread = (served, refused) => {
    state = () => Atomics.load(served.control, served.at.states + served.thread);
    return startThread(served, refused);
  };
  await withThreads(2, { start, idleMs: 50 });
  for (let round = 0; round < 2; round++) {
    await eventually(async () => {
      await numbersOf(everyKernel);
      expect(state()).toBe(states.running);
    });
    await eventually(() => expect(state()).toBe(states.none));
  }
});

describe('how many threads there are', () => {
  const { most, mostMobile } = limits.device.threads;
  it.each([
    [1, false, 1],
    [2, false, 2],
    [4, false, 4],
    [8, false, 7],
    [64, false, most],
    [8, true, mostMobile],
    [2, true, 2],
  ])('%i cores, mobile %s: %i', (cores, mobile, expected) => {
    expect(threadsHere({ cores, mobile })).toBe(expected);
  });
});

describe('where slices may begin', () => {
  it('is where what is before and after goes to different places', () => {
    expect(apart([0, 2, 4, 6], Int32Array.of(1, 0, 1, 2, 3, 2))).toEqual([0, 6]);
    expect(apart([0, 3, 4, 6], Int32Array.of(1, 0, 1, 2, 3, 2))).toEqual([0, 3, 6]);
    expect(apart([0, 1, 2, 3], Int32Array.of(-1, 0, 1))).toEqual([0, 1, 2, 3]);
    // Two entries a step.
    expect(apart([0, 1, 2, 3], Int32Array.of(0, 0, 1, 2, 2, 3), 2)).toEqual([0, 1, 3]);
  });
});

describe('a module on shared memory', () => {
  /** With a memory of its own: flags, least, most. */
  const module = (...limit: number[]) =>
    Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 5, limit.length + 1, 1, ...limit, 7, 5, 1, 1, 0x6d, 2, 0);
  const memoryOf = (binary: Uint8Array) =>
    new WebAssembly.Instance(new WebAssembly.Module(binary as BufferSource)).exports.m as WebAssembly.Memory;

  it('is the same but for the kind of its memory, and how far that grows', () => {
    const shared = memoryOf(withSharedMemory(module(1, 2, 0x80, 0x80, 0x04), 5) ?? new Uint8Array());
    expect(shared.buffer).toBeInstanceOf(SharedArrayBuffer);
    expect(shared.buffer.byteLength).toBe(2 * 65_536);
    shared.grow(3);
    expect(() => shared.grow(1)).toThrow();
  });

  it('is never smaller than it begins, nor larger than it says', () => {
    expect(memoryOf(withSharedMemory(module(1, 9, 0x7f), 2) ?? new Uint8Array()).buffer.byteLength).toBe(9 * 65_536);
    expect(withSharedMemory(module(1, 1, 3), 100)).toEqual(module(3, 1, 3));
  });

  it('is not to be had without a maximum, or without a memory', () => {
    expect(withSharedMemory(module(0, 2), 5)).toBeNull();
    expect(withSharedMemory(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0), 5)).toBeNull();
  });
});
