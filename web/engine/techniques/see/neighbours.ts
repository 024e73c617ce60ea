/** What is nearest by a layer's features, beside what is nearest by pixels: the network's idea of alike (Krizhevsky et al. 2012). */
import type { SeeRecipe } from '../../../../shared/techniques/see/schema';
import { pixelsOf } from '../../images/pictures';
import { sheet } from '../../images/sheet';
import type { Place, TechniqueResult } from '../../types';
import type { TechniqueContext } from '../technique';
import { type Items, itemsOf, squaredDistance } from './items';
import { cut, overlap } from './places';

const nearest = 5;
/** Rows: the one that is asked about, its nearest by features, its nearest by pixels. */
const asked = 6;
const cellSide = 72;

export async function runNeighbours(context: TechniqueContext<SeeRecipe>): Promise<TechniqueResult> {
  const { items, descent } = await itemsOf(context);
  try {
    const { photos, places } = items;
    const rows = spread(places.length, asked).map((of) => ({
      of: places[of] as Place,
      byFeatures: nearestTo(items, items.features, of),
      byPixels: nearestTo(items, items.pixels, of),
    }));
    const side = Math.max(8, Math.floor(context.recipe.size / (2 * nearest + 1)) - 4);
    const cells = (row: (typeof rows)[number], of: number) =>
      [row.of, ...row.byFeatures, ...row.byPixels].flatMap((place) => {
        const photo = photos[place.photo];
        return photo ? [cut(photo, place, of)] : [];
      });
    const columns = 1 + 2 * Math.min(nearest, ...rows.map(({ byFeatures }) => byFeatures.length));
    const pixels = pixelsOf(
      sheet(
        rows.flatMap((row) => cells(row, side)),
        columns,
      ),
    );
    const frames = rows.map((row, i) => ({
      label: String(i + 1),
      pixels: pixelsOf(sheet(cells(row, cellSide), columns)),
    }));
    return descent.result({ pixels, frames, data: { kind: 'neighbours', rows } });
  } finally {
    descent.dispose();
  }
}

/** So many of 0 … count − 1, evenly, not from the very border. */
const spread = (count: number, wanted: number): number[] => {
  const many = Math.min(count, wanted);
  return Array.from({ length: many }, (_, i) => Math.floor(((i + 0.5) * count) / many));
};

/** The nearest of the others, none over what is asked about or over one another. */
export function nearestTo({ places }: Pick<Items, 'places'>, vectors: readonly Float32Array[], of: number): Place[] {
  const own = vectors[of] ?? new Float32Array();
  const order = vectors
    .map((vector, i) => ({ i, away: squaredDistance(vector, own) }))
    .sort((a, b) => a.away - b.away || a.i - b.i);
  const found: Place[] = [];
  for (const { i } of order) {
    const place = places[i];
    if (found.length >= nearest || !place) break;
    if (i !== of && [places[of] as Place, ...found].every((taken) => !overlap(taken, place))) found.push(place);
  }
  return found;
}
