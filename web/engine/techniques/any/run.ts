import type { StyleAtSize } from '../../../../shared/anyStyle/statistics';
import type { RecipeOf } from '../../../../shared/techniques';
import { matchColours, withColoursOf } from '../../images/colours';
import { clampUnit, fitLongSide, pixelsOf, rasterOf } from '../../images/pictures';
import { bicubic, type Raster, resample } from '../../images/resample';
import { Hold } from '../../transformer/any/hold';
import type { AnyStyleNetwork } from '../../transformer/any/network';
import { paintRegions } from '../../transformer/any/regions';
import { paintStrong, type ScalesOptions } from '../../transformer/any/scales';
import type { TechniqueResult } from '../../types';
import { printTiles } from '../print';
import { contentOf, type TechniqueContext } from '../technique';
import { greyRaster, type Layer, layersOf, regionsOf, sized } from './layers';
import { anyPainter } from './print';

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
  const layers = layersOf(context, styles);
  if (context.print) {
    const painter = await anyPainter(context, layers, context.print);
    const complete = await printTiles(context.print, control, painter);
    return {
      pixels: context.print.base,
      styles,
      complete,
      losses: [],
      steps: 1,
      msPerStep: performance.now() - startedAt,
      peakBytes: network.peakBytes,
    };
  }
  const options = { strength: strength / 100, detail: detail / 100, seed, tile };
  const [first] = layers;
  const isWhole = layers.length === 1 && first?.mask === null && !context.strengthMap;
  const painted = isWhole
    ? await paintStrong(network, picture, first.style, { ...options, ...holdOf(context, styles) })
    : await paintInRegions(context, picture, layers, options);
  control.report({ phase: 'optimise', step: 1, steps: 1 });
  return {
    pixels: pixelsOf(coloured(painted, picture, recipe)),
    styles,
    complete: true,
    losses: [],
    steps: 1,
    msPerStep: performance.now() - startedAt,
    peakBytes: network.peakBytes,
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
