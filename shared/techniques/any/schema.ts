/** Any painting's style in one pass: the recipe's part, its bounds and defaults. Reasons: web/engine/techniques/any/README.md. */

import type { InferOutput } from 'valibot';
import { limits } from '../../limits';
import type * as Pieces from '../pieces';
import { styleColours, styleSourceFields } from '../style/schema';

export const anyDefaults = {
  network: 'reverie-any',
  size: 512,
  seed: 1,
  strength: 100,
  detail: 40,
  styleScale: 1,
  colours: 'style',
  tile: 768,
} as const;

const mostStyleScale = 4;
/** Strokes of a print, whose painting is looked at as large as it is: finer ones would be a photo's grain. */
export const printedScale = (styleScale: number, times: number) => Math.min(mostStyleScale, styleScale * times);

/** As for style transfer; or the statistics alone, which are all that one pass needs of a painting. */
const anyStyleSource = (s: typeof Pieces) => {
  const fields = styleSourceFields(s);
  return s.union([
    s.strictObject({ preset: s.id, ...fields }),
    s.strictObject({ image: s.pictureHash, ...fields }),
    s.strictObject({ statistics: s.styleStatistics, ...fields }),
  ]);
};

export const anySchema = (s: typeof Pieces) =>
  s.strictObject({
    technique: s.literal('any'),
    ...s.runFields(anyDefaults),
    network: s.optional(s.id, anyDefaults.network),
    /** Mixed by their weights; those with masks where their masks are white. */
    styles: s.pipe(s.array(anyStyleSource(s)), s.minLength(1), s.maxLength(limits.run.maxStyles)),
    /** 0 is the photo, 100 the style. */
    strength: s.optional(s.finite(0, 100), anyDefaults.strength),
    /** Present where not all of the photo is painted as strongly: a picture whose white is `strength`, whose black is the photo. */
    strengthMap: s.optional(s.pictureHash),
    /** 100 paints at the result's size alone, and keeps most of the photo; less hands on more of what smaller sizes painted. */
    detail: s.optional(s.finite(0, 100), anyDefaults.detail),
    /** Size of the painting relative to the result: 2 paints with strokes twice as large. */
    styleScale: s.optional(s.finite(0.25, mostStyleScale), anyDefaults.styleScale),
    colours: s.optional(s.picklist(styleColours), anyDefaults.colours),
    /** Pictures with a longer side are painted in tiles of this size. */
    tile: s.optional(s.pipe(s.integer(limits.fast.minTile, limits.run.maxSize), s.multipleOf(4)), anyDefaults.tile),
  });
export type AnyStyleRecipe = InferOutput<ReturnType<typeof anySchema>>;
