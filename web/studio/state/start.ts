/** A finished result, or a picture of the person's own, as the place where the next style transfer starts. */
import { signal } from '@preact/signals';
import type { Pixels } from '../../engine/api';
import { complain, dismissNotice } from './notice';
import { decodeNamed, type Photo } from './photo';
import { edit, styleRecipe } from './recipe';

export const startPicture = signal<Pixels | null>(null);

/** Of a picture from a file; null for a result. */
export const startName = signal<Photo['name'] | null>(null);

export function startFrom(pixels: Pixels, name: Photo['name'] | null = null): void {
  startPicture.value = pixels;
  startName.value = name;
  edit({ start: 'image', startImage: null });
}

/** A file that cannot be opened leaves the start before it in place. */
export async function openStart(file: File): Promise<void> {
  try {
    const { pixels, name } = await decodeNamed(file, file.name || ((t) => t.photo.pastedName));
    dismissNotice();
    startFrom(pixels, name);
  } catch (cause) {
    complain(cause);
  }
}

/** Back to a start that needs no picture. */
export function startWith(start: 'content' | 'noise'): void {
  const { startImage: _, ...rest } = styleRecipe.value;
  startPicture.value = null;
  startName.value = null;
  edit({ ...rest, start });
}

/** A result belongs to its photo. */
export function dropStart(): void {
  if (styleRecipe.value.start === 'image') startWith('content');
}
