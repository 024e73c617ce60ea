/** The page's language and its dictionary. Views read `dictionary.value` and render again on a switch. */
import { signal } from '@preact/signals';
import { chooseLanguage, type Language } from '../../../shared/words';
import { studio } from '../../../shared/words/en/studio';
import { type StudioWords, studioWords } from '../../../shared/words/studio';
import { remember, remembered } from './storage';

export const language = signal<Language>('en');
/** What the first page says is here from the beginning; the rest comes with what says it. */
let english = studio as StudioWords;
export const dictionary = signal<StudioWords>(english);

/** Called by the parts of the page that have more to say, before they say it. */
export function learnEnglish(parts: Partial<StudioWords>): void {
  english = { ...english, ...parts };
  if (language.peek() === 'en') dictionary.value = english;
}

async function speak(next: Language): Promise<void> {
  // English is here already.
  const loaded = next === 'en' ? english : await studioWords(next);
  language.value = next;
  dictionary.value = loaded;
  document.documentElement.lang = next;
  document.title = loaded.title;
}

/** Before the first render: `?lang=`, then the saved choice, then the browser's languages. */
export function startLanguage(): Promise<void> {
  const asked = new URLSearchParams(location.search).get('lang');
  return speak(chooseLanguage([asked, remembered('language'), ...navigator.languages]));
}

export function switchLanguage(next: Language): Promise<void> {
  remember('language', next);
  // A link that carries ?lang= must not win over what was just chosen when the page is reloaded.
  const url = new URL(location.href);
  if (url.searchParams.has('lang')) {
    url.searchParams.set('lang', next);
    history.replaceState(null, '', url);
  }
  return speak(next);
}
