/**
 * Several styles in one picture, each where its mask is. Features are blended per pixel at every
 * place, so that strokes run on across a border. Each style is planned on the whole picture first: far from a border its
 * region is what the whole would be in that style.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { PlaceStatistics } from '../../../../shared/anyStyle/places';
import { readRaster, tensorOf } from '../../images/pictures';
import { bilinear, type Raster, resample } from '../../images/resample';
import { affine } from '../../kernels';
import { type AnyStyleNetwork, type Plan, uploadMove } from './network';
import type { Mover } from './pass';
import {
  corner,
  handedOn,
  isInTiles,
  onLattice,
  overPhoto,
  paintScales,
  paintStrong,
  passOptions,
  type ScalesOptions,
  towardsOwn,
} from './scales';

type Tensor4D = tf.Tensor4D;

export interface Region {
  readonly style: PlaceStatistics;
  /** One channel, as large as the picture, 0..1: how much of it where. Together they are 1 everywhere. */
  readonly share: Raster;
}

/** A picture with its regions painted, all at one strength (scales.ts); RGB in 0..1. */
export async function paintRegions(
  network: AnyStyleNetwork,
  picture: Raster,
  regions: readonly Region[],
  options: ScalesOptions,
): Promise<Raster> {
  const [first, ...others] = regions;
  if (first && others.length === 0) return paintStrong(network, picture, first.style, options);
  const towards: Region[] = [];
  for (const { style, share } of regions) {
    towards.push({ style: options.strength < 1 ? await towardsOwn(network, picture, style, options) : style, share });
  }
  return overPhoto(picture, options.strength, async () => {
    const whole = { ...options, strength: 1, noise: options.strength };
    if (!isInTiles(picture, options)) return paintBlended(network, picture, towards, whole);
    // Too large for one piece: what each paints is blended, not what it sees.
    const values = new Float32Array(picture.values.length);
    for (const { style, share } of towards) {
      const painted = await paintScales(network, picture, style, whole);
      for (let i = 0; i < values.length; i++) {
        values[i] = (values[i] ?? 0) + (share.values[Math.floor(i / 3)] ?? 0) * (painted.values[i] ?? 0);
      }
    }
    return { ...picture, values };
  });
}

async function paintBlended(
  network: AnyStyleNetwork,
  picture: Raster,
  regions: readonly Region[],
  options: ScalesOptions,
): Promise<Raster> {
  const image = tensorOf(onLattice(picture, options));
  const shares = regions.map(({ share }) => onLattice(share, options));
  const maps = shares.map(mapOf);
  const plans: Plan[] = [];
  let begun = tf.zerosLike(image);
  for (const [k, { style }] of regions.entries()) {
    const seen = await handedOn(network, image, style, options);
    plans.push(await network.plan(seen, style, options.strength, passOptions(options)));
    const before = begun;
    begun = tf.tidy(() => tf.add<Tensor4D>(before, tf.mul(maps[k] as Tensor4D, seen)));
    tf.dispose([before, seen]);
  }
  const painted = await network.paintMoved(begun, blending(plans, shares), passOptions(options));
  const result = await readRaster(painted);
  tf.dispose([image, begun, painted, ...maps]);
  return corner(result, picture.width, picture.height);
}

/** Moves by every plan, as far as its map says there. */
function blending(plans: readonly Plan[], shares: readonly Raster[]): Mover {
  return async (place, x) => {
    const [, height, width] = x.shape;
    const moved = tf.tidy(() =>
      plans
        .map((plan, k) => {
          const { matrix, vector } = uploadMove(plan[place]);
          return tf.mul<Tensor4D>(
            mapOf(resample(shares[k] as Raster, width, height, bilinear)),
            affine(x, matrix, vector, null),
          );
        })
        .reduce((sum, part) => tf.add(sum, part)),
    );
    return { moved };
  };
}

const mapOf = ({ values, width, height }: Raster): Tensor4D => tf.tensor4d(values, [1, height, width, 1]);
