/**
 * Coarse to fine: the picture is painted small first, and what that changed is handed on to its own size. Large shapes and
 * colours are the style's before strokes are, and no layer has to see further than a few strokes.
 */
import * as tf from '@tensorflow/tfjs-core';
import { mapPlaces, type PlaceStatistics } from '../../../../shared/anyStyle/places';
import { mirrorAround } from '../../images/margin';
import { clampUnit, readRaster, resizeToLongSide, tensorOf } from '../../images/pictures';
import { bicubic, bilinear, type Raster, resample } from '../../images/resample';
import { leastSide, sideMultiple } from './graph';
import type { Hold } from './hold';
import type { AnyStyleNetwork } from './network';
import type { PassOptions } from './pass';
import { mixGaussians } from './transport';

type Tensor4D = tf.Tensor4D;

export interface ScalesOptions {
  /** 0..1 */
  readonly strength: number;
  /** 0..1: how little of what the small sizes changed is handed on; 1 is one pass, and keeps most of the photo. */
  readonly detail: number;
  readonly seed: number;
  /** How much of the network's noise; all of it, if not said. */
  readonly noise?: number;
  /** Side of the tiles that a larger picture is painted in, a multiple of `sideMultiple`; in one piece without. */
  readonly tile?: number;
  /** What a film's frames have in common, if it is one of them. */
  readonly hold?: Hold;
}

/** How far a pixel looks, rounded up: what a tile is seen with around it. */
export const tileReach = 48;

/**
 * How many times smaller the sizes are that come first, one after the other. Together they take a twelfth of the time; a half
 * would take as much again as a quarter and keep less of the photo at the same style.
 */
const timesSmaller = [8, 4] as const;
/** Of the sides of a picture that may be painted small first. */
export const cropMultiple = timesSmaller[0] * sideMultiple;
/** Long side below which none comes first: smaller ones are as small as what the network was trained with. */
const leastLongSide = 192;

/** Below this strength the photo itself is mixed in, so that none of it gives the photo back. */
const mixedBelow = 0.25;

/** How many times smaller this picture is painted first: not what is small already, nor as narrow that no border could be reflected. */
export const smallSizes = (
  width: number,
  height: number,
  { detail }: Pick<ScalesOptions, 'detail'>,
): readonly number[] =>
  detail < 1 && Math.max(height, width) >= leastLongSide
    ? timesSmaller.filter((times) => Math.min(width, height) >= times * leastSide)
    : [];

/** On the lattice that all its sizes are on. */
export const onLattice = (picture: Raster, options: ScalesOptions): Raster =>
  toLattice(picture, sideMultiple * (smallSizes(picture.width, picture.height, options)[0] ?? 1));

/** A picture at any strength: at 0 it is the photo. RGB in 0..1. */
export async function paintStrong(
  network: AnyStyleNetwork,
  picture: Raster,
  style: PlaceStatistics,
  options: ScalesOptions,
): Promise<Raster> {
  const { strength, hold } = options;
  hold?.see(picture);
  return overPhoto(picture, strength, async () => {
    // Towards a style between the photo's own and the painting's, all the way: half-way features are what no decoder has seen.
    const between = strength < 1 ? await towardsOwn(network, picture, style, options) : style;
    return paintScales(network, picture, between, { ...options, strength: 1, noise: strength });
  });
}

/** Little strength mixes the photo itself in. RGB in 0..1. @param paint asked only where there is any */
export async function overPhoto(picture: Raster, strength: number, paint: () => Promise<Raster>): Promise<Raster> {
  const share = Math.min(1, strength / mixedBelow);
  if (share === 0) return picture;
  const { values } = clampUnit(await paint());
  if (share === 1) return { ...picture, values };
  return { ...picture, values: values.map((value, i) => share * value + (1 - share) * (picture.values[i] ?? 0)) };
}

/** A style between the picture's own and this one, by the strength. */
export async function towardsOwn(
  network: AnyStyleNetwork,
  picture: Raster,
  style: PlaceStatistics,
  { strength, hold }: ScalesOptions,
): Promise<PlaceStatistics> {
  const measure = () => measurePainting(network, picture);
  const own = await (hold ? hold.ownOf(measure) : measure());
  return mixStyles([
    { weight: 1 - strength, style: own },
    { weight: strength, style },
  ]);
}

/** Place by place (transport.ts). @throws ReverieError `recipe-invalid` without a weight above 0 */
export const mixStyles = (
  parts: readonly { readonly weight: number; readonly style: PlaceStatistics }[],
): PlaceStatistics =>
  mapPlaces((place) => mixGaussians(parts.map(({ weight, style }) => ({ weight, gaussian: style[place] }))));

/** A picture painted small first and then at its own size; RGB, may leave 0..1. */
export async function paintScales(
  network: AnyStyleNetwork,
  picture: Raster,
  style: PlaceStatistics,
  options: ScalesOptions,
): Promise<Raster> {
  const { width, height } = picture;
  if (isInTiles(picture, options)) {
    const begun = await largerFrom(network, picture, style, options);
    return corner(await paintTiles(network, toLattice(begun), style, options), width, height);
  }
  const image = tensorOf(onLattice(picture, options));
  const begun = await handedOn(network, image, style, options);
  const painted = await paintPiece(network, begun, style, options);
  const result = await readRaster(painted);
  tf.dispose([image, begun, painted]);
  return corner(result, width, height);
}

/** Whether a picture is too large for one piece. */
export const isInTiles = ({ width, height }: Raster, { tile = Number.POSITIVE_INFINITY }: ScalesOptions): boolean =>
  Math.max(width, height) > tile + 2 * tileReach;

/** One pass at one size. */
const paintPiece = (
  network: AnyStyleNetwork,
  picture: Tensor4D,
  style: PlaceStatistics,
  options: ScalesOptions,
): Promise<Tensor4D> => {
  const { hold, strength } = options;
  return hold
    ? hold.paint(network, picture, style, strength, passOptions(options))
    : network.paintWhole(picture, style, strength, passOptions(options));
};

export const passOptions = ({ noise = 1, seed }: ScalesOptions): PassOptions => ({ noise, seed });

/**
 * The picture with what the small sizes change, in 0..1: what its own size is painted on.
 * @param picture `[1, H, W, 3]`, `onLattice`; stays the caller's
 * @returns a new tensor
 */
export async function handedOn(
  network: AnyStyleNetwork,
  picture: Tensor4D,
  style: PlaceStatistics,
  options: ScalesOptions,
): Promise<Tensor4D> {
  const [, height, width] = picture.shape;
  let begun = tf.clone(picture);
  for (const times of smallSizes(width, height, options)) {
    const small = tf.avgPool(begun, times, times, 'valid');
    const painted = await paintPiece(network, small, style, options);
    const next = tf.tidy(() => {
      const change = tf.sub<Tensor4D>(tf.clipByValue(painted, 0, 1), small);
      const large = tf.image.resizeBilinear(change, [height, width], false, true);
      return tf.clipByValue(tf.add<Tensor4D>(begun, tf.mul(large, 1 - options.detail)), 0, 1);
    });
    tf.dispose([begun, small, painted]);
    begun = next;
  }
  return begun;
}

/** The same of a picture that is too large for one piece. */
async function largerFrom(
  network: AnyStyleNetwork,
  picture: Raster,
  style: PlaceStatistics,
  options: ScalesOptions,
): Promise<Raster> {
  const { width, height } = picture;
  let begun = picture;
  for (const times of smallSizes(width, height, options)) {
    const small = clampUnit(resample(begun, Math.ceil(width / times), Math.ceil(height / times), bicubic));
    const painted = clampUnit(await paintScales(network, small, style, { ...options, detail: 1 }));
    const change = { ...small, values: painted.values.map((value, i) => value - (small.values[i] ?? 0)) };
    const large = resample(change, width, height, bilinear).values;
    const { values } = begun;
    begun = clampUnit({ ...begun, values: values.map((value, i) => value + (1 - options.detail) * (large[i] ?? 0)) });
  }
  return begun;
}

/** Tiles that each went by their own statistics would differ in colour: all are moved as the whole picture is, seen small. */
async function paintTiles(
  network: AnyStyleNetwork,
  picture: Raster,
  style: PlaceStatistics,
  options: ScalesOptions,
): Promise<Raster> {
  const { tile = picture.width, strength } = options;
  const small = tensorOf(toLattice(resizeToLongSide(picture, tile)));
  const plan = await network.plan(small, style, strength, passOptions(options));
  small.dispose();
  const { width, height } = picture;
  const result = { ...picture, values: new Float32Array(picture.values.length) };
  for (let top = 0; top < height; top += tile) {
    for (let left = 0; left < width; left += tile) {
      const from = { top: Math.max(0, top - tileReach), left: Math.max(0, left - tileReach) };
      const to = { bottom: Math.min(height, top + tile + tileReach), right: Math.min(width, left + tile + tileReach) };
      const seen = { width: to.right - from.left, height: to.bottom - from.top, channels: 3 };
      const image = tensorOf(
        copied(picture, from, { ...seen, values: new Float32Array(seen.width * seen.height * 3) }),
      );
      const painted = await network.paint(image, plan, { ...passOptions(options), ...from });
      const values = await readRaster(painted);
      tf.dispose([image, painted]);
      const [rows, columns] = [Math.min(height, top + tile) - top, Math.min(width, left + tile) - left];
      for (let y = 0; y < rows; y++) {
        const at = ((top - from.top + y) * seen.width + left - from.left) * 3;
        result.values.set(values.values.subarray(at, at + 3 * columns), ((top + y) * width + left) * 3);
      }
    }
  }
  return result;
}

/** Fills `into` with the part of the picture that begins there. */
function copied(
  { width, values }: Raster,
  { top, left }: { readonly top: number; readonly left: number },
  into: Raster,
) {
  for (let y = 0; y < into.height; y++) {
    const at = ((top + y) * width + left) * 3;
    into.values.set(values.subarray(at, at + 3 * into.width), 3 * y * into.width);
  }
  return into;
}

/** Mirrored rows and columns at the end of both sides, until they are multiples of this and can be halved. */
export function toLattice(picture: Raster, multiple: number = sideMultiple): Raster {
  const more = (side: number) => Math.ceil(Math.max(leastSide, side) / multiple) * multiple - side;
  const [below, right] = [more(picture.height), more(picture.width)];
  return below + right === 0 ? picture : mirrorAround(picture, [0, below], [0, right]);
}

/** The way back from the lattice. */
export function corner(picture: Raster, width: number, height: number): Raster {
  const { width: from, channels, values } = picture;
  if (from === width && picture.height === height) return picture;
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
