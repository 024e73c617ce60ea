/**
 * Noise that is a function of place and seed: tiles of one picture, cut wherever, have the same. An even sky that is painted
 * without has one mark over and over (transformer/noise.ts).
 */

/** Numbers of mean 0 and deviation 1, uniform, row by row, of the cells from `top` and `left` on. */
export function noiseField(seed: number, top: number, left: number, height: number, width: number): Float32Array {
  const field = new Float32Array(height * width);
  const scale = Math.sqrt(12) / 2 ** 32;
  for (let y = 0; y < height; y++) {
    const row = mixed(seed ^ Math.imul(top + y + 1, 0x9e3779b1));
    for (let x = 0; x < width; x++) {
      field[y * width + x] = scale * (mixed(row ^ Math.imul(left + x + 1, 0x85ebca6b)) - 2 ** 31);
    }
  }
  return field;
}

/** The finaliser of MurmurHash3: every bit of the input moves about half of the output's. */
function mixed(value: number): number {
  let h = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
