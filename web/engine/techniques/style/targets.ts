/**
 * Where a style's statistics come from: measured on a picture, or read from a preset. Both answer the same
 * question: what are the statistics of this painting when its long side is so many pixels?
 */
import * as tf from '@tensorflow/tfjs-core';
import { decodeStyle, rounded, type StyleAtSize } from '../../../../shared/anyStyle/statistics';
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
import type { AnyStyleNetwork } from '../../transformer/any/network';
import { measurePainting } from '../../transformer/any/scales';
import type { Pixels } from '../../types';
import { decodePreset } from './presetBlob';

export interface StyleTargets {
  /** @throws ReverieError `layer-unknown` when the style has no such layer. */
  at(network: Network, layers: readonly string[], longSide: number): Promise<StyleStatisticsByLayer>;
  /** At the places of a network that paints in any style. @throws ReverieError `layer-unknown` when it was not measured there. */
  placesAt(network: AnyStyleNetwork, longSide: number): Promise<StyleAtSize>;
  /** The same painting in other colours; only a style that still has its picture can. */
  recoloured?(colour: (painting: Raster) => Raster): StyleTargets;
}

/** A picture as a style. It is shrunk to the size asked for, never enlarged: there is no detail to gain. */
export function targetsFromImage(pixels: Pixels): StyleTargets {
  return targetsFromRaster(rasterOf(pixels));
}

function targetsFromRaster(raster: Raster): StyleTargets {
  const whole = Math.max(raster.width, raster.height);
  const at = (longSide: number) => resizeToLongSide(raster, Math.min(longSide, whole));
  return {
    recoloured: (colour) => targetsFromRaster(colour(raster)),
    at: (network, layers, longSide) => measureStyle(network, layers, at(longSide)),
    placesAt: (network, longSide) => measureAtSize(network, raster, longSide),
  };
}

/** Never enlarged, and rounded as it is kept: a share that carries it paints the same picture. */
export async function measureAtSize(
  network: AnyStyleNetwork,
  painting: Raster,
  longSide: number,
): Promise<StyleAtSize> {
  const size = Math.round(Math.min(longSide, Math.max(painting.width, painting.height)));
  const statistics = await measurePainting(network, resizeToLongSide(painting, size));
  return rounded({ longSide: size, statistics });
}

/** A style that has no picture, by what the network that paints in any style has measured, at whatever size. */
export const targetsFromStatistics = (style: StyleAtSize): StyleTargets => ({
  at: async (_network, [layer]) => {
    throw new ReverieError('layer-unknown', `A style that is statistics alone was not measured at layer ${layer}.`);
  },
  placesAt: async () => style,
});

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
    placesAt: async () => {
      throw new ReverieError('layer-unknown', `Style "${name}" was not measured for painting in one pass.`);
    },
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

/** @throws ReverieError `weights-invalid`, `style-invalid` when the blob is not what `statistics` describes. */
export function targetsFromPreset(preset: Preset, statistics: StyleStatistics, blob: ArrayBuffer): StyleTargets {
  const { layers, scales } = statistics;
  if (!layers) return targetsFromStatistics(decodeStyle(new Uint8Array(blob)));
  return targetsFromScales(preset.id, scales, decodePreset({ layers, scales }, blob));
}
