/** What all contenders are given: the embedded network, a photo and a painting, and style transfer's defaults. */
import { parseRecipe, recipeVersion, type StyleRecipe } from '../../../shared/recipe';
import type { Pixels } from '../../../web/engine/api';
import { pixelsOf, rasterOf } from '../../../web/engine/images/pictures';
import { normalNoise, randomGenerator } from '../../../web/engine/images/random';
import type { Raster } from '../../../web/engine/images/resample';
import { type Architecture, architectureOf } from '../../../web/engine/network/architectures';
import { Network } from '../../../web/engine/network/network';
import type { Parameters } from '../../../web/engine/network/parameters';
import { loadWeights, memoryShardStore } from '../../../web/engine/weights';
import { assets } from '../../files';
import { localFetch } from '../../weights/localFetch';
import { painting, photo } from './pictures';

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Problem {
  readonly recipe: StyleRecipe;
  readonly architecture: Architecture;
  readonly parameters: Parameters;
  readonly network: Network;
  readonly content: Pixels;
  /** Neither the photo nor the painting, so that every term of the loss counts: where losses are compared. */
  readonly compared: Pixels;
  readonly painting: Pixels;
}

/**
 * The picture with a share of the painting laid over it, and a breath of noise: on a plane of one colour filters that
 * know no mean answer 0, where rounding decides whether a ReLU lets a gradient through.
 */
export function blend(picture: Raster, share: number): Raster {
  const { values } = painting(picture.width, picture.height);
  const noise = normalNoise(values.length, randomGenerator(11));
  const mixed = (value: number, i: number) => value + share * ((values[i] ?? 0) - value) + 0.005 * (noise[i] ?? 0);
  return { ...picture, values: picture.values.map(mixed) };
}

/** Pictures of a size, as a run is given them. */
export const picturesOf = (content: Raster): Pick<Problem, 'content' | 'compared' | 'painting'> => ({
  content: pixelsOf(content),
  compared: pixelsOf(blend(rasterOf(pixelsOf(content)), 0.2)),
  painting: pixelsOf(painting(content.width, content.height)),
});

/** One scale, so that every step is like the others. */
export const recipeFor = (size: number): StyleRecipe =>
  parseRecipe({
    ...{ technique: 'style', version: recipeVersion, size, styles: [{ image: null }] },
    schedule: { minSize: size, firstSteps: 1, steps: 0 },
  });

/** Needs an open device. */
export async function openProblem({ width, height }: Size): Promise<Problem> {
  const recipe = recipeFor(Math.max(width, height));
  const { manifest, parameters } = await loadWeights({
    ...{ baseUrl: 'http://localhost', id: recipe.network, store: memoryShardStore(), fetch: localFetch(assets) },
  });
  const architecture = architectureOf(manifest.architecture);
  const network = Network.create(architecture, parameters);
  return { recipe, architecture, parameters, network, ...picturesOf(await photo(width, height)) };
}
