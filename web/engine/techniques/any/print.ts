import type { RecipeOf } from '../../../../shared/techniques';
import { withColoursOf } from '../../images/colours';
import { fitLongSide, rasterOf, readRaster, tensorOf } from '../../images/pictures';
import { bilinear, type Raster, resamplePart } from '../../images/resample';
import type { AnyStyleNetwork, Plan } from '../../transformer/any/network';
import { corner, tileReach, toLattice, towardsOwn } from '../../transformer/any/scales';
import type { PrintJob } from '../../types';
import { printCanvas, type TilePainter } from '../print';
import type { TechniqueContext } from '../technique';
import { greyRaster, type Layer, regionsOf, sized } from './layers';

/** Long side at which the whole is seen to learn how its tiles are to be moved, pixels; the same for tiles of any size. */
const planSide = 512;

/** Side of a print's tiles at most, pixels: a phone holds the photo, what hangs and a band beside one of them. */
const mostTile = 320;

/** Of what the photo shows beyond what hangs: all of it would be a photo again, seen near. */
const detailShare = 1 / 3;

type Context = Pick<TechniqueContext<RecipeOf<'any'>, AnyStyleNetwork>, 'recipe' | 'network' | 'strengthMap'>;

/** Each layer by a plan of its own, blended where it is painted; where little is, the photo's own detail shows. */
export async function anyPainter(
  { network, recipe, strengthMap }: Context,
  layers: readonly Layer[],
  print: PrintJob,
): Promise<TilePainter> {
  const { seed } = recipe;
  const strength = recipe.strength / 100;
  const { regions, covered } = regionsOf(layers, print.base);
  const strengths = strengthMap && sized(greyRaster(rasterOf(strengthMap)), print.base.width, print.base.height);
  const { width, height } = print.base;
  const painted: Raster = {
    width,
    height,
    channels: 1,
    values: covered.map((share, i) => share * (strengths?.[i] ?? 1)),
  };
  const isWhole = painted.values.every((share) => share === 1);
  const detail = { ...painted, values: painted.values.map((share) => 1 - (1 - detailShare) * share) };
  const canvas = printCanvas(print, isWhole ? detailShare : detail);

  const seen = fitLongSide(print.width, print.height, Math.min(planSide, Math.max(print.width, print.height)));
  const all = { top: 0, left: 0, ...seen };
  const small = tensorOf(toLattice(canvas.begun(seen, all)));
  const plans: Plan[] = [];
  for (const { style } of regions) {
    const towards =
      strength < 1 ? await towardsOwn(network, canvas.photo(seen, all), style, { strength, detail: 0, seed }) : style;
    plans.push(await network.plan(small, towards, 1, { noise: strength, seed }));
  }
  small.dispose();

  return {
    tile: Math.min(mostTile, recipe.tile),
    around: tileReach,
    async paint(part) {
      const begun = canvas.begun(print, part);
      const at = (map: Raster) => resamplePart(map, print, part, bilinear).values;
      const image = tensorOf(toLattice(begun));
      let whole: Raster | null = null;
      for (const [k, { share }] of regions.entries()) {
        const plan = plans[k];
        const here = regions.length === 1 ? null : at(share);
        if (!plan || here?.every((value) => value === 0)) continue;
        const made = await network.paint(image, plan, { noise: strength, seed, top: part.top, left: part.left });
        const own = corner(await readRaster(made), part.width, part.height);
        made.dispose();
        whole = here ? added(whole, own, here) : own;
      }
      image.dispose();
      if (!whole) return begun;
      clampInPlace(whole);
      // What hangs has the photo's colours already: they are the begun picture's.
      const coloured = recipe.colours === 'style' ? whole : withColoursOf(whole, begun);
      return isWhole ? coloured : over(begun, coloured, at(painted));
    },
  };
}

// In place: what tiles leave behind is collected too late for a phone.

function clampInPlace({ values }: Raster): void {
  for (let i = 0; i < values.length; i++) values[i] = Math.min(1, Math.max(0, values[i] ?? 0));
}

/** The sum, with as much of the second as the map says. */
function added(sum: Raster | null, { values, ...rest }: Raster, share: Float32Array): Raster {
  const into = sum ?? { ...rest, values: new Float32Array(values.length) };
  for (let i = 0; i < values.length; i++)
    into.values[i] = (into.values[i] ?? 0) + (share[Math.floor(i / 3)] ?? 0) * (values[i] ?? 0);
  return into;
}

/** One picture over another, as much of it as the map says. */
function over(under: Raster, { values }: Raster, share: Float32Array): Raster {
  for (let i = 0; i < values.length; i++) {
    const before = under.values[i] ?? 0;
    under.values[i] = before + (share[Math.floor(i / 3)] ?? 0) * ((values[i] ?? 0) - before);
  }
  return under;
}
