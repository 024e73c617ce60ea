/** What a GPU is told in an iteration: waiting to be told is what holds a fast one back. Nothing is computed here, so that it is quick. */
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { landscape, picturesOf, recipeFor } from '../../../tools/bench/engine/problem';
import { Stepper, subjectOf } from '../../../tools/bench/engine/subjects';
import { manifestOf } from '../../../tools/files';
import { readStored } from '../../../tools/weights/stored';
import { type Device, openDevice } from '../../../web/engine/device';
import { architectureOf } from '../../../web/engine/network/architectures';
import { Network } from '../../../web/engine/network/network';
import { LossReader } from '../../../web/engine/optimise/losses';
import { gpu } from './gpu';

const side = 64;
const most = 110;
/** Convolutions of the embedded network there and back, which nothing can do without. */
const least = 26;

describe.skipIf(!gpu)('an iteration of style transfer', () => {
  let device: Device;
  let run: Stepper;
  const told = vi.fn();
  const wants = vi.spyOn(LossReader.prototype, 'wants');

  beforeAll(async () => {
    device = await openDevice({ backend: 'webgpu' });
    vi.spyOn(GPUComputePassEncoder.prototype, 'dispatchWorkgroups').mockImplementation(told);
    const recipe = recipeFor(side);
    const architecture = architectureOf(recipe.network);
    const { parameters } = await readStored(manifestOf(recipe.network));
    const network = Network.create(architecture, parameters);
    const problem = { recipe, architecture, parameters, network, ...picturesOf(landscape(side, side)) };
    run = new Stepper(subjectOf('style', { problem } as Parameters<typeof subjectOf>[1], 100));
    await run.step();
  }, 120_000);
  afterAll(() => {
    vi.restoreAllMocks();
    tf.disposeVariables();
    device?.dispose();
  });

  it.each([
    ['whose loss is read', true],
    ['whose loss is not read', false],
  ])(`%s is at most ${most} dispatches`, async (_, read) => {
    wants.mockReturnValue(read);
    told.mockClear();
    await run.step();
    expect(told.mock.calls.length).toBeGreaterThan(least);
    expect(told.mock.calls.length).toBeLessThanOrEqual(most);
    device.check();
  });
});
