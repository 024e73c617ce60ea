/** The studio's words. */
import type { Language } from '.';
import type { StudioWords } from './en/studio';

export type { StudioWords } from './en/studio';

export const studioWords = async (language: Language): Promise<StudioWords> =>
  (await import(`./${language}/studio.ts`)).studio;

/** What museums call a work or a painter in the language; the name itself where they have none of their own. */
export const museumName = ({ works }: Pick<StudioWords, 'works'>, name: string): string =>
  Object.hasOwn(works, name) ? (works[name] ?? name) : name;
