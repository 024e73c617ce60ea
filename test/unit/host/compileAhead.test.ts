/** Shaders are compiled while weights arrive, and what goes wrong there is the run's to say. */
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it, vi } from 'vitest';
import type { HostDevice } from '../../../web/engine/host/devices';
import { fakeEngine, manifest, request } from './fakes';

/** @param compile of a device that compiles; the weights arrive once `until` has settled */
function engineThat(compile: HostDevice['compile'], until: Promise<unknown>, backend: 'webgpu' | 'wasm' = 'webgpu') {
  const made = fakeEngine();
  const { openDevice, loadWeights, techniqueOf } = made.parts;
  made.parts.openDevice = async () =>
    Object.assign(await openDevice(), { report: { backend, description: '', rejected: [] }, compile });
  made.parts.loadWeights = async (id, watch) => {
    await Promise.resolve();
    watch.onManifest?.(manifest(id));
    await until;
    return loadWeights(id, watch);
  };
  const pass = vi.fn(() => void tf.zeros([3]));
  made.parts.techniqueOf = () => ({ ...techniqueOf(), pass });
  return { ...made, pass };
}

describe('the shaders of a run', () => {
  it('are compiled before its weights are there, and leave nothing behind', async () => {
    let compiled = () => {};
    const until = new Promise<void>((resolve) => {
      compiled = resolve;
    });
    const { engine, pass } = engineThat(async (run) => {
      tf.tidy(run);
      compiled();
    }, until);
    // Without it the weights would never arrive.
    expect((await engine.run(request()).result).complete).toBe(true);
    expect(pass).toHaveBeenCalledOnce();
    // The network is on the device now, and its shaders with it.
    await engine.run(request()).result;
    expect(pass).toHaveBeenCalledOnce();
    await engine.dispose();
  });

  it.each([
    ['that cannot be compiled leave the run as it was', 'webgpu', 1],
    ['are not there where nothing is compiled', 'wasm', 0],
  ] as const)('%s', async (_, backend, calls) => {
    const compile = vi.fn(async () => {
      throw new Error('A shader is too long.');
    });
    const { engine, pass } = engineThat(compile, Promise.resolve(), backend);
    expect((await engine.run(request()).result).complete).toBe(true);
    expect([compile.mock.calls.length, pass.mock.calls]).toEqual([calls, []]);
    await engine.dispose();
  });
});
