/** From linear light to a photograph: box filter, exposure, filmic curve, vignette, grain. */
import type { Pixels } from '../../web/engine/api';
import { hash } from './noise';

/** Narkowicz's fit of the ACES curve (2015). */
function filmic(x: number): number {
  return Math.min(1, Math.max(0, (x * (2.51 * x + 0.03)) / (x * (2.43 * x + 0.59) + 0.14)));
}

const encode = (x: number) => (x <= 0.0031308 ? 12.92 * x : 1.055 * x ** (1 / 2.4) - 0.055);

/**
 * @param light linear RGB, `width · height · samples²` points, rows top to bottom.
 * @param samples points per pixel and direction.
 */
export function develop(light: Float32Array, width: number, height: number, samples: number, exposure: number): Pixels {
  const data = new Uint8ClampedArray(width * height * 4);
  const row = width * samples * 3;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const u = (x + 0.5) / width - 0.5;
      const v = (y + 0.5) / height - 0.5;
      const vignette = 1 - 0.55 * (u * u + v * v) ** 1.15;
      const toned = [0, 0, 0];
      for (let j = 0; j < samples; j++) {
        for (let i = 0; i < samples; i++) {
          const k = (y * samples + j) * row + (x * samples + i) * 3;
          // Each sample goes through the curve by itself, so that bright edges stay smooth.
          for (let c = 0; c < 3; c++)
            toned[c] = (toned[c] as number) + filmic((light[k + c] as number) * exposure * vignette);
        }
      }
      const [r = 0, g = 0, b = 0] = toned.map((sum) => sum / samples ** 2);
      const luma = 0.2126 * r + 0.7152 * g + 0.0722 * b;
      const grain = (hash(x, y, 1) + hash(x, y, 2) - 1) * 0.007;
      [r, g, b].forEach((channel, c) => {
        const saturated = luma + (channel - luma) * 1.12;
        data[(y * width + x) * 4 + c] = 255 * (encode(Math.max(0, saturated)) + grain);
      });
      data[(y * width + x) * 4 + 3] = 255;
    }
  }
  return { width, height, data };
}
