import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toFloat16Bits } from '../../../shared/float16';
import { decodeFloat16, encodeFloat16 } from '../../../web/engine/weights';

/** The definition of IEEE 754-2008 binary16, term by term. */
function halfValue(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * 2 ** Math.max(exponent, 1) * 2 ** -25 * ((exponent > 0 ? 1024 : 0) + fraction);
}

const allBits = Array.from({ length: 0x1_0000 }, (_, bits) => bits);
const littleEndian = (bits: readonly number[]) => new Uint8Array(Uint16Array.from(bits).buffer);

describe('half precision', () => {
  it.each([
    ['zero', 0, 0x0000],
    ['minus zero', -0, 0x8000],
    ['one', 1, 0x3c00],
    ['minus two', -2, 0xc000],
    ['the largest', 65504, 0x7bff],
    ['the smallest normal', 2 ** -14, 0x0400],
    ['the largest subnormal', 2 ** -14 - 2 ** -24, 0x03ff],
    ['the smallest subnormal', 2 ** -24, 0x0001],
    ['a third', 1 / 3, 0x3555],
    ['pi', Math.PI, 0x4248],
    ['half the smallest, a tie to even', 2 ** -25, 0x0000],
    ['just above it', 2 ** -25 * 1.001, 0x0001],
    ['one and a half of the smallest, a tie to even', 1.5 * 2 ** -24, 0x0002],
    ['a tie down to even', 1 + 2 ** -11, 0x3c00],
    ['a tie up to even', 1 + 3 * 2 ** -11, 0x3c02],
    ['the last that is finite', 65519.99, 0x7bff],
    ['the first that is not', 65520, 0x7c00],
    ['infinity', Number.NEGATIVE_INFINITY, 0xfc00],
  ])('encodes %s', (_, value, bits) => {
    expect(toFloat16Bits(value)).toBe(bits);
  });

  it('decodes every bit pattern to its defined value', () => {
    const decoded = decodeFloat16(littleEndian(allBits));
    const wrong = allBits.filter((bits) => !Object.is(decoded[bits], halfValue(bits)));
    expect(wrong).toEqual([]);
  });

  it('gives every half back as it was', () => {
    const decoded = decodeFloat16(littleEndian(allBits));
    const wrong = allBits.filter((bits) => !Number.isNaN(decoded[bits]) && toFloat16Bits(decoded[bits] ?? 0) !== bits);
    expect(wrong).toEqual([]);
    expect(decodeFloat16(encodeFloat16([Number.NaN]))[0]).toBeNaN();
  });

  it('decodes at an odd address', () => {
    const bytes = new Uint8Array([9, ...encodeFloat16([1.5, -0.25])]);
    expect([...decodeFloat16(bytes.subarray(1))]).toEqual([1.5, -0.25]);
  });

  it('chooses the nearest half for any float in range', () => {
    fc.assert(
      fc.property(fc.float({ min: Math.fround(-65503), max: Math.fround(65503), noNaN: true }), (value) => {
        const bits = toFloat16Bits(value);
        const error = Math.abs(halfValue(bits) - value);
        // Neighbours in magnitude; at zero there is only the one above.
        for (const other of [bits - 1, bits + 1]) {
          if ((other & 0x7fff) === 0x7fff || other < 0 || (other & 0x7fff) >= 0x7c00) continue;
          expect(error).toBeLessThanOrEqual(Math.abs(halfValue(other) - value));
        }
      }),
      { numRuns: 2000 },
    );
  });
});
