/** The language that the edge rendered the page in. Korean is a chunk of its own that only its readers fetch. */
import { signal } from '@preact/signals';
import { en, type Words } from '../../../shared/words/en/player';

export type { Words } from '../../../shared/words/en/player';

export const words = signal<Words>(en);

export async function loadWords(): Promise<void> {
  if (document.documentElement.lang === 'ko') words.value = (await import('../../../shared/words/ko/player')).ko;
}
