/** What every contender is given: the embedded network, the recipe's defaults, a photo and a painting's statistics. */
import { fileURLToPath } from 'node:url';
import { parseRecipe, recipeVersion, type StyleRecipe } from '../../../shared/recipe';
import type { Raster } from '../../../web/engine/images/resample';
import { type Architecture, architectureOf } from '../../../web/engine/network/architectures';
import { Network } from '../../../web/engine/network/network';
import type { Parameters } from '../../../web/engine/network/parameters';
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
  readonly content: Raster;
  /** Neither the photo nor the painting, so that every term of the loss counts: where gradients are compared. */
  readonly compared: Raster;
  readonly statistics: StyleStatisticsByLayer;
}

/** The picture with a share of the painting laid over it. */
export function blend(picture: Raster, share: number): Raster {
  const { values } = painting(picture.width, picture.height);
  return { ...picture, values: picture.values.map((value, i) => value + share * ((values[i] ?? 0) - value)) };
}

const assets = fileURLToPath(new URL('../../../web/public', import.meta.url));

/**
 * Style transfer's defaults less the grain, which has a network of its own beside this one, and with the smoothing that
 * belongs there then: what all contenders compute.
 */
export const problemRecipe = (size: number): StyleRecipe =>
  parseRecipe({
    technique: 'style',
    version: recipeVersion,
    size,
    styles: [{ image: null }],
    grain: 0,
    palette: 0,
    totalVariation: 80,
  });

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
  const layers = recipe.styleLayers.filter(({ weight }) => weight > 0).map(({ layer }) => layer);
  const statistics = await measureStyle(network, layers, painting(width, height));
  const content = await photo(width, height);
  return { recipe, architecture, parameters, network, content, compared: blend(content, 0.2), statistics };
}
