/** Checks of what a run is given, before anything is downloaded or allocated for it. */
import { ReverieError } from '../../../shared/errors';
import { limits } from '../../../shared/limits';
import type { Recipe } from '../../../shared/recipe';
import type { Pixels, RunRequest } from '../api';
import { fitLongSide } from '../images/pictures';
import { isPixels } from './protocol';

const { minSide, maxSide, maxPixels, maxAspect } = limits.image;

export interface Size {
  readonly width: number;
  readonly height: number;
}

/**
 * @param name how the message calls the picture, e.g. `The photo`.
 * @throws ReverieError `image-too-small`, `image-too-large`, `image-unsupported` (too long and narrow).
 */
export function checkSize({ width, height }: Size, name: string): void {
  const [short, long] = [Math.min(width, height), Math.max(width, height)];
  const is = `${name} is ${width}×${height} pixels`;
  if (!(short >= minSide)) {
    throw new ReverieError('image-too-small', `${is}; each side must have at least ${minSide}. Choose a larger one.`);
  }
  if (long > maxSide || width * height > maxPixels) {
    throw new ReverieError(
      'image-too-large',
      `${is}; at most ${maxSide} a side and ${maxPixels / 1e6} million in all can be read. Scale it down first.`,
    );
  }
  if (long / short > maxAspect) {
    throw new ReverieError(
      'image-unsupported',
      `${is}; the longer side may be at most ${maxAspect} times the shorter. Crop it.`,
    );
  }
}

/** `checkSize` at the size of the run: a narrow picture may be fine by itself and vanish when scaled. */
export function checkRunSize(content: Size, size: number): Size {
  const run = fitLongSide(content.width, content.height, size);
  const short = Math.min(run.width, run.height);
  if (short < minSide) {
    const needed = Math.ceil(
      (minSide * Math.max(content.width, content.height)) / Math.min(content.width, content.height),
    );
    throw new ReverieError(
      'image-too-small',
      `At size ${size} this picture is ${run.width}×${run.height} pixels; each side must have at least ${minSide}. Choose a size of at least ${needed}.`,
    );
  }
  return run;
}

function checkPixels(pixels: Pixels, name: string): void {
  if (!isPixels(pixels)) {
    throw new ReverieError('image-truncated', `${name} does not have width × height × 4 bytes. Decode it again.`);
  }
  checkSize(pixels, name);
}

/** @throws ReverieError with an `image-…` code, or `bad-request` when a style's image is missing. */
export function checkInputs({ content, styles }: RunRequest['inputs'], recipe: Recipe): void {
  checkPixels(content, 'The photo');
  const expected = recipe.styles.filter((source) => 'image' in source).length;
  if (styles.length !== expected) {
    throw new ReverieError('bad-request', `The recipe names ${expected} style images and ${styles.length} were given.`);
  }
  styles.forEach((style, i) => {
    checkPixels(style, expected > 1 ? `Style image ${i + 1}` : 'The style image');
  });
  checkRunSize(content, recipe.size);
}
