/** A WASM heap that cannot grow: on small machines long before its 4 GiB; here it is forbidden to. */
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { parseRecipe } from '../../../shared/recipe';
import { stylesOf } from '../../../shared/recipe/about';
import { recipeVersion } from '../../../shared/recipe/version';
import type { TechniqueName } from '../../../shared/techniques';
import { openProblem, readShippedNetwork, shownStyle } from '../../../tools/bench/engine/problem';
import { readStored } from '../../../tools/weights/stored';
import { type Device, openDevice } from '../../../web/engine/device';
import { estimateMemory } from '../../../web/engine/host/memory';
import type { Network } from '../../../web/engine/network/network';
import { techniqueOf } from '../../../web/engine/techniques';
import { targetsFromImage } from '../../../web/engine/techniques/style/targets';
import { AnyStyleNetwork } from '../../../web/engine/transformer/any/network';
import { Transformer } from '../../../web/engine/transformer/transformer';
import { smallEngine } from '../../support/smallEngine';
import { difference, landscape } from '../techniques/pictures';
import { numbers } from './numbers';

function forbidGrowth(): void {
  vi.spyOn(WebAssembly.Memory.prototype, 'grow').mockImplementation(() => {
    throw new RangeError('WebAssembly.Memory.grow(): Maximum memory size exceeded');
  });
}
afterEach(() => {
  vi.restoreAllMocks();
});

/** Takes what is left of the heap, in pieces of a megabyte; whoever has a scope frees it. */
function fill(): void {
  for (;;) tf.tensor1d(new Float32Array(250_000));
}

describe.each([1, 2])('a WASM heap that is full, for %i threads', (threads) => {
  let device: Device;
  beforeEach(async () => {
    device = await openDevice({ backend: 'wasm', wasm: { threads } });
  });
  afterEach(() => device.dispose());

  it('refuses a tensor, keeps those that it has, and is replaced by a fresh one', async () => {
    const x = tf.tensor1d(numbers(5_000, 1));
    device.check();
    forbidGrowth();
    expect(() => tf.tidy(fill)).toThrow(expect.objectContaining({ code: 'out-of-memory' }));
    expect(await x.data()).toEqual(numbers(5_000, 1));
    expect(() => device.check()).toThrow('heap is full');
    x.dispose();
    device.dispose();
    vi.restoreAllMocks();
    device = await openDevice({ backend: 'wasm' });
    tf.dispose(tf.zeros([8_000_000]));
    device.check();
  });

  it('grows by a twentieth where that is enough, and is not full for having asked for more', () => {
    const grown = vi.spyOn(WebAssembly.Memory.prototype, 'grow');
    const before = device.memory().allocatedBytes;
    tf.tidy(() => {
      while (device.memory().allocatedBytes === before) tf.tensor1d(new Float32Array(25_000));
    });
    expect(grown).toHaveBeenCalledTimes(1);
    expect(device.memory().allocatedBytes / before).toBeLessThan(1.06);
    device.check();
  });
});

describe('what a run takes of a WASM heap', () => {
  /** Runs it all in a fresh heap. @returns bytes that were told, and that were taken */
  async function bytesOf(
    fields: { technique: TechniqueName; size: number },
    width: number,
    height: number,
    threads = 1,
  ) {
    const device = await openDevice({ backend: 'wasm', wasm: { threads } });
    const problem = await openProblem({ width, height });
    const recipe = parseRecipe({ version: recipeVersion, ...fields });
    const { configuration, parameters } = await readShippedNetwork();
    const networks: Partial<Record<TechniqueName, () => unknown>> = {
      fast: () => new Transformer(configuration, parameters),
      any: async () => AnyStyleNetwork.create((await readStored('web/public/weights/reverie-any.json')).parameters),
    };
    const paints = networks[fields.technique];
    if (paints) problem.network.dispose();
    const network = ((await paints?.()) ?? problem.network) as Network;
    const technique = techniqueOf(recipe);
    const { bytes } = estimateMemory({ technique, recipe, network, content: { width, height }, device });
    const told = bytes - technique.heldBytes(recipe, width, height);
    const styles = stylesOf(recipe).map(() => targetsFromImage(problem.painting));
    const control = { proceed: async () => true, report: () => {}, wantsPreview: () => false, preview: () => {} };
    tf.engine().startScope();
    await technique.run({ recipe, network, content: problem.content, styles, control });
    tf.engine().endScope();
    const taken = device.memory().allocatedBytes;
    device.dispose();
    return { told, taken };
  }

  const painted = { styles: [{ image: null }] };
  it.each([
    { technique: 'style', ...painted, schedule: { minSize: 128, firstSteps: 1, steps: 1 } },
    { technique: 'dream', steps: 1 },
    { technique: 'invert', steps: 1 },
    { technique: 'texture', steps: 1 },
    { technique: 'see', view: 'activations' },
    { technique: 'see', view: 'saliency', smooth: { samples: 1 } },
    { technique: 'see', view: 'feature', steps: 1 },
    { technique: 'any', ...painted },
    { technique: 'fast', styles: [{ style: shownStyle }] },
    { technique: 'see', view: 'activations', threads: 8 },
    { technique: 'fast', styles: [{ style: shownStyle }], threads: 4 },
    { technique: 'texture', steps: 1, threads: 8 },
  ] as const)('is told before it, within a quarter: $technique', async ({ threads, ...fields }) => {
    const { told, taken } = await bytesOf({ ...fields, size: 320 }, 320, 240, threads);
    expect(told / taken).toBeGreaterThan(1 / 1.25);
    expect(told / taken).toBeLessThan(1.25);
  });

  it('is at most 40 MiB for one pass of 512×384', async () => {
    const fields = { technique: 'fast', styles: [{ style: shownStyle }], size: 512 } as const;
    const { taken } = await bytesOf(fields, 512, 384);
    expect(taken).toBeLessThan(40 * 1024 ** 2);
  });
});

it.each([1, 2])(
  'a run whose WASM heap is full goes on elsewhere, with the same picture, %i threads',
  async (threads) => {
    const recipe = parseRecipe({
      technique: 'dream',
      version: 2,
      size: 64,
      octaves: 1,
      steps: 5,
      layers: [{ layer: 'relu2' }],
    });
    const start = () => small.engine.run({ recipe, inputs: { content: landscape(64, 48), styles: [] } }).result;
    const small = smallEngine(undefined, { threads });
    const whole = await start();
    expect(whole.record.device.backend).toBe('wasm');
    small.onStep = (step) => {
      if (step !== 3) return;
      forbidGrowth();
      try {
        fill();
      } catch {
        // Full, as it should be.
      }
    };
    const { record, pixels } = await start();
    expect(record).toMatchObject({ complete: true, steps: 5, device: { backend: 'cpu' } });
    expect(record.troubles).toMatchObject([{ code: 'out-of-memory', backend: 'wasm', step: 2 }]);
    expect(record.device.rejected).toContainEqual({ backend: 'wasm', why: 'failed', reason: 'it failed in mid-run' });
    expect(difference(pixels, whole.pixels)).toBeLessThan(1);
    await small.engine.dispose();
  },
);
