/** The language that the edge rendered the page in. Korean is a chunk of its own that only its readers fetch. */
import { signal } from '@preact/signals';
import { en, type Words } from './en';

export type { Words } from './en';

export const words = signal<Words>(en);

export async function loadWords(): Promise<void> {
  if (document.documentElement.lang === 'ko') words.value = (await import('./ko')).ko;
}
