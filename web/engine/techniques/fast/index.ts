import type { FastRecipe } from '../../../../shared/recipe';
import { Transformer } from '../../transformer/transformer';
import type { Technique } from '../technique';
import { estimateFastBytes, heldFastBytes } from './estimate';
import { runFast } from './run';
import { smallerTile } from './tiles';

/** Fast style transfer: one pass of a network that was trained for its styles. */
export const fast: Technique<FastRecipe, Transformer> = {
  name: 'fast',
  suits: (network) => network instanceof Transformer,
  run: runFast,
  transparency: (_, alpha) => alpha,
  withSmallerTile(recipe) {
    const tile = smallerTile(recipe.tile, recipe.size);
    return tile === null ? null : { ...recipe, tile };
  },
  estimateBytes: estimateFastBytes,
  heldBytes: heldFastBytes,
};
