/**
 * The photo's colours kept, by two ways of Gatys et al. 2016 ("Preserving Color in Neural Artistic Style Transfer"): only
 * lights and darks are painted, or the painting is recoloured first. A preset has statistics and no picture left to
 * recolour; its result is recoloured instead.
 */
import type { StyleRecipe } from '../../../../shared/techniques/style/schema';
import { greyOf, matchColours, matchGrey, withColoursOf } from '../../images/colours';
import type { Raster } from '../../images/resample';
import type { StyleTargets } from './targets';

export interface Recolouring {
  readonly photo: Raster;
  readonly styles: readonly StyleTargets[];
  /** @param photo as it was, at the size of the picture */
  finish(picture: Raster, photo: Raster): Raster;
}

export function recolouring(
  { colours }: Pick<StyleRecipe, 'colours'>,
  styles: readonly StyleTargets[],
  photo: Raster,
): Recolouring {
  const asTheyAre = { photo, styles, finish: (picture: Raster) => picture };
  if (colours === 'style') return asTheyAre;
  const recoloured = recolour(styles, (painting) =>
    colours === 'match' ? matchColours(painting, photo) : matchGrey(greyOf(painting), greyOf(photo)),
  );
  if (colours === 'match') {
    return recoloured ? { ...asTheyAre, styles: recoloured } : { ...asTheyAre, finish: matchColours };
  }
  return recoloured
    ? { photo: greyOf(photo), styles: recoloured, finish: withColoursOf }
    : { ...asTheyAre, finish: withColoursOf };
}

/** Null when one of the styles has no picture. */
function recolour(styles: readonly StyleTargets[], colour: (painting: Raster) => Raster): StyleTargets[] | null {
  const recoloured: StyleTargets[] = [];
  for (const style of styles) {
    if (!style.recoloured) return null;
    recoloured.push(style.recoloured(colour));
  }
  return recoloured;
}
