import type { DreamRecipe } from '../../../../shared/recipe';
import type { Technique } from '../technique';
import { estimateDreamBytes } from './estimate';
import { dreamTransparency } from './film';
import { runDream } from './run';

/** More of what the layers see. */
export const dream: Technique<DreamRecipe> = {
  name: 'dream',
  run: runDream,
  transparency: dreamTransparency,
  estimateBytes: estimateDreamBytes,
};
