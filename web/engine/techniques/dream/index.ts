import type { DreamRecipe } from '../../../../shared/recipe';
import type { Technique } from '../technique';
import { estimateDreamBytes, heldDreamBytes } from './estimate';
import { dreamTransparency } from './film';
import { runDream } from './run';
import { smallerTile } from './tiles';

/** More of what the layers see. */
export const dream: Technique<DreamRecipe> = {
  name: 'dream',
  run: runDream,
  transparency: dreamTransparency,
  withSmallerTile(recipe) {
    // A place of the picture is looked at in the whole of it.
    if (recipe.layers.some(({ at }) => at)) return null;
    const tile = smallerTile(recipe.tile, recipe.size);
    return tile === null ? null : { ...recipe, tile };
  },
  estimateBytes: estimateDreamBytes,
  heldBytes: heldDreamBytes,
};
