/** PyTorch's numbers on WebGPU: the engine's own WGSL kernels, whole networks, at a software GPU's pace. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Device } from '../../../web/engine/device';
import { openDevice } from '../../../web/engine/device';
import { architectureOf } from '../../../web/engine/network/architectures';
import { Network } from '../../../web/engine/network/network';
import { hasShared, needsShared, originalParameters } from '../../support/networks';
import { referenceOf, referencePicture } from '../../support/reference';
import { activationDeviations, gramDeviations, lossDeviations, type Pictures } from '../../support/referenceChecks';
import { gpu } from '../device/gpu';

const networks = [
  { id: 'reverie-vgg', name: 'reverie-vgg', losses: ['gram_sse.relu1_1', 'gram_sse.relu5_1'] },
  { id: 'vgg19-16x', name: 'vgg19-16x/max', losses: ['amplify_half_mean_square.relu5_1'] },
] as const;

const worst = (deviations: Record<string, number>) => Math.max(...Object.values(deviations));

describe.skipIf(!gpu || !hasShared)(
  `PyTorch's numbers on webgpu${gpu ? needsShared : ' (left out: no adapter)'}`,
  () => {
    let device: Device;
    let pictures: Pictures;
    beforeAll(async () => {
      device = await openDevice({ backend: 'webgpu' });
      pictures = { content: await referencePicture('content'), style: await referencePicture('style') };
    }, 60_000);
    afterAll(() => device?.dispose());

    describe.each(networks)('$id', ({ id, name, losses }) => {
      const reference = referenceOf(name);
      let network: Network;
      beforeAll(async () => {
        network = Network.create(architectureOf(id), await originalParameters(id, id));
      });
      afterAll(() => network.dispose());

      it('has the activations, at every tap', async () => {
        expect(worst(await activationDeviations(network, pictures, reference))).toBeLessThan(1e-2);
        device.check();
      });

      it('has the Gram matrices of the style', async () => {
        expect(worst(await gramDeviations(network, pictures, reference))).toBeLessThan(1e-2);
        device.check();
      });

      it.each(losses)('has the loss and image gradient of %s', async (loss) => {
        const { value, gradient } = await lossDeviations(network, pictures, reference, loss);
        device.check();
        expect(value).toBeLessThan(1e-2);
        expect(gradient).toBeLessThan(1e-2);
      });
    });
  },
);
