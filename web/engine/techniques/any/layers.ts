/** Which styles are painted where: those without a mask everywhere, mixed, and each with one over them. */
import type { PlaceStatistics } from '../../../../shared/anyStyle/places';
import type { StyleAtSize } from '../../../../shared/anyStyle/statistics';
import { ReverieError } from '../../../../shared/errors';
import type { Size } from '../../../../shared/pictureSize';
import type { RecipeOf } from '../../../../shared/techniques';
import { rasterOf } from '../../images/pictures';
import { bilinear, type Raster, resample } from '../../images/resample';
import type { AnyStyleNetwork } from '../../transformer/any/network';
import { mixStyles } from '../../transformer/any/scales';
import type { TechniqueContext } from '../technique';

type Context = TechniqueContext<RecipeOf<'any'>, AnyStyleNetwork>;

export interface Layer {
  readonly style: PlaceStatistics;
  /** One channel, white where it paints; null: everywhere. */
  readonly mask: Raster | null;
}

/** All styles without a mask are one mixture; each with one lies over it. From below upwards. */
export function layersOf(
  { recipe, masks = [] }: Pick<Context, 'recipe' | 'masks'>,
  styles: readonly StyleAtSize[],
): Layer[] {
  const open: { readonly weight: number; readonly style: PlaceStatistics }[] = [];
  const masked: Layer[] = [];
  for (const [i, { statistics: style }] of styles.entries()) {
    const weight = recipe.styles[i]?.weight ?? 1;
    if (weight === 0) continue;
    const mask = masks[i] ?? null;
    if (mask === null) open.push({ weight, style });
    else masked.push({ style, mask: greyRaster(rasterOf(mask)) });
  }
  const [first] = open;
  if (!first && masked.length === 0)
    throw new ReverieError('recipe-invalid', 'One of the styles needs a weight above 0.');
  return [...(first ? [{ style: open.length > 1 ? mixStyles(open) : first.style, mask: null }] : []), ...masked];
}

/** The first channel alone: masks are grey. */
export const greyRaster = ({ width, height, channels, values }: Raster): Raster => ({
  width,
  height,
  channels: 1,
  values: values.filter((_, i) => i % channels === 0),
});

/** The layers from below upwards as shares of each pixel, and how much of the photo they cover together. */
export function regionsOf(layers: readonly Layer[], { width, height }: Size) {
  let left = new Float32Array(width * height).fill(1);
  const regions = layers.toReversed().map(({ style, mask }) => {
    const white = mask && sized(mask, width, height);
    const values = left.map((rest, i) => rest * (white?.[i] ?? 1));
    left = left.map((rest, i) => rest - (values[i] ?? 0));
    return { style, share: { width, height, channels: 1, values } };
  });
  const covered = left.map((rest) => 1 - rest);
  // Where nothing covers the photo, which of them is painted there is not seen.
  for (const [k, { share }] of regions.entries()) {
    share.values.forEach((value, i) => {
      const all = covered[i] ?? 0;
      share.values[i] = all > 0 ? value / all : Number(k === 0);
    });
  }
  return { regions, covered };
}

/** A grey map at this size. */
export const sized = (map: Raster, width: number, height: number) =>
  resample(map, width, height, bilinear).values.map((value) => Math.min(1, Math.max(0, value)));
