import type { DreamRecipe } from '../../../../shared/recipe';
import type { Technique } from '../technique';
import { estimateDreamBytes } from './estimate';
import { runDream } from './run';

/** More of what the layers see. */
export const dream: Technique<DreamRecipe> = {
  name: 'dream',
  run: runDream,
  estimateBytes: estimateDreamBytes,
};
