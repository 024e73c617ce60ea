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
import { Hold } from '../../transformer/any/hold';
import type { AnyStyleNetwork } from '../../transformer/any/network';
import { paintRegions } from '../../transformer/any/regions';
import { mixStyles, paintStrong, type ScalesOptions } from '../../transformer/any/scales';
import type { TechniqueResult } from '../../types';
import { contentOf, type TechniqueContext } from '../technique';
import { printBands } from './print';

type Recipe = RecipeOf<'any'>;
type Context = TechniqueContext<Recipe, AnyStyleNetwork>;

export async function runAny(context: Context): Promise<TechniqueResult> {
  const { recipe, control, network } = context;
  const photo = rasterOf(contentOf(context));
  const { width, height } = fitLongSide(photo.width, photo.height, recipe.size);
  const picture = clampUnit(resample(photo, width, height, bicubic));
  const startedAt = performance.now();
  const longSide = recipe.size * recipe.styleScale;
  control.report({ phase: 'style', step: 0, steps: context.styles.length });
  const styles: StyleAtSize[] = [];
  for (const style of context.styles) styles.push(await style.placesAt(network, longSide));
  control.report({ phase: 'optimise', step: 0, steps: 1 });
  const { strength, detail, seed, tile } = recipe;
  if (context.print) {
    const [layer] = layersOf(context, styles);
    if (!layer || context.strengthMap || recipe.styles.some(({ mask }) => mask !== undefined)) {
      throw new ReverieError(
        'bad-request',
        'A print has the same styles all over: masks are left to the picture on the screen.',
      );
    }
    const complete = await printBands({ ...context, style: layer.style, print: context.print });
    return {
      ...{ pixels: context.print.base, styles, complete, losses: [], steps: 1 },
      ...{ msPerStep: performance.now() - startedAt, peakBytes: network.peakBytes },
    };
  }
  const options = { strength: strength / 100, detail: detail / 100, seed, tile };
  const layers = layersOf(context, styles);
  const [first] = layers;
  const isWhole = layers.length === 1 && first?.mask === null && !context.strengthMap;
  const painted = isWhole
    ? await paintStrong(network, picture, first.style, { ...options, ...holdOf(context, styles) })
    : await paintInRegions(context, picture, layers, options);
  control.report({ phase: 'optimise', step: 1, steps: 1 });
  return {
    ...{ pixels: pixelsOf(coloured(painted, picture, recipe)), styles },
    ...{ complete: true, losses: [], steps: 1, msPerStep: performance.now() - startedAt, peakBytes: network.peakBytes },
  };
}

/** What is held for a film; of two films at once, each by its own name. */
const holds = new WeakMap<AnyStyleNetwork, Map<string, Hold>>();
const mostHolds = 2;

/** Frames of one look share what the first of them measured. */
function holdOf({ film, network, recipe }: Context, styles: readonly StyleAtSize[]): { readonly hold?: Hold } {
  if (film === undefined) return {};
  const { content: _, ...rest } = recipe;
  const measured = styles.map(({ statistics }) => [...statistics.painted.mean, ...statistics.relu3_1.mean]);
  const look = JSON.stringify([rest, measured]);
  const known = holds.get(network) ?? new Map<string, Hold>();
  holds.set(network, known);
  const before = known.get(film);
  const hold = before?.look === look ? before : new Hold(look);
  known.delete(film);
  known.set(film, hold);
  for (const name of known.keys()) if (known.size > mostHolds) known.delete(name);
  return { hold };
}

/** The layers from below upwards as shares of each pixel, and how much of the photo they cover together. */
function regionsOf(layers: readonly Layer[], { width, height }: Raster) {
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

const sized = (map: Raster, width: number, height: number) =>
  resample(map, width, height, bilinear).values.map((value) => Math.min(1, Math.max(0, value)));

/** Regions, over the photo; where a map says less, less of all of them: between the photo, half of the strength, and all of it. */
async function paintInRegions(
  { network, strengthMap }: Context,
  picture: Raster,
  layers: readonly Layer[],
  options: ScalesOptions,
): Promise<Raster> {
  const { width, height } = picture;
  const { regions, covered } = regionsOf(layers, picture);
  const at = (strength: number) => paintRegions(network, picture, regions, { ...options, strength });
  const strengths = strengthMap && sized(greyRaster(rasterOf(strengthMap)), width, height);
  const all = (await at(options.strength)).values;
  const half = strengths?.some((value) => value > 0 && value < 1) ? (await at(options.strength / 2)).values : all;
  return {
    ...picture,
    values: picture.values.map((photo, i) => {
      const strength = strengths?.[Math.floor(i / 3)] ?? 1;
      const [middle, most] = [half[i] ?? 0, all[i] ?? 0];
      const painted =
        strength < 0.5 ? photo + 2 * strength * (middle - photo) : middle + (2 * strength - 1) * (most - middle);
      return photo + (covered[Math.floor(i / 3)] ?? 0) * (painted - photo);
    }),
  };
}

/** Statistics have no picture left that could be recoloured beforehand: what is painted is (Gatys et al. 2016). */
function coloured(painted: Raster, photo: Raster, { colours }: Recipe): Raster {
  if (colours === 'style') return painted;
  return colours === 'match' ? matchColours(painted, photo) : withColoursOf(painted, photo);
}

interface Layer {
  readonly style: PlaceStatistics;
  /** One channel, white where it paints; null: everywhere. */
  readonly mask: Raster | null;
}

/** All styles without a mask are one mixture; each with one lies over it. From below upwards. */
function layersOf({ recipe, masks = [] }: Context, styles: readonly StyleAtSize[]): Layer[] {
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
const greyRaster = ({ width, height, channels, values }: Raster): Raster => ({
  ...{ width, height, channels: 1 },
  values: values.filter((_, i) => i % channels === 0),
});
