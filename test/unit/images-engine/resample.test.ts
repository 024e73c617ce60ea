import { describe, expect, it } from 'vitest';
import { clampUnit, fitLongSide, pixelsOf, rasterOf, resizeToLongSide } from '../../../web/engine/images/pictures';
import { bicubic, bilinear, type Raster, resample } from '../../../web/engine/images/resample';
import { at } from '../../support/float64/grid';
import { numbers } from '../device/numbers';

const raster = (width: number, height: number, value: (x: number, y: number, c: number) => number): Raster => ({
  width,
  height,
  channels: 3,
  values: Float32Array.from({ length: width * height * 3 }, (_, i) => {
    const pixel = Math.floor(i / 3);
    return value(pixel % width, Math.floor(pixel / width), i % 3);
  }),
});

const noise = (width: number, height: number) => {
  const values = numbers(width * height * 3, 1);
  return raster(width, height, (x, y, c) => (at(values, (y * width + x) * 3 + c) + 1) / 2);
};

const mean = ({ values }: Raster) => values.reduce((sum, value) => sum + value, 0) / values.length;

const filters = [
  ['bicubic', bicubic],
  ['bilinear', bilinear],
] as const;

const sizes = [
  [1, 1],
  [2, 3],
  [7, 5],
  [16, 16],
  [13, 40],
  [41, 9],
] as const;

describe.each(filters)('resampling, %s', (_, filter) => {
  it.each(sizes)('keeps one colour that colour at %i×%i', (width, height) => {
    const flat = raster(13, 9, (_x, _y, c) => 0.2 + 0.3 * c);
    const resized = resample(flat, width, height, filter);
    expect([resized.width, resized.height, resized.values.length]).toEqual([width, height, width * height * 3]);
    resized.values.forEach((value, i) => {
      expect(value).toBeCloseTo(0.2 + 0.3 * (i % 3), 5);
    });
  });

  it('returns the same picture at the same size', () => {
    const picture = noise(9, 7);
    expect(resample(picture, 9, 7, filter)).toBe(picture);
  });

  it('leaves the axis alone that keeps its size', () => {
    const columns = raster(8, 6, (x) => x);
    const resized = resample(columns, 8, 15, filter);
    resized.values.forEach((value, i) => {
      expect(value).toBeCloseTo(Math.floor(i / 3) % 8, 5);
    });
  });

  // A widened filter that is read at whole pixels is a little off centre unless the ratio is whole (Pillow's, too):
  // less than a tenth of a pixel, where a pixel is at most 0.09.
  it.each([
    [48, 37, 1e-4],
    [16, 12, 1e-4],
    [8, 24, 1e-4],
    [19, 13, 0.009],
  ])('keeps a ramp a ramp at %i×%i, away from the border', (width, height, tolerance) => {
    const [from, high] = [32, 24];
    const ramp = raster(from, high, (x, y, c) => 0.03 * (x + 0.5) + 0.02 * (y + 0.5) * (c + 1));
    const resized = resample(ramp, width, height, filter);
    const margin = (output: number, input: number) => Math.ceil(2 * Math.max(1, output / input));
    const [left, top] = [margin(width, from), margin(height, high)];
    let worst = 0;
    let seen = 0;
    for (let y = top; y < height - top; y++) {
      for (let x = left; x < width - left; x++) {
        for (let c = 0; c < 3; c++) {
          const expected = (0.03 * (x + 0.5) * from) / width + ((0.02 * (y + 0.5) * high) / height) * (c + 1);
          worst = Math.max(worst, Math.abs(at(resized.values, (y * width + x) * 3 + c) - expected));
          seen++;
        }
      }
    }
    expect(seen).toBeGreaterThan(50);
    expect(worst).toBeLessThan(tolerance);
  });

  it('is symmetric: what is mirrored before is mirrored after', () => {
    const picture = noise(10, 6);
    const mirror = ({ width, height, values, channels }: Raster): Raster => ({
      ...raster(width, height, (x, y, c) => at(values, (y * width + (width - 1 - x)) * channels + c)),
    });
    const [one, other] = [mirror(resample(picture, 17, 6, filter)), resample(mirror(picture), 17, 6, filter)];
    one.values.forEach((value, i) => {
      expect(at(other.values, i)).toBeCloseTo(value, 5);
    });
  });

  it('does not alias: a fine checkerboard shrinks to grey', () => {
    const board = raster(64, 64, (x, y) => (x + y) % 2);
    const shrunk = resample(board, 16, 16, filter);
    for (const value of shrunk.values) expect(Math.abs(value - 0.5)).toBeLessThan(0.05);
  });

  it('stays within 0 and 1 after clamping', () => {
    const edges = raster(12, 12, (x, y) => (x > 5 !== y > 5 ? 1 : 0));
    const clamped = clampUnit(resample(edges, 31, 29, filter));
    for (const value of clamped.values) expect(value >= 0 && value <= 1).toBe(true);
  });
});

describe('halving', () => {
  it.each(filters)('keeps the mean, %s', (_, filter) => {
    // Smooth to the border, where weights are renormalised and the mean of noise is not exactly kept.
    const bump = raster(32, 24, (x, y, c) => Math.exp(-((x - 15.5) ** 2 + (y - 11.5) ** 2) / (20 + 5 * c)));
    expect(mean(resample(bump, 16, 12, filter))).toBeCloseTo(mean(bump), 4);
  });

  it('keeps the mean of noise to within a hundredth', () => {
    const picture = noise(64, 48);
    expect(Math.abs(mean(resample(picture, 32, 24, bicubic)) - mean(picture))).toBeLessThan(0.01);
  });

  it('brings a smooth picture back when it is doubled again', () => {
    const smooth = raster(32, 32, (x, y, c) => 0.5 + 0.3 * Math.sin((x + 3 * c) / 6) * Math.cos(y / 7));
    const back = resample(resample(smooth, 16, 16, bicubic), 32, 32, bicubic);
    back.values.forEach((value, i) => {
      expect(Math.abs(value - at(smooth.values, i))).toBeLessThan(0.02);
    });
  });
});

describe('pictures', () => {
  it('are pixels divided by 255, without alpha, and back to the same pixels', () => {
    const data = Uint8ClampedArray.from({ length: 256 * 4 }, (_, i) => (i % 4 === 3 ? 255 : (i * 7) % 256));
    const pixels = { width: 16, height: 16, data };
    const picture = rasterOf(pixels);
    expect(picture.channels).toBe(3);
    expect(at(picture.values, 3)).toBeCloseTo(at(data, 4) / 255, 6);
    expect(pixelsOf(picture)).toEqual(pixels);
  });

  it('become pixels rounded to the nearest, clamped and opaque', () => {
    const values = Float32Array.of(-0.5, 1.7, 0.4999 / 255, 0.5001 / 255, 254.6 / 255, 1);
    const { data } = pixelsOf({ width: 2, height: 1, channels: 3, values });
    expect([...data]).toEqual([0, 255, 0, 255, 1, 255, 255, 255]);
  });

  it('fit a long side, keep their aspect, and never vanish', () => {
    expect(fitLongSide(400, 300, 200)).toEqual({ width: 200, height: 150 });
    expect(fitLongSide(300, 400, 200)).toEqual({ width: 150, height: 200 });
    expect(fitLongSide(100, 100, 37)).toEqual({ width: 37, height: 37 });
    expect(fitLongSide(1000, 1, 10)).toEqual({ width: 10, height: 1 });
  });

  it('are resized without overshoot', () => {
    const resized = resizeToLongSide(
      raster(20, 10, (x) => (x > 9 ? 1 : 0)),
      33,
    );
    expect([resized.width, resized.height]).toEqual([33, 17]);
    for (const value of resized.values) expect(value >= 0 && value <= 1).toBe(true);
  });
});
