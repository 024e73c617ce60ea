/**
 * What a run holds in plain arrays beside its tensors, by arithmetic: pictures on their way, and the state that is kept
 * to go on from should the device fail (host/keeper.ts).
 */

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
