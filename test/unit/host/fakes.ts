/** A host over scripted parts: a real CPU backend, a network of one tensor, and a technique that does as told. */
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import type { ReverieError } from '../../../shared/errors';
import { weightsHash } from '../../../shared/hash';
import type { WeightsManifest } from '../../../shared/manifest';
import type { Preset } from '../../../shared/preset';
import { parseRecipe } from '../../../shared/recipe';
import type { RecipeInput } from '../../../shared/techniques';
import type { StyleRecipe } from '../../../shared/techniques/style/schema';
import type { BackendName, Engine, Pixels } from '../../../web/engine/api';
import type { WorkerLike } from '../../../web/engine/client/session';
import type { HostDevice } from '../../../web/engine/host/devices';
import { exposeEngine } from '../../../web/engine/host/expose';
import { type EngineParts, LocalEngine } from '../../../web/engine/host/localEngine';
import type { Pace } from '../../../web/engine/host/recovery';
import type { Network } from '../../../web/engine/network/network';
import type { StyleTargets } from '../../../web/engine/techniques/style/targets';
import type { Technique, TechniqueContext } from '../../../web/engine/techniques/technique';
import type { TechniqueResult } from '../../../web/engine/types';

export const picture = (width = 48, height = 32, value = 100): Pixels => ({
  width,
  height,
  data: new Uint8ClampedArray(width * height * 4).map((_, i) => (i % 4 === 3 ? 255 : value)),
});

export const recipe = (fields: Partial<Extract<RecipeInput, { technique: 'style' }>> = {}): StyleRecipe =>
  parseRecipe({ technique: 'style', version: 2, size: 64, styles: [{ image: null }], ...fields });

export const request = (fields: Parameters<typeof recipe>[0] = {}) => ({
  recipe: recipe(fields),
  inputs: { content: picture(), styles: [picture()] },
});

export const manifest = (id = 'reverie-vgg', digit = 'a'): WeightsManifest => ({
  format: 'reverie-weights/1',
  id,
  architecture: id,
  dtype: 'float16',
  license: 'MIT',
  source: 'test',
  parameters: 4,
  bytes: 8,
  shards: [
    { sha256: digit.repeat(64), bytes: 5 },
    { sha256: 'b'.repeat(64), bytes: 3 },
  ],
  tensors: [{ name: 'x.weight', shape: [4], dtype: 'float16', offset: 0, bytes: 8 }],
});

export async function preset(id = 'wave'): Promise<Preset> {
  const weights = await weightsHash(manifest());
  return {
    id,
    work: 'The Wave',
    painter: 'H.',
    year: 1831,
    aspect: 1.5,
    colour: '#123456',
    thumbnail: 'wave.jpg',
    statistics: [
      {
        network: 'reverie-vgg',
        weights,
        layers: [{ layer: 'relu1_1', channels: 1 }],
        scales: [64],
        sha256: 'c'.repeat(64),
        bytes: 4,
      },
    ],
  };
}

/** A device on the CPU backend that can be lost on demand. */
export class FakeDevice implements HostDevice {
  readonly report = { backend: 'cpu', description: 'JavaScript', rejected: [] } as const;
  budget = 1e9;
  disposed = false;
  /** What `check` throws: a failure that no read has noticed. */
  failure: ReverieError | undefined;
  #lose: (error: ReverieError) => void = () => {};
  memoryBudget = () => this.budget;
  takes = (tensorBytes: number) => tensorBytes;
  memory = () => ({ tensors: tf.memory().numTensors, bytes: tf.memory().numBytes });
  onLost = (callback: (error: ReverieError) => void) => {
    this.#lose = callback;
  };
  lose = (error: ReverieError) => this.#lose(error);
  check = () => {
    if (this.failure) throw this.failure;
  };
  trim = () => {};
  dispose = () => {
    this.disposed = true;
  };
}

/** Runs of a moment would keep their first state only. */
export const everyStep: Pace = { keepIntervalMs: 0, keepShare: Number.POSITIVE_INFINITY };

export type Script = (context: TechniqueContext) => Promise<Partial<TechniqueResult>>;

/** Steps until told to stop; each makes tensors, leaks one for the scope to catch, and offers a preview. */
export const steps =
  (count: number, options: { msPerStep?: number; onStep?: (step: number) => void } = {}): Script =>
  async ({ control }) => {
    const losses: { step: number; loss: number }[] = [];
    let step = 0;
    for (; step < count && (await control.proceed()); step++) {
      const loss = tf.tidy(() => tf.sum(tf.mul(tf.ones([16]), count - step)).dataSync()[0] ?? 0);
      tf.ones([3]);
      losses.push({ step, loss });
      control.report({ phase: 'optimise', step: step + 1, steps: count, loss, msPerStep: 5 });
      if (control.wantsPreview()) control.preview(picture(8, 8, step + 1));
      options.onStep?.(step + 1);
      await new Promise((resolve) => setTimeout(resolve, options.msPerStep ?? 0));
    }
    return { pixels: picture(8, 8, step), complete: step === count, losses, steps: step };
  };

export class FakeParts implements EngineParts {
  readonly devices: FakeDevice[] = [];
  readonly loaded: string[] = [];
  readonly networks: string[] = [];
  script: Script = steps(3);
  presets: Preset[] = [];
  readonly pace = everyStep;
  cleared = 0;
  /** Runs whose technique was asked. */
  begun = 0;
  openDevice: (exclude?: readonly BackendName[]) => Promise<HostDevice> = async () => {
    await tf.setBackend('cpu');
    const device = new FakeDevice();
    this.devices.push(device);
    return device;
  };
  loadWeights: EngineParts['loadWeights'] = async (id, { signal, onProgress }) => {
    this.loaded.push(id);
    for (const step of [1, 2]) {
      await new Promise((resolve) => setTimeout(resolve, 1));
      signal.throwIfAborted();
      onProgress({ step, steps: 2, bytes: { loaded: step * 4, total: 8, cached: false } });
    }
    const parameters = new Map([['x.weight', { shape: [4], values: new Float32Array(4) }]]);
    return { manifest: manifest(id), parameters, fromCache: false };
  };
  createNetwork: EngineParts['createNetwork'] = ({ manifest: { id }, parameters }) => {
    this.networks.push(id);
    const held = [...parameters.values()].map(({ values }) => tf.tensor1d(values));
    const dispose = () => {
      this.networks.splice(this.networks.indexOf(id), 1);
      tf.dispose(held);
    };
    // Only `dispose` is the host's business; a whole Network would bring an architecture along.
    return { dispose } as unknown as Network;
  };
  techniqueOf = (): Technique => ({
    name: 'style',
    estimateBytes: (_recipe, _network, width, height) => width * height * 900,
    heldBytes: (_recipe, width, height) => width * height * 100,
    run: async (context) => {
      this.begun++;
      const made = await this.script(context);
      return { pixels: picture(8, 8), complete: true, losses: [], steps: 1, msPerStep: 5, peakBytes: 7, ...made };
    },
  });
  targetsFromPreset: EngineParts['targetsFromPreset'] = (chosen) => ({ from: chosen.id }) as unknown as StyleTargets;
  targetsFromImage: EngineParts['targetsFromImage'] = (pixels) => ({ from: pixels }) as unknown as StyleTargets;
  fetchPresets: EngineParts['fetchPresets'] = async () => this.presets;
  fetchStatistics: EngineParts['fetchStatistics'] = async (_chosen, { onBytes }) => {
    onBytes(4, false);
    return { blob: new ArrayBuffer(4), cached: false };
  };
  clearStorage = async () => {
    this.cleared++;
  };
}

export function fakeEngine(script?: Script) {
  const parts = new FakeParts();
  if (script) parts.script = script;
  return { parts, engine: new LocalEngine(parts) };
}

export const errorOf = (promise: Promise<unknown>): Promise<ReverieError> =>
  promise.then(
    () => {
      throw new Error('expected a rejection');
    },
    (error: ReverieError) => error,
  );

export const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** A Worker whose inside runs in this thread, behind a real MessageChannel: messages are cloned and transferred for real. */
export class FakeWorker extends EventTarget implements WorkerLike {
  readonly #channel = new MessageChannel();
  terminated = false;
  /** Data of every message that came out of the worker. */
  readonly received: unknown[] = [];

  /** @param create makes the engine inside; left out, the module never loads. */
  constructor(create?: () => Engine) {
    super();
    const { port1, port2 } = this.#channel;
    port1.addEventListener('message', ({ data }) => {
      this.received.push(data);
      if (!this.terminated) this.dispatchEvent(new MessageEvent('message', { data }));
    });
    port1.start();
    if (create) exposeEngine(port2, create);
  }

  postMessage(message: unknown, transfer: Transferable[] = []): void {
    this.#channel.port1.postMessage(message, transfer);
  }

  terminate(): void {
    this.terminated = true;
    this.#channel.port1.close();
  }

  /** What a browser fires when the script cannot be loaded (no message), or when something in it is not caught. */
  fireError(message?: string): void {
    this.dispatchEvent(Object.assign(new Event('error'), message === undefined ? {} : { message }));
  }
}
