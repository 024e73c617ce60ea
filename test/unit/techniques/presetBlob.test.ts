import { describe, expect, it } from 'vitest';
import type { LayerStatistics } from '../../../web/engine/objectives/statistics';
import { decodePreset, encodePreset } from '../../../web/engine/techniques/style/presetBlob';
import { encodeFloat16 } from '../../../web/engine/weights';
import { at } from '../../support/float64/grid';
import { numbers, relativeError } from '../device/numbers';

const layout = {
  layers: [
    { layer: 'relu1_1', channels: 3 },
    { layer: 'relu2_1', channels: 5 },
  ],
  scales: [128, 256, 512],
};

const statistics = (channels: number, seed: number): LayerStatistics => {
  const half = numbers(channels * channels, seed);
  return {
    channels,
    mean: numbers(channels, seed + 1).map((value) => value + 1),
    covariance: half.map((value, i) => value + at(half, (i % channels) * channels + Math.floor(i / channels))),
  };
};

const scales = layout.scales.map(
  (_, s) => new Map(layout.layers.map(({ layer, channels }, l) => [layer, statistics(channels, 10 * s + l)])),
);

const buffer = (bytes: Uint8Array) => bytes.slice().buffer;

describe('a preset as bytes', () => {
  it('comes back as it was, to half precision and symmetric', () => {
    const blob = encodePreset(layout, scales);
    // Means and upper triangles, two bytes each: 3 + 6 and 5 + 15.
    expect(blob.length).toBe(2 * 3 * (9 + 20));
    const decoded = decodePreset(layout, buffer(blob));
    expect(decoded).toHaveLength(3);
    decoded.forEach((byLayer, s) => {
      for (const { layer, channels } of layout.layers) {
        const [actual, expected] = [byLayer.get(layer), scales[s]?.get(layer)];
        expect(actual?.channels).toBe(channels);
        expect(relativeError(actual?.mean ?? [], expected?.mean ?? [])).toBeLessThan(1e-3);
        expect(relativeError(actual?.covariance ?? [], expected?.covariance ?? [])).toBeLessThan(1e-3);
        for (let i = 0; i < channels; i++)
          for (let j = 0; j < channels; j++)
            expect(actual?.covariance[i * channels + j]).toBe(actual?.covariance[j * channels + i]);
      }
    });
  });

  it('is laid out by scale, by layer, means first, then rows of the upper triangle', () => {
    const simple = { layers: [{ layer: 'a', channels: 2 }], scales: [64] };
    const { buffer: blob } = encodeFloat16([1, 2, 3, 4, 5]);
    const [byLayer] = decodePreset(simple, blob);
    expect([...(byLayer?.get('a')?.mean ?? [])]).toEqual([1, 2]);
    expect([...(byLayer?.get('a')?.covariance ?? [])]).toEqual([3, 4, 4, 5]);
  });

  it('is refused when it is shorter or longer than its layout', () => {
    const blob = encodePreset(layout, scales);
    const invalid = expect.objectContaining({ code: 'weights-invalid', message: expect.stringContaining('174') });
    for (const wrong of [blob.slice(2), blob.slice(0, -1), Uint8Array.of(...blob, 0, 0), new Uint8Array()]) {
      expect(() => decodePreset(layout, buffer(wrong))).toThrow(invalid);
    }
  });

  it('cannot be written with a layer missing', () => {
    expect(() => encodePreset(layout, [new Map()])).toThrow(/relu1_1/);
  });
});
