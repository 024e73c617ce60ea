/** A WASM heap that cannot grow: on small machines long before its 4 GiB; here it is forbidden to. */
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { parseRecipe } from '../../../shared/recipe';
import { recipeVersion } from '../../../shared/recipe/version';
import { openProblem, readShippedNetwork, shownStyle } from '../../../tools/bench/engine/problem';
import { subjectOf } from '../../../tools/bench/engine/subjects';
import { type Device, openDevice } from '../../../web/engine/device';
import { takenBytes } from '../../../web/engine/device/memory';
import type { Network } from '../../../web/engine/network/network';
import { techniqueOf } from '../../../web/engine/techniques';
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

  it('that was refused once, and given less, is not full', () => {
    const { grow } = WebAssembly.Memory.prototype;
    const refusing = vi.spyOn(WebAssembly.Memory.prototype, 'grow');
    refusing.mockImplementationOnce(() => {
      throw new RangeError('WebAssembly.Memory.grow(): Maximum memory size exceeded');
    });
    refusing.mockImplementation(function (this: WebAssembly.Memory, pages) {
      return grow.call(this, pages);
    });
    tf.dispose(tf.tensor1d(new Float32Array(8_000_000)));
    expect(refusing.mock.calls.length).toBeGreaterThan(1);
    device.check();
  });
});

describe('what a run takes of a WASM heap', () => {
  it.each([
    ['fast', 384, 288],
    ['style', 192, 128],
  ])('is told before it, within a quarter: %s at %i×%i', async (name, width, height) => {
    const device = await openDevice({ backend: 'wasm' });
    const problem = await openProblem({ width, height });
    const { configuration, parameters } = await readShippedNetwork();
    const transformer = new Transformer(configuration, parameters);
    const paints = name === 'fast';
    const recipe = paints
      ? parseRecipe({ technique: 'fast', version: recipeVersion, size: width, styles: [{ style: shownStyle }] })
      : problem.recipe;
    const network = paints ? transformer : problem.network;
    const technique = techniqueOf(recipe);
    const told = takenBytes('wasm', technique.estimateBytes(recipe, network as Network, width, height));
    await subjectOf(name, { problem, transformer }, 2)(async () => false);
    const share = told / device.memory().allocatedBytes;
    expect(share).toBeGreaterThan(1 / 1.25);
    expect(share).toBeLessThan(1.25);
    device.dispose();
  });
});

it('a run whose WASM heap is full goes on elsewhere, with the same picture', async () => {
  const recipe = parseRecipe({
    ...{ technique: 'dream', version: 2, size: 64, octaves: 1, steps: 5, layers: [{ layer: 'relu2' }] },
  });
  const start = () => small.engine.run({ recipe, inputs: { content: landscape(64, 48), styles: [] } }).result;
  const small = smallEngine();
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
});
