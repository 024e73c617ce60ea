/**
 * IEEE 754 half precision, both ways, over little-endian bytes: weight shards and preset blobs hold it,
 * and JavaScript engines of this time have no Float16Array everywhere.
 */

/** Largest finite half. From half a step above it, 65520, a float rounds to infinity. */
export const maxFloat16 = 65_504;

let table: Float32Array | undefined;

/** Value of each of the 65,536 bit patterns: 256 KB, made once, makes decoding one lookup. */
function decodeTable(): Float32Array {
  if (table) return table;
  table = new Float32Array(0x1_0000);
  for (let bits = 0; bits < 0x8000; bits++) {
    const exponent = bits >> 10;
    const fraction = bits & 0x3ff;
    let value: number;
    if (exponent === 0) value = fraction * 2 ** -24;
    else if (exponent < 31) value = (1 + fraction / 1024) * 2 ** (exponent - 15);
    else value = fraction === 0 ? Number.POSITIVE_INFINITY : Number.NaN;
    table[bits] = value;
    table[bits | 0x8000] = -value;
  }
  return table;
}

/** `bytes.length / 2` values; the bytes need no alignment. An odd last byte is ignored. */
export function decodeFloat16(bytes: Uint8Array): Float32Array<ArrayBuffer> {
  const values = decodeTable();
  const out = new Float32Array(bytes.length >> 1);
  for (let i = 0; i < out.length; i++) {
    out[i] = values[(bytes[2 * i] ?? 0) | ((bytes[2 * i + 1] ?? 0) << 8)] ?? 0;
  }
  return out;
}

/** Two bytes per value, rounded to nearest, ties to even; beyond ±65520 infinite, NaN stays NaN. */
export function encodeFloat16(values: ArrayLike<number>): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(values.length * 2);
  for (let i = 0; i < values.length; i++) {
    const bits = toFloat16Bits(values[i] ?? 0);
    out[2 * i] = bits & 0xff;
    out[2 * i + 1] = bits >> 8;
  }
  return out;
}

const float = new Float32Array(1);
const floatBits = new Uint32Array(float.buffer);

/** The half nearest to a float32, as its 16 bits. */
export function toFloat16Bits(value: number): number {
  float[0] = value;
  const bits = floatBits[0] ?? 0;
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fff_ffff;
  if (magnitude > 0x7f80_0000) return sign | 0x7e00;
  if (magnitude >= 0x477f_f000) return sign | 0x7c00;
  if (magnitude < 0x3880_0000) {
    // Below 2^-14 halves are multiples of 2^-24. The product is exact: it only moves the exponent.
    return sign | roundHalfEven(Math.abs(float[0] ?? 0) * 2 ** 24);
  }
  // Move the exponent's bias from 127 to 15, then drop 13 bits. A carry runs into the exponent as it should.
  return sign | roundHalfEven((magnitude - 0x3800_0000) / 0x2000);
}

function roundHalfEven(x: number): number {
  const floor = Math.floor(x);
  const rest = x - floor;
  return rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor;
}
