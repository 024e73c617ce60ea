/** The words of what looks into a view's picture: the studio's panel and a figure's. */
import type { Language } from '.';
import type { LookWords } from './en/looks';

export type { LookWords } from './en/looks';

export const lookWords = async (language: Language): Promise<LookWords> =>
  (await import(`./${language}/looks.ts`)).looks;
