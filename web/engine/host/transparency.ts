/**
 * Transparency in, transparency out, for every technique in this one place: a run's pictures are made opaque before a
 * technique sees them, and what it paints over a transparent photo gets the photo's alpha, at the size of what it painted.
 */
import { contentSizeOf } from '../../../shared/recipe/about';
import type { Recipe } from '../../../shared/techniques';
import type { Pixels, RunRequest } from '../api';
import { alphaOf, isTransparent, opaque, setAlpha } from '../images/alpha';
import { clampUnit, fitLongSide } from '../images/pictures';
import { bicubic, type Raster, resample } from '../images/resample';
import type { Technique } from '../techniques/technique';
import { halveTo, shrinkToSize } from './shrink';

export type Inputs = RunRequest['inputs'];

/** A mask paints where it is white and there. */
const black = [0, 0, 0] as const;

/** Every picture opaque, over its own mean colour; the photo at a size that the run can use. */
export function opaqueInputs(inputs: Inputs, recipe: Recipe): Inputs {
  const { content, styles, masks, photos, start, guide, strengthMap, print } = inputs;
  const size = contentSizeOf(recipe);
  return {
    ...inputs,
    // Over the mean of what is left after halving: the same colour, from a fraction of the pixels.
    content: content && shrinkToSize(opaque(halveTo(content, size)), size),
    ...(styles && { styles: styles.map((style) => opaque(style)) }),
    ...(masks && { masks: masks.map((mask) => opaque(mask, black)) }),
    ...(strengthMap && { strengthMap: opaque(strengthMap, black) }),
    ...(photos && { photos: photos.map((photo) => shrinkToSize(opaque(halveTo(photo, size)), size)) }),
    ...(start && { start: opaque(start) }),
    ...(guide && { guide: opaque(guide) }),
    ...(print && { print: { ...print, photo: opaque(print.photo), base: opaque(print.base) } }),
  };
}

/** The photo's transparency on its way to the result. */
export class Matte {
  readonly #alpha: Raster | null;
  readonly #photo: Pixels | null;
  /** Resampled for one size of picture, which is mostly the one that is asked for next. */
  #last: Raster | undefined;

  /**
   * @param content the photo as it was given
   * @param photo the same, opaque and at the size of the run
   */
  constructor(
    private readonly technique: Technique,
    private readonly recipe: Recipe,
    content: Pixels | null,
    photo: Pixels | null,
  ) {
    const small = content && halveTo(content, recipe.size);
    this.#alpha = small && isTransparent(small) ? alphaOf(small) : null;
    this.#photo = photo;
  }

  /** The photo at the size of the run with its own transparency: what the record's hash is of. */
  get photo(): Pixels | null {
    const [alpha, photo] = [this.#alpha, this.#photo];
    if (!alpha || !photo) return photo;
    const copy = { ...photo, data: photo.data.slice() };
    setAlpha(copy, this.#at(photo));
    return copy;
  }

  /**
   * Gives what a technique painted the photo's transparency, in place, where it lies over the photo.
   * @param frame index among the result's frames; null for its picture as a whole
   */
  lay(pixels: Pixels, frame: number | null, frames = 0): Pixels {
    const [photo, recipe] = [this.#photo, this.recipe];
    if (!this.#alpha || !photo || !this.technique.transparency) return pixels;
    // Previews have sizes of their own; a sheet's pictures have the recipe's.
    for (const longSide of [Math.max(pixels.width, pixels.height), recipe.size]) {
      const alpha = this.#at(fitLongSide(photo.width, photo.height, longSide));
      const laid = this.technique.transparency(recipe, alpha, frame, frames);
      if (laid?.width !== pixels.width || laid.height !== pixels.height) continue;
      setAlpha(pixels, laid);
      break;
    }
    return pixels;
  }

  #at({ width, height }: { readonly width: number; readonly height: number }): Raster {
    const alpha = this.#alpha;
    if (!alpha) throw new Error('An opaque photo has no alpha.');
    if (this.#last?.width !== width || this.#last.height !== height)
      this.#last = clampUnit(resample(alpha, width, height, bicubic));
    return this.#last;
  }
}
