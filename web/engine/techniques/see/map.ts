/** Many pictures or patches on a plane, alike ones near each other: by PCA, t-SNE or UMAP of a layer's features. */
import { laterDefaults, type SeeRecipe } from '../../../../shared/techniques/see/schema';
import { pixelsOf } from '../../images/pictures';
import { randomGenerator } from '../../images/random';
import type { Raster } from '../../images/resample';
import type { TechniqueResult } from '../../types';
import type { TechniqueContext } from '../technique';
import { itemsOf } from './items';
import { pca, tsne } from './layout';
import { cut } from './places';

const background = 0.09;
/** Steps between two looks at whether to go on. */
const stride = 4;

export async function runMap(context: TechniqueContext<SeeRecipe>): Promise<TechniqueResult> {
  const { recipe, control } = context;
  const { items, descent } = await itemsOf(context);
  const { photos, places, features } = items;
  try {
    const vectors = pca(features, Math.min(30, features[0]?.length ?? 2));
    const points = Float32Array.from(vectors.flatMap((vector) => [vector[0] ?? 0, vector[1] ?? 0]));
    let complete = true;
    for await (const step of laidOut(recipe, vectors, points)) {
      if (step % stride !== 0) continue;
      control.report({ phase: 'finish', step, steps: recipe.steps });
      complete = await control.proceed();
      if (!complete) break;
    }
    const within = inUnit(points);
    const side = Math.max(8, Math.round(recipe.size / Math.sqrt(places.length) / 1.5));
    const picture = drawn(recipe.size, within, side, (i) => {
      const place = places[i];
      const photo = place && photos[place.photo];
      return photo && place ? cut(photo, place, side) : null;
    });
    const made = descent.result({
      pixels: pixelsOf(picture),
      frames: [],
      data: { kind: 'map', places, points: within },
    });
    return { ...made, complete: made.complete && complete };
  } finally {
    descent.dispose();
  }
}

/** Moves the points, a step at a time. */
async function* laidOut(
  recipe: SeeRecipe,
  vectors: readonly Float32Array[],
  points: Float32Array,
): AsyncGenerator<number> {
  const { layout = laterDefaults.layout, steps, seed } = recipe;
  if (layout === 'pca') return;
  if (layout === 'tsne') {
    yield* tsne(vectors, points, steps);
    return;
  }
  // Few ask for it: a chunk of its own.
  const { UMAP } = await import('umap-js');
  const umap = new UMAP({
    random: randomGenerator(seed),
    nNeighbors: Math.min(15, vectors.length - 1),
    nEpochs: steps,
  });
  const epochs = umap.initializeFit(vectors.map((vector) => Array.from(vector)));
  for (let step = 1; step <= epochs; step++) {
    umap.step();
    yield step;
  }
  for (const [i, [x = 0, y = 0]] of umap.getEmbedding().entries()) points.set([x, y], 2 * i);
}

/** Both axes by the same measure, the longer from 0 to 1. */
export function inUnit(points: Float32Array): Float32Array<ArrayBuffer> {
  const low = [0, 1].map((axis) => points.reduce((m, v, i) => (i % 2 === axis ? Math.min(m, v) : m), Infinity));
  const high = [0, 1].map((axis) => points.reduce((m, v, i) => (i % 2 === axis ? Math.max(m, v) : m), -Infinity));
  const extent = Math.max((high[0] ?? 0) - (low[0] ?? 0), (high[1] ?? 0) - (low[1] ?? 0)) || 1;
  return points.map((value, i) => {
    const [from, to] = [low[i % 2] ?? 0, high[i % 2] ?? 0];
    return 0.5 + (value - (from + to) / 2) / extent;
  }) as Float32Array<ArrayBuffer>;
}

function drawn(size: number, points: Float32Array, side: number, picture: (i: number) => Raster | null): Raster {
  const values = new Float32Array(size * size * 3).fill(background);
  for (let i = 0; i < points.length / 2; i++) {
    const cell = picture(i);
    if (!cell) continue;
    const left = Math.round((points[2 * i] ?? 0) * (size - side));
    const top = Math.round((points[2 * i + 1] ?? 0) * (size - side));
    for (let y = 0; y < side; y++) {
      values.set(cell.values.subarray(y * side * 3, (y + 1) * side * 3), ((top + y) * size + left) * 3);
    }
  }
  return { width: size, height: size, channels: 3, values };
}
