/** Recipe links out of the page and into it; their packing is a chunk of its own. */
import type { Recipe } from '../../../shared/recipe';
import { applyRecipe } from './actions';
import { complain, confirm } from './notice';

const load = () => import('../sharing/recipeLink');

export async function copyRecipeLink(recipe: Recipe): Promise<void> {
  let link: string;
  try {
    link = await (await load()).recipeLink(recipe, location.origin);
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

/** @param packed what follows `#recipe=` */
export async function openRecipeLink(packed: string): Promise<void> {
  try {
    await applyRecipe(await (await load()).recipeOfLink(packed));
  } catch (cause) {
    complain(cause, { text: (t) => t.share.recipeBroken });
  }
}
