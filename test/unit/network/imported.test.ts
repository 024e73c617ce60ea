/**
 * The networks beside the repository, as `npm run weights -- import` brings them in and the engine loads them: each
 * forward and back against double precision, and against PyTorch's numbers where there are some.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { importWeights } from '../../../tools/weights/import';
import { listNetworks } from '../../../tools/weights/listing';
import { localFetch } from '../../../tools/weights/localFetch';
import { architectureOf } from '../../../web/engine/network/architectures';
import { parameterCount } from '../../../web/engine/network/geometry';
import { Network } from '../../../web/engine/network/network';
import { loadWeights } from '../../../web/engine/weights';
import { memoryShardStore } from '../../../web/engine/weights/shardStore';
import { alive, useBackend } from '../../support/backends';
import { deviationsOf, noise } from '../../support/networkChecks';
import { hasShared, needsShared, sharedPath } from '../../support/networks';
import { referenceOf, referencePicture } from '../../support/reference';
import { activationDeviations } from '../../support/referenceChecks';

const networks = [
  { id: 'vgg19-16x', taps: ['relu1_2', 'relu3_1', 'relu5_1'], side: [24, 32], reference: 'vgg19-16x/max' },
  { id: 'vgg19-relu3_1', taps: ['relu1_1', 'relu2_2', 'relu3_1'], side: [24, 32], reference: null },
  { id: 'squeezenet1_1', taps: ['conv1', 'fire4', 'classifier'], side: [53, 60], reference: 'squeezenet1_1' },
  {
    id: 'inception-v3',
    taps: ['conv_2', 'conv_4', 'mixed_0', 'mixed_3', 'mixed_7'],
    side: [79, 83],
    reference: null,
  },
] as const;

describe.skipIf(!hasShared)(`imported networks${needsShared}`, () => {
  useBackend('wasm');
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'reverie-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it.each(networks)('$id loads, and runs forward and back', async ({ id, taps, side, reference }) => {
    const from = sharedPath(`weights/${id}.safetensors`);
    await importWeights({ from, architecture: id, dtype: 'float16', out: join(folder, 'weights') });
    const { parameters, manifest } = await loadWeights({
      baseUrl: 'http://localhost',
      id,
      store: memoryShardStore(),
      fetch: localFetch(folder),
    });
    expect(manifest.parameters).toBe(parameterCount(architectureOf(id)));
    const before = alive();
    const network = Network.create(architectureOf(id), parameters);
    const { features, slope } = await deviationsOf(network, parameters, noise(side[0], side[1], 3), taps);
    for (const tap of taps) expect(features[tap], tap).toBeLessThan(1e-4);
    expect(slope).toBeLessThan(1e-4);
    if (reference) {
      const pictures = { content: await referencePicture('content'), style: await referencePicture('style') };
      // Half precision: 2⁻¹¹ a weight.
      const deviations = await activationDeviations(network, pictures, referenceOf(reference));
      expect(Math.max(...Object.values(deviations))).toBeLessThan(1e-2);
    }
    network.dispose();
    expect(alive()).toEqual(before);
  });

  it('are listed as installed, with the bytes that the list foretold', () => {
    const installed = listNetworks(folder).filter((network) => network.installed.length > 0);
    expect(installed.map(({ architecture }) => architecture).sort()).toEqual(networks.map(({ id }) => id).sort());
    for (const { bytes, parameters, installed: found } of installed) {
      expect(found).toMatchObject([{ bytes: bytes?.float16, parameters }]);
    }
  });
});
