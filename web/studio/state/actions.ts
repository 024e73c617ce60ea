/** What buttons, drops, pastes and keys share: bringing files in, saving the result. */
import { ReverieError } from '../../../shared/errors';
import { isOwnStyle } from '../../../shared/ownStyle';
import { fastStylesOf, stylesOf, wantsGuide } from '../../../shared/recipe/about';
import type { Recipe } from '../../../shared/techniques';
import { encode, type FileFormat, fileName, keep, type SaveFormat } from '../../page/output/save';
import { cancel } from '../../page/run/drive';
import { getEngine } from '../../page/run/engine';
import { warmUp } from './engine';
import { guide } from './guide';
import { dictionary } from './language';
import { dropMasks } from './masks';
import { complain, confirm } from './notice';
import { isUnknown } from './ownPaintings';
import { ownStyleById } from './ownStyles';
import { openPhoto, openSample } from './photo';
import { awaitRecipe, chooseOwn, edit, recipe, recipeText, styleRecipe } from './recipe';
import { type Painting, painting } from './run';
import { dropStart } from './start';
import { presetById, presets } from './styles';
import { shownPixels } from './view';

/** A new photo ends what was made of the one before; from here on the engine is wanted. */
export function startOver(): void {
  cancel();
  painting.value = null;
  dropMasks();
  dropStart();
  void warmUp();
}

export async function hangPhoto(file: Blob, name?: string): Promise<void> {
  if (await openPhoto(file, name || ((t) => t.photo.pastedName))) startOver();
}

export async function hangSample(): Promise<void> {
  if (await openSample()) startOver();
}

export async function hangStyle(file: Blob, name?: string): Promise<void> {
  await (await import('../paintings/tools')).openPainting(file, name || ((t) => t.photo.pastedName));
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
export async function applyRecipe(text: string): Promise<boolean> {
  const before = styleRecipe.value;
  try {
    const loaded = await awaitRecipe(async () => (await import('./loadRecipe')).loadRecipe(text));
    if (fastStylesOf(loaded).some((style) => isOwnStyle(style) && !ownStyleById(style))) {
      confirm((t) => t.train.needsFile);
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

const looksLikeRecipe = (file: File) => file.type === 'application/json' || /\.json$/i.test(file.name);
const looksLikeStyle = (file: File) => /\.reverie-style$/i.test(file.name);

/** A file from anywhere: recipes and styles are told from pictures by name, pictures by their bytes. */
export async function takeFile(file: File, as: 'photo' | 'style'): Promise<void> {
  if (looksLikeRecipe(file)) await applyRecipe(await file.text());
  else if (looksLikeStyle(file)) await (await import('../training/tools')).importStyle(file);
  else if (as === 'style') await hangStyle(file, file.name);
  else await hangPhoto(file, file.name);
}

/** @param value the controls' recipe by default; a painting's own, hashes included, when it is given. */
export async function copyRecipe(value: Recipe = recipe.value): Promise<void> {
  try {
    await navigator.clipboard.writeText(recipeText(value));
    confirm((t) => t.recipe.copied);
  } catch (cause) {
    complain(cause, { text: (t) => t.recipe.copyFailed });
  }
}

/** `holiday-starry-night`, and the frame's label where one frame of several is saved. */
export function nameOf(done: Painting, format: FileFormat, label = ''): string {
  const t = dictionary.value;
  return fileName(done.photo?.name(t) ?? '', `${done.made(t)} ${label}`, format);
}

/** Saves what is shown: the result, or the frame that was chosen. */
export async function savePainting(format: SaveFormat): Promise<void> {
  const done = painting.value;
  const shown = shownPixels.value;
  if (!done || !shown) return;
  await keep(await encode(shown.pixels, format), nameOf(done, format, shown.label));
}

export async function clearStorage(): Promise<void> {
  try {
    await (await getEngine()).clearStorage();
    confirm((t) => t.storage.cleared);
  } catch (cause) {
    complain(cause);
  }
}
