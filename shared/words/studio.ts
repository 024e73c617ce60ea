/** The studio's words. */
import type { Language } from '.';
import type { PartWords } from './en/parts';
import type { FirstWords } from './en/studio';

/** All of them. A page in English has `parts` from when the first part that says one of them has come. */
export type StudioWords = FirstWords & PartWords;

export async function studioWords(language: Language): Promise<StudioWords> {
  const [{ studio }, { parts }] = await Promise.all([
    import(`./${language}/studio.ts`),
    import(`./${language}/parts.ts`),
  ]);
  return { ...studio, ...parts };
}

/** What museums call a work or a painter in the language; the name itself where they have none of their own. */
export const museumName = ({ works }: Pick<StudioWords, 'works'>, name: string): string =>
  Object.hasOwn(works, name) ? (works[name] ?? name) : name;
