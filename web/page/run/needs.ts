/** What a recipe needs besides itself before it can be run. */
import type { Recipe } from '../../../shared/recipe';

/** A feature's picture is grown from noise; everything else begins with a photo. */
export const needsPhoto = (recipe: Recipe): boolean => !(recipe.technique === 'see' && recipe.view === 'feature');

export const wantsGuide = (recipe: Recipe): boolean => recipe.technique === 'dream' && recipe.guide !== undefined;
