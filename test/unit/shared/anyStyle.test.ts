/** Styles as small values: what comes back of one, and what is refused. */
import { describe, expect, it } from 'vitest';
import { type Gaussian, mapPlaces, type Place, placeChannels, places } from '../../../shared/anyStyle/places';
import {
  decodeStyle,
  encodeStyle,
  isMeasuredWith,
  readStyleText,
  rounded,
  styleBytes,
  styleText,
  styleTextLength,
} from '../../../shared/anyStyle/statistics';
import { parseRecipe } from '../../../shared/recipe';
import { recipeVersion } from '../../../shared/recipe/version';
import { normalNoise, randomGenerator } from '../../../web/engine/images/random';
import { gaussianOf } from '../../../web/engine/transformer/any/transport';

const random = randomGenerator(4);

/** Of features as a network has them: none below 0, some that never vary, all dependent. */
function gaussianFrom(channels: number): Gaussian {
  const mixing = normalNoise(channels * 8, random);
  const mean = new Float32Array(channels);
  const gram = new Float32Array(channels * channels);
  for (let p = 0; p < 200; p++) {
    const causes = normalNoise(8, random);
    const x = mean.map((_, i) => {
      const sum = causes.reduce((total, cause, k) => total + cause * (mixing[i * 8 + k] ?? 0), 0);
      return i === 1 ? 0 : Math.max(0, 1 + sum) / (channels === 3 ? 8 : 1);
    });
    x.forEach((value, i) => {
      mean[i] = (mean[i] ?? 0) + value / 200;
      x.forEach((other, j) => {
        gram[i * channels + j] = (gram[i * channels + j] ?? 0) + (value * other) / 200;
      });
    });
  }
  return gaussianOf(mean, gram);
}

const statistics = mapPlaces((place) => gaussianFrom(placeChannels[place]));
const hash = 'c0ffee0012345678'.repeat(4);
const style = { weights: hash, longSide: 300, statistics };

it('is at most 8 kB, and comes back within a hundredth', () => {
  const bytes = encodeStyle(style);
  expect(bytes.length).toBe(styleBytes);
  expect(bytes.length).toBeLessThanOrEqual(8192);
  const read = decodeStyle(bytes);
  for (const place of places) {
    const size = placeChannels[place];
    const [before, after] = [statistics[place], read.statistics[place]];
    before.mean.forEach((value, i) => {
      expect(after.mean[i]).toBeCloseTo(value, 2);
    });
    before.covariance.forEach((value, k) => {
      const scale = Math.sqrt(
        (before.covariance[Math.floor(k / size) * (size + 1)] ?? 0) * (before.covariance[(k % size) * (size + 1)] ?? 0),
      );
      expect(Math.abs((after.covariance[k] ?? 0) - value)).toBeLessThanOrEqual(0.006 * scale + 1e-9);
    });
  }
  expect(encodeStyle(read)).toEqual(bytes);
  expect(rounded(style).statistics).toEqual(read.statistics);
  expect([read.longSide, isMeasuredWith(read, hash), isMeasuredWith(read, hash.replace('c', 'd'))]).toEqual([
    300,
    true,
    false,
  ]);
  expect(readStyleText(styleText(bytes))).toEqual(read);
  expect(styleText(bytes).length).toBe(styleTextLength);
});

const recipeWith = (text: unknown) =>
  parseRecipe({ technique: 'any', version: recipeVersion, styles: [{ statistics: text }] });

describe('is refused', () => {
  const good = encodeStyle(style);
  const changed = (at: number, values: readonly number[]) => {
    const bytes = good.slice();
    bytes.set(values, at);
    return bytes;
  };
  /** Where a place's numbers begin. */
  const startOf = (place: Place) => {
    const before = places.slice(0, places.indexOf(place)).map((name) => placeChannels[name]);
    return 13 + before.reduce((sum, channels) => sum + 4 * channels + (channels * (channels - 1)) / 2, 0);
  };
  const relu = startOf('relu3_1');
  const garbage = Uint8Array.from({ length: 2016 }, () => 256 * random());
  it.each([
    ['with nothing in it', new Uint8Array()],
    ['a byte short', good.subarray(1)],
    ['a byte long', Uint8Array.from([...good, 0])],
    ['of another format', changed(0, [0x50])],
    ['of a newer version', changed(2, [9])],
    ['of an older version', changed(2, [1])],
    ['of a painting without a side', changed(11, [0, 0])],
    ['with a colour of 3', changed(startOf('pixels'), [0x00, 0x42])],
    ['with a mean that is no number', changed(relu, [0xff, 0x7f])],
    ['with an infinite mean', changed(relu, [0x00, 0x7c])],
    ['with a mean of 60,000', changed(relu, [0x53, 0x7b])],
    ['with a deviation below 0', changed(relu + 128, [0x00, 0xc0])],
    ['with correlations that contradict each other', changed(relu + 256, [...garbage])],
    ['with correlations of 1 and −1 where there can be none', changed(startOf('painted') + 12, [127, 127, 129])],
  ])('%s', (_, bytes) => {
    expect(() => decodeStyle(bytes)).toThrow(expect.objectContaining({ code: 'style-invalid' }));
    expect(() => recipeWith(styleText(bytes))).toThrow(
      expect.objectContaining({ code: 'recipe-invalid', data: { path: 'styles.0.statistics' } }),
    );
  });

  it('in a recipe that calls something else so', () => {
    const text = styleText(good);
    expect(recipeWith(text)).toMatchObject({ styles: [{ statistics: text, weight: 1 }] });
    for (const other of ['', ' ', `${text} `, `${text}${text}`, text.slice(4), `*${text.slice(1)}`, 7, null, {}]) {
      expect(() => recipeWith(other)).toThrow(expect.objectContaining({ code: 'recipe-invalid' }));
    }
    const elsewhere = { technique: 'style', version: recipeVersion, styles: [{ statistics: text }] };
    expect(() => parseRecipe(elsewhere)).toThrow(expect.objectContaining({ code: 'recipe-invalid' }));
  });
});
