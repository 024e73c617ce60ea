/** The picture that a dream goes towards. Whether it is used says the recipe. */
import { signal } from '@preact/signals';
import { complain, dismissNotice } from './notice';
import { decodeNamed, type Photo } from './photo';
import { editOf, recipes } from './recipe';

export const guide = signal<Photo | null>(null);

/** A file that cannot be opened leaves the guide before it in place. */
export async function openGuide(file: File): Promise<void> {
  try {
    guide.value = await decodeNamed(file, file.name || ((t) => t.photo.pastedName));
    dismissNotice();
    // A guide leads whole layers, not channels or places.
    const layers = recipes.value.dream.layers.map(({ layer, weight }) => ({ layer, weight }));
    editOf('dream', { guide: null, layers });
  } catch (cause) {
    complain(cause);
  }
}

export function dropGuide(): void {
  guide.value = null;
  editOf('dream', { guide: undefined });
}
