/** The words of pages that stand without a script. */
import type { Language } from '.';
import type { PageWords } from './en/pages';

export type { PageWords } from './en/pages';

export const pageWords = async (language: Language): Promise<PageWords> =>
  (await import(`./${language}/pages.ts`)).pages;
