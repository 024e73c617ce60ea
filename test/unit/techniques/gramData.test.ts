/** What stays with a Gram matrix so that any pair of its channels can be looked at. */
import { describe, expect, it } from 'vitest';
import { gramData } from '../../../web/engine/techniques/see/gramData';
import { type FeatureMap, gramOf, normalisedGram, strongestPatches } from '../../../web/engine/techniques/texture/gram';
import { pairAt, strongestPairs } from '../../../web/studio/state/gram';

function features(
  width: number,
  height: number,
  answer: (x: number, y: number, channel: number) => number,
): FeatureMap {
  const channels = 3;
  const values = Float32Array.from({ length: width * height * channels }, (_, at) => {
    const cell = Math.floor(at / channels);
    return answer(cell % width, Math.floor(cell / width), at % channels);
  });
  return { width, height, channels, values };
}

/** Channels 0 and 2 answer together at one place, 1 elsewhere. */
const spot = (x: number, y: number, channel: number) =>
  channel === 1 ? (x === 1 && y === 1 ? 5 : 0.1) : x === 6 && y === 3 ? 20 * (channel + 1) : 0;

describe('the data of a Gram matrix', () => {
  it('keeps the exact cosines and finds the same patches as the features themselves', () => {
    const map = features(8, 6, spot);
    const data = gramData('relu1_1', map, gramOf(map));
    expect(data.cosines).toEqual(normalisedGram(gramOf(map), 3));
    const photo = { width: 160, height: 120 };
    const there = strongestPatches(map, 0, 2, 1, photo);
    expect(strongestPatches({ ...data, values: data.answers }, 0, 2, 1, photo)).toEqual(there);
    expect(there[0]).toMatchObject({ x: 80, y: 30 });
  });

  it('is thinned where the layer has many positions, with the place kept', () => {
    const map = features(400, 300, (x, y, channel) => spot(Math.floor(x / 50), Math.floor(y / 50), channel));
    const data = gramData('relu1_1', map, gramOf(map));
    expect(data.width * data.height).toBeLessThanOrEqual(128 * 128);
    const [best] = strongestPatches({ ...data, values: data.answers }, 0, 2, 1, { width: 400, height: 300 });
    expect(best && [best.x + best.w / 2, best.y + best.h / 2].map((middle) => Math.floor(middle / 50))).toEqual([6, 3]);
  });

  it('has nothing but numbers for channels that never answer', () => {
    const map = features(4, 4, () => 0);
    const data = gramData('relu1_1', map, gramOf(map));
    expect([...data.answers, ...data.cosines].every((value) => value === 0)).toBe(true);
    expect(strongestPatches({ ...data, values: data.answers }, 0, 1, 4, { width: 64, height: 64 })).toEqual([]);
  });

  it('names the channels of a cell by the order of the picture, and the strongest pair first', () => {
    const map = features(8, 6, spot);
    const data = gramData('relu1_1', map, gramOf(map));
    const [first] = strongestPairs(data, 1);
    expect([...(first?.channels ?? [])].sort()).toEqual([0, 2]);
    expect(first?.cosine).toBeCloseTo(1, 5);
    expect(first && pairAt(data, first.cell)).toEqual(first);
  });
});
