import { encode, type FileFormat, fileName, keep, type SaveFormat } from '../../page/output/save';
import { cancel } from '../../page/run/drive';
import { warmUp } from './engine';
import { dictionary } from './language';
import { dropMasks } from './masks';
import { complain } from './notice';
import { openPhoto, openSample } from './photo';
import { awaitRecipe } from './recipe';
import { type Painting, painting } from './run';
import { dropStart } from './start';
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

/** @returns true when the controls now show the recipe. */
export async function applyRecipe(text: string): Promise<boolean> {
  try {
    return await awaitRecipe(async () => (await import('./loadRecipe')).applyRecipe(text));
  } catch (cause) {
    complain(cause);
    return false;
  }
}

const looksLikeRecipe = (file: File) => file.type === 'application/json' || /\.json$/i.test(file.name);
const looksLikeStyle = (file: File) => /\.reverie-style$/i.test(file.name);

/** A file from anywhere: recipes and styles are told from pictures by name, pictures by their bytes. */
export async function takeFile(file: File, as: 'photo' | 'style'): Promise<void> {
  if (looksLikeRecipe(file)) await applyRecipe(await file.text());
  else if (looksLikeStyle(file)) await (await import('../ownStyles/tools')).importStyle(file);
  else if (as === 'style') await hangStyle(file, file.name);
  else await hangPhoto(file, file.name);
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
