/**
 * A style as a small value: what a share, a preset or a `.reverie-style` file carries instead of a painting. Means and
 * deviations in half precision, correlations in one signed byte each: 7.5 kB. Nothing in it is believed before it is checked.
 */
import { ReverieError } from '../../../../shared/errors';
import { decodeFloat16, encodeFloat16 } from '../../weights/float16';
import { type Place, placeChannels, places } from './graph';
import type { PlaceStatistics } from './network';
import { eigensystem } from './symmetric';
import type { Gaussian } from './transport';

/** "RS" and the version. */
const heading = [0x52, 0x53, 1] as const;

/** Correlations are written in steps of one over this. */
const steps = 127;

/** Beyond what any picture's features have: their means are near 1. */
const largest = 1000;

const pairsOf = (channels: number) => (channels * (channels - 1)) / 2;
const bytesOf = (channels: number) => 4 * channels + pairsOf(channels);

export const styleBytes: number =
  heading.length + places.reduce((sum, place) => sum + bytesOf(placeChannels[place]), 0);

export function encodeStyle(style: PlaceStatistics): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(styleBytes);
  bytes.set(heading);
  let offset: number = heading.length;
  for (const place of places) {
    const size = placeChannels[place];
    const { mean, covariance } = style[place];
    const deviations = mean.map((_, i) => Math.sqrt(Math.max(0, covariance[i * size + i] ?? 0)));
    bytes.set(encodeFloat16(Float32Array.from([...mean, ...deviations])), offset);
    offset += 4 * size;
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < i; j++) {
        const scale = (deviations[i] ?? 0) * (deviations[j] ?? 0);
        const correlation = scale > 0 ? (covariance[i * size + j] ?? 0) / scale : 0;
        bytes[offset++] = Math.round(steps * Math.min(1, Math.max(-1, correlation)));
      }
    }
  }
  return bytes;
}

/** @throws ReverieError `style-invalid` for anything that no painting has: of another size, not finite, not positive, absurd. */
export function decodeStyle(bytes: Uint8Array): PlaceStatistics {
  if (bytes.length !== styleBytes) throw invalid(`${bytes.length} bytes instead of ${styleBytes}`);
  if (heading.some((value, i) => bytes[i] !== value)) throw invalid('it is something else, or of a newer Reverie');
  let offset: number = heading.length;
  const style: Partial<Record<Place, Gaussian>> = {};
  for (const place of places) {
    const size = bytesOf(placeChannels[place]);
    style[place] = decodePlace(place, bytes.subarray(offset, offset + size));
    offset += size;
  }
  return style as PlaceStatistics;
}

function decodePlace(place: Place, bytes: Uint8Array): Gaussian {
  const size = placeChannels[place];
  const numbers = decodeFloat16(Uint8Array.from(bytes.subarray(0, 4 * size)));
  const mean = Float64Array.from(numbers.subarray(0, size));
  const deviations = numbers.subarray(size);
  if (!numbers.every((value) => Math.abs(value) <= largest))
    throw invalid(`${place} holds numbers that no picture has`);
  if (deviations.some((value) => value < 0)) throw invalid(`${place} has deviations below 0`);
  const correlation = new Float64Array(size * size);
  let at = 4 * size;
  for (let i = 0; i < size; i++) {
    correlation[i * size + i] = 1;
    for (let j = 0; j < i; j++) {
      const value = (((bytes[at++] ?? 0) << 24) >> 24) / steps;
      correlation[i * size + j] = value;
      correlation[j * size + i] = value;
    }
  }
  // As far below 0 as rounding every correlation can bring it, and no further (Gershgorin).
  const least = -(size - 1) * (0.5 / steps) - 1e-6;
  if ((eigensystem(correlation, size).values[0] ?? 0) < least) throw invalid(`${place} is not positive`);
  const covariance = correlation.map(
    (value, k) => value * (deviations[Math.floor(k / size)] ?? 0) * (deviations[k % size] ?? 0),
  );
  return { mean, covariance };
}

const invalid = (why: string) =>
  new ReverieError(
    'style-invalid',
    `These are not the statistics of a style: ${why}. Make it again from the painting.`,
  );
