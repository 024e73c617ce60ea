/** What a run compiles before its weights have arrived: nothing of its network is left for later. Nothing is computed here, so that it is quick. */
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { WeightsManifest } from '../../../shared/manifest';
import { anyStyleArchitecture } from '../../../shared/networks';
import { parseRecipe } from '../../../shared/recipe';
import { recipeVersion } from '../../../shared/recipe/version';
import { landscape, painting } from '../../../tools/bench/engine/problem';
import { manifestOf } from '../../../tools/files';
import { readStored } from '../../../tools/weights/stored';
import { type Device, openDevice } from '../../../web/engine/device';
import { internalsOf } from '../../../web/engine/device/webgpu/dispatch';
import { compileAhead } from '../../../web/engine/host/compileAhead';
import { pixelsOf } from '../../../web/engine/images/pictures';
import { architectureOf } from '../../../web/engine/network/architectures';
import { Network } from '../../../web/engine/network/network';
import type { Parameters } from '../../../web/engine/network/parameters';
import { techniqueOf } from '../../../web/engine/techniques';
import { targetsFromImage } from '../../../web/engine/techniques/style/targets';
import { AnyStyleNetwork } from '../../../web/engine/transformer/any/network';
import { gpu } from './gpu';

const size = 64;
const content = { width: 64, height: 48 };
const backend = () => tf.backend() as WebGPUBackend;

interface Stored {
  readonly manifest: WeightsManifest;
  readonly parameters: Parameters;
}
const createNetwork = ({ manifest: { architecture }, parameters }: Stored) =>
  architecture === anyStyleArchitecture
    ? AnyStyleNetwork.create(parameters)
    : Network.create(architectureOf(architecture), parameters);

/** Shifts, grain and the pyramid's means are of three channels and no network's. */
const isOfNetwork = (label: string) =>
  /conv2d.*quads|[pP]ool/.test(label) && !/ 3-quads| quads-3| f32|pool2D_avg/.test(label);

/** The shaders of a run before its weights, and those of its network that its first steps still had to compile. */
async function compiled(device: Device, fields: object): Promise<{ ahead: string[]; late: string[] }> {
  const recipe = parseRecipe({ version: recipeVersion, size, ...fields });
  const technique = techniqueOf(recipe);
  const { manifest, parameters } = await readStored(manifestOf(recipe.network));
  await compileAhead({ createNetwork }, { device, technique, recipe, content, manifest });
  const { pipelineCache } = internalsOf(backend());
  const ahead = Object.keys(pipelineCache);
  const network = createNetwork({ manifest, parameters }) as Network;
  let steps = 0;
  const control = { proceed: async () => steps++ < 2, report() {}, wantsPreview: () => false, preview() {} };
  const styles = [targetsFromImage(pixelsOf(painting(size, size)))];
  const photo = pixelsOf(landscape(content.width, content.height));
  tf.engine().startScope();
  try {
    await technique.run({ recipe, network, content: photo, styles, control });
  } catch (cause) {
    // Where nothing is computed nothing answers; its shaders are there by then.
    expect(cause).toMatchObject({ code: 'channel-silent' });
  } finally {
    tf.engine().endScope();
    network.dispose();
  }
  return { ahead, late: Object.keys(pipelineCache).filter((key) => !ahead.includes(key)) };
}

describe.skipIf(!gpu)('the shaders of a network', () => {
  let device: Device;
  beforeAll(async () => {
    device = await openDevice({ backend: 'webgpu' });
    vi.spyOn(GPUComputePassEncoder.prototype, 'dispatchWorkgroups').mockImplementation(() => undefined);
  }, 120_000);
  beforeEach(() => {
    internalsOf(backend()).pipelineCache = {};
  });
  afterAll(() => {
    vi.restoreAllMocks();
    tf.disposeVariables();
    device?.dispose();
  });

  it.each([
    { technique: 'any', styles: [{ image: null }] },
    { technique: 'texture', sampleSize: 64, seamless: true },
    { technique: 'see', view: 'activations' },
    { technique: 'see', view: 'saliency' },
    { technique: 'see', view: 'gradcam' },
    { technique: 'see', view: 'feature' },
  ])(
    'are there before its weights: $technique, $view',
    async (fields) => {
      const { ahead, late } = await compiled(device, fields);
      expect(ahead.filter(isOfNetwork).length).toBeGreaterThan(3);
      expect(late.filter(isOfNetwork)).toEqual([]);
      device.check();
    },
    200_000,
  );
});
