/**
 * Where a style's statistics come from: measured on a picture, or read from a preset. Both answer the same
 * question: what are the statistics of this painting when its long side is so many pixels?
 */
import * as tf from '@tensorflow/tfjs-core';
import { ReverieError } from '../../../../shared/errors';
import type { Preset, StyleStatistics } from '../../../../shared/preset';
import { rasterOf, resizeToLongSide, tensorOf } from '../../images/pictures';
import type { Raster } from '../../images/resample';
import { moments } from '../../kernels';
import { grainNetwork } from '../../network/grain';
import type { Network } from '../../network/network';
import { isPixelTap } from '../../objectives/grain';
import {
  blendStatistics,
  covarianceOf,
  type LayerStatistics,
  type StyleStatisticsByLayer,
} from '../../objectives/statistics';
import { AnyStyleNetwork } from '../../transformer/any/network';
import { measurePainting } from '../../transformer/any/scales';
import type { Pixels } from '../../types';
import { decodePreset } from './presetBlob';

export interface StyleTargets {
  /** @throws ReverieError `layer-unknown` when the style has no such layer. */
  at(network: Network | AnyStyleNetwork, layers: readonly string[], longSide: number): Promise<StyleStatisticsByLayer>;
  /** The same painting in other colours; only a style that still has its picture can. */
  recoloured?(colour: (painting: Raster) => Raster): StyleTargets;
}

/** A picture as a style. It is shrunk to the size asked for, never enlarged: there is no detail to gain. */
export function targetsFromImage(pixels: Pixels): StyleTargets {
  return targetsFromRaster(rasterOf(pixels));
}

function targetsFromRaster(raster: Raster): StyleTargets {
  return {
    recoloured: (colour) => targetsFromRaster(colour(raster)),
    at: (network, layers, longSide) => {
      const size = Math.min(longSide, Math.max(raster.width, raster.height));
      const painting = resizeToLongSide(raster, size);
      return network instanceof AnyStyleNetwork
        ? measurePlaces(network, painting)
        : measureStyle(network, layers, painting);
    },
  };
}

/** At the places of a network that paints in any style: its layers have other names. */
export async function measurePlaces(network: AnyStyleNetwork, painting: Raster): Promise<StyleStatisticsByLayer> {
  const places = Object.entries(await measurePainting(network, painting));
  return new Map(
    places.map(([place, { mean, covariance }]) => [
      place,
      { channels: mean.length, mean: Float32Array.from(mean), covariance: Float32Array.from(covariance) },
    ]),
  );
}

/** Mean and covariance at each layer, grain and palette among them, for a picture as it is. */
export async function measureStyle(
  network: Network,
  layers: readonly string[],
  picture: Raster,
): Promise<StyleStatisticsByLayer> {
  const seen = await momentsAt(
    network,
    layers.filter((layer) => !isPixelTap(layer)),
    picture,
  );
  const ofGrain = layers.filter(isPixelTap);
  if (ofGrain.length === 0) return seen;
  const grain = grainNetwork();
  try {
    return new Map([...seen, ...(await momentsAt(grain, ofGrain, picture))]);
  } finally {
    grain.dispose();
  }
}

async function momentsAt(
  network: Network,
  layers: readonly string[],
  picture: Raster,
): Promise<StyleStatisticsByLayer> {
  const image = tensorOf(picture);
  const activations = network.forward(image, layers, 'features');
  try {
    const measured = new Map<string, LayerStatistics>();
    for (const layer of layers) {
      const { mean, gram } = moments(activations.at(layer));
      const [meanValues, gramValues] = (await Promise.all([mean.data(), gram.data()])) as [Float32Array, Float32Array];
      tf.dispose([mean, gram]);
      measured.set(layer, {
        channels: meanValues.length,
        mean: meanValues,
        covariance: covarianceOf(meanValues, gramValues),
      });
    }
    return measured;
  } finally {
    activations.dispose();
    image.dispose();
  }
}

/**
 * A preset as a style: its scales interpolated in the logarithm of the size, the nearest one beyond the ends.
 * @param decoded one entry per scale of `statistics` (presetBlob.ts)
 */
export function targetsFromScales(
  name: string,
  sizes: readonly number[],
  decoded: readonly StyleStatisticsByLayer[],
): StyleTargets {
  return {
    at: async (_network, layers, longSide) => {
      const above = sizes.findIndex((size) => size >= longSide);
      const upper = above === -1 ? sizes.length - 1 : above;
      const lower = above <= 0 ? upper : above - 1;
      const [small = 1, large = 1] = [sizes[lower], sizes[upper]];
      const share = upper === lower ? 1 : Math.log(longSide / small) / Math.log(large / small);
      return new Map(
        layers.map((layer) => {
          const parts = [
            { weight: 1 - share, statistics: decoded[lower]?.get(layer) },
            { weight: share, statistics: decoded[upper]?.get(layer) },
          ].flatMap(({ weight, statistics }) => (statistics && weight > 0 ? [{ weight, statistics }] : []));
          if (parts.length === 0) {
            throw new ReverieError('layer-unknown', `Style "${name}" was not measured at layer ${layer}.`);
          }
          return [layer, blendStatistics(parts)];
        }),
      );
    },
  };
}

/** @throws ReverieError `weights-invalid` when the blob is not what `statistics` describes. */
export function targetsFromPreset(preset: Preset, statistics: StyleStatistics, blob: ArrayBuffer): StyleTargets {
  return targetsFromScales(preset.id, statistics.scales, decodePreset(statistics, blob));
}
