/** The words of what plays a share: the share page's and the widget's scripts. */
import type { Language } from '.';
import type { PlayerWords } from './en/player';

export type { PlayerWords } from './en/player';

export const playerWords = async (language: Language): Promise<PlayerWords> =>
  (await import(`./${language}/player.ts`)).player;
