/**
 * The languages that Reverie speaks. One more is a folder beside this file, with what `en` has typed after it, and its tag
 * in the list. Words are loaded by who says them, `studio.ts`, `player.ts` or `pages.ts`: nobody gets the others'.
 */

/** In the order in which they are offered. */
export const languages = ['en', 'ko'] as const;
export type Language = (typeof languages)[number];

/**
 * The first of `wishes` that Reverie speaks; regional tags count (`ko-KR` is `ko`), English otherwise.
 * @param wishes most wanted first: `?lang=`, a saved choice, what the browser asks for.
 */
export function chooseLanguage(wishes: readonly (string | null | undefined)[]): Language {
  for (const wish of wishes) {
    const primary = wish?.toLowerCase().split(/[-_]/)[0];
    const known = languages.find((language) => language === primary);
    if (known) return known;
  }
  return 'en';
}

/** Whoever speaks one may want another. */
export const otherThan = (language: string): Language[] => languages.filter((other) => other !== language);

/** What one language calls another, or itself. */
export const languageName = (language: Language, speaker: string = language): string =>
  new Intl.DisplayNames(speaker, { type: 'language' }).of(language) ?? language;
