/**
 * What a run takes, by arithmetic, nothing is allocated to find out: the tensors of a pass, and what it holds in plain
 * arrays beside them: pictures on their way, and the state that is kept to go on from should the device fail.
 */
import type { Network } from '../network/network';

export const floatBytes = 4;

export interface Held {
  /** Of one picture. */
  readonly pixels: number;
  /** How many pictures of float RGB there are at once. */
  readonly pictures: number;
  /** How many of 8-bit RGBA. */
  readonly shown: number;
  /** Bytes of a kept state; two are held while the next one is taken. */
  readonly stateBytes: number;
}

/** Of a pixel in float RGB, which states are made of, too. */
export const floatPixelBytes = 3 * 4;
const shownPixelBytes = 4;

export const bytesOf = ({ pixels, pictures, shown, stateBytes }: Held): number =>
  pixels * (pictures * floatPixelBytes + shown * shownPixelBytes) + 2 * stateBytes;

/** A pass to the taps and back, counted in numbers. */
export function passOf(network: Network, taps: readonly string[], height: number, width: number) {
  const shapes = network.featureShapes(taps, height, width);
  const sizeOf = ([h, w, channels]: readonly [number, number, number]) => h * w * channels;
  const sizes = [...shapes.values()].map(sizeOf);
  const largest = Math.max(...sizes);
  return {
    ...{ shapes, largest },
    /** Every saved activation, and the two largest once more: a gradient and its successor on the way back. */
    numbers: sizes.reduce((a, b) => a + b, 0) + 2 * largest,
    /** Of the features at these layers. */
    at: (...layers: readonly string[]) =>
      layers.reduce((sum, layer) => sum + sizeOf(shapes.get(network.nodeOf(layer)) ?? [0, 0, 0]), 0),
  };
}
