/**
 * A style as a small value: what a preset, a share or a `.reverie-style` file carries instead of a painting. Means and
 * deviations in half precision, correlations in one signed byte each, of one triangle, so that they cannot contradict each
 * other. Nothing in it is believed before it is checked: engine, page, command line and edge all read it here.
 */
import { ReverieError } from '../errors';
import { decodeFloat16, encodeFloat16 } from '../float16';
import {
  type Gaussian,
  mapPlaces,
  type Place,
  type PlaceStatistics,
  placeChannels,
  places,
  styleVersion,
} from './places';

/** A painting looked at with its long side at so many pixels. */
export interface StyleAtSize {
  readonly longSide: number;
  readonly statistics: PlaceStatistics;
}

/** As it is kept: with the network that measured it, since another's places are other features. */
export interface MeasuredStyle extends StyleAtSize {
  /** The beginning of its weights' hash (`weightsHash`), as long as `weightsTold` says. */
  readonly weights: string;
}

/** Hex digits. */
const weightsTold = 16;

/** Whether statistics are those of a network with these weights. */
export const isMeasuredWith = ({ weights }: Pick<MeasuredStyle, 'weights'>, hash: string): boolean =>
  hash.startsWith(weights);

/** "RS", the version, the weights, the long side. */
const headingBytes = 3 + weightsTold / 2 + 2;

/** Correlations are written in steps of one over this. */
const steps = 127;

/** Beyond what any picture's features have: their means are near 1. Colours are in 0..1, and what is painted hardly leaves that. */
const largest = (place: Place) => (place === 'pixels' || place === 'painted' ? 2 : 1000);

const pairsOf = (channels: number) => (channels * (channels - 1)) / 2;
const bytesOf = (channels: number) => 4 * channels + pairsOf(channels);

export const styleBytes: number = headingBytes + places.reduce((sum, place) => sum + bytesOf(placeChannels[place]), 0);

/** @param style `weights` may be the whole hash */
export function encodeStyle({ weights, longSide, statistics }: MeasuredStyle): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(styleBytes);
  bytes.set([0x52, 0x53, styleVersion]);
  for (let i = 0; i < weightsTold / 2; i++) bytes[3 + i] = Number.parseInt(weights.slice(2 * i, 2 * i + 2), 16);
  bytes.set([longSide & 0xff, longSide >> 8], headingBytes - 2);
  let offset = headingBytes;
  for (const place of places) {
    const size = placeChannels[place];
    const { mean, covariance } = statistics[place];
    const deviations = mean.map((_, i) => Math.sqrt(Math.max(0, covariance[i * size + i] ?? 0)));
    bytes.set(encodeFloat16([...mean, ...deviations]), offset);
    offset += 4 * size;
    const correlations = covariance.map((value, k) => {
      const scale = (deviations[Math.floor(k / size)] ?? 0) * (deviations[k % size] ?? 0);
      return scale > 0 ? Math.min(1, Math.max(-1, value / scale)) : 0;
    });
    const lower = positiveSteps(correlations, size);
    bytes.set(lower, offset);
    offset += lower.length;
  }
  return bytes;
}

/**
 * The lower triangle in steps. What is measured where nothing varies is rounding alone, and contradicts itself: such
 * correlations are weakened until they do not.
 */
function positiveSteps(correlations: Float64Array, size: number): Int8Array {
  for (let share = 1; ; share *= share > 0.1 ? 0.8 : 0) {
    const lower = new Int8Array(pairsOf(size));
    let at = 0;
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < i; j++) lower[at++] = Math.round(steps * share * (correlations[i * size + j] ?? 0));
    }
    if (isPositive(wholeOf(lower, size), size)) return lower;
  }
}

/** The matrix of a lower triangle in steps, 1 along the diagonal. */
function wholeOf(lower: Int8Array, size: number): Float64Array<ArrayBuffer> {
  const correlation = new Float64Array(size * size);
  let at = 0;
  for (let i = 0; i < size; i++) {
    correlation[i * size + i] = 1;
    for (let j = 0; j < i; j++) {
      const value = (lower[at++] ?? 0) / steps;
      correlation[i * size + j] = value;
      correlation[j * size + i] = value;
    }
  }
  return correlation;
}

/** @throws ReverieError `style-invalid` for anything that no painting has: of another size, not finite, not positive, absurd. */
export function decodeStyle(bytes: Uint8Array): MeasuredStyle {
  const [r, s, version = 0] = bytes;
  if (r !== 0x52 || s !== 0x53) throw invalid('it is something else');
  if (version !== styleVersion) {
    throw invalid(version > styleVersion ? 'it is of a newer Reverie' : 'it was measured by an older Reverie');
  }
  if (bytes.length !== styleBytes) throw invalid(`${bytes.length} bytes instead of ${styleBytes}`);
  const weights = Array.from(bytes.subarray(3, headingBytes - 2), (byte) => byte.toString(16).padStart(2, '0')).join(
    '',
  );
  const longSide = (bytes[headingBytes - 2] ?? 0) | ((bytes[headingBytes - 1] ?? 0) << 8);
  if (longSide === 0) throw invalid('it is of a painting without a side');
  let offset = headingBytes;
  const statistics = mapPlaces((place) => {
    const size = bytesOf(placeChannels[place]);
    offset += size;
    return decodePlace(place, bytes.subarray(offset - size, offset));
  });
  return { weights, longSide, statistics };
}

/** As they are after having been kept: what is painted with both is the same picture. */
export function rounded(style: StyleAtSize): StyleAtSize {
  const { longSide, statistics } = decodeStyle(encodeStyle({ ...style, weights: '' }));
  return { longSide, statistics };
}

function decodePlace(place: Place, bytes: Uint8Array): Gaussian {
  const size = placeChannels[place];
  const numbers = decodeFloat16(bytes.subarray(0, 4 * size));
  const mean = Float64Array.from(numbers.subarray(0, size));
  const deviations = numbers.subarray(size);
  if (!numbers.every((value) => Math.abs(value) <= largest(place))) {
    throw invalid(`${place} holds numbers that no picture has`);
  }
  if (deviations.some((value) => value < 0)) throw invalid(`${place} has deviations below 0`);
  const correlation = wholeOf(Int8Array.from(bytes.subarray(4 * size)), size);
  if (!isPositive(correlation, size)) throw invalid(`${place} is not positive`);
  const covariance = correlation.map(
    (value, k) => value * (deviations[Math.floor(k / size)] ?? 0) * (deviations[k % size] ?? 0),
  );
  return { mean, covariance };
}

/**
 * No eigenvalue further below 0 than rounding every correlation can bring it (Gershgorin): with as much added along the
 * diagonal, Cholesky's factor exists.
 */
function isPositive(correlation: Float64Array, size: number): boolean {
  const added = (size - 1) * (0.5 / steps) + 1e-6;
  const factor = new Float64Array(size * size);
  const at = (row: number, column: number): number => factor[row * size + column] as number;
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let rest = (correlation[i * size + j] as number) + (i === j ? added : 0);
      for (let k = 0; k < j; k++) rest -= at(i, k) * at(j, k);
      if (i === j && rest <= 0) return false;
      factor[i * size + j] = i === j ? Math.sqrt(rest) : rest / at(j, j);
    }
  }
  return true;
}

/** What is used of every platform; declared here because `shared` is compiled without any one's types. */
const { atob, btoa } = globalThis as unknown as Record<'atob' | 'btoa', (text: string) => string>;

/** Characters of a style in a recipe. */
export const styleTextLength: number = 4 * Math.ceil(styleBytes / 3);

/** As a recipe holds it: base64. */
export const styleText = (bytes: Uint8Array): string =>
  btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));

/** @throws ReverieError `style-invalid` */
export function readStyleText(text: string): MeasuredStyle {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text) || text.length > styleTextLength)
    throw invalid('it is no base64 of its length');
  let binary: string;
  try {
    binary = atob(text);
  } catch {
    throw invalid('it is no base64');
  }
  return decodeStyle(Uint8Array.from(binary, (character) => character.charCodeAt(0)));
}

const invalid = (why: string) =>
  new ReverieError(
    'style-invalid',
    `These are not the statistics of a style: ${why}. Make it again from the painting.`,
  );
