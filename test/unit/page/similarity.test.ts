/** SSIM and PSNR against closed forms and a direct, unseparated computation. */
import { describe, expect, it } from 'vitest';
import type { Pixels } from '../../../web/engine/api';
import { lossCurve } from '../../../web/page/output/lossCurve';
import { compare, difference, likeness } from '../../../web/page/player/similarity';

function picture(width: number, height: number, value: (x: number, y: number) => number): Pixels {
  const data = new Uint8ClampedArray(width * height * 4);
  for (let i = 0; i < width * height; i++) {
    const grey = value(i % width, Math.floor(i / width));
    data.set([grey, grey, grey, 255], i * 4);
  }
  return { width, height, data };
}

/** Straight from the paper's formula: one 11 × 11 window at a time, two passes over it. */
function directSsim(a: Pixels, b: Pixels): number {
  const weights: number[] = [];
  for (let y = -5; y <= 5; y++) for (let x = -5; x <= 5; x++) weights.push(Math.exp(-(x * x + y * y) / 4.5));
  const total = weights.reduce((sum, w) => sum + w, 0);
  const [c1, c2] = [6.5025, 58.5225];
  const values: number[] = [];
  for (let top = 0; top + 11 <= a.height; top++) {
    for (let left = 0; left + 11 <= a.width; left++) {
      const at = (p: Pixels, i: number) =>
        p.data[((top + Math.floor(i / 11)) * p.width + left + (i % 11)) * 4] ?? Number.NaN;
      const mean = (f: (i: number) => number) => weights.reduce((sum, w, i) => sum + (w / total) * f(i), 0);
      const [ma, mb] = [mean((i) => at(a, i)), mean((i) => at(b, i))];
      const va = mean((i) => (at(a, i) - ma) ** 2);
      const vb = mean((i) => (at(b, i) - mb) ** 2);
      const cov = mean((i) => (at(a, i) - ma) * (at(b, i) - mb));
      values.push(((2 * ma * mb + c1) * (2 * cov + c2)) / ((ma * ma + mb * mb + c1) * (va + vb + c2)));
    }
  }
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

const waves = picture(23, 17, (x, y) => 128 + 60 * Math.sin(x / 2) + 40 * Math.cos(y * x));
const others = picture(23, 17, (x, y) => 120 + 55 * Math.sin(x / 2 + 0.4) + 40 * Math.cos(y + x));

describe('compare', () => {
  it('agrees with the direct computation', () => {
    expect(compare(waves, others).ssim).toBeCloseTo(directSsim(waves, others), 9);
  });

  it('is 1 and infinite for equal pictures', () => {
    expect(compare(waves, waves).ssim).toBeCloseTo(1, 12);
    expect(compare(waves, waves).psnr).toBe(Number.POSITIVE_INFINITY);
  });

  it('has the closed form of flat pictures', () => {
    const { ssim, psnr } = compare(
      picture(16, 16, () => 100),
      picture(16, 16, () => 110),
    );
    expect(ssim).toBeCloseTo((2 * 100 * 110 + 6.5025) / (100 ** 2 + 110 ** 2 + 6.5025), 9);
    expect(psnr).toBeCloseTo(20 * Math.log10(25.5), 9);
  });

  it('works on pictures smaller than the window', () => {
    const small = picture(4, 3, (x) => x * 50);
    expect(compare(small, small).ssim).toBeCloseTo(1, 12);
  });
});

describe('difference', () => {
  it('is black where the pictures agree, and shows one level apart', () => {
    const { data } = difference(
      picture(2, 1, (x) => 10 + x),
      picture(2, 1, () => 10),
    );
    expect([...data]).toEqual([0, 0, 0, 255, 8, 8, 8, 255]);
  });
});

describe('what is transparent', () => {
  const seen = (i: number) => i % 3 !== 0;
  /** Every third pixel invisible, of a colour of its own. */
  const cutOut = (hidden: number): Pixels => {
    const data = waves.data.slice();
    for (let i = 0; i < data.length / 4; i++) if (!seen(i)) data.set([hidden, 0, hidden, 0], 4 * i);
    return { ...waves, data };
  };

  it('does not count by the colour that nobody sees', () => {
    expect(compare(cutOut(0), cutOut(255)).psnr).toBe(Number.POSITIVE_INFINITY);
    const { data } = difference(cutOut(0), cutOut(255));
    expect(data.every((value, p) => value === (p % 4 === 3 ? 255 : 0))).toBe(true);
  });

  it('counts where the other picture is seen', () => {
    expect(compare(cutOut(0), waves).ssim).toBeLessThan(0.9);
  });
});

describe('likeness', () => {
  it('words the figure', () => {
    expect([1, 0.9, 0.6, 0.1].map((ssim) => likeness({ ssim, psnr: 30 }))).toEqual([
      'same',
      'close',
      'alike',
      'different',
    ]);
  });
});

describe('lossCurve', () => {
  it('falls logarithmically from the top to the bottom of its box', () => {
    const curve = lossCurve([100, 10, 1], 200, 40);
    expect(curve?.path).toBe('M0 0L100 20L200 40');
  });

  it('leaves out frames without a loss, and is none with fewer than two', () => {
    expect(lossCurve([100, null, 1], 200, 40)).toMatchObject({ path: 'M0 0L200 40', heights: [0, null, 1] });
    expect(lossCurve([null, 3], 200, 40)).toBeNull();
  });

  it('fills what lies below it, from the first loss to the last', () => {
    expect(lossCurve([null, 100, 10, 1, null], 200, 40)?.area).toBe('M50 0L100 20L150 40L150 40L50 40Z');
  });
});
