import type { RecipeOf } from '../../../../shared/techniques';
import { AnyStyleNetwork } from '../../transformer/any/network';
import { tileReach } from '../../transformer/any/scales';
import { smallerTile } from '../fast/tiles';
import { bytesOf, floatPixelBytes, type Technique } from '../technique';
import { runAny } from './run';

export type AnyStyleRecipe = RecipeOf<'any'>;

/** Float numbers per pixel at the peak, among them what the convolutions pad: measured (test/unit/techniques/any.test.ts). */
const numbersPerPixel = 100;
/** Photo, picture, what is handed on at all sizes, and what is painted. */
const ownPictures = 8;

/** Any painting's style in one pass. */
export const any: Technique<AnyStyleRecipe, AnyStyleNetwork> = {
  name: 'any',
  suits: (network) => network instanceof AnyStyleNetwork,
  run: runAny,
  prints: true,
  transparency: (_, alpha) => alpha,
  withSmallerTile(recipe) {
    const tile = smallerTile(recipe.tile, recipe.size);
    return tile === null ? null : { ...recipe, tile };
  },
  estimateBytes: ({ tile }, _, width, height) => {
    const side = (whole: number) => Math.min(whole, tile + 2 * tileReach);
    return 4 * (numbersPerPixel * side(width) * side(height) + 3 * ownPictures * width * height);
  },
  heldBytes: (_, width, height) =>
    bytesOf({ pixels: width * height, pictures: ownPictures, shown: 1, stateBytes: width * height * floatPixelBytes }),
};
