/** What a GPU is told in an iteration: waiting to be told is what holds a fast one back. Nothing is computed here, so that it is quick. */
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it, type MockInstance, vi } from 'vitest';
import { landscape, picturesOf, recipeFor } from '../../../tools/bench/engine/problem';
import { Stepper, subjectOf } from '../../../tools/bench/engine/subjects';
import { manifestOf } from '../../../tools/files';
import { readStored } from '../../../tools/weights/stored';
import { type Device, openDevice } from '../../../web/engine/device';
import { compileAhead } from '../../../web/engine/host/compileAhead';
import { architectureOf } from '../../../web/engine/network/architectures';
import { Network } from '../../../web/engine/network/network';
import { LossReader } from '../../../web/engine/optimise/losses';
import { techniqueOf } from '../../../web/engine/techniques';
import { gpu } from './gpu';

const side = 64;
const most = 110;
/** Convolutions of the embedded network there and back, which nothing can do without. */
const least = 26;

describe.skipIf(!gpu)('a run of style transfer', () => {
  let device: Device;
  let run: Stepper;
  let late: MockInstance<GPUDevice['createComputePipeline']>;
  const told = vi.fn();
  const wants = vi.spyOn(LossReader.prototype, 'wants');

  beforeAll(async () => {
    device = await openDevice({ backend: 'webgpu' });
    vi.spyOn(GPUComputePassEncoder.prototype, 'dispatchWorkgroups').mockImplementation(told);
    const recipe = recipeFor(side);
    const architecture = architectureOf(recipe.network);
    const { parameters, manifest } = await readStored(manifestOf(recipe.network));
    await compileAhead(
      { createNetwork: (weights) => Network.create(architecture, weights.parameters) },
      { device, technique: techniqueOf(recipe), recipe, content: { width: side, height: side }, manifest },
    );
    const { device: card } = tf.backend() as WebGPUBackend;
    late = vi.spyOn(card, 'createComputePipeline');
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

  it('has the shaders of its network before its weights have arrived', () => {
    const labels = late.mock.calls.map(([{ label = '' }]) => label);
    // The losses' and the pixels' own come later: there were some to look at.
    expect(labels.filter((label) => label.includes('palette loss'))).toHaveLength(1);
    // Grain is looked at in three channels, and the picture's gradient halved, without a network's weights.
    expect(
      labels.filter((label) => /conv2d.*quads|[pP]ool/.test(label) && !/ 3-quads| quads-3| f32|Pool2D/.test(label)),
    ).toEqual([]);
  });

  it.each([
    ['whose loss is read', true],
    ['whose loss is not read', false],
  ])(`has an iteration %s that is at most ${most} dispatches`, async (_, read) => {
    wants.mockReturnValue(read);
    told.mockClear();
    await run.step();
    expect(told.mock.calls.length).toBeGreaterThan(least);
    expect(told.mock.calls.length).toBeLessThanOrEqual(most);
    device.check();
  });
});
