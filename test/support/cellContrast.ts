/** How strong a picture's finest marks are, by direction. */
import type { Raster } from '../../web/engine/images/resample';

/**
 * Contrast of 2×2 cells by direction (Haar): straight edges and strokes fill `straight`, a checkerboard nothing but
 * `diagonal`. @param where which cells, by their distance in pixels to the nearest border
 */
export function cellContrast(picture: Raster, where: (border: number) => boolean) {
  const { width, height, values } = picture;
  const at = (x: number, y: number, c: number) => values[(y * width + x) * 3 + c] ?? 0;
  let [straight, diagonal, count] = [0, 0, 0];
  for (let y = 0; y + 1 < height; y++) {
    for (let x = 0; x + 1 < width; x++) {
      if (!where(Math.min(x, y, width - 2 - x, height - 2 - y))) continue;
      for (let c = 0; c < 3; c++) {
        const [a, b, d, e] = [at(x, y, c), at(x + 1, y, c), at(x, y + 1, c), at(x + 1, y + 1, c)];
        straight += (Math.abs(a + b - d - e) + Math.abs(a - b + d - e)) / 8;
        diagonal += Math.abs(a - b - d + e) / 4;
        count++;
      }
    }
  }
  return { straight: straight / count, diagonal: diagonal / count };
}
