/** Recipes from outside, checked. A chunk of its own: the schemas are more than most visits need. */
import { ReverieError } from '../../../shared/errors';
import { isOwnStyle } from '../../../shared/ownStyle';
import { parseRecipe } from '../../../shared/recipe';
import { fastStylesOf, stylesOf, wantsGuide } from '../../../shared/recipe/about';
import type { Recipe } from '../../../shared/techniques';
import { guide } from './guide';
import { complain, confirm } from './notice';
import { isUnknown } from './ownPaintings';
import { ownStyleById } from './ownStyles';
import { chooseOwn, edit, recipe, styleRecipe, takeRecipe } from './recipe';
import { presetById, presets } from './styles';

/**
 * Takes a recipe into the controls, and with it its technique.
 * @throws ReverieError `recipe-invalid` or `recipe-version`; the recipe before it stays.
 */
export function loadRecipe(json: string): Recipe {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (cause) {
    throw new ReverieError('recipe-invalid', 'Recipe is not valid JSON.', { cause });
  }
  const loaded = parseRecipe(value);
  takeRecipe(loaded);
  return loaded;
}

function checkPictures(loaded: Recipe): void {
  if (stylesOf(loaded).some(isUnknown)) {
    confirm((t) => t.recipe.needsStyle);
    return;
  }
  if (wantsGuide(loaded) && !guide.value) {
    confirm((t) => t.recipe.needsGuide);
    return;
  }
  confirm((t) => t.recipe.loaded);
}

/** @returns true when the controls now show the recipe. */
export function applyRecipe(text: string): boolean {
  const before = styleRecipe.value;
  try {
    const loaded = loadRecipe(text);
    if (fastStylesOf(loaded).some((style) => isOwnStyle(style) && !ownStyleById(style))) {
      confirm((t) => t.yours.needsFile);
      return true;
    }
    const presetStyles = stylesOf(loaded).flatMap((style) => ('preset' in style ? [style] : []));
    const missing = presetStyles.find((style) => !presetById(style.preset));
    if (missing && presets.value.status === 'ready') {
      edit({ styles: before.styles });
      complain(new ReverieError('preset-unknown', `Preset "${missing.preset}" is not offered by this server.`));
      return true;
    }
    // Somebody else's own picture: the one that was chosen here takes its place.
    const own = before.styles.find((style) => 'image' in style && !isUnknown(style));
    if (own && 'image' in own && own.image && stylesOf(loaded).some(isUnknown)) chooseOwn(own.image);
    checkPictures(recipe.value);
    return true;
  } catch (cause) {
    const isJson = !(cause instanceof Error && cause.cause instanceof SyntaxError);
    complain(cause, isJson ? {} : { text: (t) => t.recipe.notJson });
    return false;
  }
}
