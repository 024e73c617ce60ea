import type { StyleRecipe } from '../../../../shared/recipe';
import type { Technique } from '../technique';
import { estimateStyleBytes, heldStyleBytes } from './estimate';
import { runStyle } from './run';

export const style: Technique<StyleRecipe> = {
  name: 'style',
  run: runStyle,
  transparency: (_, alpha) => alpha,
  estimateBytes: estimateStyleBytes,
  heldBytes: heldStyleBytes,
};
