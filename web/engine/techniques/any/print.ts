/**
 * A print: what hangs, painted once more as large as paper wants it. As in a pass of two sizes (transformer/any/scales.ts) the
 * small one comes first: what hangs is enlarged, some of the photo's own detail added, and finer strokes painted on that. Tile by tile, in bands that are given away as they are done: the whole is never held.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { PlaceStatistics } from '../../../../shared/anyStyle/places';
import type { Size } from '../../../../shared/pictureSize';
import type { RecipeOf } from '../../../../shared/techniques';
import { withColoursOf } from '../../images/colours';
import { clampUnit, fitLongSide, rasterOf, readRaster, tensorOf } from '../../images/pictures';
import { bicubic, type Part, type Raster, resamplePart } from '../../images/resample';
import type { AnyStyleNetwork } from '../../transformer/any/network';
import { corner, tileReach, toLattice, towardsOwn } from '../../transformer/any/scales';
import type { Pixels, PrintJob, RunControl } from '../../types';

/** Long side at which the whole is seen to learn how its tiles are to be moved, pixels; the same for tiles of any size. */
const planSide = 512;

/** Side of a print's tiles at most, pixels: a phone holds the photo, what hangs and a band beside one of them. */
const mostTile = 320;

/** Of what the photo shows beyond what hangs: all of it would be a photo again, seen near. */
const detailShare = 1 / 3;

interface PrintParts {
  readonly network: AnyStyleNetwork;
  readonly recipe: Pick<RecipeOf<'any'>, 'strength' | 'seed' | 'tile' | 'colours'>;
  readonly style: PlaceStatistics;
  readonly print: PrintJob;
  readonly control: RunControl;
}

/** @returns false when it was cancelled before its last band */
export async function printBands({ network, recipe, style, print, control }: PrintParts): Promise<boolean> {
  const { seed } = recipe;
  const tile = Math.min(mostTile, recipe.tile);
  const strength = recipe.strength / 100;
  const canvas = canvasOf(print);
  const seen = fitLongSide(print.width, print.height, Math.min(planSide, Math.max(print.width, print.height)));
  const all = { top: 0, left: 0, ...seen };
  const between =
    strength < 1 ? await towardsOwn(network, canvas.photo(seen, all), style, { strength, detail: 0, seed }) : style;
  const small = tensorOf(toLattice(canvas.begun(seen, all)));
  const plan = await network.plan(small, between, 1, { noise: strength, seed });
  small.dispose();

  const { width, height } = print;
  const columns = Math.ceil(width / tile);
  const steps = columns * Math.ceil(height / tile);
  for (let top = print.done.rows; top < height; top += tile) {
    const rows = Math.min(tile, height - top);
    const band: Pixels = { width, height: rows, data: new Uint8ClampedArray(4 * width * rows) };
    for (let left = 0; left < width; left += tile) {
      const place = { top, left, width: Math.min(tile, width - left), height: rows };
      const around = surroundings(place, print);
      const begun = canvas.begun(print, around);
      const image = tensorOf(toLattice(begun));
      const made = await network.paint(image, plan, { noise: strength, seed, top: around.top, left: around.left });
      const painted = clampUnit(corner(await readRaster(made), around.width, around.height));
      tf.dispose([image, made]);
      // What hangs has the photo's colours already: they are the begun picture's.
      lay(recipe.colours === 'style' ? painted : withColoursOf(painted, begun), around, band, place);
      const step = columns * Math.floor(top / tile) + Math.floor(left / tile) + 1;
      control.report({ phase: 'optimise', step, steps });
      if (!(await control.proceed())) return false;
    }
    await control.band?.(band);
    print.done.rows = top + rows;
  }
  return true;
}

/** The print before its own strokes, part by part: the photo at its size, and what the picture that hangs made of it. */
function canvasOf({ photo, base }: PrintJob) {
  const source = { width: photo.width, height: photo.height, channels: 4, values: photo.data };
  const photoAt = (whole: Size, part: Part): Raster => {
    const { values, ...rest } = resamplePart(source, whole, part, bicubic);
    return clampUnit({ ...rest, values: values.map((value) => value / 255) });
  };
  const hung = rasterOf(base);
  const under = photoAt(base, { top: 0, left: 0, width: base.width, height: base.height }).values;
  // One enlargement for both: h + k (p − u) = (h − k u) + k p.
  const kept = { ...hung, values: hung.values.map((value, i) => value - detailShare * (under[i] ?? 0)) };
  return {
    photo: photoAt,
    begun(whole: Size, part: Part): Raster {
      const enlarged = resamplePart(kept, whole, part, bicubic).values;
      const large = photoAt(whole, part);
      return clampUnit({ ...large, values: large.values.map((value, i) => (enlarged[i] ?? 0) + detailShare * value) });
    },
  };
}

function surroundings({ top, left, width, height }: Part, whole: Size): Part {
  const from = { top: Math.max(0, top - tileReach), left: Math.max(0, left - tileReach) };
  const right = Math.min(whole.width, left + width + tileReach);
  const bottom = Math.min(whole.height, top + height + tileReach);
  return { ...from, width: right - from.left, height: bottom - from.top };
}

/** @param at of the painted part in the whole @param place what of it is kept */
function lay({ width, values }: Raster, at: Part, band: Pixels, place: Part): void {
  for (let y = 0; y < place.height; y++) {
    const from = 3 * ((place.top - at.top + y) * width + place.left - at.left);
    const to = 4 * (y * band.width + place.left);
    for (let x = 0; x < place.width; x++) {
      for (let c = 0; c < 3; c++) band.data[to + 4 * x + c] = 255 * (values[from + 3 * x + c] ?? 0);
      band.data[to + 4 * x + 3] = 255;
    }
  }
}
