import type { TextureRecipe } from '../../../../shared/recipe';
import type { Technique } from '../technique';
import { estimateTextureBytes, heldTextureBytes } from './estimate';
import { runTexture } from './run';

/** More of the same, and never the same twice. */
export const texture: Technique<TextureRecipe> = {
  name: 'texture',
  run: runTexture,
  estimateBytes: estimateTextureBytes,
  heldBytes: heldTextureBytes,
};
