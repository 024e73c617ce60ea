/** What a recipe needs and makes, whatever its technique: each answer is a trait of it (shared/techniques/contract.ts). Needs no schema. */
import { type Recipe, techniqueOf } from '../techniques';
import type { StyleSource } from '../techniques/contract';

/** Whether it begins with a photo; or with nothing. */
export const needsPhoto = (recipe: Recipe): boolean => techniqueOf(recipe).needsPhoto?.(recipe) ?? true;

/** Long side at which a run looks at its photo: the result's, but a texture's sample has a size of its own. */
export const contentSizeOf = (recipe: Recipe): number => techniqueOf(recipe).contentSize?.(recipe) ?? recipe.size;

/** The paintings of a recipe, none for a technique that has none. */
export const stylesOf = (recipe: Recipe): readonly StyleSource[] => techniqueOf(recipe).styles?.(recipe) ?? [];

/** Long side at which a style's picture is looked at. */
export const styleSizeOf = (recipe: Recipe): number => techniqueOf(recipe).styleSize?.(recipe) ?? recipe.size;

/** Whether pictures that the person has to choose are not chosen yet; only an editor holds such a recipe. */
export const lacksPictures = (recipe: Recipe): boolean =>
  techniqueOf(recipe).pictures?.some((field) => (recipe[field] as unknown as readonly unknown[]).length === 0) ?? false;

/** Ids of the styles that the recipe's network has to have learned. */
export const fastStylesOf = (recipe: Recipe): readonly string[] => techniqueOf(recipe).fastStyles?.(recipe) ?? [];

/** Whether it goes towards a picture, whose hash is `guide`. */
export const wantsGuide = (recipe: Recipe): boolean => techniqueOf(recipe).wantsGuide?.(recipe) ?? false;

/** Whether a picture says how strongly it paints where, whose hash is `strengthMap`. */
export const wantsStrengthMap = (recipe: Recipe): boolean =>
  'strengthMap' in recipe && recipe.strengthMap !== undefined;

/** The hashes of photos that it compares beside its photo; null before a run. */
export const photosOf = (recipe: Recipe): readonly (string | null)[] => techniqueOf(recipe).photos?.(recipe) ?? [];

/** The same recipe, with nothing beside its photo. */
export function withoutPhotos(recipe: Recipe): Recipe {
  const { photos: _, ...rest } = recipe as Recipe & { readonly photos?: unknown };
  return rest as Recipe;
}

/** Whether the run begins with a picture that is given, instead of with the photo or with noise. */
export const startsFromPicture = (recipe: Recipe): boolean =>
  techniqueOf(recipe).startsFromPicture?.(recipe) ?? ('startImage' in recipe && recipe.startImage !== undefined);

/** The same recipe, but beginning without a picture that is given. */
export function withoutStart(recipe: Recipe): Recipe {
  if (!startsFromPicture(recipe)) return recipe;
  const { startImage: _, ...rest } = recipe as Recipe & { readonly startImage?: unknown };
  return techniqueOf(recipe).withoutStart?.(recipe) ?? (rest as Recipe);
}

/** The hashes of the pictures that a recipe keeps besides its photo, styles and masks; null or undefined where there are none. */
export const pictureHashes = (
  recipe: Recipe,
): { readonly startImage?: string | null; readonly guide?: string | null } =>
  recipe as { startImage?: string | null; guide?: string | null };

/** Layers of a ladder, from which one has to be chosen to go on from; empty for a result that is one picture. */
export const rungsOf = (recipe: Recipe): readonly string[] => techniqueOf(recipe).rungs?.(recipe) ?? [];
