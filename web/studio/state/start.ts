/** A finished result as the place where the next style transfer starts. */
import { signal } from '@preact/signals';
import type { Pixels } from '../../engine/api';
import { edit, styleRecipe } from './recipe';

export const startPicture = signal<Pixels | null>(null);

export function startFrom(pixels: Pixels): void {
  startPicture.value = pixels;
  edit({ start: 'image', startImage: null });
}

/** Back to a start that needs no picture. */
export function startWith(start: 'content' | 'noise'): void {
  const { startImage: _, ...rest } = styleRecipe.value;
  startPicture.value = null;
  edit({ ...rest, start });
}

/** A result belongs to its photo. */
export function dropStart(): void {
  if (styleRecipe.value.start === 'image') startWith('content');
}
