/** Where a style's statistics come from: a picture at the size asked for, or scales measured before. */
import { beforeAll, describe, expect, it } from 'vitest';
import { rasterOf, resizeToLongSide } from '../../../web/engine/images/pictures';
import { Network } from '../../../web/engine/network/network';
import { blendStatistics, type LayerStatistics } from '../../../web/engine/objectives/statistics';
import { measureStyle, targetsFromImage, targetsFromScales } from '../../../web/engine/techniques/style/targets';
import { alive, useBackend } from '../../support/backends';
import { grid } from '../../support/float64/grid';
import { runNetwork } from '../../support/float64/layers';
import { statisticsOf } from '../../support/float64/losses';
import { madeUpParameters } from '../../support/networks';
import { chain } from '../../support/smallNetworks';
import { numbers, relativeError } from '../device/numbers';
import { painting } from './pictures';

describe('style targets', () => {
  useBackend('wasm');

  let network: Network;
  beforeAll(() => {
    network = Network.create(chain(), madeUpParameters(chain()));
  });

  const statistics = (seed: number): LayerStatistics =>
    statisticsOf(
      grid(
        5,
        4,
        3,
        numbers(60, seed).map((value) => value + seed),
      ),
    );
  const measured = [1, 2, 3].map((seed) => new Map([['relu1', statistics(seed)]]));
  const targets = targetsFromScales('night', [100, 200, 800], measured);
  const at = async (longSide: number) => (await targets.at(network, ['relu1'], longSide)).get('relu1');

  it('are mean and covariance of the features, and leave nothing behind', async () => {
    const before = alive();
    const picture = rasterOf(painting(21, 16));
    const result = await measureStyle(network, ['relu1', 'relu2'], picture);
    expect(alive()).toEqual(before);
    const outputs = runNetwork(chain(), madeUpParameters(chain()), grid(16, 21, 3, picture.values));
    for (const tap of ['relu1', 'relu2']) {
      const features = outputs.get(tap);
      if (!features) throw new Error(tap);
      const expected = statisticsOf(features);
      expect(result.get(tap)?.channels).toBe(expected.channels);
      expect(relativeError(result.get(tap)?.mean ?? [], expected.mean)).toBeLessThan(1e-5);
      expect(relativeError(result.get(tap)?.covariance ?? [], expected.covariance)).toBeLessThan(1e-4);
    }
  });

  it('of a picture are measured at the size asked for, but never on an enlarged picture', async () => {
    const image = targetsFromImage(painting(40, 30));
    const small = await image.at(network, ['relu2'], 24);
    const expected = await measureStyle(network, ['relu2'], resizeToLongSide(rasterOf(painting(40, 30)), 24));
    expect(small).toEqual(expected);
    const asItIs = await measureStyle(network, ['relu2'], rasterOf(painting(40, 30)));
    expect(await image.at(network, ['relu2'], 400)).toEqual(asItIs);
  });

  it('of scales are the measured ones at their sizes, and the nearest beyond', async () => {
    for (const [longSide, i] of [
      [100, 0],
      [200, 1],
      [800, 2],
      [20, 0],
      [3000, 2],
    ] as const) {
      expect(await at(longSide)).toBe(measured[i]?.get('relu1'));
    }
  });

  it('in between are blended by the logarithm of the size', async () => {
    for (const [longSide, share] of [
      [200 * Math.SQRT2, 0.25],
      [400, 0.5],
      [200 * 2 ** 1.5, 0.75],
    ] as const) {
      const expected = blendStatistics([
        { weight: 1 - share, statistics: statistics(2) },
        { weight: share, statistics: statistics(3) },
      ]);
      const actual = await at(longSide);
      expect(relativeError(actual?.mean ?? [], expected.mean)).toBeLessThan(1e-5);
      expect(relativeError(actual?.covariance ?? [], expected.covariance)).toBeLessThan(1e-5);
    }
  });

  it('that were not measured at a layer say so', async () => {
    await expect(targets.at(network, ['relu1', 'relu2'], 100)).rejects.toThrow(
      expect.objectContaining({ code: 'layer-unknown', message: expect.stringMatching(/night.*relu2/) }),
    );
  });
});
