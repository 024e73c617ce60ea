/**
 * A style as the network that paints in any style knows it: mean and covariance at its places. The places and their channels
 * stand here and nowhere else; what the network does there, in web/engine/transformer/any.
 */

/** Channels of the features whose statistics are moved, by place. In the order that the numbers of a style are written in. */
export const placeChannels = {
  pixels: 3,
  relu1_1: 16,
  relu3_1: 64,
  quarterIn: 48,
  quarter: 48,
  halfIn: 32,
  half: 32,
  full: 16,
  painted: 3,
} as const;
export type Place = keyof typeof placeChannels;
export const places = Object.keys(placeChannels) as Place[];

/** Of a style's bytes: one more when the places or their channels change, so that older ones are told from damaged ones. */
export const styleVersion = 3;

/** Of C channels over all positions of a picture. */
export interface Gaussian {
  /** `[C]` */
  readonly mean: Float64Array<ArrayBuffer>;
  /** `[C, C]`, symmetric, positive but for what rounding does. */
  readonly covariance: Float64Array<ArrayBuffer>;
}

/** A painting's, or a mixture's. */
export type PlaceStatistics = Readonly<Record<Place, Gaussian>>;

export const mapPlaces = (make: (place: Place) => Gaussian): PlaceStatistics =>
  Object.fromEntries(places.map((place) => [place, make(place)])) as unknown as PlaceStatistics;
