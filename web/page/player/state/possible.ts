/** Whether a share's recipe can be run here: with its own pictures, with a photo of the visitor's, or not at all. */
import { isOwnStyle } from '../../../../shared/ownStyle';
import {
  fastStylesOf,
  needsPhoto,
  photosOf,
  startsFromPicture,
  stylesOf,
  wantsGuide,
  wantsStrengthMap,
  withoutPhotos,
  withoutStart,
} from '../../../../shared/recipe/about';
import type { PublicShare, ShareInput } from '../../../../shared/share';
import type { Recipe } from '../../../../shared/techniques';

export interface Possible {
  /** The very run, to be compared with the original. */
  readonly replay: boolean;
  /** The same recipe on another photo. */
  readonly own: boolean;
}

export const inputsOf = (share: PublicShare, role: ShareInput['role']): ShareInput[] =>
  share.inputs.filter((input) => input.role === role).sort((a, b) => a.index - b.index);

/** Taught by somebody in their own browser: its numbers stay there, so that nobody else can run the recipe. */
export const paintsInOwnStyle = ({ recipe }: PublicShare): boolean => fastStylesOf(recipe).some(isOwnStyle);

export function whatIsPossible(share: PublicShare): Possible {
  const { recipe } = share;
  const count = (role: ShareInput['role']) => inputsOf(share, role).length;
  const styles = stylesOf(recipe);
  const others =
    count('style') === styles.filter((style) => 'image' in style).length &&
    count('mask') === styles.filter(({ mask }) => mask !== undefined).length &&
    (!wantsGuide(recipe) || count('guide') === 1) &&
    (!wantsStrengthMap(recipe) || count('strength') === 1) &&
    !paintsInOwnStyle(share);
  const photo = needsPhoto(recipe);
  const compares = photosOf(recipe).length > 0;
  return {
    // What was compared stayed with its author.
    replay:
      others && !compares && (!photo || count('content') === 1) && (!startsFromPicture(recipe) || count('start') === 1),
    own: others && (photo || compares),
  };
}

/** The recipe for another photo: what was said of the first one is forgotten, those beside it too, and it starts from the photo at hand. */
export const recipeForOwn = (recipe: Recipe, size: number): Recipe =>
  withoutStart({ ...withoutPhotos(recipe), content: null, size: Math.min(recipe.size, size) });
