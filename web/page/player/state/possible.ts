/** Whether a share's recipe can be run here: with its own pictures, with a photo of the visitor's, or not at all. */
import { isOwnStyle } from '../../../../shared/ownStyle';
import type { Recipe } from '../../../../shared/recipe';
import { startsFromPicture } from '../../../../shared/recipe/about';
import type { PublicShare, ShareInput } from '../../../../shared/share';
import { needsPhoto, wantsGuide } from '../../run/needs';

export interface Possible {
  /** The very run, to be compared with the original. */
  readonly replay: boolean;
  /** The same recipe on another photo. */
  readonly own: boolean;
}

export const inputsOf = (share: PublicShare, role: ShareInput['role']): ShareInput[] =>
  share.inputs.filter((input) => input.role === role).sort((a, b) => a.index - b.index);

/** Taught by somebody in their own browser: its numbers stay there, so that nobody else can run the recipe. */
export const paintsInOwnStyle = ({ recipe }: PublicShare): boolean =>
  recipe.technique === 'fast' && recipe.styles.some(({ style }) => isOwnStyle(style));

export function whatIsPossible(share: PublicShare): Possible {
  const { recipe } = share;
  const count = (role: ShareInput['role']) => inputsOf(share, role).length;
  // Not by shared/recipe's own function, which would bring every schema into a page that checks none.
  const styles = recipe.technique === 'style' ? recipe.styles : [];
  const others =
    count('style') === styles.filter((style) => 'image' in style).length &&
    count('mask') === styles.filter(({ mask }) => mask !== undefined).length &&
    (!wantsGuide(recipe) || count('guide') === 1) &&
    !paintsInOwnStyle(share);
  const photo = needsPhoto(recipe);
  return {
    replay: others && (!photo || count('content') === 1) && (!startsFromPicture(recipe) || count('start') === 1),
    own: others && photo,
  };
}

/** The recipe for another photo: what was said of the first one is forgotten, and it starts from the photo at hand. */
export function recipeForOwn(recipe: Recipe, size: number): Recipe {
  const own = { ...recipe, content: null, size: Math.min(recipe.size, size) };
  if (!startsFromPicture(own) || own.technique === 'fast') return own;
  const { startImage: _, ...rest } = own;
  return rest.technique === 'style' ? { ...rest, start: 'content' } : rest;
}
