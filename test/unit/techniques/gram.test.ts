/** The Gram matrix as a picture: on features whose matrix is known by hand. */
import { describe, expect, it } from 'vitest';
import {
  type FeatureMap,
  gramOf,
  gramOrder,
  gramPicture,
  normalisedGram,
  strongestPatches,
} from '../../../web/engine/techniques/texture/gram';

/** Channels 0 and 2 answer on even cells, 1 and 3 on odd ones, 4 never. */
const width = 6;
const height = 4;
const features: FeatureMap = {
  width,
  height,
  channels: 5,
  values: Float32Array.from({ length: width * height * 5 }, (_, at) => {
    const [cell, channel] = [Math.floor(at / 5), at % 5];
    const even = (cell + Math.floor(cell / width)) % 2 === 0;
    return channel === 4 ? 0 : (channel % 2 === 0) === even ? channel + 1 : 0.1;
  }),
};

describe('the Gram matrix as a picture', () => {
  it('is the mean outer product of the features', () => {
    const gram = gramOf(features);
    expect(gram[0 * 5 + 2]).toBeCloseTo((1 * 3 + 0.1 * 0.1) / 2, 5);
    expect(gram[2 * 5 + 0]).toBe(gram[0 * 5 + 2]);
    expect(gram[1 * 5 + 1]).toBeCloseTo((4 + 0.01) / 2, 5);
  });

  it('has ones on the diagonal, nothing for a channel that never answers, and no NaN', () => {
    const cosine = normalisedGram(gramOf(features), 5);
    for (const i of [0, 1, 2, 3]) expect(cosine[i * 6]).toBeCloseTo(1, 5);
    expect(Array.from(cosine.subarray(20))).toEqual([0, 0, 0, 0, 0]);
    expect(gramPicture(new Float32Array(9), 3).values.every(Number.isFinite)).toBe(true);
  });

  it('puts channels that answer together side by side, and silent ones last', () => {
    const order = gramOrder(gramOf(features), 5);
    expect([...order].sort()).toEqual([0, 1, 2, 3, 4]);
    expect(order.at(-1)).toBe(4);
    const half = order.slice(0, 2).sort().join();
    expect(['0,2', '1,3']).toContain(half);
  });

  it('is bright where channels answer together and dark where they do not', () => {
    const { values, ...size } = gramPicture(gramOf(features), 5);
    expect(size).toEqual({ width: 5, height: 5, channels: 3 });
    const light = (row: number, column: number) =>
      values.subarray((row * 5 + column) * 3, (row * 5 + column) * 3 + 3).reduce((a, b) => a + b, 0);
    expect(light(0, 1)).toBeGreaterThan(light(0, 2) + 0.5);
    expect(light(0, 0)).toBeGreaterThan(2.5);
  });

  it('finds the patches where both channels answer, apart from each other and inside the photo', () => {
    const values = new Float32Array(8 * 8 * 2).fill(0.1);
    for (const [x, y, strength] of [
      [0, 0, 3],
      [1, 0, 2.9],
      [6, 5, 2],
    ] as const) {
      values.fill(strength, (y * 8 + x) * 2, (y * 8 + x) * 2 + 2);
    }
    // One channel alone is not together.
    values[(3 * 8 + 3) * 2] = 9;
    const [first, second, ...more] = strongestPatches(
      { width: 8, height: 8, channels: 2, values },
      0,
      1,
      2,
      { width: 64, height: 64 },
      16,
    );
    expect(first).toEqual({ x: 0, y: 0, w: 16, h: 16, score: 1 });
    expect(second).toMatchObject({ x: 44, y: 36 });
    expect(second?.score).toBeCloseTo(4 / 9, 5);
    expect(more).toEqual([]);
    expect(strongestPatches({ width: 2, height: 2, channels: 2, values: new Float32Array(8) }, 0, 1, 3, photo)).toEqual(
      [],
    );
  });
});

const photo = { width: 16, height: 16 };
