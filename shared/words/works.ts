/** What is told of the paintings that are presets. */
import type { Language } from '.';
import type { WorkWords } from './en/works';

/** By the preset's id; of one that an operator has added there is nothing. */
export const workWords = async (language: Language): Promise<WorkWords> =>
  (await import(`./${language}/works.ts`)).works;
