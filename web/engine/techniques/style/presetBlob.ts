/** A preset's statistics as bytes (shared/preset.ts): half precision, covariances as upper triangles. */
import { ReverieError } from '../../../../shared/errors';
import { decodeFloat16, encodeFloat16 } from '../../../../shared/float16';
import type { StyleStatistics } from '../../../../shared/preset';
import type { LayerStatistics, StyleStatisticsByLayer } from '../../objectives/statistics';

interface Layout extends Pick<StyleStatistics, 'scales'> {
  readonly layers: NonNullable<StyleStatistics['layers']>;
}

const triangle = (channels: number): number => (channels * (channels + 1)) / 2;

const valuesPerScale = ({ layers }: Layout): number =>
  layers.reduce((sum, { channels }) => sum + channels + triangle(channels), 0);

/** One entry per scale, in the layout's order. */
export function encodePreset(layout: Layout, scales: readonly StyleStatisticsByLayer[]): Uint8Array<ArrayBuffer> {
  const values = new Float32Array(valuesPerScale(layout) * layout.scales.length);
  let at = 0;
  for (const byLayer of scales) {
    for (const { layer, channels } of layout.layers) {
      const statistics = byLayer.get(layer);
      if (!statistics) throw new ReverieError('internal', `Layer ${layer} was not measured.`);
      values.set(statistics.mean, at);
      at += channels;
      for (let i = 0; i < channels; i++) {
        const row = i * channels;
        values.set(statistics.covariance.subarray(row + i, row + channels), at);
        at += channels - i;
      }
    }
  }
  return encodeFloat16(values);
}

/** @throws ReverieError `weights-invalid` when the blob has another length than the layout says. */
export function decodePreset(layout: Layout, blob: ArrayBuffer): StyleStatisticsByLayer[] {
  const expected = 2 * valuesPerScale(layout) * layout.scales.length;
  if (blob.byteLength !== expected) {
    throw new ReverieError('weights-invalid', `The style has ${blob.byteLength} bytes; expected ${expected}.`);
  }
  const values = decodeFloat16(new Uint8Array(blob));
  let at = 0;
  return layout.scales.map(() => {
    const byLayer = new Map<string, LayerStatistics>();
    for (const { layer, channels } of layout.layers) {
      const mean = values.slice(at, at + channels);
      at += channels;
      const covariance = new Float32Array(channels * channels);
      for (let i = 0; i < channels; i++) {
        for (let j = i; j < channels; j++) {
          const value = values[at++] ?? 0;
          covariance[i * channels + j] = value;
          covariance[j * channels + i] = value;
        }
      }
      byLayer.set(layer, { channels, mean, covariance });
    }
    return byLayer;
  });
}
