/** The shipped fast-style network from this checkout, with one of its styles at full strength. */
import { fastDefaults, parseRecipe, recipeVersion } from '../../../shared/recipe';
import type { TransformerConfiguration } from '../../../shared/transformer';
import { styleWeights } from '../../../web/engine/techniques/fast/styles';
import { gatherParameters, type TransformerParameters } from '../../../web/engine/transformer/parameters';
import { manifestOf } from '../../files';
import { readStored } from '../../weights/stored';

export interface ShippedNetwork {
  readonly configuration: TransformerConfiguration;
  readonly parameters: TransformerParameters;
  /** One per style of the network. */
  readonly weights: readonly number[];
}

export const shownStyle = 'starry-night';

export async function readShippedNetwork(): Promise<ShippedNetwork> {
  const { manifest, parameters } = await readStored(manifestOf(fastDefaults.network));
  const configuration = manifest.transformer;
  if (!configuration) throw new Error(`${fastDefaults.network} is no fast-style network.`);
  const recipe = parseRecipe({ technique: 'fast', version: recipeVersion, styles: [{ style: shownStyle }] });
  const weights = styleWeights(recipe, configuration);
  return { configuration, parameters: gatherParameters(configuration, parameters), weights };
}
