/**
 * What frames of a film have in common, so that it does not flicker: the moves that the first of them made, at every size,
 * and its noise, which is a function of place and seed. A cut begins anew; what drifts, a light that is dimmed or a camera
 * that turns, is followed slowly.
 */
import type * as tf from '@tensorflow/tfjs-core';
import { type Place, type PlaceStatistics, places } from '../../../../shared/anyStyle/places';
import { colourStatistics } from '../../images/colours';
import type { Raster } from '../../images/resample';
import type { AnyStyleNetwork, Plan } from './network';
import type { PassOptions } from './pass';
import type { Transport } from './transport';

type Tensor4D = tf.Tensor4D;

/** How far the colours of a frame (means and deviations, 0..1) may be from those that the moves were made for. */
const drifted = 0.02;
const cut = 0.12;
/** How much of the new a drifting frame takes. */
const pace = 0.15;

export class Hold {
  private readonly plans = new Map<string, Plan>();
  private own: PlaceStatistics | undefined;
  private colours: readonly number[] | undefined;
  private drifts = false;

  /** @param look whatever else the moves depend on: another look is another film */
  constructor(readonly look: string) {}

  /** To be told of every frame before it is painted. */
  see(picture: Raster): void {
    const now = coloursOf(picture);
    const away = this.colours ? Math.max(...now.map((value, i) => Math.abs(value - (this.colours?.[i] ?? 0)))) : 1;
    this.drifts = away > drifted && away <= cut;
    if (away > cut) {
      this.plans.clear();
      this.own = undefined;
      this.colours = now;
    } else if (this.drifts) this.colours = this.colours?.map((value, i) => value + pace * ((now[i] ?? 0) - value));
  }

  /** The statistics of the first frame. */
  async ownOf(measure: () => Promise<PlaceStatistics>): Promise<PlaceStatistics> {
    this.own ??= await measure();
    return this.own;
  }

  /** As `paintWhole`, but by what is held for a picture of this size. */
  async paint(
    network: AnyStyleNetwork,
    picture: Tensor4D,
    style: PlaceStatistics,
    strength: number,
    options: PassOptions,
  ): Promise<Tensor4D> {
    const size = picture.shape.join();
    const held = this.plans.get(size);
    if (held && !this.drifts) return network.paint(picture, held, options);
    const now = await network.plan(picture, style, strength, options);
    const plan = held ? mixed(held, now) : now;
    this.plans.set(size, plan);
    return network.paint(picture, plan, options);
  }
}

const mixed = (held: Plan, now: Plan): Plan =>
  Object.fromEntries(
    places.map((place: Place): [Place, Transport] => [place, between(held[place], now[place])]),
  ) as unknown as Plan;

const between = (a: Transport, b: Transport): Transport => ({
  matrix: a.matrix.map((value, i) => value + pace * ((b.matrix[i] ?? 0) - value)),
  vector: a.vector.map((value, i) => value + pace * ((b.vector[i] ?? 0) - value)),
});

function coloursOf(picture: Raster): number[] {
  const { mean, covariance } = colourStatistics(picture);
  return [...mean, ...[0, 4, 8].map((i) => Math.sqrt(covariance[i] ?? 0))];
}
