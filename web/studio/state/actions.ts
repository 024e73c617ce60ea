/** What buttons, drops, pastes and keys share: bringing files in, taking results out. */
import { ReverieError } from '../../../shared/errors';
import type { Recipe } from '../../../shared/recipe';
import { copyImage, download, encode, fileName, type SaveFormat } from '../output/save';
import { getEngine, warmUp } from './engine';
import { dictionary } from './language';
import { complain, confirm } from './notice';
import { openPhoto, openSample } from './photo';
import { loadRecipe, recipe, recipeText } from './recipe';
import { cancel, painting } from './run';
import { openOwnStyle, ownStyle, presetById, presets } from './styles';

/** A new photo ends what was made of the one before; from here on the engine is wanted. */
function startOver(): void {
  cancel();
  painting.value = null;
  void warmUp();
}

export async function hangPhoto(file: Blob, name?: string): Promise<void> {
  if (await openPhoto(file, name || ((t) => t.photo.pastedName))) startOver();
}

export async function hangSample(): Promise<void> {
  if (await openSample()) startOver();
}

export async function hangStyle(file: Blob, name?: string): Promise<void> {
  await openOwnStyle(file, name || ((t) => t.photo.pastedName));
}

function checkStyles(loaded: Recipe): void {
  if (loaded.styles.some((style) => 'image' in style) && !ownStyle.value) {
    confirm((t) => t.recipe.needsStyle);
    return;
  }
  confirm((t) => t.recipe.loaded);
}

/** @returns true when the controls now show the recipe. */
export function applyRecipe(text: string): boolean {
  const before = recipe.value;
  try {
    const loaded = loadRecipe(text);
    const presetStyles = loaded.styles.flatMap((style) => ('preset' in style ? [style] : []));
    const missing = presetStyles.find((style) => !presetById(style.preset));
    if (missing && presets.value.status === 'ready') {
      recipe.value = { ...loaded, styles: before.styles };
      complain(new ReverieError('preset-unknown', `Preset "${missing.preset}" is not offered by this server.`));
      return true;
    }
    checkStyles(loaded);
    return true;
  } catch (cause) {
    const isJson = !(cause instanceof Error && cause.cause instanceof SyntaxError);
    complain(cause, isJson ? {} : { text: (t) => t.recipe.notJson });
    return false;
  }
}

const looksLikeRecipe = (file: File) => file.type === 'application/json' || /\.json$/i.test(file.name);

/** A file from anywhere: recipes are told from pictures by name, pictures by their bytes. */
export async function takeFile(file: File, as: 'photo' | 'style'): Promise<void> {
  if (looksLikeRecipe(file)) applyRecipe(await file.text());
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

export async function savePainting(format: SaveFormat): Promise<void> {
  const done = painting.value;
  if (!done) return;
  const t = dictionary.value;
  download(await encode(done.pixels, format), fileName(done.photo.name(t), done.style(t), format));
}

export async function copyPainting(): Promise<void> {
  if (!painting.value) return;
  try {
    await copyImage(painting.value.pixels);
    confirm((t) => t.result.copied);
  } catch (cause) {
    complain(cause, { text: (t) => t.result.copyFailed });
  }
}

export async function clearStorage(): Promise<void> {
  try {
    await (await getEngine()).clearStorage();
    confirm((t) => t.storage.cleared);
  } catch (cause) {
    complain(cause);
  }
}
