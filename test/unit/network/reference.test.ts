/**
 * The engine against an independent framework: activations, Gram matrices, losses and image gradients of PyTorch for
 * four networks. Needs the pictures and weights of ../shared, which are not part of the repository.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { architectureOf } from '../../../web/engine/network/architectures';
import { Network } from '../../../web/engine/network/network';
import { alive, useBackend } from '../../support/backends';
import { hasShared, needsShared, originalParameters, servedParameters } from '../../support/networks';
import { referenceOf, referencePicture } from '../../support/reference';
import { activationDeviations, gramDeviations, lossDeviations, type Pictures } from '../../support/referenceChecks';

/** `onCpu`: plain JavaScript takes seconds for a gradient, so it has only the shallowest, the deepest and a few more. */
const networks = [
  {
    id: 'reverie-vgg',
    name: 'reverie-vgg',
    file: 'reverie-vgg',
    onCpu: [
      'content_mse',
      'gram_sse.relu1_1',
      'gram_sse.relu5_1',
      'amplify_half_mean_square.relu5_1',
      'inversion_relative_l2.relu4_2',
    ],
  },
  { id: 'vgg19-16x', name: 'vgg19-16x/max', file: 'vgg19-16x', onCpu: ['content_mse', 'gram_sse.relu5_1'] },
  { id: 'vgg19-16x-average', name: 'vgg19-16x/avg', file: 'vgg19-16x', onCpu: ['gram_sse.relu5_1'] },
  {
    id: 'squeezenet1_1',
    name: 'squeezenet1_1',
    file: 'squeezenet1_1',
    onCpu: ['gram_sse.conv1', 'gram_sse.fire6', 'inversion_relative_l2.fire4'],
  },
] as const;

/** The engine's total variation is another formula; it has its own test. */
const lossesOf = (name: string) => Object.keys(referenceOf(name).losses).filter((loss) => loss !== 'tv_squared_sum');

const worst = (deviations: Record<string, number>) => Math.max(...Object.values(deviations));

let pictures: Pictures;

describe.skipIf(!hasShared)(`PyTorch's numbers${needsShared}`, () => {
  beforeAll(async () => {
    pictures = { content: await referencePicture('content'), style: await referencePicture('style') };
  });

  describe('on wasm', () => {
    useBackend('wasm');

    describe.each(networks)('$id', ({ id, name, file }) => {
      const reference = referenceOf(name);
      let network: Network;
      beforeAll(async () => {
        network = Network.create(architectureOf(id), await originalParameters(file, id));
      });
      afterAll(() => network.dispose());

      it('has the activations, at every tap', async () => {
        expect(worst(await activationDeviations(network, pictures, reference))).toBeLessThan(1e-4);
      });

      it('has the Gram matrices of the style', async () => {
        expect(worst(await gramDeviations(network, pictures, reference))).toBeLessThan(1e-4);
      });

      it.each(lossesOf(name))('has the loss and image gradient of %s', async (loss) => {
        const before = alive();
        const { value, gradient } = await lossDeviations(network, pictures, reference, loss);
        expect(value).toBeLessThan(1e-3);
        expect(gradient).toBeLessThan(1e-3);
        expect(alive()).toEqual(before);
      });
    });
  });

  describe('on cpu', () => {
    useBackend('cpu');

    describe.each(networks)('$id', ({ id, name, file, onCpu }) => {
      const reference = referenceOf(name);
      let network: Network;
      beforeAll(async () => {
        network = Network.create(architectureOf(id), await originalParameters(file, id));
      });
      afterAll(() => network.dispose());

      it('has the activations, at every tap', async () => {
        expect(worst(await activationDeviations(network, pictures, reference))).toBeLessThan(1e-4);
      });

      it('has the Gram matrices of the style', async () => {
        expect(worst(await gramDeviations(network, pictures, reference))).toBeLessThan(1e-4);
      });

      it.each(onCpu)('has the loss and image gradient of %s', async (loss) => {
        const { value, gradient } = await lossDeviations(network, pictures, reference, loss);
        expect(value).toBeLessThan(1e-3);
        expect(gradient).toBeLessThan(1e-3);
      });
    });
  });

  describe('from the served weights', () => {
    useBackend('wasm');

    it('come out to within half precision', async () => {
      const reference = referenceOf('reverie-vgg');
      const network = Network.create(architectureOf('reverie-vgg'), await servedParameters('reverie-vgg'));
      expect(worst(await activationDeviations(network, pictures, reference))).toBeLessThan(2e-3);
      // Products of two features: twice the error.
      expect(worst(await gramDeviations(network, pictures, reference))).toBeLessThan(4e-3);
      for (const loss of lossesOf('reverie-vgg')) {
        expect((await lossDeviations(network, pictures, reference, loss)).value, loss).toBeLessThan(1e-3);
      }
      network.dispose();
    });
  });
});
