/**
 * Any painting's style in one pass: the painting's statistics are measured, or come with a preset or the recipe; the photo is
 * painted coarse to fine (transformer/any/scales.ts), a large one in tiles.
 */
import type { PlaceStatistics } from '../../../../shared/anyStyle/places';
import type { StyleAtSize } from '../../../../shared/anyStyle/statistics';
import { ReverieError } from '../../../../shared/errors';
import type { RecipeOf } from '../../../../shared/techniques';
import { matchColours, withColoursOf } from '../../images/colours';
import { clampUnit, fitLongSide, pixelsOf, rasterOf } from '../../images/pictures';
import { bicubic, bilinear, type Raster, resample } from '../../images/resample';
import type { AnyStyleNetwork } from '../../transformer/any/network';
import { mixStyles, paintStrong } from '../../transformer/any/scales';
import type { TechniqueResult } from '../../types';
import { contentOf, type TechniqueContext } from '../technique';

type Recipe = RecipeOf<'any'>;
type Context = TechniqueContext<Recipe, AnyStyleNetwork>;

export async function runAny(context: Context): Promise<TechniqueResult> {
  const { recipe, control, network } = context;
  const photo = rasterOf(contentOf(context));
  const { width, height } = fitLongSide(photo.width, photo.height, recipe.size);
  const picture = clampUnit(resample(photo, width, height, bicubic));
  const startedAt = performance.now();
  const longSide = recipe.size * recipe.styleScale;
  const styles: StyleAtSize[] = [];
  for (const style of context.styles) styles.push(await style.placesAt(network, longSide));
  const regions = regionsOf(context, styles);
  const steps = regions.length;
  const options = {
    strength: recipe.strength / 100,
    detail: recipe.detail / 100,
    seed: recipe.seed,
    tile: recipe.tile,
  };
  let painted = picture;
  let step = 0;
  control.report({ phase: 'optimise', step, steps });
  for (const { style, mask } of regions) {
    const { values } = await paintStrong(network, picture, style, options);
    const shares = mask && resample(mask, width, height, bilinear).values;
    const shareAt = (i: number) => (shares ? (shares[Math.floor(i / 3)] ?? 0) : 1);
    const below = painted.values;
    painted = { ...picture, values: below.map((value, i) => value + shareAt(i) * ((values[i] ?? 0) - value)) };
    step++;
    const msPerStep = (performance.now() - startedAt) / step;
    control.report({ phase: 'optimise', step, steps, msPerStep, remainingMs: msPerStep * (steps - step) });
    if (step < steps && !(await control.proceed())) break;
  }
  return {
    ...{ pixels: pixelsOf(coloured(painted, picture, recipe)), styles },
    ...{ complete: step === steps, losses: [], steps: step },
    ...{ msPerStep: (performance.now() - startedAt) / Math.max(1, step), peakBytes: network.peakBytes },
  };
}

/** Statistics have no picture left that could be recoloured beforehand: what is painted is (Gatys et al. 2016). */
function coloured(painted: Raster, photo: Raster, { colours }: Recipe): Raster {
  if (colours === 'style') return painted;
  return colours === 'match' ? matchColours(painted, photo) : withColoursOf(painted, photo);
}

interface Region {
  readonly style: PlaceStatistics;
  /** One channel, white where it paints; null: everywhere. */
  readonly mask: Raster | null;
}

/** All styles without a mask are one mixture; each with one is a region of its own, over it. */
function regionsOf({ recipe, masks = [] }: Context, styles: readonly StyleAtSize[]): Region[] {
  const open: { readonly weight: number; readonly style: PlaceStatistics }[] = [];
  const masked: Region[] = [];
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
const greyRaster = ({ width, height, channels, values }: Raster): Raster => ({
  ...{ width, height, channels: 1 },
  values: values.filter((_, i) => i % channels === 0),
});
