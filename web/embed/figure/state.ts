/** A figure that runs on the visitor's device. Of all figures of a page one runs at a time: the last one that was asked. */
import { signal } from '@preact/signals';
import { ReverieError } from '../../../shared/errors';
import { figureRecipe } from '../../../shared/figures';
import { parseRecipe } from '../../../shared/recipe';
import { needsPhoto, wantsGuide } from '../../../shared/recipe/about';
import { recipeVersion } from '../../../shared/recipe/version';
import type { Recipe } from '../../../shared/techniques';
import type { Pixels } from '../../engine/api';
import { copyWithin } from '../../page/intake/scale';
import { cancel, drive, type Outcome } from '../../page/run/drive';
import { closeEngine } from '../../page/run/engine';

/** Null where the address asks for what there is not; `failure` says what. */
export const recipe = signal<Recipe | null>(null);
export const failure = signal<ReverieError | null>(null);
export const result = signal<Outcome | null>(null);
export const photo = signal<Pixels | null>(null);
export const second = signal<Pixels | null>(null);
/** Another figure of the page has begun. */
export const stopped = signal(false);

export function readAddress(): void {
  const name = document.body.dataset.figure ?? '';
  try {
    const more = figureRecipe(name, new URLSearchParams(location.search));
    recipe.value = parseRecipe({ version: recipeVersion, ...more });
  } catch (cause) {
    failure.value = ReverieError.from(cause, 'recipe-invalid');
  }
}

// Browsers that keep third parties apart may refuse the channel: then each figure is by itself.
const channel = (() => {
  try {
    return new BroadcastChannel('reverie-figures');
  } catch {
    return null;
  }
})();
channel?.addEventListener('message', () => {
  stopped.value = true;
  cancel();
  void closeEngine();
});
// The frame may be taken away in mid-run.
addEventListener('pagehide', () => cancel());

async function decoded(file: Blob): Promise<Pixels> {
  const { decodePhoto } = await import('../../page/intake/decode');
  return (await decodePhoto(file)).pixels;
}

async function fetched(path: string): Promise<Pixels> {
  const response = await fetch(path);
  if (!response.ok) throw new ReverieError('not-found', `${path} answered ${response.status}.`);
  return decoded(await response.blob());
}

/** @param changes of the recipe, by its controls @param own a photo of the visitor's; `second` is the one to be taken for */
export async function run(
  changes: object = {},
  { own, other }: { readonly own?: Blob; readonly other?: Blob } = {},
): Promise<void> {
  const before = recipe.peek();
  if (!before) return;
  stopped.value = false;
  failure.value = null;
  channel?.postMessage('mine');
  failure.value = await drive({
    prepare: async () => {
      const wanted = parseRecipe({ ...before, ...changes });
      recipe.value = wanted;
      if (own) photo.value = await decoded(own);
      if (other) second.value = await decoded(other);
      if (needsPhoto(wanted)) photo.value ??= await fetched('/sample.jpg');
      if (wantsGuide(wanted)) second.value ??= await fetched('/presets/starry-night.webp');
      const sized = (pixels: Pixels | null) => pixels && copyWithin(pixels, 2 * wanted.size);
      const guide = wantsGuide(wanted) ? sized(second.value) : null;
      const content = needsPhoto(wanted) ? sized(photo.value) : null;
      return { recipe: wanted, inputs: { content, ...(guide && { guide }) } };
    },
    keep: (outcome) => {
      result.value = outcome;
    },
  });
}
