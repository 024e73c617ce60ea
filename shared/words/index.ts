/**
 * Which language the page speaks. English ships with the first load; Korean is a chunk of its own that
 * only its readers fetch.
 */
import { en } from './en/studio';

/** The shape of `en` with its literals widened: what a translation must provide, key by key. */
export type Dictionary = typeof en;

export const languages = ['en', 'ko'] as const;
export type Language = (typeof languages)[number];

const isLanguage = (value: string): value is Language => languages.some((language) => language === value);

/**
 * The first of `wishes` that the studio speaks; regional tags count (`ko-KR` is `ko`), English otherwise.
 * @param wishes most wanted first: `?lang=`, the saved choice, `navigator.languages`.
 */
export function chooseLanguage(wishes: readonly (string | null | undefined)[]): Language {
  for (const wish of wishes) {
    const primary = wish?.toLowerCase().split(/[-_]/)[0] ?? '';
    if (isLanguage(primary)) return primary;
  }
  return 'en';
}

export async function loadDictionary(language: Language): Promise<Dictionary> {
  if (language === 'ko') return (await import('./ko/studio')).ko;
  return en;
}
