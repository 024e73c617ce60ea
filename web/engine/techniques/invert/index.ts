import type { InvertRecipe } from '../../../../shared/recipe';
import type { Technique } from '../technique';
import { estimateInvertBytes, heldInvertBytes } from './estimate';
import { invertTransparency, runInvert } from './run';

/** Which picture has these features? */
export const invert: Technique<InvertRecipe> = {
  name: 'invert',
  run: runInvert,
  transparency: invertTransparency,
  estimateBytes: estimateInvertBytes,
  heldBytes: heldInvertBytes,
};
