/** A recipe on its way to somebody else: as text, or as a link that holds it. */
import type { Recipe } from '../../../shared/techniques';
import { complain, confirm } from './notice';
import { recipe, recipeText } from './recipe';

/** @param value the controls' recipe by default; a painting's own, hashes included, when it is given. */
export async function copyRecipe(value: Recipe = recipe.value): Promise<void> {
  try {
    await navigator.clipboard.writeText(recipeText(value));
    confirm((t) => t.recipe.copied);
  } catch (cause) {
    complain(cause, { text: (t) => t.recipe.copyFailed });
  }
}

export async function copyRecipeLink(of: Recipe): Promise<void> {
  let link: string;
  try {
    link = await (await import('../../page/run/recipeLink')).recipeLink(of, location.origin);
  } catch (cause) {
    complain(cause, { text: (t) => t.share.recipeTooLong });
    return;
  }
  try {
    await navigator.clipboard.writeText(link);
    confirm((t) => t.share.copied);
  } catch (cause) {
    complain(cause, { text: (t) => t.recipe.copyFailed });
  }
}
