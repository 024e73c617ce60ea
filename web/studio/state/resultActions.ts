/** What a finished result is used for besides looking at it and saving it: only its own menu asks for these. */
import { computed } from '@preact/signals';
import { rungsOf } from '../../../shared/recipe/about';
import { canContinue } from '../../../shared/recipe/continue';
import { printedRecipe } from '../../../shared/recipe/printed';
import type { Recipe } from '../../../shared/techniques';
import { isTransparent } from '../../engine/images/alpha';
import { copyImage, download, keep } from '../../page/output/save';
import { nameOf, startOver } from './actions';
import { complain, confirm } from './notice';
import { type Photo, photo } from './photo';
import { type Painting, painting, paintOn } from './run';
import { shownPixels } from './view';

/** The run record, which the command line and a later visit read. */
export function saveRecord(): void {
  const done = painting.value;
  if (!done?.record) return;
  const text = `${JSON.stringify(done.record, null, 2)}\n`;
  download(new Blob([text], { type: 'application/json' }), nameOf(done, 'json'));
}

/** The whole of what hangs as one frame. */
export async function saveVideo(): Promise<void> {
  const done = painting.value;
  if (done?.video) await keep(done.video, nameOf(done, done.video.type.endsWith('mp4') ? 'mp4' : 'webm'));
}

export async function copyPainting(): Promise<void> {
  if (!shownPixels.value) return;
  try {
    await copyImage(shownPixels.value.pixels);
    confirm((t) => t.result.copied);
  } catch (cause) {
    complain(cause, { text: (t) => t.result.copyFailed });
  }
}

/** Whether the result has more steps to take; of a ladder, the rung that is shown. */
export const canGoOn = computed(() => {
  const made = painting.value?.record?.recipe;
  if (!made || !canContinue(made)) return false;
  const rungs = rungsOf(made);
  return rungs.length === 0 || rungs.some((rung) => rung === shownPixels.value?.label);
});

/** Takes what is shown further; the controls stay as they are. */
export async function goOn(): Promise<void> {
  const made = painting.value?.record?.recipe;
  const shown = shownPixels.value;
  if (!made || !shown || !canGoOn.value) return;
  await paintOn(made, shown.pixels, shown.label);
}

/** Takes over the result, or the frame that is shown, as the next photo. */
export function takeAsPhoto(): void {
  const done = painting.value;
  const shown = shownPixels.value;
  if (!done || !shown) return;
  const { width, height } = shown.pixels;
  const notes: Photo['notes'] = isTransparent(shown.pixels) ? ['transparent'] : [];
  photo.value = { pixels: shown.pixels, original: { width, height }, notes, name: done.title };
  startOver();
}

/** What paints it as large as paper wants it; null where nothing does. */
export const printRecipe = ({ recipe, photo: of, pixels }: Painting, width = pixels.width): Recipe | null =>
  of && printedRecipe(recipe, Math.max(pixels.width, pixels.height), width / pixels.width);

export const printable = computed(() => painting.value !== null && printRecipe(painting.value) !== null);
