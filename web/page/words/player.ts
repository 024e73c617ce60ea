/** What share page and frame say, in the language that the edge rendered them in. Others than English are fetched by their readers only. */
import { signal } from '@preact/signals';
import { chooseLanguage } from '../../../shared/words';
import { type PlayerWords, player } from '../../../shared/words/en/player';
import { playerWords } from '../../../shared/words/player';

export type { PlayerWords } from '../../../shared/words/en/player';

export const words = signal<PlayerWords>(player);

export const pageLanguage = () => chooseLanguage([document.documentElement.lang]);

export async function loadWords(): Promise<void> {
  const language = pageLanguage();
  if (language !== 'en') words.value = await playerWords(language);
}
