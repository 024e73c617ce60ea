/** What every contender is given: the embedded network, the recipe's defaults, a photo and a painting's statistics. */
import { fileURLToPath } from 'node:url';
import { parseRecipe, recipeVersion, type StyleRecipe } from '../../../shared/recipe';
import { normalNoise, randomGenerator } from '../../../web/engine/images/random';
import type { Raster } from '../../../web/engine/images/resample';
import { type Architecture, architectureOf } from '../../../web/engine/network/architectures';
import { grainNetwork } from '../../../web/engine/network/grain';
import { Network } from '../../../web/engine/network/network';
import type { Parameters } from '../../../web/engine/network/parameters';
import { withPixelTaps } from '../../../web/engine/objectives/grain';
import type { StyleStatisticsByLayer } from '../../../web/engine/objectives/statistics';
import { measureStyle } from '../../../web/engine/techniques/style/targets';
import { loadWeights, memoryShardStore } from '../../../web/engine/weights';
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
  /** Belongs to the problem; the engine's contenders run on it. */
  readonly network: Network;
  /** The same of the network of grain and palette. */
  readonly grain: Network;
  readonly content: Raster;
  /** Neither the photo nor the painting, so that every term of the loss counts: where gradients are compared. */
  readonly compared: Raster;
  readonly statistics: StyleStatisticsByLayer;
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

const assets = fileURLToPath(new URL('../../../web/public', import.meta.url));

/** Style transfer's defaults: what all contenders compute. */
export const problemRecipe = (size: number): StyleRecipe =>
  parseRecipe({ technique: 'style', version: recipeVersion, size, styles: [{ image: null }] });

/** Needs an open device: the painting is measured on it. */
export async function openProblem({ width, height }: Size): Promise<Problem> {
  const recipe = problemRecipe(Math.max(width, height));
  const { manifest, parameters } = await loadWeights({
    baseUrl: 'http://localhost',
    id: recipe.network,
    store: memoryShardStore(),
    fetch: localFetch(assets),
  });
  const architecture = architectureOf(manifest.architecture);
  const network = Network.create(architecture, parameters);
  const grain = grainNetwork();
  const layers = withPixelTaps(recipe.styleLayers, recipe).map(({ layer }) => layer);
  const statistics = await measureStyle(network, layers, painting(width, height));
  const content = await photo(width, height);
  return { recipe, architecture, parameters, network, grain, content, compared: blend(content, 0.2), statistics };
}
