/**
 * Coarse to fine: the picture is painted small first, and what that changed is handed on to the next size. Large shapes and
 * colours are the style's before strokes are, and no layer has to see further than a few strokes.
 */
import * as tf from '@tensorflow/tfjs-core';
import { mirrorAround } from '../../images/margin';
import { clampUnit, readRaster, tensorOf } from '../../images/pictures';
import { bicubic, bilinear, type Raster, resample } from '../../images/resample';
import { leastSide, sideMultiple } from './graph';
import type { AnyStyleNetwork, PlaceStatistics } from './network';

export interface ScalesOptions {
  /** 0..1 */
  readonly strength: number;
  /** 0..1: how little of what the smaller sizes changed is handed on; 1 is one pass, and keeps most of the photo. */
  readonly detail: number;
  readonly seed: number;
  /** How many smaller sizes come first, if not as many as there are. */
  readonly smaller?: number;
}

/** Long side below which there is no smaller size. */
const smallest = 96;

/** How many smaller sizes come first: each half as large. */
export const smallerSizes = (width: number, height: number): number =>
  Math.max(0, Math.floor(Math.log2(Math.max(width, height) / smallest)) + 1);

/** Below this strength the photo itself is mixed in, so that none of it gives the photo back. */
const mixedBelow = 0.25;

/** A picture at any strength: at 0 it is the photo. RGB in 0..1. */
export async function paintStrong(
  network: AnyStyleNetwork,
  picture: Raster,
  style: PlaceStatistics,
  options: ScalesOptions,
): Promise<Raster> {
  const share = Math.min(1, options.strength / mixedBelow);
  if (share === 0) return picture;
  const { values } = clampUnit(await paintScales(network, picture, style, options));
  if (share === 1) return { ...picture, values };
  return { ...picture, values: values.map((value, i) => share * value + (1 - share) * (picture.values[i] ?? 0)) };
}

/** A picture painted at all sizes up to its own; RGB, may leave 0..1. */
export async function paintScales(
  network: AnyStyleNetwork,
  picture: Raster,
  style: PlaceStatistics,
  options: ScalesOptions,
): Promise<Raster> {
  return paintOnce(network, await handedOn(network, picture, style, options), style, options);
}

/** The picture with what the smaller sizes change, in 0..1: what its own size is painted on. */
export async function handedOn(
  network: AnyStyleNetwork,
  picture: Raster,
  style: PlaceStatistics,
  options: ScalesOptions,
): Promise<Raster> {
  const { width, height } = picture;
  const { smaller = smallerSizes(width, height), detail } = options;
  if (smaller === 0 || detail === 1) return picture;
  const small = clampUnit(
    resample(picture, Math.max(1, Math.round(width / 2)), Math.max(1, Math.round(height / 2)), bicubic),
  );
  const painted = clampUnit(await paintScales(network, small, style, { ...options, smaller: smaller - 1 }));
  const change = { ...small, values: painted.values.map((value, i) => value - (small.values[i] ?? 0)) };
  const large = resample(change, width, height, bilinear).values;
  const share = 1 - detail;
  return clampUnit({ ...picture, values: picture.values.map((value, i) => value + share * (large[i] ?? 0)) });
}

async function paintOnce(
  network: AnyStyleNetwork,
  picture: Raster,
  style: PlaceStatistics,
  { strength, seed }: ScalesOptions,
): Promise<Raster> {
  const image = tensorOf(toLattice(picture));
  const painted = await network.paintWhole(image, style, strength, { noise: 1, seed });
  const whole = await readRaster(painted);
  tf.dispose([image, painted]);
  return corner(whole, picture.width, picture.height);
}

/** Mirrored rows and columns at the end of both sides, until the network can halve them. */
export function toLattice(picture: Raster): Raster {
  const more = (side: number) => Math.max(leastSide, Math.ceil(side / sideMultiple) * sideMultiple) - side;
  const [below, right] = [more(picture.height), more(picture.width)];
  return below + right === 0 ? picture : mirrorAround(picture, [0, below], [0, right]);
}

/** The way back from the lattice. */
export function corner({ width: from, channels, values }: Raster, width: number, height: number): Raster {
  const result = new Float32Array(width * height * channels);
  for (let y = 0; y < height; y++) {
    result.set(values.subarray(y * from * channels, (y * from + width) * channels), y * width * channels);
  }
  return { width, height, channels, values: result };
}

/** A painting's statistics. */
export async function measurePainting(network: AnyStyleNetwork, painting: Raster): Promise<PlaceStatistics> {
  const image = tensorOf(toLattice(painting));
  try {
    return await network.measure(image);
  } finally {
    image.dispose();
  }
}
