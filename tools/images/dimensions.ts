/** The bounds of shared/limits.ts on a picture's size, as messages with the exact numbers. */
import { ReverieError } from '../../shared/errors';
import { limits } from '../../shared/limits';

const { minSide, maxSide, maxPixels, maxAspect } = limits.image;

/**
 * @param name how the message calls the picture, e.g. its path.
 * @throws ReverieError `image-too-small` for a shorter side under `minSide` and for a strip so narrow that
 *   its shorter side would vanish when scaled; `image-too-large` above `maxSide` or `maxPixels`.
 */
export function checkDimensions(name: string, width: number, height: number): void {
  const long = Math.max(width, height);
  const short = Math.min(width, height);
  const is = `${name} is ${width}×${height} pixels`;
  if (short < minSide) {
    throw new ReverieError(
      'image-too-small',
      `${is}; the shorter side must have at least ${minSide}. Use a larger picture.`,
    );
  }
  if (long > maxSide) {
    throw new ReverieError(
      'image-too-large',
      `${is}; the longer side may have at most ${maxSide}. Scale it down first.`,
    );
  }
  if (width * height > maxPixels) {
    const megapixels = (width * height) / 1e6;
    throw new ReverieError(
      'image-too-large',
      `${is} (${megapixels.toFixed(1)} megapixels); at most ${maxPixels / 1e6} megapixels are read. Scale it down first.`,
    );
  }
  if (long > maxAspect * short) {
    throw new ReverieError(
      'image-too-small',
      `${is}: its longer side is ${(long / short).toFixed(1)} times the shorter, at most ${maxAspect} times works. Crop it first.`,
    );
  }
}
