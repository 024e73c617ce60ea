/**
 * Any painting's style in one pass: the painting's statistics are measured or come with a preset, the photo is painted coarse
 * to fine (transformer/any/scales.ts), a large one in tiles.
 */
import { ReverieError } from '../../../../shared/errors';
import type { RecipeOf } from '../../../../shared/recipe';
import { clampUnit, fitLongSide, pixelsOf, rasterOf } from '../../images/pictures';
import { bicubic, bilinear, type Raster, resample } from '../../images/resample';
import type { StyleStatisticsByLayer } from '../../objectives/statistics';
import { places } from '../../transformer/any/graph';
import { required } from '../../transformer/any/layers';
import type { AnyStyleNetwork, PlaceStatistics } from '../../transformer/any/network';
import { mixStyles, paintStrong } from '../../transformer/any/scales';
import type { StyleTargets } from '../style/targets';
import { contentOf, type TechniqueContext, type TechniqueResult } from '../technique';

type Context = TechniqueContext<RecipeOf<'any'>, AnyStyleNetwork>;

export async function runAny(context: Context): Promise<TechniqueResult> {
  const { recipe, control, network } = context;
  const photo = rasterOf(contentOf(context));
  const { width, height } = fitLongSide(photo.width, photo.height, recipe.size);
  const picture = clampUnit(resample(photo, width, height, bicubic));
  const startedAt = performance.now();
  const regions = await regionsOf(context);
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
    pixels: pixelsOf(painted),
    ...{ complete: step === steps, losses: [], steps: step },
    ...{ msPerStep: (performance.now() - startedAt) / Math.max(1, step), peakBytes: network.peakBytes },
  };
}

interface Region {
  readonly style: PlaceStatistics;
  /** One channel, white where it paints; null: everywhere. */
  readonly mask: Raster | null;
}

/** All styles without a mask are one mixture; each with one is a region of its own, over it. */
async function regionsOf({ recipe, network, styles, masks = [] }: Context): Promise<Region[]> {
  const longSide = recipe.size * recipe.styleScale;
  const open: { readonly weight: number; readonly style: PlaceStatistics }[] = [];
  const masked: Region[] = [];
  for (const [i, targets] of styles.entries()) {
    const weight = recipe.styles[i]?.weight ?? 1;
    if (weight === 0) continue;
    const style = await statisticsOf(targets, network, longSide);
    const mask = masks[i] ?? null;
    if (mask === null) open.push({ weight, style });
    else masked.push({ style, mask: greyRaster(rasterOf(mask)) });
  }
  const [first] = open;
  if (!first && masked.length === 0)
    throw new ReverieError('recipe-invalid', 'One of the styles needs a weight above 0.');
  return [...(first ? [{ style: open.length > 1 ? mixStyles(open) : first.style, mask: null }] : []), ...masked];
}

async function statisticsOf(
  targets: StyleTargets,
  network: AnyStyleNetwork,
  longSide: number,
): Promise<PlaceStatistics> {
  const found: StyleStatisticsByLayer = await targets.at(network, places, longSide);
  return mapPlaces((place) => {
    const { mean, covariance } = required(found.get(place));
    return { mean: Float64Array.from(mean), covariance: Float64Array.from(covariance) };
  });
}

const mapPlaces = (make: (place: keyof PlaceStatistics) => PlaceStatistics['painted']): PlaceStatistics =>
  Object.fromEntries(places.map((place) => [place, make(place)])) as unknown as PlaceStatistics;

/** The first channel alone: masks are grey. */
const greyRaster = ({ width, height, channels, values }: Raster): Raster => ({
  ...{ width, height, channels: 1 },
  values: values.filter((_, i) => i % channels === 0),
});
